"""Provokes what ends the programs when they start: by a sentence and an exit code."""

import pathlib
import subprocess
import tempfile
import unittest

import stage
import world


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
