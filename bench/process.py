"""The programs of one benchmark run: started, awaited, stopped."""

import json
import os
import pathlib
import shutil
import subprocess
import threading
import time

START_SECONDS = 60
STOP_SECONDS = 30


class ProgramError(Exception):
    """A program did not start, ended early or failed; says which."""


def with_us(command):
    """The command, told to end when we are killed outright."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else command


class Service:
    """A server that serves gRPC as long as the `with` block lasts."""

    def __init__(self, name, command, folder):
        self.name = name
        self.ready_file = pathlib.Path(folder) / (name + ".ready")
        self.command = [*map(str, command), "--ready-file", str(self.ready_file)]
        self.process = None
        self.address = ""

    def __enter__(self):
        # In a session of its own: Ctrl-C reaches us, and we stop it, once.
        self.process = subprocess.Popen(
            with_us(self.command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self.await_address()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def await_address(self):
        until = time.monotonic() + START_SECONDS
        while not self.ready_file.exists():
            if self.process.poll() is not None:
                raise ProgramError(
                    "%s ended while starting, with %d; the lines above say why"
                    % (self.name, self.process.returncode)
                )
            if time.monotonic() > until:
                raise ProgramError("%s does not serve after a minute" % self.name)
            time.sleep(0.02)
        ready = json.loads(self.ready_file.read_text(encoding="utf-8"))
        self.address = "127.0.0.1:%d" % ready["port"]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def start(command):
    """A program that runs beside; what it prints is not wanted."""
    return subprocess.Popen(
        with_us([*map(str, command)]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def peak_bytes(pid):
    """The most memory that a running program has had in use."""
    status = pathlib.Path("/proc/%d/status" % pid).read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def measure(command, seconds):
    """(exit code, seconds, peak bytes) of a program that runs to its end; it is
    killed after so many seconds."""
    begun = time.monotonic()
    running = start(command)
    killing = threading.Timer(seconds, running.kill)
    killing.start()
    _, status, used = os.wait4(running.pid, 0)
    killing.cancel()
    running.returncode = os.waitstatus_to_exitcode(status)
    return running.returncode, time.monotonic() - begun, used.ru_maxrss * 1024


def run(command, seconds):
    """Runs a program to its end, within so many seconds; its output."""
    name = os.path.basename(str(command[0]))
    try:
        result = subprocess.run(
            with_us([*map(str, command)]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProgramError("%s did not end in %d s" % (name, seconds)) from None
    if result.returncode != 0:
        raise ProgramError("%s failed; the lines above say why" % name)
    return result.stdout
