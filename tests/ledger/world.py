"""A small world of lines, rounds and vouchers with a dict beside it that says what must stand where."""

from collections import Counter as Tally
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.chart import Place, PlaceKind, standing
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.ledger.store import journals, lines
from services.voucher.ledger.store.tables import Entries
from tests.voucher.ledger.samples import AT, MAKER, classification, journal

SOURCE = "江门市财政局"
STEPS = (
    "allot",
    "cut",
    "fund_round",
    "return_to_line",
    "issue",
    "authorise",
    "capture_held",
    "release",
    "reclaim",
    "refund",
)
"""Every posting that is built, by the name of its function."""


@dataclass(frozen=True)
class Step:
    """Try one posting: which, with which of the lines, rounds, pool classes and vouchers, and how much (fen)."""

    name: str
    which: int
    amount: int
    event: int = 0


@dataclass
class World:
    """Two lines, two rounds with two classes and three vouchers; each voucher belongs to one pool."""

    lines: list[BudgetLine]
    rounds: list[UUID] = field(default_factory=lambda: [new_id(), new_id()])
    vouchers: list[UUID] = field(default_factory=lambda: [new_id(), new_id(), new_id()])
    stands: Tally[Place] = field(default_factory=Tally)

    def posting(self, step: Step) -> Posting:
        """The posting of a step, whether or not the places can bear it."""
        make: Callable[..., Posting] = getattr(postings, step.name)
        return make(amount=step.amount, **self._arguments(step))

    def _arguments(self, step: Step) -> dict[str, Any]:
        line, voucher = self.lines[step.which % 2], step.which % 3
        round_id, pool_class = self.rounds[voucher % 2], ("priority", "general")[voucher // 2]
        if step.name in ("allot", "cut"):
            return {"funding": line.funding()}
        if step.name in ("fund_round", "return_to_line"):
            return {"funding": line.funding(round_id), "pool_class": pool_class}
        arguments: dict[str, Any] = {"funding": Funding("CNY", SOURCE, round_id), "voucher_id": self.vouchers[voucher]}
        if step.name in ("issue", "reclaim"):
            arguments["pool_class"] = pool_class
        if step.name == "release":
            arguments["event"] = ("rest_released", "voided", "lapsed")[step.event]
        if step.name == "reclaim":
            arguments["event"] = ("expired", "cancelled", "leftover_reclaimed")[step.event]
        return arguments

    def take(self, posting: Posting) -> bool:
        """Fold a posting into the dict and the lines, unless a place could not bear it; whether it was folded."""
        after = Tally(self.stands)
        for entry in posting.entries:
            after[entry.place] += entry.amount
        if any(standing(place.kind, amount) < 0 for place, amount in after.items()) or self.refuses(posting):
            return False
        self.stands = after
        self.lines = [line.after(posting) for line in self.lines]
        return True

    def refuses(self, posting: Posting) -> bool:
        """Whether a line's own rule refuses a posting."""
        try:
            for line in self.lines:
                line.after(posting)
        except Refusal:
            return True
        return False


async def a_world(database: Database) -> World:
    """A fresh world in a database that may hold others."""
    made = [BudgetLine(new_id(), classification(project=str(new_id()), funding_source=SOURCE)) for _ in range(2)]
    async with database.begin() as connection:
        for line in made:
            await lines.create(connection, line, at=AT, by=MAKER)
    return World(made)


async def play(database: Database, world: World, steps: list[Step]) -> None:
    """Book what the world can bear of some steps, in one transaction and one batch."""
    booked = [posting for step in steps if world.take(posting := world.posting(step))]
    async with database.begin() as connection:
        for line in world.lines:
            await lines.lock(connection, line.id)
            await lines.save(connection, line)
        await journals.append(connection, [journal(posting) for posting in booked])


async def folded(database: Database, world: World) -> dict[Place, int]:
    """Debits − credits of every place of the world, folded by the database from the entries."""
    owners = [line.id for line in world.lines] + world.rounds + world.vouchers
    key = (Entries.c.place, Entries.c.owner, Entries.c.part)
    statement = select(*key, func.sum(Entries.c.amount)).where(Entries.c.owner.in_(owners)).group_by(*key)
    async with database.read() as connection:
        rows = (await connection.execute(statement)).all()
    return {Place(PlaceKind(row[0]), row[1], row[2]): int(row[3]) for row in rows}
