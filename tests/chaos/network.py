"""The network of a run: a host each for PostgreSQL and every replica, on links
of their own to the host in the middle, where clients and relays are.

A host is a network namespace, a link a pair of veth devices. Without
namespaces everything shares the loopback device and nothing can be cut here.
"""

import asyncio
import shutil
import socket

LOSS = "numgen random mod 100 < %d drop"


class NetworkError(Exception):
    """A network command failed; says which and why."""


async def run(*command):
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise NetworkError("%s: %s" % (" ".join(command), output.decode().strip()))


class Host:
    """`enter` goes before a command that is to run there; `middle` is the
    address under which it sees the host in the middle."""

    def __init__(self, name, number, apart):
        self.name = name
        self.apart = apart
        self.address = "10.77.%d.2" % number if apart else "127.0.0.1"
        self.middle = "10.77.%d.1" % number if apart else "127.0.0.1"
        self.enter = ["nsenter", "--net=/run/netns/" + name] if apart else []
        self.link = "to-" + name

    async def connect(self):
        await run("ip", "netns", "add", self.name)
        await run(
            *("ip", "link", "add", self.link, "type", "veth"),
            *("peer", "name", "wire", "netns", self.name),
        )
        await run("ip", "addr", "add", self.middle + "/24", "dev", self.link)
        await run("ip", "link", "set", self.link, "up")
        inside = ("ip", "-n", self.name)
        await run(*inside, "addr", "add", self.address + "/24", "dev", "wire")
        await run(*inside, "link", "set", "wire", "up")
        await run(*inside, "link", "set", "lo", "up")

    async def link_down(self):
        await run("ip", "link", "set", self.link, "down")

    async def link_up(self):
        await run("ip", "link", "set", self.link, "up")

    async def slow_down(self, kilobits):
        """A token bucket: what comes from the middle queues, then is dropped."""
        await run(
            *("tc", "qdisc", "replace", "dev", self.link, "root", "tbf"),
            *("rate", "%dkbit" % kilobits, "burst", "4kb", "latency", "400ms"),
        )

    async def full_speed(self):
        await run("tc", "qdisc", "del", "dev", self.link, "root")

    async def lay_filter(self):
        for hook in ("input", "output"):
            await run(
                "nft",
                "add chain inet chaos %s_%s { type filter hook %s priority 0; }"
                % (self.name, hook, hook),
            )

    async def filter(self, verdict):
        """What comes in from the host, or goes out to it, meets the verdict."""
        for hook, device in (("input", "iifname"), ("output", "oifname")):
            await run(
                *("nft", "add", "rule", "inet", "chaos"),
                *("%s_%s" % (self.name, hook), device, self.link, *verdict.split()),
            )

    async def unfilter(self):
        for hook in ("input", "output"):
            await run(
                "nft", "flush", "chain", "inet", "chaos", "%s_%s" % (self.name, hook)
            )


class Network:
    """Made once; says in `lacks` what cannot be done here, and why."""

    def __init__(self, apart, hosts):
        self.hosts = [
            Host(name, number, apart) for number, name in enumerate(hosts, 1)
        ]
        self.apart = apart
        self.lacks = {}

    async def connect(self):
        """Lays the links; finds out what works."""
        if not self.apart:
            why = "no network namespaces here"
            self.lacks = {"link": why, "filter": why, "shaper": why}
            return
        await run("ip", "link", "set", "lo", "up")
        for host in self.hosts:
            await host.connect()
        await self._try("filter", "nft", self._lay_filter)
        await self._try("shaper", "tc", self._try_shaper)

    async def _try(self, ability, program, trial):
        if not shutil.which(program):
            self.lacks[ability] = "there is no command '%s'" % program
            return
        try:
            await trial()
        except NetworkError as error:
            self.lacks[ability] = str(error)

    async def _lay_filter(self):
        await run("nft", "add table inet chaos")
        for host in self.hosts:
            await host.lay_filter()
        # Losing packets at random asks for one expression more.
        try:
            await self.hosts[0].filter(LOSS % 1)
            await self.hosts[0].unfilter()
        except NetworkError as error:
            self.lacks["loss"] = str(error)

    async def _try_shaper(self):
        await self.hosts[0].slow_down(1000)
        await self.hosts[0].full_speed()


def free_port():
    """Of the loopback device; nobody listens there now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
