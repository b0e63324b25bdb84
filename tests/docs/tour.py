"""Plays the README's tour on a sandbox of its own; ``python -m tests.docs.tour`` writes what it printed back there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
STEP = re.compile(r"```sh\n([^`]*)```\n```text\n([^`]*)```\n")
BY_CHANCE = re.compile(
    r"\b(?:[a-z]{3}_[0-9a-f]{32}|[0-9a-f]{64}|(?:[0-9A-Z]{4}-){3}[0-9A-Z]|F\d{12}[0-9A-Z])\b", re.ASCII
)
"""Ids, digests, voucher numbers and references of fundings: all that differs from one tour to the next."""

MARK = "== end of a step =="
SECONDS = 900


@dataclass(frozen=True)
class Step:
    """Commands that a reader pastes, and what stands under them as their output."""

    commands: str
    output: str


def steps(text: str) -> list[Step]:
    """The steps of a text, in their order."""
    return [Step(*found) for found in STEP.findall(text)]


def masked(output: str) -> str:
    """An output without what is drawn by chance, in its length too: columns are as wide as their values."""
    return BY_CHANCE.sub(lambda found: "·" * len(found[0]), output)


def play(tour: Sequence[Step]) -> list[str]:
    """What each step prints in one shell on a new sandbox; both streams, as a terminal shows them."""
    script = "".join(f"{step.commands}echo '{MARK}'\n" for step in tour)
    with TemporaryDirectory(prefix="innovoucher-tour-") as folder:
        Path(folder).chmod(0o711)
        with served({**_clean(), "INNOVOUCHER_DATA_DIR": f"{folder}/data", "PYTHONUNBUFFERED": "1"}) as environment:
            done = subprocess.run(
                ["bash", "-c", script],
                check=True,
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=SECONDS,
            )
    return done.stdout.split(f"{MARK}\n")[:-1]


@contextmanager
def served(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """``innovoucher run`` on a free port for the block, which begins once it takes requests; the environment."""
    command = [sys.executable, "-m", "services.standalone", "run", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as running:
        try:
            told = running.stdout or ()
            if not any("started in" in line for line in told):
                raise RuntimeError("the sandbox did not start")
            yield environment
        finally:
            running.terminate()


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("INNOVOUCHER_")}


def rewritten(text: str, outputs: Sequence[str]) -> str:
    """The text with these outputs under its steps; one that differs by chance only stays as it is."""
    left = iter(outputs)

    def under(found: re.Match[str]) -> str:
        output = next(left)
        kept = found[2] if masked(found[2]) == masked(output) else output
        return f"```sh\n{found[1]}```\n```text\n{kept}```\n"

    return STEP.sub(under, text)


def main() -> None:
    """Play what the README says and write what came out."""
    text = README.read_text(encoding="utf-8")
    README.write_text(rewritten(text, play(steps(text))), encoding="utf-8")


if __name__ == "__main__":
    main()
