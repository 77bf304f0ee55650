"""Provokes what ends the programs when they start: by a sentence and an exit code."""

import pathlib
import subprocess
import tempfile
import unittest

import stage
import world

SECRET = "s3cret"


class Starting(unittest.TestCase):
    """A test is named test_REASON, as in docs/errors.md."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def ends(self, sentence, *flags, policies=world.ROOT / "policies", code=1):
        ended, output = world.run_onestopd(
            *("--database", stage.DATABASE.url, "--log-level", "off"),
            *("--policies", policies, *flags),
        )
        self.assertRegex(output, r"(?m)^onestopd: .*" + sentence)
        self.assertEqual(ended, code)

    def database_is_wrong(self, sentence, url):
        """Both programs that open the database say it, and no password."""
        verify = [world.BUILD / "onestop", "verify", "--quiet", "--database", url]
        done = subprocess.run(verify, capture_output=True, text=True, check=False)
        self.assertRegex(done.stderr, sentence)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        ended, output = world.run_onestopd(
            *("--database", url, "--log-level", "off", "--allow-assumed"),
            *("--listen", "127.0.0.1:0", "--metrics", "none"),
        )
        self.assertRegex(output, r"(?m)^onestopd: .*" + sentence)
        self.assertEqual(ended, 2)
        self.assertNotIn(SECRET, done.stderr + output)
        self.assertNotIn("repeating", done.stderr + output)

    def test_DATABASE_URL_INVALID(self):
        for url in (
            "postgresql://u:%s@x@127.0.0.1/db",
            "postgresql://u:%s/x@127.0.0.1/db",
            "postgresql://u:1/%s@127.0.0.1/db",
            "postgresql://u:%s%%zz@127.0.0.1/db",
            "postgres:/u:%s@127.0.0.1/db",
            "host=127.0.0.1 password=x %s",
        ):
            self.database_is_wrong("URL cannot be read.*PGPASSWORD", url % SECRET)

    def test_DATABASE_UNKNOWN(self):
        url = stage.DATABASE.sibling("onestop_nowhere", password=SECRET)
        self.database_is_wrong(
            "no database 'onestop_nowhere'.*createdb onestop_nowhere.*sqitch", url
        )

    def test_DATABASE_LOGIN_REFUSED(self):
        url = stage.DATABASE.sibling(user="onestop_nobody", password=SECRET)
        self.database_is_wrong("role 'onestop_nobody' in .*pg_hba", url)

    def test_SCHEMA_OUTDATED(self):
        database = world.Database("_older", count=0)
        last = world.changes()[-1]
        self.database_is_wrong("is not there.*sqitch deploy --verify", database.url)
        world.deploy(database.url, world.changes()[:-1])
        self.database_is_wrong("lacks the change %s .*sqitch" % last, database.url)
        world.deploy(database.url, [last])
        self.ends("figures or conditions")  # the policy is read first

    def policy_check_ends(self, sentence, folder, code):
        done = subprocess.run(
            [world.BUILD / "onestop", "policy", "check", folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.assertRegex(done.stdout, sentence)
        self.assertEqual(done.returncode, code)

    def test_LISTEN_FAILED(self):
        self.ends(
            "Cannot serve gRPC on .*address is taken.*Choose another one",
            *("--allow-assumed", "--listen", stage.SERVER.address),
            *("--metrics", "none"),
        )

    def test_POLICY_NOT_FOUND(self):
        nowhere = self.folder / "nowhere"
        self.ends("cannot read the policy folder '.*nowhere'", policies=nowhere)
        self.ends("holds no .*textproto", policies=self.folder)
        self.policy_check_ends("cannot read the policy folder", nowhere, 2)

    def test_POLICY_ASSUMED(self):
        self.ends(r"[0-9]+ figures or conditions .* assumed.*--allow-assumed")

    def test_READY_FILE_FAILED(self):
        file = self.folder / "nowhere" / "ready"
        self.ends(
            "--ready-file: cannot write '.*nowhere/ready'",
            *("--allow-assumed", "--listen", "127.0.0.1:0", "--metrics", "none"),
            *("--ready-file", file),
        )

    def test_POLICY_INVALID(self):
        wrong = self.folder / "wrong.textproto"
        wrong.write_text("nonsense: 1\n", encoding="utf-8")
        self.ends("wrong.textproto:1: .*nonsense", policies=self.folder)
        self.policy_check_ends("wrong.textproto:1: .*nonsense", self.folder, 1)
