#!/usr/bin/python3
"""Faults of every kind on real processes: replicas of onestopd on a PostgreSQL
of their own, clients that write down what they were told, and in the end the
history against the database. `./dev chaos` builds what it needs and runs it.
"""

import argparse
import asyncio
import fcntl
import json
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile

import faults
import isolation
import table
from cluster import BIN, ROOT, Cluster, ClusterError
from network import Network, NetworkError, free_port
from replica import Replica

SKIPPED = 77
STOPPED = 130
CLOSE_SECONDS = 300
CHECK_SECONDS = 900
CALM_LOSSES = 20
CALM_SECONDS = 15
# One settlement that was not taken back.
LOSS = """DELETE FROM settlement WHERE settlement_id = (
  SELECT settlement_id FROM settlement s WHERE kind = 1 AND NOT EXISTS (
    SELECT FROM settlement r WHERE r.reverses = s.settlement_id) LIMIT 1)"""
# What the calm part must not hear: the server finds out by itself.
UNCERTAIN = ("COMMIT_UNKNOWN", "STORAGE_UNAVAILABLE", "gRPC DEADLINE_EXCEEDED")


class Driver:
    """The clients: one command a line in, one JSON object a line out."""

    def __init__(self, process):
        self.process = process

    @classmethod
    async def start(cls, command, log):
        process = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL"),
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            limit=1 << 24,
            start_new_session=True,
        )
        return cls(process)

    async def ask(self, command, seconds=60):
        self.process.stdin.write((command + "\n").encode())
        await self.process.stdin.drain()
        return await self.answer(seconds)

    async def answer(self, seconds=60):
        line = await asyncio.wait_for(self.process.stdout.readline(), seconds)
        if not line:
            raise RuntimeError("the clients' program ended; see driver.log")
        return json.loads(line)

    async def close(self):
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()


class Stage:
    """Everything of one run; `result` is what table.py prints."""

    def __init__(self, options, folder):
        kinds = isolation.kinds_inside()
        self.options = options
        self.folder = folder
        self.mounts = "mount" in kinds
        self.random = random.Random(options.seed)
        names = ["database"] + ["replica%d" % i for i in range(options.replicas)]
        self.network = Network("net" in kinds, names)
        self.cluster = Cluster(
            self.network.hosts[0],
            self.mounts,
            options.minutes,
            folder / "postgresql.log",
        )
        (folder / "home").write_text(str(self.cluster.home), encoding="utf-8")
        self.replicas = []
        self.driver = None
        self.storm = None
        self.result = {"problems": []}

    async def open(self):
        await self.network.connect()
        self.cluster.create(self.cluster.port or free_port())
        await self.cluster.start()
        self.cluster.make_database()
        binary = self.options.binaries / "onestopd"
        for number, host in enumerate(self.network.hosts[1:]):
            replica = Replica(number, host, self.cluster, binary, self.folder)
            await replica.listen()
            self.replicas.append(replica)
        command = [str(self.options.binaries / "tests" / "chaos_driver")]
        for replica in self.replicas:
            command += ["--replica", replica.address]
        command += ["--database", self.cluster.url()]
        command += ["--history", str(self.folder / "history.txt")]
        command += ["--seed", str(self.options.seed)]
        with open(self.folder / "driver.log", "ab") as log:
            self.driver = await Driver.start(command, log)
        await self.driver.answer()  # The world is loaded.
        for replica in self.replicas:
            replica.start()
        for replica in self.replicas:
            await replica.serves()
        await self.driver.ask("go")

    async def calm(self):
        """Nothing but replies of commits that are lost: the server looks each
        up before it answers, and no client hears of it."""
        await asyncio.sleep(1)
        before = (await self.driver.ask("count"))["answers"]
        until = asyncio.get_running_loop().time() + CALM_SECONDS
        lost = 0
        while lost < CALM_LOSSES and asyncio.get_running_loop().time() < until:
            relay = self.random.choice(self.replicas).storage
            relay.lose = self.random.choice(["reply", "half"])
            lost += await faults.happened(relay)
            relay.heal()
            # Not the same requests again and again: six in a row are given up.
            await asyncio.sleep(self.random.uniform(0.05, 0.2))
        await asyncio.sleep(1)
        after = (await self.driver.ask("count"))["answers"]
        heard = {name: after.get(name, 0) - before.get(name, 0) for name in after}
        uncertain = {name: heard[name] for name in UNCERTAIN if heard.get(name)}
        self.result["calm"] = {
            "lost": lost,
            "answers": int(sum(heard.values())),
            "uncertain": int(sum(uncertain.values())),
        }
        if uncertain or not lost:
            told = ", ".join("%d %s" % (n, name) for name, n in uncertain.items())
            self.problem("%d commits' replies lost; clients heard %s" % (lost, told))

    async def blow(self):
        """The storm; then everything is well again."""
        lacks = faults.lacking(self.network, self.mounts)
        self.storm = faults.Storm(self, lacks, self.random)
        self.result["kinds"] = self.storm.kinds
        self.result["lacks"] = lacks
        await self.driver.ask("storm")
        await self.storm.blow(self.options.minutes * 60)
        await self.cluster.start()
        for replica in self.replicas:
            await replica.serves()

    async def judge(self):
        self.result["closed"] = await self.driver.ask("close", CLOSE_SECONDS)
        for replica in self.replicas:
            code = await replica.end()
            if code != 0:
                self.problem("%s, told to end, ended with %s" % (replica.name, code))
            for crash in replica.crashes:
                self.problem(crash)
        if self.options.plant_loss:
            await self.cluster.query(LOSS, "onestop")
        verdict = await self.driver.ask("check", CHECK_SECONDS)
        self.result["verdict"] = verdict
        self.result["problems"] += verdict.get("problems", [])
        if not verdict["ok"]:
            self.problem("the history does not hold")

    def problem(self, sentence):
        self.result["problems"].append(sentence)

    async def close(self):
        if self.driver:
            await self.driver.close()
        for replica in self.replicas:
            await replica.close()
        self.cluster.remove()


async def run(options, folder):
    """The exit code."""
    stage = Stage(options, folder)
    task = asyncio.current_task()
    asyncio.get_running_loop().add_reader(sys.stdin, task.cancel)
    try:
        await stage.open()
        await stage.calm()
        print("chaos: faults for %g minutes" % options.minutes, flush=True)
        await stage.blow()
        print("chaos: everything is well again; judging", flush=True)
        await stage.judge()
    except asyncio.CancelledError:
        print("chaos: stopped", flush=True)
        return STOPPED
    except (ClusterError, NetworkError, RuntimeError, OSError, TimeoutError,
            asyncio.TimeoutError) as error:
        stage.problem("the run broke off: %s" % (error or type(error).__name__))
    finally:
        asyncio.get_running_loop().remove_reader(sys.stdin)
        await stage.close()
    table.write(stage.result, options)
    if options.plant_loss:
        return 0 if stage.result.get("verdict", {}).get("lost") == 1 else 1
    return 1 if stage.result["problems"] else 0


def run_in_folder(options):
    """In a folder of the run's own, which stays only after a failure."""
    parent = ROOT / ".dev"
    parent.mkdir(exist_ok=True)
    remove_abandoned(parent)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="chaos-", dir=parent))
    owner = open(folder / "owner", "wb")
    fcntl.flock(owner, fcntl.LOCK_EX)
    command = [sys.executable, __file__, *sys.argv[1:], "--folder", str(folder)]
    print("chaos: seed %d" % options.seed, flush=True)
    code = isolation.run_inside([*command, "--seed", str(options.seed)])
    if code in (0, STOPPED, SKIPPED):
        shutil.rmtree(folder)
    else:
        (folder / "kept").touch()
        print("chaos: FAILED; logs and the history are in %s" % folder)
    return code


def remove_abandoned(parent):
    """What runs that were killed outright have left. Their processes ended with
    them; the lock on `owner` tells whether a run lives."""
    for folder in parent.glob("chaos-*"):
        if (folder / "kept").exists() or not (folder / "owner").exists():
            continue
        with open(folder / "owner", "rb") as owner:
            try:
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            home = folder / "home"
            if home.exists():
                shutil.rmtree(home.read_text(encoding="utf-8"), ignore_errors=True)
            shutil.rmtree(folder)


def parse():
    parser = argparse.ArgumentParser(prog="./dev chaos", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=5, help="how long faults are made (5)"
    )
    parser.add_argument(
        "--seed", type=int, help="what the faults and requests follow from"
    )
    parser.add_argument("--replicas", type=int, default=2, help="of onestopd (2)")
    parser.add_argument(
        "--binaries",
        type=pathlib.Path,
        default=ROOT / "build" / "release",
        help="where onestopd and the clients' program are",
    )
    parser.add_argument("--json", type=pathlib.Path, help="file for the figures")
    parser.add_argument(
        "--plant-loss",
        action="store_true",
        help="delete a settlement in the end: exit 0 only if that is found",
    )
    parser.add_argument("--folder", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1, 1 << 31)
    if not 0 < options.minutes <= 24 * 60:
        parser.error("--minutes must be above 0 and at most a day")
    if not 2 <= options.replicas <= 8:
        parser.error("--replicas must be 2 to 8")
    return options


def main():
    options = parse()
    if not os.path.exists(BIN + "postgres"):
        print("chaos: skipped; there is no PostgreSQL 15 in %s" % BIN)
        return SKIPPED
    if options.folder is None:
        return run_in_folder(options)
    # Process 1 of a namespace has no signals unless it asks for them; ours come
    # as the end of standard input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return asyncio.run(run(options, options.folder))


if __name__ == "__main__":
    sys.exit(main())
