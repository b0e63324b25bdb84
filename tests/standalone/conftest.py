"""Gives the tests of the command a data folder of their own, and runs the command as a process."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder with a space in its name, that the database's account can pass through."""
    with TemporaryDirectory(prefix="innovoucher test ") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "the data"
        assert gone(Path(folder))


def environment(data: Path, **more: str) -> dict[str, str]:
    """Nothing of the caller's settings, and the data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INNOVOUCHER_")}
    return {**kept, "INNOVOUCHER_DATA_DIR": str(data), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


@pytest.fixture
def innovoucher(data: Path) -> Command:
    """Runs the command to its end, away from the project's folder: ``innovoucher("doctor", PGPORT="1")``."""

    def call(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "services.standalone", *words]
        env = environment(data, **more)
        return subprocess.run(
            command, check=False, cwd=data.parent, env=env, capture_output=True, text=True, timeout=600
        )

    return call


def processes(folder: Path) -> list[str]:
    """Command lines of everything that works on this folder."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            lines.append(file.read_text(errors="replace"))
    return [line for line in lines if str(folder) in line]


def gone(folder: Path, within_seconds: float = 10) -> bool:
    """Whether no process is left on this folder."""
    deadline = time.monotonic() + within_seconds
    while processes(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes(folder)
