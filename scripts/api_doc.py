#!/usr/bin/python3
"""Writes docs/api.md, the reference of the API, from the comments of the protos.

With --write it writes the page; without, it compares the page with what it
would write and names everything that has no comment. Exit 1: they differ, or
something has none.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = "docs/api.md"
PACKAGE = "onestop.v1"
CONVENTIONS = "onestop/v1/types.proto"
FILES = [
    "onestop/v1/settlement.proto",
    "onestop/v1/registry.proto",
    "onestop/v1/reconciliation.proto",
    "onestop/v1/clearing.proto",
    "onestop/v1/claim.proto",
    "onestop/v1/receipt.proto",
    "onestop/v1/resources.proto",
    CONVENTIONS,
]

# Who calls what for what. Every RPC stands here once.
TASKS = [
    (
        "A window: a hospital or a pharmacy",
        [
            ("know whether a person is covered here, and what is left", "GetEligibility"),
            ("tell what a claim would come to, before it is settled", "Quote"),
            ("settle it; after a lost reply, send the same again", "Settle"),
            ("settle many over one connection", "SettleStream"),
            ("take one back, in part too, or close an id without answer", "Reverse"),
            ("look at one again", "GetSettlement"),
            ("compare the day or the month with one's own books", "ListSettlements"),
            ("see a person's deductibles, caps and account so far", "GetLedger"),
            ("register a treatment, a disease, a family account", "Register"),
        ],
    ),
    (
        "An agency: who insures",
        [
            ("load persons", "ImportPersons"),
            ("load hospitals and pharmacies", "ImportInstitutions"),
            ("load the catalog", "ImportItems"),
            ("load registrations made elsewhere", "ImportRegistrations"),
            ("load which pharmacy a hospital has designated", "ImportDesignations"),
            ("load opening balances of accounts", "ImportAccounts"),
            ("load what was used before this system began", "ImportCounters"),
            ("post what inpatient care used of the shared cap", "PostUsage"),
            ("credit the month to personal accounts", "CreditAccounts"),
            ("take over the month's roster of the two diseases", "SyncRoster"),
            ("look up a person", "GetPerson"),
            ("look up an institution", "GetInstitution"),
            ("look up an item", "GetItem"),
            ("list registrations", "ListRegistrations"),
            ("change the drugs of a treatment", "UpdateRegistration"),
            ("book an assessment of a treatment", "ReassessRegistration"),
            ("end a registration", "RevokeRegistration"),
            ("close a year", "CloseYear"),
        ],
    ),
    (
        "Both: the books",
        [
            ("compare the totals of days", "ReconcileTotals"),
            ("compare row by row, only what differs travelling", "ReconcileDetails"),
            ("read what a comparison found", "ListDifferences"),
        ],
    ),
    (
        "An agency: what institutions are owed",
        [
            ("close a month", "CloseMonth"),
            ("look at a statement", "GetStatement"),
            ("see what is to pay, overdue, paid", "ListStatements"),
            ("explain a statement, or a line of it", "ListStatementSettlements"),
            ("deduct, set a prepayment off, advance", "AdjustStatement"),
            ("record a payment", "RecordPayment"),
        ],
    ),
]

INTRODUCTION = """\
# The API

<!-- Written by scripts/api_doc.py from the comments of proto/onestop/v1. Change
those, then run `scripts/api_doc.py --write`. -->

Every service, call, message and field of [`proto/onestop/v1`](../proto/onestop/v1), \
as its comment there explains it. [errors.md](errors.md) has each reason of a refusal \
with what to do about it, [rules.md](rules.md) what is computed; the \
[README](../README.md) says what is not served yet. A server also answers gRPC \
reflection and `grpc.health.v1.Health`.

*National* names the transaction or the field of the national medical-insurance \
interface that says the same thing.
"""

CODES = (
    "INVALID_ARGUMENT|NOT_FOUND|ALREADY_EXISTS|FAILED_PRECONDITION|ABORTED"
    "|UNAVAILABLE|INTERNAL|DEADLINE_EXCEEDED"
)
REASONS = re.compile(r"\b(%s|Rows): ([A-Z_]+(?:, [A-Z_]+)*(?: \([^)]*\))?)\." % CODES)
NATIONAL = re.compile(r"\s*\(national:\s+([^()]*)\)")
WORD = re.compile(r"`[^`]*`|\w+(?:\.[a-z_]+)*|[^\w`]+")

# Numbers of fields in the descriptor messages, which make up comments' paths.
FILE_MESSAGE, FILE_ENUM, FILE_SERVICE, FILE_SYNTAX = 4, 5, 6, 12
MESSAGE_FIELD, MESSAGE_NESTED, MESSAGE_ENUM, MESSAGE_ONEOF = 2, 3, 4, 8
ENUM_VALUE = SERVICE_METHOD = 2

FIELD = descriptor_pb2.FieldDescriptorProto


class Fault(Exception):
    """The protos or the tasks cannot be made a page of; the text says why."""


class Thing:
    """A service, RPC, message, field, oneof, enum or value with its comment."""

    def __init__(self, file, kind, name, path, proto):
        self.file, self.kind, self.name, self.path = file, kind, name, path
        self.proto = proto
        self.comment = file.comments.get(path, "")
        found = NATIONAL.findall(self.comment)
        self.national = "; ".join(" ".join(text.split()) for text in found)
        self.text = NATIONAL.sub("", self.comment)
        self.parts = []

    def of(self, *kinds):
        return [part for part in self.parts if part.kind in kinds]

    def everything(self):
        yield self
        for part in self.parts:
            yield from part.everything()

    def add(self, kind, number, protos):
        for index, proto in enumerate(protos):
            if kind == "oneof" and proto.name.startswith("_"):
                continue  # Of an `optional` field.
            part = Thing(self.file, kind, proto.name, self.path + (number, index), proto)
            if kind == "message":
                part.add("oneof", MESSAGE_ONEOF, proto.oneof_decl)
                part.add("field", MESSAGE_FIELD, proto.field)
                part.add("message", MESSAGE_NESTED, proto.nested_type)
                part.add("enum", MESSAGE_ENUM, proto.enum_type)
            elif kind == "enum":
                part.add("value", ENUM_VALUE, proto.value)
            elif kind == "service":
                part.add("rpc", SERVICE_METHOD, proto.method)
            self.parts.append(part)


class File:
    """One proto file: its comment, and all that it declares."""

    def __init__(self, proto):
        self.name = proto.name
        self.comments = {
            tuple(place.path): place.leading_comments
            for place in proto.source_code_info.location
            if place.leading_comments
        }
        self.top = Thing(self, "file", proto.name, (), proto)
        self.top.add("service", FILE_SERVICE, proto.service)
        self.top.add("message", FILE_MESSAGE, proto.message_type)
        self.top.add("enum", FILE_ENUM, proto.enum_type)
        self.comment = self.comments.get((FILE_SYNTAX,), "")


def read_api(folder, names):
    """The files `names` below `folder`, as protoc describes them."""
    with tempfile.TemporaryDirectory() as scratch:
        described = pathlib.Path(scratch) / "api.protoset"
        command = ["protoc", "--include_source_info", "-I", str(folder)]
        command += ["--descriptor_set_out=%s" % described] + list(names)
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            raise Fault("protoc: " + ran.stderr.strip())
        files = descriptor_pb2.FileDescriptorSet.FromString(described.read_bytes())
    by_name = {proto.name: File(proto) for proto in files.file}
    return [by_name[name] for name in names]


def things(files):
    for file in files:
        for part in file.top.parts:
            yield from part.everything()


def says_its_errors(rpc):
    return bool(REASONS.search(" ".join(rpc.comment.split()))) or bool(
        re.search(r"\berrors?\b|Refuses as", rpc.comment)
    )


def faults(files):
    """What has no comment, and which RPC does not say how it refuses."""
    for file in files:
        if not file.comment:
            yield "%s: begin the file with a comment" % file.name
    for thing in things(files):
        where = "%s: %s %s" % (thing.file.name, thing.kind, thing.name)
        if not thing.text.strip():
            yield "%s has no comment" % where
        elif thing.kind == "rpc" and not says_its_errors(thing):
            yield (
                "%s does not say how it refuses: name code and reasons "
                "(NOT_FOUND: PERSON_UNKNOWN.) or whose errors it has" % where
            )


class Page:
    """The page, from top to bottom."""

    def __init__(self, files, tasks):
        self.files, self.tasks = files, tasks
        self.lines = [INTRODUCTION]
        self.anchors = set()
        self.types = {
            thing.name for thing in things(files) if thing.kind in ("message", "enum")
        }

    def heading(self, level, title):
        anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        if anchor in self.anchors:
            raise Fault("two headings would be '%s'" % title)
        self.anchors.add(anchor)
        self.lines += ["%s %s" % ("#" * level, title), ""]

    def link(self, name):
        return "[%s](#%s)" % (name, name.lower())

    def inline(self, text):
        """A comment's text on one line: names of types are links, words with an
        underscore and names in capitals are code, the rest is escaped."""

        def word(match):
            token = match.group(0)
            first = token.split(".")[0]
            is_name = "." in token or re.match(r"[A-Z][a-z]+[A-Z]", token)
            if token.startswith("`"):
                return token
            if first in self.types and is_name:
                return "[%s](#%s)" % (token, first.lower())
            if "_" in token or re.fullmatch(r"[A-Z]{6,}", token):
                return "`%s`" % token
            return token.replace("<", "&lt;").replace("*", "\\*")

        return WORD.sub(word, " ".join(text.split())).replace("|", "\\|")

    def prose(self, text):
        """Paragraphs, lists and (indented) formulas of a comment."""
        for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
            for block in blocks(paragraph):
                if block.startswith("  "):
                    self.lines += ["```text", *formula(block), "```", ""]
                elif block.startswith("- "):
                    self.lines.append("- " + self.inline(block[2:]))
                else:
                    self.lines += [self.inline(block), ""]
        self.end_block()

    def end_block(self):
        if self.lines[-1]:
            self.lines.append("")

    def table(self, head, rows):
        self.lines.append("| %s |" % " | ".join(head))
        self.lines.append("|%s" % (" --- |" * len(head)))
        self.lines += ["| %s |" % " | ".join(row) for row in rows]
        self.lines.append("")

    def type_of(self, proto):
        name = proto.type_name.lstrip(".")
        if name.startswith(PACKAGE + "."):
            name = self.link(name[len(PACKAGE) + 1 :])
        elif not name:
            name = FIELD.Type.Name(proto.type)[len("TYPE_") :].lower()
        if proto.label == FIELD.LABEL_REPEATED:
            return "repeated " + name
        return ("optional " if proto.proto3_optional else "") + name

    def write(self):
        self.write_tasks()
        self.heading(2, "Conventions")
        conventions = [file for file in self.files if file.name == CONVENTIONS]
        for file in conventions:
            self.prose(file.comment)
        services = [part for file in self.files for part in file.top.of("service")]
        for service in services:
            self.write_service(service)
        for file in self.files:
            if not file.top.of("message", "enum"):
                continue
            self.heading(2, "Messages of " + file.name.split("/")[-1])
            if file not in conventions:
                self.prose(file.comment)
            for part in file.top.of("message", "enum"):
                self.write_type(part)
        return "\n".join(self.lines).rstrip("\n") + "\n"

    def write_tasks(self):
        rpcs = {thing.name: thing for thing in things(self.files) if thing.kind == "rpc"}
        named = [name for _, rows in self.tasks for _, name in rows]
        if sorted(named) != sorted(rpcs):
            wrong = sorted(set(named) ^ set(rpcs)) or "one stands twice"
            raise Fault("TASKS of scripts/api_doc.py: every RPC once; see %s" % wrong)
        self.heading(2, "By task")
        for who, rows in self.tasks:
            self.lines += ["**%s**" % who, ""]
            self.table(
                ["to", "call", "national"],
                [[to, self.link(name), rpcs[name].national] for to, name in rows],
            )

    def write_service(self, service):
        self.heading(2, service.name)
        self.prose(service.text)
        for rpc in service.of("rpc"):
            self.heading(3, rpc.name)
            text = " ".join(rpc.text.split())
            self.prose(REASONS.sub("", text))
            self.lines += [self.signature(rpc), ""]
            reasons = [
                [code if code != "Rows" else "a row's error", self.inline(names)]
                for code, names in REASONS.findall(text)
            ]
            if reasons:
                self.table(["code", "reasons"], reasons)

    def signature(self, rpc):
        def side(streams, name):
            link = self.link(name.split(".")[-1])
            return "a stream of " + link if streams else link

        line = "Takes %s, answers %s." % (
            side(rpc.proto.client_streaming, rpc.proto.input_type),
            side(rpc.proto.server_streaming, rpc.proto.output_type),
        )
        return line + (" National: %s." % rpc.national if rpc.national else "")

    def write_type(self, thing):
        self.heading(3, thing.name)
        self.prose(thing.text)
        if thing.national:
            self.lines += ["National: %s." % thing.national, ""]
        for oneof in thing.of("oneof"):
            fields = [
                "`%s`" % field.name
                for field in thing.of("field")
                if in_oneof(field.proto, thing.proto, oneof.name)
            ]
            line = "`%s` is one of %s. %s"
            values = (oneof.name, ", ".join(fields), self.inline(oneof.text))
            self.lines += [line % values, ""]
        if thing.kind == "enum":
            self.table(["value", "number", "national", "meaning"], self.values(thing))
        elif thing.of("field"):
            self.table(["field", "type", "national", "meaning"], self.fields(thing))
        for part in thing.of("message", "enum"):
            self.write_type(part)

    def national(self, field):
        is_name = re.fullmatch(r"[a-z]\w+", field.national)
        return "`%s`" % field.national if is_name else self.inline(field.national)

    def values(self, enum):
        for value in enum.of("value"):
            name, number = "`%s`" % value.name, str(value.proto.number)
            yield [name, number, value.national, self.inline(value.text)]

    def fields(self, message):
        for field in message.of("field"):
            kind = self.type_of(field.proto)
            name = "`%s` = %d" % (field.name, field.proto.number)
            yield [name, kind, self.national(field), self.inline(field.text)]


def in_oneof(field, message, name):
    return (
        field.HasField("oneof_index")
        and message.oneof_decl[field.oneof_index].name == name
    )


def blocks(paragraph):
    """Splits at list items and around indented lines; each keeps its newlines.

    A comment's lines begin with one space; a formula is indented further, and
    so is what goes on with a list's item."""
    found = []
    for line in paragraph.split("\n"):
        line = line[1:] if line.startswith(" ") else line
        kind = line[:2] if line[:2] in ("- ", "  ") else ""
        goes_on = found and (
            (kind == "" and not found[-1].startswith("  "))
            or (kind == "  " and found[-1].startswith(("- ", "  ")))
        )
        if goes_on:
            found[-1] += "\n" + line
        else:
            found.append(line)
    return found


def formula(block):
    return [line[2:] for line in block.split("\n")]


def make_page(files, tasks=None):
    return Page(files, TASKS if tasks is None else tasks).write()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--write", action="store_true", help="write " + PAGE)
    arguments = parser.parse_args()
    files = read_api(ROOT / "proto", FILES)
    wrong = list(faults(files))
    for fault in wrong:
        print(fault, file=sys.stderr)
    page = make_page(files)
    if arguments.write:
        (ROOT / PAGE).write_text(page, encoding="utf-8")
    elif (ROOT / PAGE).read_text(encoding="utf-8") != page:
        print(PAGE + " is out of date: scripts/api_doc.py --write", file=sys.stderr)
        return 1
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Fault as fault:
        sys.exit("api_doc.py: %s" % fault)
