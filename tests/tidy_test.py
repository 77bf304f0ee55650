#!/usr/bin/python3
"""Keeps the habits of the project: which folder may include what, no floating
point and no clock in domain/, short functions, a purpose at each file's head.

Run without arguments it first tests itself on planted faults, then reads every
file that git knows; it prints one line a fault and exits 1 if there is any.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
LONG_FUNCTIONS = "tests/long_functions.txt"
MAX_FUNCTION_LINES = 70

# The table of the folders. A folder may include itself, those listed here,
# and generated code and libraries by the patterns; std is free for all.
STD = r"[a-z_]+"
C_LIBRARY = r"(sys/|netinet/|arpa/)?[a-z_]+\.h"
EVERYTHING = r".*"
MAY_INCLUDE = {
    "base": ([], [STD, r"absl/.*", r"protozero/.*"]),
    "domain": (["base"], [STD, r"absl/.*"]),
    "wire": (
        ["base", "domain"],
        [
            *(STD, r"absl/.*", r"google/(protobuf|rpc)/.*", r"protozero/.*"),
            r"onestop/v1/[^/]*\.pb\.h",
        ],
    ),
    "storage": (
        ["base", "domain"],
        [
            STD,
            C_LIBRARY,
            r"absl/.*",
            r"google/protobuf/.*",
            r"onestop/storage/v1/[^/]*\.pb\.h",
            r"libpq-fe\.h",
            r"postgresql/.*",
            r"pqxx/.*",
            r"openssl/.*",
        ],
    ),
    "server": (
        ["base", "domain", "wire", "storage"],
        [EVERYTHING],
    ),
    "cli": (
        ["base", "domain", "wire", "storage"],
        [EVERYTHING],
    ),
    "bench": (
        ["base", "domain", "wire", "storage", "server", "cli"],
        [EVERYTHING],
    ),
}
OUR_FOLDERS = ["base", "domain", "wire", "storage", "server", "cli", "bench"]

# What domain/ must not name: it computes with integers, and days are given.
DOMAIN_BANS = [
    (r"\b(double|float)\b", "floating point; money is fen, ratios are basis points"),
    (
        r"\b(system_clock|steady_clock|high_resolution_clock|utc_clock)\b"
        r"|\babsl::Now\b|\bgettimeofday\b|\bclock_gettime\b|\blocaltime\w*\b"
        r"|\bgmtime\w*\b|(?<![\w.>])(std::)?time\s*\(",
        "a clock; the day is an argument",
    ),
    (r"\bstd::(thread|jthread|mutex|async|atomic)\b", "threads; domain/ is pure"),
    (r"\bstd::(cout|cerr|ifstream|ofstream|fstream)\b", "input or output"),
    (r"\b(throw|try|catch)\b", "exceptions; return absl::Status"),
]

# Fault markers and traces of one machine, in any file. Written so that this
# file does not match itself.
ANYWHERE_BANS = [
    (r"\b(FIX" r"ME|TO" r"DO|X" r"XX)\b", "finish it, or write it down as an issue"),
    (r"(?<![\w.])/(work|home/[a-z]+|root|Users/[A-Za-z]+)/", "a path of one machine"),
    (r"\.\./sha" r"red\b", "the project stands alone; copy what it needs"),
    (r"\b(RUL" r"ES|DES" r"IGN)\.md\b", "cite docs/rules.md, an ADR or a page of docs/"),
]

HEAD_MARKS = {
    ".cc": "//",
    ".h": "//",
    ".proto": "//",
    ".ts": "//",
    ".py": "#",
    ".sh": "#",
    ".bash": "#",
    ".textproto": "#",
    ".sql": "--",
}
# Lines before the head that are not the purpose.
HEAD_SKIPS = re.compile(
    r"^(#!|# shellcheck|-- (Deploy|Revert|Verify) |# proto-(file|message):|"
    r"# -\*-|\s*$)"
)


class Fault(tuple):
    """Where (path, line) and what to do about it."""

    def __new__(cls, path, line, advice):
        return super().__new__(cls, (path, line, advice))

    def __str__(self):
        return "%s:%d: %s" % self


def blank(match):
    """The same number of lines, without their text."""
    return re.sub(r"[^\n]", " ", match.group(0))


def without_comments(text):
    """C++ or protobuf code with comments and literals blanked, line by line."""
    return re.sub(
        r'R"(\w*)\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
        r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'",
        blank,
        text,
        flags=re.S,
    )


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def include_faults(path, text):
    folder = path.split("/")[0]
    if folder not in MAY_INCLUDE:
        return
    folders, patterns = MAY_INCLUDE[folder]
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+["<]([^">]+)[">]', line)
        if not match:
            continue
        target = match.group(1)
        first = target.split("/")[0]
        if "/" in target and first in OUR_FOLDERS + ["tests"]:
            if first == folder or first in folders:
                continue
        elif any(re.fullmatch(pattern, target) for pattern in patterns):
            continue
        yield Fault(
            path,
            number,
            "%s/ may not include <%s>; it may include %s. Move the code to the "
            "folder that may." % (folder, target, allowed_in_words(folder)),
        )


def allowed_in_words(folder):
    folders, patterns = MAY_INCLUDE[folder]
    names = ["%s/" % name for name in folders]
    words = {STD: "std", C_LIBRARY: "C headers", EVERYTHING: "any library"}
    names += [words.get(pattern, pattern.replace("\\", "")) for pattern in patterns]
    return ", ".join(names)


def domain_faults(path, text):
    if not path.startswith("domain/"):
        return
    code = without_comments(text)
    for pattern, what in DOMAIN_BANS:
        for match in re.finditer(pattern, code):
            yield Fault(
                path,
                line_of(code, match.start()),
                "'%s' has no place in domain/: %s" % (match.group(0).strip(), what),
            )


def anywhere_faults(path, text):
    for pattern, advice in ANYWHERE_BANS:
        for match in re.finditer(pattern, text):
            yield Fault(
                path,
                line_of(text, match.start()),
                "'%s': %s" % (match.group(0), advice),
            )


def head_faults(path, text):
    """The first lines say in one sentence what the file is for."""
    suffix = pathlib.PurePath(path).suffix
    mark = HEAD_MARKS.get(suffix)
    if mark is None or not text.strip():
        return
    head = []
    for line in text.splitlines():
        if HEAD_SKIPS.match(line) and not head:
            continue
        if suffix == ".py" and not head and line.startswith('"""'):
            head.append(line.strip('"'))
            break
        if not line.startswith(mark):
            break
        head.append(line[len(mark) :].strip())
    if len(" ".join(head).split()) < 3:
        yield Fault(
            path,
            1,
            "begin the file with one sentence that says what it is for (%s …)" % mark,
        )


def functions_of_cpp(text):
    """Yields (name, first line, lines) of each function body, by its braces.

    A body is a block that follows a closing parenthesis, outside any other
    body; blocks of namespaces, classes and enums are entered.
    """
    code = re.sub(
        r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", blank, without_comments(text), flags=re.M
    )
    stack, start = [], 0
    for match in re.finditer(r"[{};]", code):
        mark, at = match.group(0), match.start()
        if mark == "{":
            head = code[start:at]
            is_body = "function" not in stack and re.search(
                r"\)\s*(const|noexcept|override|final|&|&&|->[^;{}]*|:[^;{}]*|\s)*$",
                head,
                re.S,
            )
            stack.append("function" if is_body else "block")
            if is_body:
                begin, name = at, name_of(head)
                first = line_of(code, start + len(head) - len(head.lstrip()))
        elif mark == "}" and stack:
            if stack.pop() == "function":
                yield name, first, line_of(code, at) - first + 1
        if "function" not in stack:
            start = match.end()


def name_of(head):
    match = re.search(r"TEST\w*\s*\(\s*(\w+)\s*,\s*(\w+)", head)
    if match:
        return "%s.%s" % match.groups()
    match = re.search(r"([\w:~]+|operator\s*[^\s(]+)\s*\(", head)
    return match.group(1) if match else "?"


def functions_of_python(text):
    lines = text.splitlines()
    for number, line in enumerate(lines):
        match = re.match(r"(\s*)def (\w+)", line)
        if not match:
            continue
        end = number
        for later in range(number + 1, len(lines)):
            if lines[later].strip():
                indent = len(lines[later]) - len(lines[later].lstrip())
                if indent <= len(match.group(1)):
                    break
                end = later
        yield match.group(2), number + 1, end - number + 1


def functions_of_shell(text):
    begin = None
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r"(\w+)\(\) [{(]$", line)
        if match:
            begin = (match.group(1), number)
        elif begin and re.match(r"[})]", line):
            yield begin[0], begin[1], number - begin[1] + 1
            begin = None


def functions_of(path, text):
    suffix = pathlib.PurePath(path).suffix
    if suffix in (".cc", ".h"):
        return functions_of_cpp(text)
    if suffix == ".py":
        return functions_of_python(text)
    if suffix in (".sh", ".bash") or path == "dev":
        return functions_of_shell(text)
    return ()


def read_long_functions(root):
    """The functions that may be long still: {(path, name): lines}."""
    known = {}
    file = root / LONG_FUNCTIONS
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                lines, path, name = line.split()
                known[(path, name)] = int(lines)
    return known


def function_faults(path, text, known):
    for name, first, lines in functions_of(path, text):
        limit = max(MAX_FUNCTION_LINES, known.get((path, name), 0))
        if lines > limit:
            yield Fault(
                path,
                first,
                "%s has %d lines, the limit is %d; give a part of it a name of "
                "its own" % (name, lines, limit),
            )


def files_of(root):
    """The files that git knows or would add, or all below root without git."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "-c", "-o"]
        + ["--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
    else:
        names = [str(p.relative_to(root)) for p in root.rglob("*")]
        names = [n for n in names if not re.match(r"(build|\.git|\.dev)/", n)]
    return sorted({n for n in names if n and (root / n).is_file()})


def check(root):
    known = read_long_functions(root)
    faults = []
    for path in files_of(root):
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # A picture or the like.
        faults += head_faults(path, text)
        faults += anywhere_faults(path, text)
        faults += function_faults(path, text, known)
        if pathlib.PurePath(path).suffix in (".cc", ".h"):
            faults += include_faults(path, text)
            faults += domain_faults(path, text)
    return faults


class PlantedFaults(unittest.TestCase):
    """Each kind of fault is found where it was planted, and only there."""

    def faults_in(self, path, text):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            return [(fault[1], fault[2]) for fault in check(pathlib.Path(folder))]

    def assert_fault(self, path, body, line, words):
        faults = self.faults_in(path, body)
        self.assertEqual([fault[0] for fault in faults], [line], faults)
        self.assertIn(words, faults[0][1])

    def assert_clean(self, path, body):
        self.assertEqual(self.faults_in(path, body), [])

    def test_includes(self):
        head = "// Prices a line of a claim.\n"
        for path, target in [
            ("domain/a.cc", "<grpcpp/grpcpp.h>"),
            ("domain/a.cc", '"wire/claim.h"'),
            ("domain/a.cc", '"onestop/v1/claim.pb.h"'),
            ("domain/a.h", "<pqxx/pqxx>"),
            ("domain/a.h", "<unistd.h>"),
            ("domain/a.h", '"tests/support/x.h"'),
            ("base/a.h", '"domain/money.h"'),
            ("wire/a.cc", "<grpcpp/grpcpp.h>"),
            ("wire/a.cc", "<pqxx/pqxx>"),
            ("wire/a.cc", '"storage/store.h"'),
            ("wire/a.cc", '"onestop/storage/v1/stored.pb.h"'),
            ("storage/a.cc", "<grpcpp/grpcpp.h>"),
            ("storage/a.cc", '"onestop/v1/claim.pb.h"'),
            ("storage/a.cc", '"wire/claim.h"'),
            ("cli/a.cc", '"server/lane.h"'),
            ("server/a.cc", '"bench/world.h"'),
            ("bench/a.cc", '"tests/support/x.h"'),
        ]:
            self.assert_fault(path, head + "#include %s\n" % target, 2, "may not")

    def test_allowed_includes(self):
        head = "// Prices a line of a claim.\n"
        for path, target in [
            ("domain/a.cc", "<string_view>"),
            ("domain/a.cc", '"base/check.h"'),
            ("domain/a.cc", '"absl/status/status.h"'),
            ("wire/a.cc", '"onestop/v1/claim.pb.h"'),
            ("wire/a.cc", "<google/protobuf/util/json_util.h>"),
            ("storage/a.cc", "<libpq-fe.h>"),
            ("storage/a.cc", "<openssl/sha.h>"),
            ("storage/a.cc", '"onestop/storage/v1/stored.pb.h"'),
            ("server/a.cc", "<grpcpp/grpcpp.h>"),
            ("server/a.cc", '"storage/store.h"'),
            ("bench/a.cc", '"server/lane.h"'),
            ("tests/domain/a.cc", '"server/lane.h"'),
        ]:
            self.assert_clean(path, head + "#include %s\n" % target)

    def test_domain_is_pure(self):
        head = "// Prices a line; double rounding is explained here.\n"
        for code in [
            "double x;",
            "float x;",
            "auto t = std::chrono::system_clock::now();",
            "auto t = absl::Now();",
            "auto t = time(nullptr);",
            "auto t = std::time (nullptr);",
            "gettimeofday(&t, nullptr);",
            "std::mutex m;",
            "throw 1;",
        ]:
            self.assert_fault("domain/a.cc", head + code + "\n", 2, "domain/")
        for code in ["int booking_time();", 'const char* s = "double";', "int64_t x;"]:
            self.assert_clean("domain/a.cc", head + code + "\n")
        self.assert_clean("server/a.cc", head + "double x;\n")

    def test_head(self):
        self.assert_fault("base/a.h", "#include <string>\n", 1, "one sentence")
        self.assert_fault("a.sh", "#!/bin/bash\nset -e\n", 1, "one sentence")
        self.assert_fault("a.sql", "-- Deploy x\nBEGIN;\n", 1, "one sentence")
        self.assert_fault("a.py", "import sys\n", 1, "one sentence")
        self.assert_clean("a.py", '#!/x\n"""Says what is due today."""\n')
        self.assert_clean("a.sql", "-- Deploy x\n\n-- Creates the ledger table.\n")

    def test_anywhere(self):
        head = "# Says what is due today.\n"
        for text in ["TO" "DO later", "/ro" "ot/x", "see ../sha" "red/x"]:
            self.assert_fault("a.sh", head + "# " + text + "\n", 2, "'")

    def test_functions(self):
        head = "// Prices a line of a claim.\n"
        for opening in [
            "int Price(int a) {",
            "int A::Price(int a,\n  int b) const {",
            "A::A(int a) : a_(a) {",
            "TEST(Price, OfNothing) {",
            "class A {\n int Price() {",
        ]:
            close = "}\n}\n" if "class" in opening else "}\n"
            lines = opening.count("\n") - ("class" in opening)
            body = "  x = '{';\n" * (MAX_FUNCTION_LINES - 2 - lines)
            self.assert_clean("base/a.cc", head + opening + "\n" + body + close)
            first = 3 if "class" in opening else 2
            body += "  if (x) { y(); }\n"
            text = head + opening + "\n" + body + close
            self.assert_fault("base/a.cc", text, first, "71 lines")

    def test_functions_in_scripts(self):
        body = "    x\n" * MAX_FUNCTION_LINES
        self.assert_fault("a.py", "# Says what is due.\ndef f():\n" + body, 2, "71 lines")
        text = "# Says what is due.\nf() {\n" + body + "}\n"
        self.assert_fault("a.sh", text, 2, "72 lines")

    def test_known_long_functions(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "tests").mkdir()
            body = "    x\n" * 80
            (root / "a.py").write_text("# Says what is due.\ndef f():\n" + body)
            (root / LONG_FUNCTIONS).write_text("# Known.\n81 a.py f\n")
            self.assertEqual(check(root), [])
            (root / LONG_FUNCTIONS).write_text("# Known.\n80 a.py f\n")
            self.assertEqual(len(check(root)), 1)


def main():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(PlantedFaults)
    result = unittest.TextTestRunner(verbosity=0).run(suite)
    if not result.wasSuccessful():
        return 1
    faults = check(ROOT)
    for fault in faults:
        print(fault)
    print("%d files read, %d faults" % (len(files_of(ROOT)), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
