"""One onestopd of a run: started, and started again whenever it has ended, as a
service manager would; its connections pass through two relays.
"""

import asyncio
import calendar
import glob
import os
import signal
import time

from cluster import send
from network import free_port
from relay import Relay

# The day of the claims (bench/world.h): the replicas' clocks begin at its noon
# in Beijing. Without libfaketime they are told the day, and it stays.
TODAY = (2025, 3, 20)
NOON = calendar.timegm((*TODAY, 4, 0, 0))
PORT = 50051
START_SECONDS = 60
RESTART_SECONDS = 0.2
# How onestopd ends when it cannot serve: it says why, and is started again.
CANNOT_SERVE = (1, 3, 4)


def faketime_library():
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
    return found[0] if found else ""


class Replica:
    """`clients` and `storage` are its relays."""

    def __init__(self, number, host, cluster, binary, folder):
        self.number = number
        self.name = "replica %d" % number
        self.host = host
        self.binary = binary
        self.log = folder / ("replica-%d.log" % number)
        self.ready = folder / ("replica-%d.ready" % number)
        self.clock = folder / ("replica-%d.clock" % number)
        server = (host.address, PORT if host.apart else free_port())
        self.clients = Relay(server)
        database = (cluster.host.address, cluster.port)
        self.storage = Relay(database)
        self.cluster = cluster
        self.offset = NOON - int(time.time())
        self.process = None
        self.killed = False  # by us: what it ends with tells nothing
        self.starts = 0
        self.crashes = []  # ends that nobody asked for, in words
        self.address = ""
        self.storage_port = 0
        self._command = []
        self._keeper = None

    async def listen(self):
        """Opens the relays; clients find it at `address` from now on."""
        self.address = "127.0.0.1:%d" % await self.clients.listen("127.0.0.1")
        self.storage_port = await self.storage.listen(self.host.middle)
        database = self.cluster.url(host=self.host.middle, port=self.storage_port)
        self._command = [
            *self.host.enter,
            *("setpriv", "--pdeathsig", "KILL"),
            str(self.binary),
            *("--database", database),
            *("--listen", "%s:%d" % self.clients.target),
            *("--metrics-address", "none"),
            *("--insecure", "--allow-assumed"),
            *("--log-level", "warn", "--ready-file", str(self.ready)),
        ]
        if not faketime_library():
            self._command += ["--today", "%04d-%02d-%02d" % TODAY]
        self.set_clock(0)

    def start(self):
        self._keeper = asyncio.ensure_future(self._keep())

    def set_clock(self, seconds):
        """Moves the wall clock of the process, within a second, by so much from
        where it belongs; the monotonic clock stays."""
        self.clock.write_text("%+d\n" % (self.offset + seconds), encoding="utf-8")

    async def _keep(self):
        while True:
            await self._start()
            code = await self.process.wait()
            if not self.killed and code not in CANNOT_SERVE:
                self.crashes.append("%s ended with %d" % (self.name, code))
            await asyncio.sleep(RESTART_SECONDS)

    async def _start(self):
        self.ready.unlink(missing_ok=True)
        environment = dict(os.environ)
        if library := faketime_library():
            # jemalloc asks for the time before libfaketime can tell it: malloc
            # and operator new are then glibc's and libstdc++'s.
            environment.update(
                LD_PRELOAD=":".join([library, "libc.so.6", "libstdc++.so.6"]),
                FAKETIME_TIMESTAMP_FILE=str(self.clock),
                FAKETIME_CACHE_DURATION="1",
                FAKETIME_DONT_FAKE_MONOTONIC="1",
            )
        self.killed = False
        self.starts += 1
        with open(self.log, "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self._command,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def signal(self, number):
        """Only if it runs; whether it did."""
        if not self.process or self.process.returncode is not None:
            return False
        if number in (signal.SIGKILL, signal.SIGTERM):
            self.killed = True
            # What drains serves no more, though it may run for seconds.
            self.ready.unlink(missing_ok=True)
        send(self.process.pid, number)
        return True

    async def serves(self):
        """Waits until it does."""
        until = asyncio.get_running_loop().time() + START_SECONDS
        while not self.ready.exists():
            if asyncio.get_running_loop().time() > until:
                raise TimeoutError("%s does not serve; see %s" % (self.name, self.log))
            await asyncio.sleep(0.05)

    async def end(self):
        """Tells it to end, for good; its exit code."""
        await self._dismiss_keeper()
        self.signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), START_SECONDS)

    async def _dismiss_keeper(self):
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    async def close(self):
        await self._dismiss_keeper()
        self.signal(signal.SIGCONT)
        if self.signal(signal.SIGKILL):
            await self.process.wait()
        await self.clients.close()
        await self.storage.close()
