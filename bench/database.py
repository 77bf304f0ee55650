"""The databases of one benchmark run: made with the schema, copied, dropped."""

import pathlib
import subprocess
import urllib.parse

MIGRATIONS = pathlib.Path(__file__).resolve().parent.parent / "migrations"


class DatabaseError(Exception):
    """PostgreSQL did not do what was asked; says what."""


class Server:
    """A PostgreSQL server, named by the URL of one of its databases."""

    def __init__(self, url):
        self.url = url

    def url_of(self, database):
        """The same server's URL with another database."""
        parts = urllib.parse.urlsplit(self.url)
        query = "?" + parts.query if parts.query else ""
        return "%s://%s/%s%s" % (parts.scheme, parts.netloc, database, query)

    def psql(self, *arguments, url=None):
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        result = subprocess.run(
            [*command, *arguments, url or self.url],
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise DatabaseError("psql %s: %s" % (arguments, result.stderr.strip()))
        return result.stdout.strip()

    def show(self, setting):
        return self.psql("-c", "SHOW " + setting)

    def create(self, name):
        """An empty database with the schema of migrations/; its URL."""
        self.drop(name)
        self.psql("-c", "CREATE DATABASE %s TEMPLATE template0" % name)
        plan = (MIGRATIONS / "sqitch.plan").read_text(encoding="utf-8")
        for line in plan.splitlines():
            if line and line[0] not in "%@":
                script = MIGRATIONS / "deploy" / (line.split()[0] + ".sql")
                self.psql("-f", str(script), url=self.url_of(name))
        return self.url_of(name)

    def copy(self, name, source):
        """A copy of a database that nobody uses, and as settled down; its URL."""
        self.drop(name)
        # File by file: the WAL of a large one would outweigh that of the run.
        copying = "CREATE DATABASE %s TEMPLATE %s STRATEGY FILE_COPY"
        self.psql("-c", copying % (name, source))
        return self.url_of(name)

    def settle_down(self, name, *tables):
        """Statistics, hint bits and dirty pages as after a quiet night.

        Only of tables with rows: PostgreSQL takes one that was vacuumed while
        empty for empty, and plans for that until it is analysed again.
        """
        vacuum = "VACUUM (ANALYZE, FREEZE) " + ", ".join(tables)
        self.psql("-c", vacuum, url=self.url_of(name))
        self.psql("-c", "CHECKPOINT")

    def drop(self, name):
        self.psql("-c", "DROP DATABASE IF EXISTS %s WITH (FORCE)" % name)
