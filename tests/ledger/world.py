"""A small world of lines, rounds, vouchers and bank lines with a dict beside it that says what must stand where."""

from collections import Counter as Tally
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.ledger.domain import paying
from services.voucher.ledger.domain.budget import BudgetLine
from services.voucher.ledger.domain.built import BUILT
from services.voucher.ledger.domain.chart import CHART, Place, PlaceKind, standing
from services.voucher.ledger.domain.paying import Leg
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.ledger.store import journals, lines
from services.voucher.ledger.store.tables import Entries
from tests.voucher.ledger.samples import AT, MAKER, classification, journal

SOURCE = "江门市财政局"
ESCROW = ("take_deposit", "refund_deposit", "settle_refund")
PAYING = (
    *("approve", "uphold_objection", "cut_pro_rata", "send", "settle", "fund_account", "take_return"),
    *("suspend", "set_apart", "charge"),
    *ESCROW,
)
STEPS = (
    *("allot", "cut", "lapse", "fund_round", "return_to_line", "void_pool"),
    *("over_issue", "void_over_issue", "issue", "top_up", "reissue", "authorise", "capture_held", "capture_available"),
    *("release", "reclaim", "refund", "expire_claim"),
    *("grant", "take_back"),
    *PAYING,
)
"""Every posting that is built, by the name of its function."""

MAKERS = {make.__name__: make for makers in BUILT.values() for make in makers}
RELEASES = ("rest_released", "voided", "lapsed")
RECLAIMS = ("expired", "cancelled", "leftover_reclaimed")
PARTS = ("city", "district")


@dataclass(frozen=True)
class Step:
    """Try one posting: which, with which of the lines, vouchers and so on, how much (fen), and in which variant."""

    name: str
    which: int
    amount: int
    event: int = 0


@dataclass
class World:
    """Two lines, two rounds with two classes, three vouchers and what is paid for them from one account.

    Each voucher belongs to one pool and has one claim line; of what is approved the first budget line bears a third, as
    the city's leg, and the second the rest, as the district's.
    """

    lines: list[BudgetLine]
    rounds: list[UUID] = field(default_factory=lambda: [new_id(), new_id()])
    vouchers: list[UUID] = field(default_factory=lambda: [new_id(), new_id(), new_id()])
    claim_lines: list[UUID] = field(default_factory=lambda: [new_id(), new_id(), new_id()])
    payouts: list[UUID] = field(default_factory=lambda: [new_id(), new_id(), new_id()])
    redemptions: list[UUID] = field(default_factory=lambda: [new_id(), new_id(), new_id()])
    refunds: list[UUID] = field(default_factory=lambda: [new_id(), new_id(), new_id()])
    bank_lines: list[UUID] = field(default_factory=lambda: [new_id(), new_id(), new_id()])
    account: UUID = field(default_factory=new_id)
    stands: Tally[Place] = field(default_factory=Tally)

    def posting(self, step: Step) -> Posting:
        """The posting of a step, whether or not the places can bear it."""
        make, given = MAKERS[step.name], self._given(step)
        return make(**{name: given[name] for name in make.__annotations__ if name in given})

    def _given(self, step: Step) -> dict[str, Any]:
        line, third = self.lines[step.which % 2], step.which % 3
        pool_class, late = ("priority", "general")[third // 2], step.event == 2
        of_round = Funding("CNY", SOURCE, self.rounds[third % 2])
        given: dict[str, Any] = {
            "amount": step.amount,
            "claimed": step.amount + step.event,
            "legs": () if step.name == "approve" and late else self._legs(step),
            "part": PARTS[step.which % 2],
            "pool_class": pool_class,
            "to_pool": min(step.event, step.amount),
            "event": (RELEASES if step.name == "release" else RECLAIMS)[step.event],
            "quota": of_round,
            "cash": paying.suspense(self.bank_lines[third]) if late else paying.bank(self.account),
            "voucher_id": self.vouchers[third],
            "claim_line_id": self.claim_lines[third],
            "payout_id": self.payouts[third],
            "refund_id": self.refunds[third],
            "redemption_id": self.redemptions[third],
            "statement_line_id": self.bank_lines[third],
            "payer_account_id": self.account,
            "funding": of_round,
        }
        return given | self._own(step, line, third)

    def _own(self, step: Step, line: BudgetLine, third: int) -> dict[str, Any]:
        """What is asked for differently by some of the postings."""
        if step.name in ("allot", "cut", "lapse"):
            return {"funding": line.funding()}
        if step.name in ("fund_round", "return_to_line", "void_pool"):
            return {"funding": line.funding(self.rounds[third % 2])}
        if step.name == "uphold_objection" and step.event:
            return {"pool_class": None}
        if step.name in ("suspend", "set_apart", "charge"):
            outward = step.event == 1 and step.name != "charge"
            return {"funding": Funding("CNY", SOURCE), "amount": -step.amount if outward else step.amount}
        if step.name in ("send", "settle", "fund_account", "take_return", *ESCROW):
            return {"funding": line.funding()}
        return {}

    def _legs(self, step: Step) -> list[Leg]:
        """The city's and the district's; of every second voucher its holder has paid a part in as well."""
        shares = (step.amount // 3, step.amount - step.amount // 3)
        told = zip(PARTS, shares, self.lines, strict=True)
        legs = [Leg(part, share, line.funding()) for part, share, line in told if share]
        own = Leg("deposit", step.amount, self.lines[0].funding(), self.redemptions[step.which % 3])
        return [*legs, own] if step.which % 2 and step.event else legs

    def take(self, posting: Posting) -> bool:
        """Fold a posting into the dict and the lines, unless one could not bear it; whether it was folded."""
        after = Tally(self.stands)
        for entry in posting.entries:
            after[entry.place] += entry.amount
        if overdrawn(after) or self._overspent(after) or self.refuses(posting):
            return False
        self.stands = after
        self.lines = [line.after(posting) for line in self.lines]
        return True

    def _overspent(self, stands: Mapping[Place, int]) -> bool:
        """Whether a line would cost, or be paid from the treasury, more than was appropriated."""
        return any(
            max(
                sum(stands[Place(PlaceKind.COST, line.id, kind)] for kind in ("voucher", "award")),
                -stands[Place(PlaceKind.TREASURY_DRAWN, line.id)],
            )
            > -stands[Place(PlaceKind.APPROPRIATION, line.id)]
            for line in self.lines
        )

    def refuses(self, posting: Posting) -> bool:
        """Whether a line's own rule refuses a posting."""
        try:
            for line in self.lines:
                line.after(posting)
        except Refusal:
            return True
        return False


def overdrawn(stands: Mapping[Place, int]) -> list[Place]:
    """The guarded places that stand below zero."""
    return [place for place, amount in stands.items() if CHART[place.kind].guarded and standing(place.kind, amount) < 0]


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
    ours = (world.redemptions, world.refunds, world.bank_lines, [world.account])
    owned = (world.rounds, world.vouchers, world.claim_lines, world.payouts, *ours)
    owners = [line.id for line in world.lines] + [owner for owners in owned for owner in owners]
    key = (Entries.c.place, Entries.c.owner, Entries.c.part)
    statement = select(*key, func.sum(Entries.c.amount)).where(Entries.c.owner.in_(owners)).group_by(*key)
    async with database.read() as connection:
        rows = (await connection.execute(statement)).all()
    return {Place(PlaceKind(row[0]), row[1], row[2]): int(row[3]) for row in rows}
