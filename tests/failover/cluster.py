"""PostgreSQL servers of a test: started, killed, copied and promoted at will.

They listen on Unix sockets in a folder of the test's own and end with it, even
if it is killed.
"""

import atexit
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

import world

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
WAIT_SECONDS = 60
USER = "onestop"
DATABASE = "onestop"


def missing():
    """Why the servers cannot run here; empty: they can."""
    return "" if (PROGRAMS / "initdb").exists() else "postgresql-15 is not installed"


def _postgres():
    """The user that PostgreSQL runs as: never root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("no user to run PostgreSQL as")


def _as_postgres(*command):
    user = _postgres()
    words = ["setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        words += ["--reuid", str(user.pw_uid), "--regid", str(user.pw_gid)]
        words += ["--clear-groups", "env", "HOME=/"]
    return [*words, *map(str, command)]


def run(*command):
    """A program of PostgreSQL's, to its end."""
    program, *words = command
    done = subprocess.run(
        _as_postgres(PROGRAMS / program, *words),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError("%s: %s" % (program, done.stderr))
    return done.stdout


class Folder:
    """Where the servers of one test keep everything; removed at the end."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="onestop-pg-"))
        self.path.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(self.path, _postgres().pw_uid, _postgres().pw_gid)
        self.clusters = []
        atexit.register(self.remove)

    def remove(self):
        for cluster in self.clusters:
            cluster.stop()
        shutil.rmtree(self.path, ignore_errors=True)

    def subfolder(self, name):
        path = self.path / name
        subprocess.run(_as_postgres("mkdir", "-m", "700", path), check=True)
        return path


class Cluster:
    """One server; its name is also how it calls itself to its primary."""

    def __init__(self, folder, name):
        folder.clusters.append(self)
        self.folder = folder
        self.name = name
        self.port = 5000 + len(folder.clusters)  # of sockets of our own
        self.data = folder.path / name
        self.process = None

    def create(self):
        run(
            *("initdb", "-D", self.data, "-U", USER, "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"),
        )

    def copy_of(self, other, *options):
        """A base backup of a running server."""
        run(
            *("pg_basebackup", "-D", self.data, "--checkpoint=fast", "--no-sync"),
            *("-d", other.url("postgres", application_name=self.name), *options),
        )

    def start(self, *settings, signal_file=None):
        """Each setting is "name=value"."""
        if signal_file:
            subprocess.run(_as_postgres("touch", self.data / signal_file), check=True)
        words = ["-p", self.port, "-k", self.folder.path, "-c", "listen_addresses="]
        for setting in settings:
            words += ["-c", setting]
        log = open(self.folder.path / (self.name + ".log"), "ab")
        self.process = subprocess.Popen(
            _as_postgres(PROGRAMS / "postgres", "-D", self.data, *words),
            cwd="/",
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        self.until(self.answers)

    def until(self, condition):
        """Waits until it is so."""
        give_up = time.monotonic() + WAIT_SECONDS
        while not condition():
            ended = self.process is None or self.process.poll() is not None
            if ended or time.monotonic() > give_up:
                raise RuntimeError("%s: in vain; its log:\n%s" % (self.name, self.log()))
            time.sleep(0.05)

    def answers(self):
        ready = ["pg_isready", "-q", "-h", str(self.folder.path), "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def log(self):
        path = self.folder.path / (self.name + ".log")
        return path.read_text(encoding="utf-8", errors="replace")[-3000:]

    def stop(self, how=signal.SIGQUIT):
        """SIGQUIT: at once, as by a crash; SIGINT: in good order."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(WAIT_SECONDS)
        self.process = None

    def promote(self):
        self.run("SELECT pg_promote()", "postgres")
        self.until(lambda: self.run("SELECT pg_is_in_recovery()", "postgres") == "f")

    def run(self, sql, database=DATABASE):
        return world.psql(self.url(database), "-c", sql)

    def set(self, name, value):
        """A setting of the running server."""
        self.run("ALTER SYSTEM SET %s = '%s'" % (name, value), "postgres")
        self.run("SELECT pg_reload_conf()", "postgres")

    def make_database(self):
        self.run("CREATE DATABASE " + DATABASE, "postgres")
        world.deploy(self.url(), world.changes())

    def url(self, database=DATABASE, **settings):
        return url_of([self], database, **settings)


def url_of(clusters, database=DATABASE, **settings):
    """One URL that names several servers, in this order."""
    hosts = ",".join(str(cluster.folder.path) for cluster in clusters)
    ports = ",".join(str(cluster.port) for cluster in clusters)
    more = "".join("&%s=%s" % pair for pair in settings.items())
    return "postgresql://%s@/%s?host=%s&port=%s%s" % (USER, database, hosts, ports, more)
