#!/usr/bin/python3
"""Keeps docs/integrate.md true: its code is cut from the tested clients, its links
lead somewhere, its reasons, methods and fields exist.
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE_PATH = ROOT / "docs" / "integrate.md"
PAGE = PAGE_PATH.read_text(encoding="utf-8")
ERRORS = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
PROTOS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "proto" / "onestop" / "v1").glob("*.proto"))
)
CODE = r"(?:^<!-- from (\S+) -->\n)?^```(\w+)\n(.*?)^```$"

SUFFIXES = {"python": ".py", "js": ".js"}


def section(text, heading):
    """The text below a heading of any level, up to the next of its level."""
    level = re.search(r"^(#+) %s$" % re.escape(heading), text, re.M)[1]
    pattern = r"^%s %s$(.*?)(?=^%s |\Z)" % (level, re.escape(heading), level)
    return re.search(pattern, text, re.M | re.S)[1]


def anchor(heading):
    """As the usual renderers make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def fields():
    """{"Message.field": its comment} of the API."""
    found = {}
    message = comment = ""
    for line in PROTOS.splitlines():
        begins = re.match(r"message (\w+) {", line)
        field = re.match(r"\s+(?:repeated |optional )?[\w.<>, ]+ (\w+) = \d+;", line)
        if begins:
            message = begins[1]
        elif line.strip().startswith("//"):
            comment += line.strip(" /") + " "
            continue
        elif field:
            found["%s.%s" % (message, field[1])] = comment
        comment = ""
    return found


class Snippets(unittest.TestCase):
    def test_code_is_cut_from_the_tested_clients(self):
        snippets = [
            match.groups()
            for match in re.finditer(CODE, PAGE, re.M | re.S)
            if match[2] != "sh"
        ]
        self.assertGreater(len(snippets), 10)
        self.assertEqual({language for _, language, _ in snippets}, set(SUFFIXES))
        for path, language, code in snippets:
            self.assertIsNotNone(path, "say where this is from:\n" + code)
            self.assertEqual(pathlib.Path(path).suffix, SUFFIXES[language])
            text = (ROOT / path).read_text(encoding="utf-8")
            self.assertIn("\n" + code, text, path)

    def test_every_marked_snippet_was_read(self):
        marks = re.findall("^<!-- from ", PAGE, re.M)
        found = [match[1] for match in re.finditer(CODE, PAGE, re.M | re.S) if match[1]]
        self.assertEqual(len(found), len(marks))


class Links(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        links = re.findall(r"\]\(([^)]+)\)", PAGE)
        self.assertGreater(len(links), 15)
        for link in links:
            path, _, place = link.partition("#")
            target = (PAGE_PATH.parent / path).resolve() if path else PAGE_PATH
            self.assertTrue(target.exists(), link)
            if place:
                text = target.read_text(encoding="utf-8")
                headings = re.findall(r"^#+ (.*)$", text, re.M)
                self.assertIn(place, map(anchor, headings), link)


class Names(unittest.TestCase):
    def test_every_refusal_of_a_claim_has_its_words_for_the_patient(self):
        table = section(PAGE, "When it is refused")
        told = re.findall(r"^\| `([A-Z_]+)` \| .+ \| .+ \|$", table, re.M)
        reasons = re.findall(
            r"^\| `([A-Z_]+)` \|",
            section(ERRORS, "The request itself")
            + section(
                ERRORS, "Refusals of a claim, in the order in which they are judged"
            ),
            re.M,
        )
        self.assertGreater(len(reasons), 15)
        self.assertEqual(told, reasons)

    def test_every_method_of_the_tables_exists(self):
        methods = set(re.findall(r"rpc (\w+)\(", PROTOS))
        table = section(PAGE, "The national interface beside ours")
        table = table[: table.index("### Fields")]
        named = re.findall(r"`([A-Z]\w+[a-z])`", table)
        self.assertGreater(len(named), 10)
        self.assertLessEqual(set(named), methods)

    def test_every_field_of_the_tables_says_the_same_itself(self):
        """The .proto file's comment of the field names the national one."""
        known = fields()
        self.assertGreater(len(known), 300)
        rows = re.findall(r"^\| ([^|]+) \| `(\w+\.\w+)` \|$", PAGE, re.M)
        self.assertGreater(len(rows), 40)
        for names, ours in rows:
            self.assertIn(ours, known)
            for national in re.findall(r"`(\w+)`", names):
                self.assertRegex(known[ours], r"\b%s\b" % national, ours)

    def test_the_transactions_are_those_of_the_comments(self):
        """Each method whose comment names a transaction stands beside it here."""
        table = section(PAGE, "The national interface beside ours")
        for comment, method in re.findall(
            r"((?:^ +//[^\n]*\n)+) +rpc (\w+)\(", PROTOS, re.M
        ):
            # A comment may be broken anywhere.
            text = re.sub(r"\s*\n\s*// ?", " ", comment)
            for codes in re.findall(r"\(national:\s*([\d, ]+)\)", text):
                for code in re.findall(r"\d{4}", codes):
                    self.assertTrue(
                        self.stands_beside(table, code, method), (code, method)
                    )

    @staticmethod
    def stands_beside(table, code, method):
        rows = [line for line in table.splitlines() if line.startswith("| ")]
        return any(
            code in row.split("|")[1] and "`%s`" % method in row for row in rows
        )


if __name__ == "__main__":
    unittest.main()
