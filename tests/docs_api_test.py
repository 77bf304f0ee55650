#!/usr/bin/python3
"""Compares docs/api.md with the comments of the protos, and asks for a comment
on everything that they declare.
"""

import importlib.util
import pathlib
import re
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


api_doc = load(ROOT / "scripts/api_doc.py")


def reasons_of_errors_page():
    text = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([A-Z_]+) \|", text, re.M))


class ApiPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.files = api_doc.read_api(ROOT / "proto", api_doc.FILES)
        cls.page = (ROOT / api_doc.PAGE).read_text(encoding="utf-8")

    def test_the_page_is_what_the_comments_say(self):
        made = api_doc.make_page(self.files)
        if made != self.page:
            lines = zip(made.splitlines(), self.page.splitlines())
            first = next((pair for pair in lines if pair[0] != pair[1]), ("", ""))
            self.fail(
                "docs/api.md is out of date; write it again with "
                "scripts/api_doc.py --write\nfirst difference, now: %s\nthe page: %s"
                % first
            )

    def test_everything_has_a_comment_and_every_rpc_its_errors(self):
        self.assertEqual(list(api_doc.faults(self.files)), [])

    def test_every_link_leads_somewhere(self):
        titles = re.findall(r"^#+ (.*)$", self.page, re.M)
        anchors = {re.sub(r"[^\w -]", "", t.lower()).replace(" ", "-") for t in titles}
        inner = set(re.findall(r"\]\(#([^)]*)\)", self.page))
        self.assertGreater(len(inner), 50)
        self.assertEqual(inner - anchors, set())
        for target in re.findall(r"\]\(([^#)][^)]*)\)", self.page):
            self.assertTrue((ROOT / "docs" / target).exists(), target)

    def test_the_errors_of_an_rpc_are_those_of_the_errors_page(self):
        known = reasons_of_errors_page()
        found = 0
        for rpc in api_doc.things(self.files):
            if rpc.kind != "rpc":
                continue
            text = " ".join(rpc.text.split())
            for code, reasons in api_doc.REASONS.findall(text):
                for reason in re.findall(r"[A-Z_]{4,}", reasons):
                    if reason == "INVALID_ARGUMENT":
                        continue
                    found += 1
                    self.assertIn(reason, known, rpc.name)
                    if code != "Rows":
                        self.assertEqual(known[reason], code, rpc.name)
        self.assertGreater(found, 30)


WELL = """\
// What is tried.
syntax = "proto3";
package onestop.v1;
// Serves.
service Window {
  // Tries it (national: 1, 2). NOT_FOUND: PERSON_UNKNOWN.
  rpc Try(Asked) returns (stream Answered);
}
// Asks.
message Asked {
  // For whom (national: psn_no), less than a<b.
  string whom = 1;
  // Either.
  oneof either {
    // The one | the other.
    int64 one_fen = 2;
    // The other.
    Kind kind = 3;
  }
  // See Asked.whom and NotEver.
  repeated Kind kinds = 4;
}
// Answers:
//   one = two.
message Answered {}
// Which.
enum Kind {
  // None.
  NONE = 0;
}
"""


class PlantedFaults(unittest.TestCase):
    """What is missing is found where it was left out."""

    def read(self, text):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "a.proto").write_text(text, encoding="utf-8")
            return api_doc.read_api(folder, ["a.proto"])

    def test_a_whole_file_has_none(self):
        self.assertEqual(list(api_doc.faults(self.read(WELL))), [])

    def test_a_missing_comment(self):
        for line, what in [
            ("// What is tried.", "begin the file"),
            ("// Serves.", "service Window"),
            ("// Tries it (national: 1, 2). NOT_FOUND: PERSON_UNKNOWN.", "rpc Try"),
            ("// Asks.", "message Asked"),
            ("// For whom (national: psn_no), less than a<b.", "field whom"),
            ("// Either.", "oneof either"),
            ("// Which.", "enum Kind"),
            ("// None.", "value NONE"),
        ]:
            found = list(api_doc.faults(self.read(WELL.replace(line, "", 1))))
            self.assertEqual(len(found), 1, (line, found))
            self.assertIn(what, found[0])

    def test_an_rpc_without_errors(self):
        found = list(api_doc.faults(self.read(WELL.replace(" NOT_FOUND", " Not"))))
        self.assertEqual(len(found), 1, found)
        self.assertIn("does not say how it refuses", found[0])

    def test_the_page(self):
        page = api_doc.make_page(self.read(WELL), [("Someone", [("try", "Try")])])
        for line in [
            "| try | [Try](#try) | 1, 2 |",
            "Takes [Asked](#asked), answers a stream of [Answered](#answered). "
            "National: 1, 2.",
            "| NOT_FOUND | `PERSON_UNKNOWN` |",
            "`either` is one of `one_fen`, `kind`. Either.",
            "| `whom` = 1 | string | `psn_no` | For whom, less than a&lt;b. |",
            "| `one_fen` = 2 | int64 |  | The one \\| the other. |",
            "| `kinds` = 4 | repeated [Kind](#kind) |  | "
            "See [Asked.whom](#asked) and NotEver. |",
            "one = two.",
            "| `NONE` | 0 |  | None. |",
        ]:
            self.assertIn(line + "\n", page)

    def test_tasks_name_every_rpc_once(self):
        files = self.read(WELL)
        for tasks in [[], [("A", [("try", "Try"), ("again", "Try")])]]:
            with self.assertRaises(api_doc.Fault):
                api_doc.make_page(files, tasks)

    def test_a_proto_that_protoc_refuses(self):
        with self.assertRaisesRegex(api_doc.Fault, "a.proto:21"):
            self.read(WELL.replace("Kind kinds", "Kin kinds"))


if __name__ == "__main__":
    unittest.main()
