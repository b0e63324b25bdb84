"""Nothing of a bench outlives it, however it ends."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120


def processes(folder: str) -> list[str]:
    """Command lines of all that were told of this folder."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told, line = ((one / name).read_bytes().decode(errors="replace") for name in ("environ", "cmdline"))
            if line and folder in told + line:
                found.append(line)
    return found


def until(what: str, *, folder: str, started: bool) -> list[str]:
    """Wait until the house serves, or until nothing is left; what there is then."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        there = processes(folder)
        if any("\0run\0" in line for line in there) if started else not there:
            return there
        time.sleep(0.1)
    raise AssertionError(f"{what}: {processes(folder)}")


def test_a_bench_that_is_killed_leaves_no_process() -> None:
    with TemporaryDirectory(prefix="innovoucher-killed-") as folder:
        Path(folder).chmod(0o711)
        command = [sys.executable, "-m", "services.standalone", "bench", "--quick"]
        env = {**os.environ, "TMPDIR": folder, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until("no house", folder=folder, started=True)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert until("left", folder=folder, started=False) == []
