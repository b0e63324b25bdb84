"""Seals what was booked, decided and tried, batch by batch, beside everything else: nobody ever waits for it."""

import asyncio
from dataclasses import dataclass

import structlog
from prometheus_client import Gauge
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock
from services.chassis.database import Database, Deposed
from services.chassis.election import Office
from services.voucher.heads import Heads
from services.voucher.ledger.domain.seal import ROWS_MAX, START, Rows, Seal, Signed, next_seal
from services.voucher.ledger.domain.tampering import Head, head_after
from services.voucher.ledger.store import sealed_rows, seals
from services.voucher.signet import SEAL, Signet, typ

OFFICE = "sealer"
LAG_ROWS = Gauge(
    "innovoucher_seal_lag_rows",
    f"Rows that wait for their seal as far as the sealer has looked: of each kind {ROWS_MAX} at the most.",
    ["schema", "database"],
)
LAG_SECONDS = Gauge(
    "innovoucher_seal_lag_seconds",
    "For how long rows have waited, or the sealer has failed, without its having come to the end of them.",
    ["schema", "database"],
)
CHAIN_CUT = Gauge(
    "innovoucher_seal_chain_cut",
    "Whether this process has seen a head that the chain of seals no longer holds: nothing is sealed any more.",
    ["schema", "database"],
)
ENOUGH = 1_000
"""Rows that are worth a seal at once; fewer wait for more, so that no seal is made of each second's few for ever."""
log = structlog.get_logger(__name__)


class ChainCut(Exception):
    """The chain no longer holds a head that was seen of it: nothing more is signed. See docs/runbooks/seals.md."""


class CounterBehind(Exception):
    """The database counts its transactions from below those that are sealed: see docs/runbooks/seals.md."""


@dataclass(frozen=True, slots=True)
class Press:
    """What seals are made with. algorithm: of their hashes; limit: rows of one seal.

    patience: for how many seconds a few rows wait for more to be sealed with.
    """

    signet: Signet
    algorithm: str = "sha256"
    limit: int = ROWS_MAX
    patience: float = 0.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that wait for their seal, and the seal they are to have; sandbox: nothing in there is real."""

    seal: Seal
    rows: Rows
    sandbox: bool


class Sealer:
    """Seals one database while this process is elected to; when it is not, another one goes on where it stopped."""

    def __init__(
        self, database: Database, press: Press, *, heads: Heads | None = None, idle_seconds: float = 1.0
    ) -> None:
        """heads: seen so far; idle_seconds: before it looks again when it has sealed all there was."""
        self.heads = heads or Heads()
        self.database = database
        self.press = press
        self.office = Office(database, OFFICE)
        self.idle_seconds = idle_seconds
        self._since: float | None = None
        labels = database.schema, database.engine.url.database
        self._rows, self._seconds = LAG_ROWS.labels(*labels), LAG_SECONDS.labels(*labels)
        self._cut = CHAIN_CUT.labels(*labels)

    async def run_forever(self) -> None:
        """Seal until cancelled; an error is logged and never ends it."""
        try:
            while True:
                if not await self._tried():
                    await asyncio.sleep(self.idle_seconds)
        finally:
            await self.office.resign()

    async def run_once(self) -> bool:
        """Seal one batch, if this process is elected to; whether more is waiting."""
        elected = await self.office.held()
        waiting = await self._look()
        self._show(0 if elected is None else waiting)
        if elected is None or not self._ripe(waiting):
            return False
        batch = await next_batch(self.database, self.press, self.heads.last(self.database))
        if batch is None:
            return False
        try:
            signed = await put(elected, self.press.signet, batch)
        except Deposed:
            self.office.lost()
            return False
        self.heads.keep(self.database, head_after(signed))
        more = batch.seal.count == self.press.limit
        if not more:
            self._show(0)
        return more

    def _ripe(self, waiting: int) -> bool:
        """Whether it is time for a seal."""
        enough = waiting >= min(ENOUGH, self.press.limit)
        return enough or (waiting > 0 and self._waited(asyncio.get_running_loop().time()) >= self.press.patience)

    async def _look(self) -> int:
        """Elected or not, so that whoever is elected next knows what the chain must hold. ChainCut."""
        try:
            waiting = await look(self.database, self.heads, limit=self.press.limit)
        except ChainCut:
            self._cut.set(1)
            raise
        self._cut.set(0)
        return waiting

    async def _tried(self) -> bool:
        try:
            return await self.run_once()
        except Exception:
            log.exception("sealer.failed", schema=self.database.schema)
            self._show(1)
            return False

    def _show(self, waiting: int) -> None:
        now = asyncio.get_running_loop().time()
        self._since = None if not waiting else now if self._since is None else self._since
        self._rows.set(waiting)
        self._seconds.set(self._waited(now))

    def _waited(self, now: float) -> float:
        return 0.0 if self._since is None else now - self._since


async def look(database: Database, heads: Heads, *, limit: int) -> int:
    """See the newest head of a chain that holds the last one seen, and about how many rows wait behind it. ChainCut.

    A row that a transaction still open keeps from its seal waits as well. limit: of each kind, to be counted.
    """
    seen = heads.last(database)
    async with database.read() as connection:
        last = await seals.last(connection)
        await _still_there(connection, seen)
        waiting = await sealed_rows.waiting(connection, START if last is None else last.seal.upto, limit=limit)
    if last is not None:
        heads.keep(database, head_after(last))
    return waiting


async def _still_there(connection: AsyncConnection, seen: Head | None) -> None:
    if seen is not None and (fault := seen.fault(await seals.read(connection, seen.number))) is not None:
        raise ChainCut(f"{fault.subject}: {fault.detail}")


async def next_batch(database: Database, press: Press, seen: Head | None = None) -> Batch | None:
    """The rows that wait behind the last seal, and their seal; None when there are none. CounterBehind, ChainCut.

    seen: a head that the chain must hold, for the house lends its key to no other.

    Hashing is for reading transactions: one that writes would keep all who follow events from what comes after it.
    """
    async with database.read() as connection:
        last = await seals.last(connection)
        await _still_there(connection, seen)
        after = START if last is None else last.seal.upto
        if await sealed_rows.horizon(connection) <= after.xact:
            raise CounterBehind(f"the last seal reaches transaction {after.xact}")
        end = await sealed_rows.next_end(connection, after, limit=press.limit)
        if end is None:
            return None
        rows = await sealed_rows.read(connection, after=after, upto=end.upto, algorithm=press.algorithm)
        now, sandbox = await clock.wall_clock(connection), await clock.is_sandbox(connection)
    algorithm, key = press.algorithm, press.signet.public.x
    seal = await asyncio.to_thread(next_seal, last, rows, algorithm=algorithm, upto=end.upto, key=key, sealed_at=now)
    return Batch(seal, rows, sandbox)


async def put(database: Database, signet: Signet, batch: Batch) -> Signed:
    """Sign a batch's seal and put it at the end of the chain; the database refuses a second one of the same rows."""
    signed = Signed(batch.seal, batch.seal.head, signet.sign(batch.seal.statement, typ(SEAL, sandbox=batch.sandbox)))
    async with database.begin() as connection:
        await seals.add(connection, signed, batch.rows)
    return signed
