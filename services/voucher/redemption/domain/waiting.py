"""Whose task a redemption is, and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.voucher.redemption.domain.redemption import Redemption, Side, State
from services.voucher.redemption.domain.states import OWNERS
from services.voucher.redemption.domain.world import World, end_of_working_day


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something to do: for an organisation in a role, or for the reviewers of a region; due_at in UTC."""

    task: str
    role: str
    due_at: datetime
    organization: UUID | None = None
    region: str | None = None


def waiting(redemption: Redemption, world: World) -> Iterator[Waiting]:
    """What waits for whom in the redemption's state; nothing once it is final."""
    owner = OWNERS.get(redemption.state)
    if owner is not None:
        yield _for(redemption, owner.task, owner.side or redemption.proposed_by.other, _due(redemption, world))


def asked_to_let_go(redemption: Redemption, world: World) -> Iterator[Waiting]:
    """The region's leave, where a holder is to go to another provider without the word of the one that he leaves."""
    replaced = redemption.terms.replaces
    if redemption.state is State.PROPOSED and replaced is not None and redemption.let_go_by is None:
        left = world.redemptions.get(replaced)
        if left is not None and left.terms.payee_id != redemption.terms.payee_id:
            yield _for(redemption, "redemption.let_go", Side.ARBITER, _due(redemption, world))


def asked_to_void(redemption: Redemption, world: World) -> Iterator[Waiting]:
    """The other side's answer, where one side asked to give the hold up."""
    if redemption.void_asked_by is not None:
        yield _for(redemption, "redemption.void", redemption.void_asked_by.other, _due(redemption, world))


def _for(redemption: Redemption, task: str, side: Side, due_at: datetime) -> Waiting:
    terms = redemption.terms
    if side is Side.ARBITER:
        return Waiting(task, "reviewer", due_at, region=terms.region)
    return Waiting(task, side.value, due_at, terms.holder_id if side is Side.HOLDER else terms.payee_id)


def _due(redemption: Redemption, world: World) -> datetime:
    """The state's own timer; a dispute, which has none, is decided as soon as a holder must accept."""
    if redemption.due_at is not None:
        return redemption.due_at
    scheme = world.scheme(world.voucher(redemption.terms.voucher_id))
    span = scheme.evidence.silence_accepts.value
    return end_of_working_day(world.now, span, scheme=scheme, calendar=world.facts.calendar)
