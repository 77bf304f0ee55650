"""The PostgreSQL of a run: a throw-away cluster, its data and its log of writes
each on a small file system of its own, where mounts are possible.
"""

import asyncio
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))

import database  # noqa: E402

BIN = "/usr/lib/postgresql/15/bin/"
PORT = 5432
START_SECONDS = 60
# The log of writes stays below its file system's size by checkpoints.
WAL_MEGABYTES = 192
DATA_MEGABYTES_A_MINUTE = 200
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "min_wal_size": "32MB",
    "max_wal_size": "64MB",
    "logging_collector": "off",
}


class ClusterError(Exception):
    """PostgreSQL did not start; says where to look."""


def as_postgres():
    """Goes before a command, so that it never runs as root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("postgres")
    ids = ["--reuid=%d" % user.pw_uid, "--regid=%d" % user.pw_gid, "--clear-groups"]
    return ["setpriv", *ids]


class Cluster:
    """`home` lives as long as the run. In a mount namespace it is a new file
    system over /run, which nobody else sees."""

    def __init__(self, host, mounts, minutes, log):
        self.host = host
        self.port = PORT if host.apart else None
        self.log = log
        self.mounts = mounts
        self.process = None
        if mounts:
            mount("/run", 64)
            os.mkdir("/run/netns")
            self.home = pathlib.Path("/run/postgresql-of-chaos")
            self.home.mkdir()
        else:
            self.home = pathlib.Path(tempfile.mkdtemp(prefix="chaos-", dir="/var/tmp"))
        self.data = self.home / "data"
        self.wal = self.home / "wal"
        for folder, megabytes in (
            (self.data, 128 + int(minutes * DATA_MEGABYTES_A_MINUTE)),
            (self.wal, WAL_MEGABYTES),
        ):
            folder.mkdir()
            if mounts:
                mount(folder, megabytes)
        self._give(self.home, self.data, self.wal)

    def _give(self, *folders):
        if os.geteuid() == 0:
            for folder in folders:
                shutil.chown(folder, "postgres")
        for folder in folders:
            os.chmod(folder, 0o700)
        os.chmod(self.home, 0o755)

    def create(self, port):
        """The cluster, without a server yet."""
        self.port = port
        command = [BIN + "initdb", "-D", self.data / "main", "-X", self.wal / "main"]
        command += ["-U", "onestop", "--auth=trust", "--encoding=UTF8"]
        command += ["--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        with open(self.log, "ab") as log:
            subprocess.run(
                as_postgres() + list(map(str, command)),
                cwd="/",
                stdout=log,
                stderr=log,
                check=True,
            )
        with open(self.data / "main" / "pg_hba.conf", "a", encoding="utf-8") as file:
            file.write("host all all 10.77.0.0/16 trust\n")

    def url(self, name="onestop", host=None, port=None):
        """By the socket, or by a TCP address."""
        if host:
            return "postgresql://onestop@%s:%d/%s" % (host, port, name)
        return "postgresql://onestop@/%s?host=%s&port=%d" % (name, self.home, self.port)

    def make_database(self):
        """With the schema of migrations/."""
        database.Server(self.url("postgres")).create("onestop")

    async def query(self, sql, name="postgres"):
        """The first column, a value a line; None when there was no answer."""
        process = await asyncio.create_subprocess_exec(
            *(BIN + "psql", "-X", "-q", "-A", "-t", "-c", sql, self.url(name)),
            env={**os.environ, "PGCONNECT_TIMEOUT": "5"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        output, _ = await process.communicate()
        return output.decode().strip() if process.returncode == 0 else None

    async def start(self):
        """Starts the server if it does not run, and waits until it takes
        connections."""
        until = asyncio.get_running_loop().time() + START_SECONDS
        while await self.query("SELECT 1") != "1":
            if not self.process or self.process.returncode is not None:
                await self._spawn()
            if asyncio.get_running_loop().time() > until:
                raise ClusterError("PostgreSQL does not start; see %s" % self.log)
            await asyncio.sleep(0.05)

    async def _spawn(self):
        settings = {
            **SETTINGS,
            "port": self.port,
            "unix_socket_directories": self.home,
            "listen_addresses": self.host.address,
        }
        command = [BIN + "postgres", "-D", str(self.data / "main")]
        for name, value in settings.items():
            command += ["-c", "%s=%s" % (name, value)]
        with open(self.log, "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.host.enter,
                *as_postgres(),
                *("setpriv", "--pdeathsig", "QUIT"),
                *command,
                cwd="/",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def stop(self, mode):
        """pg_ctl stop; what it says is in the log."""
        with open(self.log, "ab") as log:
            process = await asyncio.create_subprocess_exec(
                *as_postgres(),
                *(BIN + "pg_ctl", "stop", "-D", str(self.data / "main")),
                *("-m", mode, "-w", "-t", "30"),
                cwd="/",
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            await process.wait()

    async def backends(self):
        """The process ids of onestopd's sessions."""
        found = await self.query(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'onestopd'"
        )
        return [int(pid) for pid in found.split()] if found else []

    def freeze(self):
        """Every process of the server stands still; which."""
        pids = [self.process.pid, *children_of(self.process.pid)]
        for pid in pids:
            send(pid, signal.SIGSTOP)
        return pids

    def remove(self):
        """Ends what runs, and deletes it."""
        if self.process and self.process.returncode is None:
            send(self.process.pid, signal.SIGCONT)
            send(self.process.pid, signal.SIGQUIT)
        if not self.mounts:
            shutil.rmtree(self.home, ignore_errors=True)


def mount(folder, megabytes):
    size = "size=%dm,mode=755" % megabytes
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", size, "chaos", str(folder)], check=True
    )


def children_of(pid):
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(child) for child in found.stdout.split()]


def send(pid, number):
    """A signal, to a process that may have ended."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
