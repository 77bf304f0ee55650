"""Namespaces of a run's own: what it mounts, links and starts ends with it.

The run proper is a child in new mount, network and process namespaces, of a new
user namespace when we are not root. The kernel takes them away with its last
process, whatever killed it. Where they are not to be had, the run does without,
and the faults that need them are counted as not possible.
"""

import os
import shutil
import signal
import subprocess

INSIDE = "ONESTOP_CHAOS_NAMESPACES"
# The best first.
CHOICES = (("mount", "net", "pid"), ("mount", "pid"), ())


def unshare(kinds):
    """The command that runs another one in new namespaces of these kinds."""
    if not kinds:
        return []
    command = ["unshare", "--fork", "--kill-child"]
    command += ["--" + kind for kind in kinds]
    if "pid" in kinds:
        command.append("--mount-proc")
    if os.geteuid() != 0:
        command += ["--user", "--map-current-user", "--keep-caps"]
    return command


def possible(kinds):
    """Whether a command runs in such namespaces, and may mount there."""
    if not kinds:
        return True
    if not shutil.which("unshare"):
        return False
    trial = ["mount", "-t", "tmpfs", "trial", "/run"]
    result = subprocess.run(
        unshare(kinds) + trial, capture_output=True, check=False
    )
    return result.returncode == 0


def kinds_inside():
    """The kinds of namespaces that we are in, made by run_inside; None: none
    were asked for yet."""
    kinds = os.environ.get(INSIDE)
    return None if kinds is None else kinds.split()


def run_inside(command):
    """Runs the command in the best namespaces to be had; its exit code.

    Its standard input ends when it is to stop: at a signal to us, and also when
    we are killed outright.
    """
    kinds = next(choice for choice in CHOICES if possible(choice))
    with subprocess.Popen(
        unshare(kinds) + command,
        stdin=subprocess.PIPE,
        env={**os.environ, INSIDE: " ".join(kinds)},
        start_new_session=True,
    ) as child:

        def stop(*_):
            if not child.stdin.closed:
                child.stdin.close()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        return child.wait()
