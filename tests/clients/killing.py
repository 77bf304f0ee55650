"""Jobs whose command or server is killed at random moments and that are run again
until they end, each time on a copy of the same database: they come to what a run
comes to that nothing disturbed.

ONESTOP_KILL_SEED: which moments; ONESTOP_KILLS: how many of the command, and as
many of the server, have to fall within the job.
"""

import collections
import os
import random
import re
import subprocess
import time
import unittest

import stage
import world

SEED = int(os.environ.get("ONESTOP_KILL_SEED", time.time_ns() % 1_000_000))
KILLS = int(os.environ.get("ONESTOP_KILLS", "2"))
MOST_ROUNDS = 10 * KILLS  # a job that is hit less often than that is too short
RANDOM = random.Random(SEED)

# What differs from run to run, and what is compared in its place: when something
# was written, and numbers of which a transaction that broke off uses up one.
ROSTER = "(SELECT (caller, roster_id) FROM roster AS r WHERE r.roster_no = t.%s)"
PLACE = {"book_state.filled_until": "NULL"}  # moves by itself
VARIES = {
    **PLACE,
    "clearing_statement.cut_place": "NULL",
    "clearing_statement.cut_at": "NULL",
    "clearing_statement.closed_at": "closed_at IS NOT NULL",
    "closed_year.closed_at": "NULL",
    "person_version.written_at": "NULL",
    "posting.booked_at": "NULL",
    "roster.began_at": "NULL",
    "roster.roster_no": "NULL",
    "roster_member.roster_no": ROSTER % "roster_no",
    "roster_member.revoked_by": ROSTER % "revoked_by",
    "year_closing.asked_at": "NULL",
}
COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"""
ROWS = """
SELECT md5(whole) || '{table} ' || md5(row) || ' '
       || translate(left(row, 200), E'\\n', ' ')
  FROM (SELECT ROW({whole})::text AS whole, ROW({values})::text AS row
          FROM {table} AS t) AS rows"""
MD5 = 32  # characters


def moment(seconds):
    """Waits for a random part of them."""
    time.sleep(RANDOM.uniform(0, seconds))


def rows(database):
    """Every row of every table: a digest of it whole, then what does not vary."""
    tables = collections.defaultdict(list)
    for line in database.run(COLUMNS).splitlines():
        table, column = line.split("|")
        tables[table].append((table + "." + column, "t." + column))
    queries = [
        ROWS.format(
            table=table,
            whole=", ".join(PLACE.get(name, value) for name, value in columns),
            values=", ".join(VARIES.get(name, value) for name, value in columns),
        )
        for table, columns in tables.items()
    ]
    return database.run(" UNION ALL ".join(queries)).splitlines()


def differences(found, expected, skipped=0):
    """In words, the first few; without so many characters of each row."""
    found = collections.Counter(row[skipped:] for row in found)
    expected = collections.Counter(row[skipped:] for row in expected)
    return ["lacks " + row for row in list((expected - found).elements())[:5]] + [
        "has " + row for row in list((found - expected).elements())[:5]
    ]


class JobTest(unittest.TestCase):
    """A job on what stage.DATABASE was filled with."""

    maxDiff = None
    arguments = ()  # of the command
    halfway = ""  # SQL: whether the job has begun and has not ended
    today = world.TODAY

    @classmethod
    def setUpClass(cls):
        stage.SERVER.kill()  # a database in use cannot be copied
        self = cls()
        self.setUp()
        begun = time.monotonic()
        self.assertEqual(self.start().wait(), 0)
        cls.seconds = time.monotonic() - begun
        cls.rows, cls.answer = rows(self.database), self.told()
        self.doCleanups()
        print("%s: %.2f s, seed %d" % (cls.__name__, cls.seconds, SEED), flush=True)

    def setUp(self):
        """A database that the job has not seen, and a server on it."""
        self.database = world.Database("_copy", copy_of=stage.DATABASE)
        self.addCleanup(self.database.drop)
        self.server = world.Onestopd(self.database.url, today=self.today)
        self.addCleanup(lambda: self.server.kill())

    def command(self, *arguments):
        program = [world.BUILD / "onestop", *(arguments or self.arguments)]
        return [*program, "--json", "--server", self.server.address]

    def start(self):
        running = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)  # before it is waited for
        return running

    def run_to_its_end(self, *arguments):
        """What the job, or another command, answers, without the times."""
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "TIME", done.stdout)

    def told(self):
        """What commands tell of the job when it has ended."""
        return self.run_to_its_end()

    def kill_command(self):
        """Whether that was within the job, for each kill."""
        for _ in range(RANDOM.randint(2, 4)):
            running = self.start()
            moment(self.seconds)
            running.kill()
            yield self.is_halfway()

    def kill_server(self):
        """The command waits for it to come back and goes on by itself."""
        running = self.start()
        for _ in range(RANDOM.randint(2, 4)):
            moment(self.seconds)
            self.server.kill()
            yield self.is_halfway()
            self.server = world.Onestopd(
                self.database.url, today=self.today, listen=self.server.address
            )
        self.assertEqual(running.wait(180), 0, "seed %d" % SEED)

    def is_halfway(self):
        return self.database.run("SELECT " + self.halfway) == "t"

    def ends_as_clean(self):
        self.run_to_its_end()
        ended = rows(self.database)
        wrong = differences(ended, self.rows, skipped=MD5)
        self.assertEqual(wrong, [], "seed %d" % SEED)
        self.assertEqual(self.told(), self.answer, "seed %d" % SEED)
        wrong = differences(rows(self.database), ended)
        self.assertEqual(wrong, [], "run once more, seed %d" % SEED)

    def rounds(self, kill):
        within = rounds = 0
        while within < KILLS:
            self.assertLess(rounds, MOST_ROUNDS, "too few kills within the job")
            if rounds > 0:
                self.doCleanups()
                self.setUp()
            within += sum(kill())
            self.ends_as_clean()
            rounds += 1
        print("%d kills within the job, %d rounds" % (within, rounds), flush=True)

    def test_the_command_is_killed(self):
        self.rounds(self.kill_command)

    def test_the_server_is_killed(self):
        self.rounds(self.kill_server)
