"""A PostgreSQL cluster of the benchmark's own, beside the one that it is given:
on disk for one run or kept for the next, with its own settings and preload.

It listens on a Unix socket only and ends with the benchmark, even if that is
killed.
"""

import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

import database
import process

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
USER = "onestop"
PORT = 5432  # Names the socket's file; no TCP port is opened.
START_SECONDS = 120  # A recovery may be due.
STOP_SECONDS = 120
# What the given server is set to, the benchmark's own clusters are too.
SETTINGS = [
    "fsync",
    "synchronous_commit",
    "shared_buffers",
    "max_wal_size",
    "min_wal_size",
    "checkpoint_timeout",
]


def settings_of(server):
    return {name: server.show(name) for name in SETTINGS}


def _as_postgres(*command):
    """The command as a user that PostgreSQL runs as: never root."""
    words = [str(word) for word in command]
    if os.geteuid() != 0:
        return words
    user = pwd.getpwnam("postgres")
    ids = ["--reuid=%d" % user.pw_uid, "--regid=%d" % user.pw_gid, "--clear-groups"]
    return ["setpriv", *ids, "env", "HOME=/", *words]


def _succeeds(*command):
    return (
        subprocess.run(
            _as_postgres(*command),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode
        == 0
    )


def give(path):
    """The file or folder to the user that PostgreSQL runs as."""
    if os.geteuid() == 0:
        shutil.chown(path, "postgres", "postgres")


def usable_folder(*candidates):
    """The first of these folders, made if it is not there, in which PostgreSQL
    can work."""
    for folder in map(pathlib.Path, candidates):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            give(folder)
        except OSError:
            continue
        if _succeeds("test", "-w", folder) and _succeeds("test", "-x", folder):
            return folder
    raise process.ProgramError(
        "PostgreSQL may write in none of: %s" % " ".join(map(str, candidates))
    )


def temporary_folder(stack):
    """One in which PostgreSQL can work; gone when `stack` is closed."""
    folder = tempfile.TemporaryDirectory(prefix="onestop-bench-", dir="/var/tmp")
    path = pathlib.Path(stack.enter_context(folder))
    give(path)
    return path


class Cluster:
    """Runs as long as the `with` block lasts; what is in `home` stays there."""

    def __init__(self, home, settings, environment=None):
        self.home = home
        self.data = home / "data"
        self.log = home / "log"
        self.settings = settings
        self.environment = environment or {}
        self.process = None
        self.sockets = None

    def __enter__(self):
        if not self.data.exists():
            self._create()
        # A socket's path is short, whatever that of the data.
        self.sockets = tempfile.mkdtemp(prefix="onestop-bench-", dir="/tmp")
        give(self.sockets)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    @property
    def server(self):
        query = "host=%s&port=%d" % (self.sockets, PORT)
        return database.Server("postgresql://%s@/postgres?%s" % (USER, query))

    def _create(self):
        # Made beside its place and moved there when whole.
        new = self.home / "data.new"
        command = [PROGRAMS / "initdb", "-D", new, "-U", USER, "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        if not _succeeds("rm", "-rf", new) or not _succeeds(*command):
            raise process.ProgramError("initdb failed in %s" % self.home)
        new.rename(self.data)

    def _start(self):
        settings = {
            **self.settings,
            "port": PORT,
            "unix_socket_directories": self.sockets,
            "listen_addresses": "",
            "logging_collector": "off",
        }
        command = ["setpriv", "--pdeathsig", "INT", "env"]
        command += ["%s=%s" % item for item in self.environment.items()]
        command += [PROGRAMS / "postgres", "-D", self.data]
        for setting in settings.items():
            command += ["-c", "%s=%s" % setting]
        with open(self.log, "ab") as log:
            # In a session of its own: Ctrl-C reaches us, and we stop it, once.
            self.process = subprocess.Popen(
                _as_postgres(*command),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        ready = ["pg_isready", "-q", "-h", self.sockets, "-p", str(PORT)]
        while subprocess.run([PROGRAMS / ready[0], *ready[1:]], check=False).returncode:
            if self.process.poll() is not None or time.monotonic() > until:
                raise process.ProgramError(
                    "PostgreSQL does not start; see %s" % self.log
                )
            time.sleep(0.05)

    def stop(self):
        """Ends it as `pg_ctl stop -m fast` does; its sockets' folder goes."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()
        if self.sockets is not None:
            shutil.rmtree(self.sockets, ignore_errors=True)
            self.sockets = None
