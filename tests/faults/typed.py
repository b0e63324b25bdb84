"""Types the lines of a runbook into a shell, as whoever follows it would."""

import asyncio
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any

RUNBOOKS = Path(__file__).resolve().parents[2] / "docs" / "runbooks"
LINE_SECONDS = 300.0
"""How long a line may take."""


def lines_of(page: str) -> list[list[str]]:
    """What is typed in each section of a runbook that has lines for a shell."""
    text = (RUNBOOKS / page).read_text(encoding="utf-8")
    bodies = re.findall(r"^## .+?\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    blocks = [re.findall(r"^```sh\n(.*?)^```", body, re.DOTALL | re.MULTILINE) for body in bodies]
    return [[line for line in "".join(typed).splitlines() if line] for typed in blocks if typed]


class Failed(Exception):
    """A line ended badly; what it said."""


@dataclass(frozen=True)
class Shell:
    """One shell in which lines are typed."""

    process: subprocess.Popen[str]

    async def types(self, *lines: str) -> None:
        """Type lines while everything else goes on."""
        await asyncio.to_thread(self.type, *lines)

    def type(self, *lines: str) -> None:
        """Type lines, each when the one before has ended well; one that does not end is a failure too."""
        for line in lines:
            watchdog = Timer(LINE_SECONDS, self.process.kill)
            watchdog.start()
            try:
                status, said = self._run(line)
            finally:
                watchdog.cancel()
            if status != "ended 0\n":
                raise Failed(f"{line}\n{said}{status}")

    def leave(self, *last: str) -> None:
        """Type the last lines, whatever becomes of them, and end."""
        self.process.communicate("".join(f"{line}\n" for line in last), timeout=LINE_SECONDS)

    def _run(self, line: str) -> tuple[str, str]:
        """How a line ended, and what it said. It reads nothing of what is typed after it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f'{{ {line}\n}} < /dev/null; echo "ended $?"\n')
        self.process.stdin.flush()
        said = ""
        while (last := self.process.stdout.readline()) and not last.startswith("ended "):
            said += last
        return last, said


def shell(variables: Mapping[str, str], **spawned: Any) -> Shell:
    """A shell with these variables alone."""
    return Shell(
        subprocess.Popen(
            ["bash"],
            cwd="/",
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **spawned,
        )
    )
