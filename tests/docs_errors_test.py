#!/usr/bin/python3
"""Compares docs/errors.md with the reasons that the sources can give.

Every reason of a `namespace refusal` and of a MakeError call stands in the
page with its code, every reason of the page is given somewhere, and the words
of PassReason are those of the last table.
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ["base", "domain", "wire", "storage", "server", "cli"]
REASON = r'"([A-Z]+(?:_[A-Z]+)*)"'


def sources():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".cc", ".h"):
                yield path, path.read_text(encoding="utf-8")


def camel(code):
    """FAILED_PRECONDITION as absl spells it: kFailedPrecondition."""
    return "k" + code.title().replace("_", "")


def refusal_constants():
    """{constant: reason} of every namespace refusal."""
    found = {}
    for _, text in sources():
        for body in re.findall(r"namespace refusal \{(.*?)\}  // namespace", text, re.S):
            found.update(re.findall(r"(k\w+)\s*=\s*" + REASON, body))
    return found


def made_reasons(constants):
    """{reason: {codes}} of MakeError calls that spell both out."""
    made = {}
    for _, text in sources():
        calls = re.findall(
            r"MakeError\(\s*absl::StatusCode::(k\w+),\s*(?:%s|(?:\w+::)*refusal::(k\w+))"
            % REASON,
            text,
        )
        for code, literal, constant in calls:
            reason = literal or constants[constant]
            made.setdefault(reason, set()).add(code)
    return made


def page():
    """{reason: code} of the tables with a code, and the words of the last."""
    text = (ROOT / "docs/errors.md").read_text(encoding="utf-8")
    reasons = re.findall(r"^\| `([A-Z_]+)` \| ([A-Z_]+) \|", text, re.M)
    last = text[text.index("## Why a scheme passes") :]
    words = re.findall(r"^\| `([A-Z_]+)` \| ", last, re.M)
    return reasons, words


class ErrorsPage(unittest.TestCase):
    def setUp(self):
        self.constants = refusal_constants()
        self.made = made_reasons(self.constants)
        self.reasons, self.words = page()

    def test_the_sources_were_understood(self):
        self.assertGreater(len(self.constants), 20)
        self.assertGreater(len(self.made), 3)
        self.assertGreater(len(self.reasons), 20)

    def test_each_reason_stands_once(self):
        names = [name for name, _ in self.reasons]
        self.assertEqual(sorted(names), sorted(set(names)))

    def test_every_reason_of_the_sources_is_in_the_page(self):
        given = set(self.constants.values()) | set(self.made)
        self.assertEqual(given - dict(self.reasons).keys(), set())

    def test_the_codes_agree(self):
        for reason, code in self.reasons:
            for made in self.made.get(reason, set()):
                self.assertEqual(made, camel(code), reason)

    def test_every_reason_of_the_page_is_given_somewhere(self):
        # The command has words for all of them and gives none.
        everything = "\n".join(
            text for path, text in sources() if path.name != "reasons.cc"
        )
        for reason, _ in self.reasons:
            self.assertIn('"%s"' % reason, everything)

    def test_the_words_of_a_passed_line_are_those_of_the_engine(self):
        text = (ROOT / "domain/reason.cc").read_text(encoding="utf-8")
        engine = re.findall(r"return " + REASON, text)
        self.assertEqual(self.words, engine)


class ViolationWords(unittest.TestCase):
    """What is said of bad fields has Chinese words in the command."""

    GIVERS = r"(?:violations\.Add|MalformedRequest|set_description)\("
    LITERAL = r'"((?:\\.|[^"\\])*)"'

    @staticmethod
    def arguments(text, begin):
        """The text from `begin` to the parenthesis that closes."""
        depth = 1
        for match in re.compile(r'"(?:\\.|[^"\\])*"|[()]').finditer(text, begin):
            depth += {"(": 1, ")": -1}.get(match[0], 0)
            if depth == 0:
                return text[begin : match.start()]
        raise ValueError("no end")

    def descriptions(self):
        """{file: pieces of what it says of a field}: literals with a space."""
        found = {}
        for path, text in sources():
            if path.parent.name == "cli" or "scenario" in path.name:
                continue
            text = re.sub(r'"\s*\n\s*"', "", text)
            constants = dict(
                re.findall(r"string_view (k\w+) =\s*" + self.LITERAL, text)
            )
            for call in re.finditer(self.GIVERS, text):
                arguments = self.arguments(text, call.end())
                pieces = re.findall(self.LITERAL, arguments)
                pieces += [constants.get(k, "") for k in re.findall(r"k\w+", arguments)]
                found.setdefault(path.name, set()).update(
                    piece for piece in pieces if " " in piece
                )
        return found

    def test_each_description_has_chinese_words(self):
        text = (ROOT / "cli/violation_text.cc").read_text(encoding="utf-8")
        text = re.sub(r'"\s*\n\s*"', "", text)
        patterns = re.findall(r"\{" + self.LITERAL + r",\s*" + self.LITERAL, text)
        self.assertGreater(len(patterns), 40)
        for english, chinese in patterns:
            self.assertEqual(
                set(re.findall(r"\$\d", english)), set(re.findall(r"\$\d", chinese))
            )
        descriptions = self.descriptions()
        self.assertGreater(len(descriptions), 8)
        for name, pieces in descriptions.items():
            for piece in pieces:
                self.assertTrue(
                    any(piece in english for english, _ in patterns), (name, piece)
                )
        # And none that nobody gives: the fixed beginning of each is in a source.
        everything = " ".join(piece for found in descriptions.values() for piece in found)
        for english, _ in patterns:
            longest = max(re.split(r"\$\d", english), key=len)
            self.assertIn(longest.strip(), everything)


if __name__ == "__main__":
    unittest.main()
