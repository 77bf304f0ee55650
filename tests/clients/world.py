"""What a client test needs around it: a database of its own, onestopd on it,
Python code made from the .proto files.

Call prepare() before importing generated code: it makes it.
"""

import atexit
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "clients"
BUILD = pathlib.Path(os.environ.get("ONESTOP_BINARY_DIR", ROOT / "build" / "release"))
SERVER = os.environ.get("ONESTOP_TEST_DATABASE_URL", "")
TODAY = "2025-03-20"  # the demonstration's day
SKIPPED = 77
START_SECONDS = 30

_scratch = tempfile.mkdtemp(prefix="onestop-clients-")
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)


def missing():
    """Why the test cannot run here; empty: it can."""
    if not SERVER:
        return "ONESTOP_TEST_DATABASE_URL names no PostgreSQL server"
    for program in ("psql", "protoc", "grpc_python_plugin"):
        if shutil.which(program) is None:
            return program + " is not installed"
    try:
        import grpc  # noqa: F401
    except ImportError:
        return "python3-grpcio is not installed"
    return ""


def prepare():
    """Ends the process as skipped where the test cannot run."""
    why = missing()
    if why:
        print("skipped: %s; ./dev test sets everything up" % why)
        sys.exit(SKIPPED)
    _generate_python()


def _generate_python():
    """Makes Python of the API's and the reflection's .proto files."""
    folder = pathlib.Path(_scratch) / "generated"
    folder.mkdir()
    for root in (ROOT / "proto", HERE / "proto"):
        files = [
            path.relative_to(root)
            for path in root.rglob("*.proto")
            if "storage" not in path.parts  # the stored form is nobody's business
        ]
        plugin = shutil.which("grpc_python_plugin")
        subprocess.run(
            ["protoc", "-I", ".", "--python_out", folder, "--grpc_python_out", folder]
            + ["--plugin=protoc-gen-grpc_python=" + plugin, *files],
            cwd=root,
            check=True,
        )
    sys.path[:0] = [str(folder), str(HERE / "python")]


def scratch():
    """A folder that is removed when the process ends."""
    return _scratch


def methods_not_yet():
    lines = (HERE / "methods_not_yet.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def psql(url, *arguments):
    result = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *arguments, url],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise RuntimeError("psql %s\n%s" % (arguments, result.stderr))
    return result.stdout.strip()


def changes():
    """The migrations, in the order of the plan."""
    plan = (ROOT / "migrations/sqitch.plan").read_text(encoding="utf-8")
    return [line.split()[0] for line in plan.splitlines() if line and line[0] not in "%@"]


def deploy(url, names):
    """Migrates a database, as sqitch does, without its books."""
    for name in names:
        psql(url, "-f", str(ROOT / "migrations/deploy" / (name + ".sql")))


class Database:
    """A database of this process with the first `count` migrations, all unless
    told, or a copy of another one that nobody uses; dropped at the end."""

    def __init__(self, suffix="", count=None, copy_of=None):
        self.name = "onestop_clients_%d%s" % (os.getpid(), suffix)
        self.url = self.sibling(self.name)
        atexit.register(self.drop)
        self.drop()
        if copy_of is None:
            psql(SERVER, "-c", "CREATE DATABASE " + self.name)
            deploy(self.url, changes()[:count])
        else:
            copying = "CREATE DATABASE %s TEMPLATE %s" % (self.name, copy_of.name)
            psql(SERVER, "-c", copying)

    def drop(self):
        psql(SERVER, "-c", "DROP DATABASE IF EXISTS %s WITH (FORCE)" % self.name)

    def sibling(self, name=None, **settings):
        """The URL of another database of the server, or with other settings."""
        parts = urllib.parse.urlsplit(SERVER)
        query = dict(urllib.parse.parse_qsl(parts.query), **settings)
        # Not by urlunsplit, which loses the empty host of "postgresql:///…".
        url = "%s://%s/%s" % (parts.scheme, parts.netloc, name or self.name)
        return url + ("?" + urllib.parse.urlencode(query) if query else "")

    def run(self, sql):
        return psql(self.url, "-c", sql)


class Onestopd:
    """A server process on free ports; `output` is what it said."""

    def __init__(
        self,
        database_url,
        *flags,
        today=TODAY,
        program=BUILD / "onestopd",
        listen="127.0.0.1:0",
    ):
        folder = pathlib.Path(tempfile.mkdtemp(dir=_scratch))
        ready = folder / "ready"
        self._log = folder / "log"
        with open(self._log, "wb") as log:
            # It ends with us, even if we are killed.
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", program]
                + ["--database", database_url]
                + ["--listen", listen, "--metrics", "none"]
                + ["--policies", ROOT / "policies", "--allow-assumed"]
                + ["--insecure", "--today", today, "--ready-file", ready, *flags],
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        atexit.register(self.kill)
        give_up = time.monotonic() + START_SECONDS
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError("onestopd does not serve:\n" + self.output())
            time.sleep(0.01)
        self.port = json.loads(ready.read_text(encoding="utf-8"))["port"]
        self.address = "127.0.0.1:%d" % self.port

    def output(self):
        return self._log.read_text(encoding="utf-8", errors="replace")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def run_onestopd(*flags):
    """Runs a server that is expected to end; its exit code and what it said."""
    done = subprocess.run(
        [BUILD / "onestopd", *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    return done.returncode, done.stdout
