"""Databases with many settlements stored, kept from one run to the next.

onestopd settles some thousands; these rows are then multiplied by bulk load:
booked evenly over the year before TODAY, each copy with an id of its own, as
random as ours, of a person chosen at random. Record and reply stay as they were,
so that rows have their real sizes.
"""

import contextlib
import hashlib
import shutil
import subprocess

import cluster
import flags
import process
from stage import FILLED_TABLES, TODAY, say

MOST_SAMPLED = 5_000
WORLD = "world"
BUILT = "built"  # the comment of a database that is whole
MAKES_THEM = [
    *("migrations/deploy", "policies", "proto"),
    *("bench/world.cc", "bench/fill.cc", "bench/grown.py"),
]
# What copying rows does not log, so that it costs one write of them. Checkpoints
# are ours, and each index is built at once.
BUILD_SETTINGS = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1d",
    "maintenance_work_mem": "1GB",
    "work_mem": "256MB",
    "max_parallel_workers_per_gather": "0",  # The order of booking is kept.
}
# Columns of the copy `i` that differ from those of the sampled row `s`.
RANDOM_PERSON = "(hashint8extended(i, 1) & 9223372036854775807) %% %(persons)d"
CHANGED = {
    "settlement_id": "md5('stored ' || i)::uuid",
    "person_id": "left(s.person_id, -8) || lpad((%s)::text, 8, '0')" % RANDOM_PERSON,
    "request_id": "'stored00-' || lpad(to_hex(i), 16, '0')",
    "booked_on": "at::date",
    "booked_at": "at",
    "service_date": "at::date - (s.booked_on - s.service_date)",
}
MULTIPLY = (
    "COPY (SELECT {columns} FROM generate_series(1, %(count)d::bigint) AS g (i)"
    " CROSS JOIN LATERAL (SELECT timestamp '%(today)s'"
    "   - interval '365 days' * (1 - i / (%(count)d + 1.0)::float8) AS at) AS d"
    " JOIN sample s ON s.number = (hashint8extended(i, 2) & 9223372036854775807)"
    " %% %(sampled)d) TO STDOUT (FORMAT binary)"
)
INDEXES = (
    "SELECT 'ALTER TABLE settlement DROP CONSTRAINT ' || quote_ident(conname),"
    "       format('ALTER TABLE settlement ADD CONSTRAINT %I %s', conname,"
    "              pg_get_constraintdef(oid))"
    "  FROM pg_constraint WHERE conrelid = 'settlement'::regclass"
    "   AND contype IN ('p', 'u')"
    " UNION ALL"
    " SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid)"
    "  FROM pg_index WHERE indrelid = 'settlement'::regclass AND NOT EXISTS ("
    "       SELECT FROM pg_constraint WHERE conindid = indexrelid)"
)


def _digest(persons, sampled):
    """Changes with whatever would make these databases other ones."""
    digest = hashlib.sha256(b"%d %d" % (persons, sampled))
    for name in MAKES_THEM:
        path = flags.ROOT / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                digest.update(str(file.relative_to(flags.ROOT)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _home(cache, digest, rebuild):
    """The folder of the cluster; those of other worlds are removed."""
    parent = cluster.usable_folder(
        cache,
        "/var/tmp/onestop-bench-"
        + hashlib.sha256(bytes(flags.ROOT)).hexdigest()[:12],
    )
    wanted = "grown-" + digest
    for other in parent.glob("grown-*"):
        if rebuild or other.name != wanted:
            say("removing " + str(other))
            shutil.rmtree(other)
    return cluster.usable_folder(parent / wanted)


class Grown:
    """The databases `sizes`, each with so many settlements, behind one server
    that runs until `stack` is closed."""

    def __init__(self, stage, stack):
        self.stage = stage
        self.persons = stage.asked.persons
        self.sizes = stage.asked.stored
        self.sampled = min(MOST_SAMPLED, *self.sizes)
        digest = _digest(self.persons, self.sampled)
        self.home = _home(stage.asked.cache, digest, stage.asked.rebuild)
        settings = cluster.settings_of(stage.postgres)
        if not self._whole(settings):
            with cluster.Cluster(self.home, {**settings, **BUILD_SETTINGS}) as building:
                self._build(building.server)
        running = cluster.Cluster(self.home, settings)
        self.server = stack.enter_context(running).server

    @staticmethod
    def name(size):
        return "stored_%d" % size

    def url(self, size):
        return self.server.url_of(self.name(size))

    def added(self, size):
        """How many settlements have been added to those stored."""
        today = "SELECT count(*) FROM settlement WHERE booked_on >= DATE '%s'" % TODAY
        return int(self.server.psql("-c", today, url=self.url(size)))

    def _whole(self, settings):
        with cluster.Cluster(self.home, settings) as running:
            return all(self._built(running.server, size) for size in self.sizes)

    def _built(self, server, size):
        return BUILT == server.psql(
            "-c",
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = '%s'" % self.name(size),
        )

    def _build(self, server):
        self._sample(server)
        for size in sorted(self.sizes):
            if self._built(server, size):
                continue
            self._check_room(server, size)
            say("storing %d settlements, once; they are kept in %s" % (size, self.home))
            name = self.name(size)
            server.copy(name, WORLD)
            self._multiply(server, size)
            url = server.url_of(name)
            server.psql("-c", "ANALYZE settlement", url=url)
            stored = server.psql("-c", "SELECT count(*) FROM settlement", url=url)
            if int(stored) != size:
                raise process.ProgramError("%s does not hold what it says" % name)
            server.psql("-c", "CHECKPOINT")
            server.psql("-c", "COMMENT ON DATABASE %s IS '%s'" % (name, BUILT))
        server.drop(WORLD)

    def _sample(self, server):
        """Makes the world and, in it, the table `sample` of real settlements."""
        url = server.create(WORLD)
        self.stage.load("world", "--database", url, seconds=3600)
        server.settle_down(WORLD, *FILLED_TABLES)
        command = self.stage.onestopd_command(url)
        with self.stage.service("sampled", *command) as service:
            options = ["--server", service.address, "--seconds", 1, "--warmup", 0]
            settled = 0
            while settled < self.sampled:
                settled += self.stage.load("run", *options, seconds=600)["calls"]
        sampled = (
            "SELECT row_number() OVER () - 1 AS number, s.* FROM settlement s LIMIT %d"
        )
        server.psql("-c", "CREATE TABLE sample AS " + sampled % self.sampled, url=url)
        server.psql("-c", "ANALYZE sample", url=url)

    def _check_room(self, server, size):
        """Fails while there is still room, by the size of the sampled rows."""
        each = server.psql(
            *("-c", "SELECT pg_table_size('sample') / count(*) FROM sample"),
            url=server.url_of(WORLD),
        )
        needed = int(each) * size
        free = shutil.disk_usage(self.home).free
        if free < 1.5 * needed + (4 << 30):
            raise process.ProgramError(
                "%d settlements need %d GB, and %s has %d GB; see --stored, --cache"
                % (size, needed >> 30, self.home, free >> 30)
            )

    def _multiply(self, server, size):
        url = server.url_of(self.name(size))
        columns = server.psql(
            "-c",
            "SELECT attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped"
            " AND attrelid = 'settlement'::regclass ORDER BY attnum",
            url=url,
        ).split()
        chosen = [CHANGED.get(column, "s." + column) for column in columns]
        copied = MULTIPLY.format(columns=", ".join(chosen)) % {
            **{"count": size, "persons": self.persons},
            **{"sampled": self.sampled, "today": TODAY},
        }
        indexes = [
            line.split("|") for line in server.psql("-c", INDEXES, url=url).splitlines()
        ]
        # FREEZE leaves nothing for a vacuum to do.
        into = "COPY settlement (%s) FROM STDIN (FORMAT binary, FREEZE)"
        steps = [drop for drop, _ in indexes] + ["TRUNCATE settlement"]
        steps += [into % ", ".join(columns)] + [make for _, make in indexes]
        steps += ["DROP TABLE sample"]
        commands = [word for step in steps for word in ("-c", step)]
        psql = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        _pipe([*psql, "-c", copied, url], [*psql, "-1", *commands, url])


def _pipe(source, sink):
    """Both programs to their end, the one's output into the other."""
    with contextlib.ExitStack() as stack:
        command = process.with_us(source)
        reading = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE))
        stack.callback(reading.kill)  # Does nothing once it has ended.
        command = process.with_us(sink)
        writing = stack.enter_context(subprocess.Popen(command, stdin=reading.stdout))
        stack.callback(writing.kill)
        reading.stdout.close()
        ended = [writing.wait(), reading.wait()]
    if ended != [0, 0]:
        raise process.ProgramError("the settlements were not stored; see above")
