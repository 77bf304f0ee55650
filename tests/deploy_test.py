#!/usr/bin/python3
"""Reads Dockerfile and deploy/ and compares all that they name with what there
is: metrics, outcomes, flags, environment variables, ports, paths, packages.

deploy_test.py BUILD_DIR, which holds onestopd and onestop. It first tests itself
on planted faults. No container engine is needed, and none is used.
"""

import configparser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"

COMPOSE = "deploy/compose.yaml"
PROMETHEUS = "deploy/prometheus/prometheus.yml"
ALERTS = "deploy/prometheus/alerts.yml"
DASHBOARD = "deploy/grafana/dashboards/onestop.json"
DATASOURCE = "deploy/grafana/provisioning/datasources/prometheus.yaml"
PROVIDER = "deploy/grafana/provisioning/dashboards/onestop.yaml"
UNIT = "deploy/systemd/onestopd.service"
UNIT_ENV = "deploy/systemd/onestopd.env.example"
READ_ME = "deploy/README.md"

# What libpq itself reads, as far as these files may set it.
LIBPQ = {"PGPASSWORD", "PGPASSFILE", "PGSSLMODE", "PGSSLROOTCERT"}
SCRAPE_LABELS = {"instance", "job", "le"}
# What onestopd says when it took its configuration and found no database.
NOT_REACHABLE = "the database cannot be reached"
# Every Debian has it.
EVERYWHERE = {"libc6"}
FOREIGN_METRICS = {"up"}


def run(*command, **options):
    return subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


class Facts:
    """What the programs and the documents say, read once."""

    def __init__(self, root, build):
        self.onestopd, self.onestop = build / "onestopd", build / "onestop"
        self.server_help = run(self.onestopd, "--help").stdout
        self.health_help = run(self.onestop, "health", "--help").stdout
        self.server_flags = set(re.findall(r"--[a-z][a-z-]*", self.server_help))
        self.health_flags = set(re.findall(r"--[a-z][a-z-]*", self.health_help))
        env = re.compile(r"Env:(ONESTOP_\w+)")
        self.server_env = set(env.findall(self.server_help))
        self.env = self.server_env | set(env.findall(self.health_help))
        self.drain_seconds = int(default_of("ONESTOP_DRAIN_SECONDS", self.server_help))
        self.server_address = default_of("ONESTOP_SERVER", self.health_help)
        self.metrics, self.labels = read_metrics(root)
        errors = (root / "docs/errors.md").read_text(encoding="utf-8")
        metrics = (root / "docs/metrics.md").read_text(encoding="utf-8")
        self.outcomes = set(re.findall(r"^\| `([A-Z_]+)` \| [A-Z_]+ \|", errors, re.M))
        self.outcomes |= set(re.findall(r"\b[A-Z_]{5,}\b", metrics))
        protos = "".join(
            path.read_text(encoding="utf-8")
            for path in (root / "proto/onestop/v1").glob("*.proto")
        )
        self.rpcs = set(re.findall(r"^  rpc (\w+)", protos, re.M))
        self.packages = linked_packages([self.onestopd, self.onestop])
        self.ran = {}  # What a program said, by what it was given.


def default_of(variable, text):
    """The default that --help prints: "--lanes N=0 (Env:ONESTOP_LANES)"."""
    return re.search(r"=(\S+) \(Env:%s\)" % variable, text).group(1)


def read_metrics(root):
    """{name: kind} and {name: labels} of docs/metrics.md."""
    kinds, labels, common, columns = {}, {}, set(), []
    for line in (root / "docs/metrics.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            common = set()
        elif line.startswith("All carry the label"):
            common = set(re.findall(r"`(\w+)`", line))
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells[0] == "name":
                columns = cells
            elif cells[0].startswith("`onestop_"):
                row = dict(zip(columns, cells))
                name = cells[0].strip("`")
                kinds[name] = row["kind"]
                labels[name] = common | set(re.findall(r"\w+", row.get("labels", "")))
    return kinds, labels


def linked_packages(programs):
    """The Debian packages of the libraries that the programs name themselves;
    None where this is not Debian."""
    if shutil.which("dpkg-query") is None:
        return None
    places = []
    for program in programs:
        needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-d", program).stdout)
        place_of = dict(re.findall(r"(\S+) => (\S+)", run("ldd", program).stdout))
        places += [place_of[library] for library in needed]
    # A package may have it as /lib/… or as /usr/lib/…, which are one folder.
    places += ["/usr" + place for place in places]
    found = run("dpkg-query", "-S", *places).stdout
    return set(re.findall(r"^([^:,\s]+)", found, re.M)) - EVERYWHERE


# Dockerfile.


class Stage:
    def __init__(self, base, name):
        self.base, self.name, self.instructions = base, name, []

    def of(self, kind):
        return [rest for found, rest in self.instructions if found == kind]

    def env(self):
        pairs = {}
        for rest in self.of("ENV"):
            pairs.update(re.findall(r"(\w+)=(\S+)", rest))
        return pairs

    def installed(self):
        """What apt-get install names, without its options."""
        names = set()
        for rest in self.of("RUN"):
            match = re.search(r"apt-get install ([^&]*)", rest)
            if match:
                names |= {w for w in match.group(1).split() if not w.startswith("-")}
        return names


def read_dockerfile(text):
    """({build argument: value}, [Stage]), comments gone, lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    arguments, stages = {}, []
    for line in joined.splitlines():
        if not line.strip():
            continue
        kind, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if kind == "ARG" and not stages:
            name, _, value = rest.partition("=")
            arguments[name] = value
        elif kind == "FROM":
            base, _, name = rest.partition(" AS ")
            stages.append(Stage(base, name))
        else:
            stages[-1].instructions.append((kind, rest))
    return arguments, stages


def ignored(root, path):
    """Whether .dockerignore keeps `path` from the builder: an exclusion of all,
    then of what is named after '!'."""
    lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    allowed = [line[2:] for line in patterns if line.startswith("!/")]
    return "*" in patterns and path.split("/")[0] not in allowed


class Check:
    """Collects what is wrong with the files below `root`."""

    def __init__(self, root, facts):
        self.root, self.facts, self.faults = root, facts, []
        self.arguments, stages = read_dockerfile(self.read("Dockerfile"))
        self.stages = {stage.name: stage for stage in stages}
        self.compose = yaml.safe_load(self.read(COMPOSE))
        self.services = self.compose["services"]

    def read(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def want(self, holds, path, what):
        if not holds:
            self.faults.append("%s: %s" % (path, what))

    def all(self):
        self.check_images()
        self.check_copies()
        self.check_packages()
        self.check_health()
        self.check_compose()
        self.check_environment()
        self.check_ports()
        self.check_prometheus()
        self.check_dashboard()
        self.check_unit()
        self.check_words()
        self.check_starts()
        return self.faults

    def check_images(self):
        path = "Dockerfile"
        self.want("bookworm" in self.arguments.get("BASE", ""), path, "BASE is Debian 12")
        for stage in self.stages.values():
            self.want(stage.base == "${BASE}", path, stage.name + " is not on ${BASE}")
        for name in ["migrations", "runtime"]:
            users = self.stages[name].of("USER")
            numeric = users and re.fullmatch(r"[1-9]\d*(:[1-9]\d*)?", users[-1])
            self.want(numeric, path, name + " runs as root or without a numeric user")
        self.want(list(self.stages)[-1] == "runtime", path, "runtime is not the last")
        runtime = self.stages["runtime"]
        self.want(runtime.of("STOPSIGNAL") == ["SIGTERM"], path, "STOPSIGNAL")
        self.want(runtime.of("CMD") == ['["onestopd"]'], path, "CMD is not onestopd")

    def check_copies(self):
        for stage in self.stages.values():
            for rest in stage.of("COPY"):
                *sources, _ = [w for w in rest.split() if not w.startswith("--")]
                origin = re.search(r"--from=(\S+)", rest)
                if origin:
                    known = origin.group(1) in self.stages
                    self.want(known, "Dockerfile", "no stage " + origin.group(1))
                    continue
                for source in sources:
                    there = (self.root / source).exists()
                    self.want(there, "Dockerfile", "COPY of what is not there: " + source)
                    sent = source == "." or not ignored(self.root, source)
                    self.want(sent, ".dockerignore", source + " is copied, but ignored")
        cmake = self.read("CMakeLists.txt")
        folders = re.search(r"foreach\(folder ([^)]*)\)", cmake).group(1).split()
        needed = [f for f in folders if f not in ("bench", "tests")] + ["cmake"]
        for source in needed + ["CMakeLists.txt", "CMakePresets.json", "dev", "scripts"]:
            sent = not ignored(self.root, source)
            self.want(sent, ".dockerignore", source + " is needed to build")
        for secret in [".git", ".dev", "build", "deploy"]:
            self.want(ignored(self.root, secret), ".dockerignore", secret + " is sent")

    def check_packages(self):
        installed = self.stages["runtime"].installed()
        if self.facts.packages is not None:
            for package in sorted(installed ^ self.facts.packages):
                what = "is linked and not installed"
                if package in installed:
                    what = "is installed and not linked"
                self.want(False, "Dockerfile", "%s %s" % (package, what))
        listed = self.read("scripts/packages.txt")
        database = set(re.findall(r"^database (\S+)", listed, re.M))
        for package in sorted(self.stages["migrations"].installed() - database):
            self.want(False, "Dockerfile", package + " is no package of `database`")

    def check_health(self):
        [health] = self.stages["runtime"].of("HEALTHCHECK")
        command = json.loads(health[health.index("[") :])
        in_image = dict(re.findall(r"--([a-z-]+)=(\S+)", health.split("CMD")[0]))
        self.check_command("Dockerfile", command)
        listens = self.stages["runtime"].env()["ONESTOP_LISTEN"]
        same = listens.split(":")[1] == self.facts.server_address.split(":")[1]
        self.want(same, "Dockerfile", "health asks another port than ONESTOP_LISTEN")
        for name, service in self.servers():
            given = dict(service["healthcheck"])
            kind, *words = given.pop("test")
            self.want(kind == "CMD" and words == command, COMPOSE, name + ": healthcheck")
            given = {key.replace("_", "-"): str(value) for key, value in given.items()}
            self.want(given == in_image, COMPOSE, name + ": the image's times differ")

    def check_command(self, path, words):
        known = {"onestopd": self.facts.server_flags, "onestop": self.facts.health_flags}
        flags = {word.split("=")[0] for word in words if word.startswith("--")}
        program = pathlib.PurePath(words[0]).name
        self.want(program in known, path, "no program " + program)
        for flag in sorted(flags - known.get(program, flags)):
            self.want(False, path, "%s has no flag %s" % (program, flag))

    def servers(self):
        return [(n, s) for n, s in self.services.items() if n.startswith("onestopd")]

    def check_compose(self):
        self.want(len(self.servers()) == 2, COMPOSE, "there are not two servers")
        for name, service in self.services.items():
            build = service.get("build")
            if build:
                context = (self.root / "deploy" / build["context"]).resolve()
                self.want(context == self.root.resolve(), COMPOSE, name + ": context")
                known = build["target"] in self.stages
                self.want(known, COMPOSE, "no stage " + build["target"])
            tagged = build or re.search(r":[\w.-]*\d", service["image"])
            self.want(tagged, COMPOSE, name + ": the image has no version")
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                if source.startswith("."):
                    there = (self.root / "deploy" / source).is_dir()
                else:
                    there = source in self.compose["volumes"]
                self.want(there, COMPOSE, "%s: no %s" % (name, source))
            for other in service.get("depends_on", {}):
                self.want(other in self.services, COMPOSE, name + " waits for " + other)
        for name, service in self.servers():
            waits = service["depends_on"].get("migrations", {}).get("condition")
            done = waits == "service_completed_successfully"
            self.want(done, COMPOSE, name + " does not wait for the migrations")
            grace = int(service["stop_grace_period"].rstrip("s"))
            drain = int(service["environment"]["ONESTOP_DRAIN_SECONDS"])
            self.want(grace > drain, COMPOSE, name + " is killed while it drains")
        durable = ["-cfsync=on", "-csynchronous_commit=on", "-cfull_page_writes=on"]
        given = self.services["postgres"]["command"]
        self.want(set(durable) <= set(given), COMPOSE, "PostgreSQL is not durable")
        asked = set(re.findall(r"\$\{(\w+)", self.read(COMPOSE)))
        told = set(re.findall(r"^(\w+)=", self.read("deploy/env.example"), re.M))
        self.want(asked == told, "deploy/env.example", "not what compose.yaml asks for")

    def check_environment(self):
        given = [("Dockerfile", self.stages["runtime"].env())]
        given += [(COMPOSE, service["environment"]) for _, service in self.servers()]
        given += [(UNIT_ENV, self.unit_env())]
        for path, pairs in given:
            for name in sorted(set(pairs) - self.facts.server_env - LIBPQ):
                self.want(False, path, "onestopd does not read " + name)
            for value in pairs.values():
                secret = re.search(r"://[^/@]*:[^/@]+@", str(value))
                self.want(not secret, path, "a password in a URL")

    def unit_env(self):
        return dict(re.findall(r"^(\w+)=(.*)$", self.read(UNIT_ENV), re.M))

    def check_ports(self):
        runtime = self.stages["runtime"]
        env = runtime.env()
        listen = env["ONESTOP_LISTEN"].split(":")[1]
        metrics = env["ONESTOP_METRICS_ADDRESS"].split(":")[1]
        exposed = sorted(" ".join(runtime.of("EXPOSE")).split())
        same = exposed == sorted([listen, metrics])
        self.want(same, "Dockerfile", "EXPOSE is not what is listened on")
        for name, service in self.servers():
            for port in service["ports"]:
                right = port.rsplit(":", 1)[1] == listen
                self.want(right, COMPOSE, "%s: port %s" % (name, port))
        taken = [p.rsplit(":", 1)[0] for s in self.services.values() for p in s.get("ports", [])]
        self.want(len(taken) == len(set(taken)), COMPOSE, "a port is taken twice")
        for address in taken:
            local = address.startswith("127.0.0.1:")
            self.want(local, COMPOSE, address + " is open to other machines")
        targets = [
            target
            for job in yaml.safe_load(self.read(PROMETHEUS))["scrape_configs"]
            for config in job["static_configs"]
            for target in config["targets"]
        ]
        wanted = ["%s:%s" % (name, metrics) for name, _ in self.servers()]
        self.want(sorted(targets) == sorted(wanted), PROMETHEUS, "targets are not " + str(wanted))
        for source in yaml.safe_load(self.read(DATASOURCE))["datasources"]:
            host, port = re.fullmatch(r"http://([\w-]+):(\d+)", source["url"]).groups()
            ports = self.services.get(host, {}).get("ports", [])
            right = any(entry.endswith(":" + port) for entry in ports)
            self.want(right, DATASOURCE, "compose.yaml has no " + source["url"])

    def check_prometheus(self):
        config = yaml.safe_load(self.read(PROMETHEUS))
        for name in config["rule_files"]:
            there = (self.root / "deploy/prometheus" / name).exists()
            self.want(there, PROMETHEUS, "no file " + name)
        jobs = {job["job_name"] for job in config["scrape_configs"]}
        for group in yaml.safe_load(self.read(ALERTS))["groups"]:
            for rule in group["rules"]:
                self.check_query(ALERTS, rule["expr"], jobs)
                texts = rule["annotations"]
                said = {"summary", "description"} <= set(texts)
                self.want(said, ALERTS, rule["alert"] + " does not explain itself")
                severe = rule["labels"]["severity"] in ("warning", "critical")
                self.want(severe, ALERTS, rule["alert"] + ": severity")
                for metric in re.findall(r"\bonestop_\w+", " ".join(texts.values())):
                    self.want(metric in self.facts.metrics, ALERTS, "no metric " + metric)

    def check_query(self, path, query, jobs=()):
        """Its metrics, their labels, and the values of the labels we know."""
        values = {
            "outcome": self.facts.outcomes,
            "rpc": self.facts.rpcs,
            "result": {"ok", "refused"},
            "job": set(jobs),
        }
        spelled = re.sub(r'"[^"]*"', '""', query)
        labels = set(SCRAPE_LABELS)
        for name in set(re.findall(r"\b[a-z_]*onestop_\w+|\bup\b", spelled)):
            if name not in FOREIGN_METRICS:
                labels |= self.check_metric(path, name)
        for name, selector in re.findall(r"(\w+)\{([^}]*)\}", query):
            mine = self.facts.labels.get(base_of(name, self.facts.metrics), set())
            for label, value in re.findall(r'(\w+)\s*[!=]~?\s*"([^"]*)"', selector):
                known = label in mine | SCRAPE_LABELS
                self.want(known, path, "%s has no label %s" % (name, label))
                for one in [] if "$" in value else value.split("|"):
                    right = one in values.get(label, {one})
                    self.want(right, path, "no %s %s" % (label, one))
        for listed in re.findall(r"\bby \(([^)]*)\)", query):
            for label in set(re.findall(r"\w+", listed)) - labels:
                self.want(False, path, "no metric of the query has the label " + label)

    def check_metric(self, path, name):
        base = base_of(name, self.facts.metrics)
        kind = self.facts.metrics.get(base)
        part = name[len(base or "") :]
        right = kind and bool(part) == (kind == "histogram")
        self.want(right, path, "docs/metrics.md has no " + name)
        return self.facts.labels.get(base, set())

    def check_dashboard(self):
        board = json.loads(self.read(DASHBOARD))
        [source] = yaml.safe_load(self.read(DATASOURCE))["datasources"]
        ids = [panel["id"] for panel in board["panels"]]
        self.want(len(ids) == len(set(ids)), DASHBOARD, "two panels have one id")
        for panel in board["panels"]:
            uses = [panel["datasource"]] + [t["datasource"] for t in panel["targets"]]
            right = all(use["uid"] == source["uid"] for use in uses)
            self.want(right, DASHBOARD, panel["title"] + ": no such data source")
            for target in panel["targets"]:
                self.check_query(DASHBOARD, target["expr"])
        shown = " ".join(t["expr"] for p in board["panels"] for t in p["targets"])
        for name in self.facts.metrics:
            self.want(name in shown, DASHBOARD, "does not show " + name)
        for variable in board["templating"]["list"]:
            right = variable["datasource"]["uid"] == source["uid"]
            self.want(right, DASHBOARD, variable["name"] + ": no such data source")
            query = variable["query"]["query"]
            self.check_query(DASHBOARD, query)
            used = "$" + variable["name"] in shown
            self.want(used, DASHBOARD, "nothing uses $" + variable["name"])
        mounted = [v.split(":")[1] for v in self.services["grafana"]["volumes"]]
        for provider in yaml.safe_load(self.read(PROVIDER))["providers"]:
            path = provider["options"]["path"]
            self.want(path in mounted, PROVIDER, path + " is not mounted")

    def check_unit(self):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read_string(self.read(UNIT))
        service = unit["Service"]
        self.check_command(UNIT, service["ExecStart"].split())
        secret = re.search(r"postgres(ql)?://|password", service["ExecStart"])
        self.want(not secret, UNIT, "a secret on the command line")
        self.want("Environment" not in service, UNIT, "a variable that all can read")
        file = service["EnvironmentFile"]
        documented = file in self.read(READ_ME) and file in self.read(UNIT_ENV)
        self.want(documented, UNIT, file + " is not the one that README.md tells of")
        self.want("ONESTOP_DATABASE_URL" in self.unit_env(), UNIT_ENV, "no database")
        self.want(service["KillSignal"] == "SIGTERM", UNIT, "KillSignal")
        drain = int(self.unit_env().get("ONESTOP_DRAIN_SECONDS", self.facts.drain_seconds))
        stop = int(service["TimeoutStopSec"].rstrip("s"))
        self.want(stop > drain, UNIT, "it is killed while it drains")
        dynamic = service.get("DynamicUser") == "yes" or service.get("User", "root") != "root"
        self.want(dynamic, UNIT, "it runs as root")
        if shutil.which("systemd-analyze"):
            self.check_unit_by_systemd()

    def check_unit_by_systemd(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / pathlib.PurePath(UNIT).name
            text = self.read(UNIT)
            copy.write_text(text.replace("/usr/bin/onestopd", str(self.facts.onestopd)))
            if text not in self.facts.ran:
                verified = run("systemd-analyze", "verify", copy)
                self.facts.ran[text] = verified.stderr.strip()
            said = self.facts.ran[text]
            ours = [line for line in said.splitlines() if copy.name in line]
            self.want(not ours, UNIT, "systemd-analyze: " + "; ".join(ours))

    def check_words(self):
        """Flags, variables and paths that the page tells of."""
        text = self.read(READ_ME)
        for name in sorted(set(re.findall(r"\bONESTOP_\w+", text)) - self.facts.env):
            self.want(False, READ_ME, "nothing reads " + name)
        for line in re.findall(r"onestopd ([^`\n]*)", text):
            for flag in set(re.findall(r"--[a-z][a-z-]+", line)) - self.facts.server_flags:
                self.want(False, READ_ME, "onestopd has no flag " + flag)
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if not target.startswith("http"):
                there = (self.root / "deploy" / target).exists()
                self.want(there, READ_ME, "no file " + target)
        for path in re.findall(r"\bdeploy/[\w./-]*\w", text):
            there = (self.root / path).exists() or path == "deploy/.env"
            self.want(there, READ_ME, "no file " + path)

    def check_starts(self):
        """onestopd takes each configuration: then it fails for its database
        alone, which is not there. The bare image is refused for ADR 13."""
        away = {
            "ONESTOP_DATABASE_URL": "postgresql://x@/x?host=/nonexistent",
            "ONESTOP_POLICIES": str(ROOT / "policies"),
        }
        image = self.stages["runtime"].env()
        code, said = self.start({**image, **away})
        refused = code == 2 and "--insecure" in said
        self.want(refused, "Dockerfile", "the bare image serves unencrypted: " + said)
        for name, service in self.servers():
            code, said = self.start({**image, **service["environment"], **away})
            self.want(code == 1 and NOT_REACHABLE in said, COMPOSE, name + ": " + said)
        code, said = self.start({**self.unit_env(), **away})
        self.want(code == 1 and NOT_REACHABLE in said, UNIT_ENV, said)

    def start(self, pairs):
        environment = {"PATH": os.environ["PATH"]}
        environment.update({key: str(value) for key, value in pairs.items()})
        key = tuple(sorted(environment.items()))
        if key not in self.facts.ran:
            ran = run(self.facts.onestopd, env=environment, timeout=30)
            self.facts.ran[key] = (ran.returncode, ran.stderr.strip())
        return self.facts.ran[key]


def base_of(name, metrics):
    """The metric that a series belongs to, or None."""
    for suffix in ["", "_bucket", "_sum", "_count"]:
        base = name[: len(name) - len(suffix)]
        if name.endswith(suffix) and base in metrics:
            return base
    return None


# Where a fault is planted: file, what is replaced, with what, and a word of the
# sentence that must come of it.
PLANTED = [
    ("Dockerfile", "ARG BASE=debian:bookworm", "ARG BASE=debian:trixie", "Debian 12"),
    ("Dockerfile", "FROM ${BASE} AS runtime", "FROM debian AS runtime", "${BASE}"),
    ("Dockerfile", "USER 10001:10001\nSTOP", "USER root\nSTOP", "runs as root"),
    ("Dockerfile", "USER 10001:10001\n# Reads", "# Reads", "runs as root"),
    ("Dockerfile", "COPY LICENSE", "COPY LICENCE", "not there: LICENCE"),
    ("Dockerfile", "COPY LICENSE", "COPY README.md", "README.md is copied, but"),
    ("Dockerfile", "--from=build", "--from=builder", "no stage builder"),
    ("Dockerfile", "         libpq5 \\\n", "", "libpq5 is linked"),
    ("Dockerfile", "libpq5", "libpq5 libre2-9", "libre2-9 is installed"),
    ("Dockerfile", "sqitch \\", "squitch \\", "squitch"),
    ("Dockerfile", '"--deadline"', '"--patience"', "no flag --patience"),
    ("Dockerfile", "EXPOSE 50051", "EXPOSE 50052", "EXPOSE"),
    ("Dockerfile", "ONESTOP_LISTEN", "ONESTOP_LISTENS", "KeyError"),
    ("Dockerfile", "ENV ONESTOP", "ENV ONESTOP_INSECURE=true ONESTOP", "unencrypted"),
    (".dockerignore", "!/domain\n", "", "domain is needed"),
    (".dockerignore", "!/wire\n", "!/wire\n!/.git\n", ".git is sent"),
    (COMPOSE, "ONESTOP_DRAIN_SECONDS:", "ONESTOP_DRAIN: 1\n    ONESTOP_DRAIN_SECONDS:",
     "ONESTOP_DRAIN"),
    (COMPOSE, 'INSECURE: "true"', 'INSECURE: "maybe"', "onestopd-a"),
    (COMPOSE, "ALLOW_ASSUMED:", "LOG_LEVEL:", "onestopd-a"),
    (COMPOSE, "onestop@postgres", "onestop:secret@postgres", "a password"),
    (COMPOSE, "stop_grace_period: 30s", "stop_grace_period: 10s", "while it drains"),
    (COMPOSE, "50052:50051", "50052:50052", "port 127.0.0.1:50052:50052"),
    (COMPOSE, "127.0.0.1:50052", "127.0.0.1:50051", "taken twice"),
    (COMPOSE, "127.0.0.1:9090", "9090", "other machines"),
    (COMPOSE, "-cfsync=on", "-cfsync=off", "durable"),
    (COMPOSE, "./prometheus:", "./prometeus:", "no ./prometeus"),
    (COMPOSE, "target: migrations", "target: migration", "no stage migration"),
    (COMPOSE, "service_completed_successfully", "service_started", "does not wait"),
    (COMPOSE, "timeout: 4s", "timeout: 9s", "times differ"),
    (COMPOSE, "grafana:11.1.0", "grafana:latest", "no version"),
    ("deploy/env.example", "GRAFANA_PASSWORD", "GRAFANA", "asks for"),
    (PROMETHEUS, "onestopd-b:9464", "onestopd-b:9465", "targets"),
    (PROMETHEUS, "alerts.yml", "alarms.yml", "alarms.yml"),
    (ALERTS, "onestop_worker_queue_depth >", "onestop_worker_depth >", "no onestop_worker_depth"),
    (ALERTS, "_seconds_bucket", "_seconds", "no onestop_request_seconds"),
    (ALERTS, "onestop_storage_errors_total[", "onestop_storage_errors_total_sum[", "_sum"),
    (ALERTS, "|CONFLICT", "|CONFLICTS", "outcome CONFLICTS"),
    (ALERTS, 'rpc="Settle"', 'rpc="Settel"', "rpc Settel"),
    (ALERTS, 'job="onestopd"', 'job="onestop"', "job onestop"),
    (ALERTS, "{outcome=~", "{reason=~", "no label reason"),
    (ALERTS, "by (policy_revision)", "by (policy)", "the label policy"),
    (DASHBOARD, "onestop_lane_busy{", "onestop_lane_load{", "no onestop_lane_load"),
    (DASHBOARD, '"uid": "prometheus"', '"uid": "other"', "data source"),
    (DASHBOARD, '"id": 2', '"id": 1', "one id"),
    (DATASOURCE, ":9090", ":9091", "9091"),
    (PROVIDER, "/dashboards", "/boards", "is not mounted"),
    (UNIT, "ExecStart=/usr/bin/onestopd", "ExecStart=/usr/bin/onestopd --lane 2", "--lane"),
    (UNIT, "bin/onestopd", "bin/onestopd --database postgresql://x:y@z/w", "secret"),
    (UNIT, "TimeoutStopSec=30s", "TimeoutStopSec=20s", "while it drains"),
    (UNIT, "DynamicUser=yes", "", "runs as root"),
    (UNIT, "/onestopd.env", "/onestop.env", "README.md tells"),
    (UNIT, "UMask=0077", "UMusk=0077", "UMusk" if shutil.which("systemd-analyze") else ""),
    (UNIT, "KillSignal=SIGTERM", "KillSignal=SIGKILL", "KillSignal"),
    (UNIT_ENV, "ONESTOP_LISTEN=127.0.0.1", "ONESTOP_LISTEN=0.0.0.0", "--insecure"),
    (UNIT_ENV, "ONESTOP_METRICS_ADDRESS", "ONESTOP_METRICS", "ONESTOP_METRICS"),
    (READ_ME, "ONESTOP_INSECURE", "ONESTOP_UNSAFE", "ONESTOP_UNSAFE"),
    (READ_ME, "(compose.yaml)", "(compose.yml)", "compose.yml"),
]


class PlantedFaults(unittest.TestCase):
    """Each fault is found where it was planted."""

    facts = None

    def test_each(self):
        for path, old, new, word in PLANTED:
            with self.subTest(path=path, new=new), tempfile.TemporaryDirectory() as to:
                root = pathlib.Path(to)
                copy_of_what_is_read(root)
                text = (root / path).read_text(encoding="utf-8")
                self.assertIn(old, text)
                (root / path).write_text(text.replace(old, new, 1), encoding="utf-8")
                try:
                    faults = Check(root, self.facts).all()
                except KeyError as error:
                    faults = ["KeyError %s" % error]
                self.assertIn(word, "\n".join(faults))


def copy_of_what_is_read(to):
    """Links everything; what a fault may be planted in is copied."""
    shutil.copytree(ROOT / "deploy", to / "deploy", ignore=shutil.ignore_patterns(".env"))
    for name in ["Dockerfile", ".dockerignore"]:
        shutil.copy(ROOT / name, to / name)
    for entry in ROOT.iterdir():
        if not (to / entry.name).exists():
            (to / entry.name).symlink_to(entry)


def main():
    build = (pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else BUILD).resolve()
    for program in ["onestopd", "onestop"]:
        if not (build / program).exists():
            sys.exit("deploy_test.py: no %s in %s; ./dev build" % (program, build))
    facts = PlantedFaults.facts = Facts(ROOT, build)
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(PlantedFaults)
    if not unittest.TextTestRunner(verbosity=0).run(suite).wasSuccessful():
        return 1
    faults = Check(ROOT, facts).all()
    for fault in faults:
        print(fault)
    print("%d planted faults found, %d faults" % (len(PLANTED), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
