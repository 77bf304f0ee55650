#!/usr/bin/python3
"""Runs the tests of the Node client (node/window_test.js) over a real server.

Installs what node/package-lock.json names, once for each content of it. Without
node, npm or (the first time) a package registry it says so and exits 77, which
CTest counts as skipped.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

import world

FOLDER = world.HERE / "node"
TESTS = FOLDER / "window_test.js"
KEPT = world.ROOT / ".cache" / "clients-node"
OLDEST_NODE = 18
NO_REGISTRY = re.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH")


def skip(why):
    print("skipped: " + why)
    sys.exit(world.SKIPPED)


def check_programs():
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            skip("%s is not installed; it is used if it is there" % program)
    version = subprocess.check_output(["node", "--version"], text=True)
    if int(re.match(r"v(\d+)", version)[1]) < OLDEST_NODE:
        skip("node is %s; %d or later is needed" % (version.strip(), OLDEST_NODE))


def install_in(folder):
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0 and NO_REGISTRY.search(done.stdout):
        skip("npm reaches no registry, and nothing is installed yet")
    if done.returncode != 0:
        sys.exit("npm ci failed:\n" + done.stdout)


def installed_modules():
    """The node_modules of the lock file as it is now."""
    names = ("package.json", "package-lock.json")
    content = b"".join((FOLDER / name).read_bytes() for name in names)
    kept = KEPT / hashlib.sha256(content).hexdigest()[:16]
    if kept.exists():
        return kept / "node_modules"
    KEPT.mkdir(parents=True, exist_ok=True)
    fresh = tempfile.mkdtemp(dir=KEPT)
    try:
        for name in names:
            shutil.copy(FOLDER / name, fresh)
        install_in(fresh)
        os.rename(fresh, kept)
    except OSError:
        if not kept.exists():  # else another run was faster
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return kept / "node_modules"


def main():
    check_programs()
    modules = installed_modules()
    import stage  # starts the server

    done = subprocess.run(
        ["node", TESTS],
        env={
            **os.environ,
            "NODE_PATH": str(modules),
            "ONESTOP_SERVER": stage.SERVER.address,
            "ONESTOP_TODAY": world.TODAY,
        },
        check=False,
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
