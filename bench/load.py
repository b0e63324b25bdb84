"""Asks the house for redemptions as fast as it answers, with wrk, and counts what it was told."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import callers, processes
from bench.house import House
from bench.world import Size, World
from services.chassis.ids import new_id

SCRIPT = Path(__file__).with_name("redeem.lua")
TOKENS_LAST_SECONDS = 300
"""They are good for ten minutes; new ones have to be verified, so they are kept for half of that."""


class NoLoad(Exception):
    """There is nothing to make load with."""


@dataclass(frozen=True)
class Told:
    """What callers were told in so many seconds; milliseconds from asking to the end of the answer.

    refused: answered 4xx; failed: 5xx, or not at all. said: the first answer that was not a redemption.
    """

    created: int
    refused: int
    failed: int
    seconds: float
    p50_ms: float
    p99_ms: float
    said: str = ""

    @property
    def rate(self) -> float:
        """Redemptions a second."""
        return self.created / self.seconds


def require_wrk() -> str:
    """Where wrk is; NoLoad without it."""
    found = shutil.which("wrk")
    if found is None:
        raise NoLoad("wrk is not installed, and makes the load: `apt-get install wrk` (Debian), `brew install wrk`")
    return found


@dataclass
class Load:
    """Callers of one house, who take one voucher after the other, each stretch where the last one ended."""

    house: House
    world: World
    folder: Path
    begun: int = 0
    signed_at: float = -TOKENS_LAST_SECONDS

    async def stretch(self, seconds: float, connections: int, *, among: Size | None = None) -> Told:
        """Redeem for so long over so many connections, each waiting for its answer before it asks again.

        among: how many of the vouchers, holders and providers take part, all of them unless told.
        """
        size = among or self.world.size
        codes = _written(self.folder / "codes", self.world.codes[: size.providers])
        command = [require_wrk(), "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s"]
        command += ["-s", str(SCRIPT), self.house.url, "--", new_id().hex[-12:], str(self.begun)]
        command += [str(size.vouchers), str(size.holders), str(self._tokens()), str(codes)]
        told = read(await processes.output(command, processes.environment()))
        self.begun += told.created + told.refused + told.failed + connections
        return told

    async def warm(self, connections: int) -> None:
        """Redeem until everybody has been here: what is asked for the first time in a process takes longer."""
        while self.begun < self.world.size.holders:
            await self.stretch(1, connections)

    def _tokens(self) -> Path:
        path = self.folder / "tokens"
        if time.monotonic() - self.signed_at >= TOKENS_LAST_SECONDS:
            _written(path, callers.holders(self.house.keys, self.world.size))
            self.signed_at = time.monotonic()
        return path


def _written(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def read(output: str) -> Told:
    """What wrk's script wrote at its end: counts, microseconds, and what else was said."""
    lines = dict(line.split(" ", 1) for line in output.splitlines() if line.startswith(("BENCH ", "TOLD ")))
    created, refused, failed, lasted, p50, p99, _ = map(int, lines["BENCH"].split())
    return Told(created, refused, failed, lasted / 1e6, p50 / 1000, p99 / 1000, lines.get("TOLD", ""))
