"""Decides what an objection against a disclosed line does: with a name it blocks the line, until it is decided."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.voucher.ledger.domain import granting, paying
from services.voucher.ledger.domain.posting import Funding, Posting
from services.voucher.redemption.domain.world import Ruling
from services.voucher.settlement.domain.claim import ClaimLine, Leg, LegState, LineState, LineStep
from services.voucher.settlement.domain.disclosure import Disclosure, DisclosureState
from services.voucher.settlement.domain.legs import booked
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.domain.stop import Stop, StopKind, StopState, ended


class ObjectionState(StrEnum):
    """noted (nobody stands behind it: it blocks nothing), or live → dismissed | upheld."""

    NOTED = "noted"
    LIVE = "live"
    DISMISSED = "dismissed"
    UPHELD = "upheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What was said against a disclosed line. objector: who stands behind it, None when nobody does.

    filed_by is the person who sent or recorded it; it may be someone who wrote down a citizen's letter.
    """

    id: UUID
    disclosure_id: UUID
    claim_line_id: UUID
    objector: str | None
    contact: str | None
    grounds: str
    document_id: UUID | None
    state: ObjectionState
    filed_by: str
    filed_at: datetime
    client: str
    client_ref: str | None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    holder_at_fault: bool | None = None


class Outcome(StrEnum):
    """What an objection comes to."""

    DISMISSED = "dismissed"
    UPHELD = "upheld"


@dataclass(frozen=True, slots=True)
class Judgement:
    """How an objection is decided. holder_at_fault: None where nothing was said of it."""

    outcome: Outcome
    reason: str
    holder_at_fault: bool | None = None

    @property
    def fault(self) -> bool | None:
        """Whether the holder loses the quota: blameless unless said otherwise; None when it is dismissed."""
        return bool(self.holder_at_fault) if self.outcome is Outcome.UPHELD else None


def file(objection: Objection, *, disclosure: Disclosure, line: ClaimLine | None) -> tuple[Objection, ClaimLine]:
    """Accept an objection against a line while its disclosure is open, both locked.

    Refusal ``disclosure.closed`` when it is over, ``objection.line_unknown`` when it does not name the line,
    ``objection.line_state`` when the line was rejected meanwhile.
    """
    if disclosure.state_at(objection.filed_at) is not DisclosureState.PUBLISHED:
        closed_on = disclosure.closes_on.isoformat() if disclosure.closes_on is not None else None
        raise Refusal("disclosure.closed", rule="disclosure", numbers={"closes_on": closed_on})
    if line is None or line.id not in disclosure.line_ids:
        raise Refusal("objection.line_unknown", pointer="/claim_line_id")
    if line.state is not LineState.DISCLOSED:
        raise Refusal("objection.line_state", pointer="/claim_line_id", numbers={"state": line.state.value})
    return objection, line


def stops_of(objection: Objection, legs: Collection[Leg], *, stop_ids: Collection[UUID]) -> list[Stop]:
    """A stop on every leg of the line while a named objection lives; an anonymous one stops nothing."""
    if objection.state is not ObjectionState.LIVE:
        return []
    return [
        Stop(
            id=stop_id,
            leg_id=leg.id,
            kind=StopKind.OBJECTION,
            objection_id=objection.id,
            reason=objection.grounds,
            document_id=objection.document_id,
            set_by=objection.filed_by,
            since=objection.filed_at,
        )
        for stop_id, leg in zip(stop_ids, legs, strict=True)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What a decision is made upon, all of it locked: the objection, its line and legs, and what else lives on them.

    others: the other live objections against the line; stops: every live stop on its legs; persons: who has filed or
    decided any objection against it, whatever became of that.
    """

    objection: Objection
    disclosure: Disclosure
    line: ClaimLine
    legs: tuple[Leg, ...]
    others: tuple[Objection, ...]
    stops: tuple[Stop, ...]
    persons: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision leaves behind: objections, stops and legs as they stand then.

    releases: whether the line may be paid from now on, since its disclosure is over and nothing else holds it up.
    """

    objections: tuple[Objection, ...]
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...] = ()
    releases: bool = False


def decide(hearing: Hearing, judgement: Judgement, *, by: str, at: datetime) -> Decided:
    """Decide a live objection, by a person who has no earlier part in the case.

    Upheld, the line is gone: so are its legs, and with it whatever else was said against it. Refusal
    ``objection.state`` unless it is live, ``objection.took_part``, ``objection.fault_unasked``.
    """
    objection = hearing.objection
    if objection.state is not ObjectionState.LIVE:
        raise Refusal("objection.state", rule="decided_once", numbers={"state": objection.state.value})
    refuse_all(_faults(hearing, judgement, by))
    decided = (objection, *hearing.others) if judgement.outcome is Outcome.UPHELD else (objection,)
    objections = tuple(_decided(one, judgement, by=by, at=at) for one in decided)
    if judgement.outcome is Outcome.UPHELD:
        stops = tuple(ended(one, StopState.UPHELD, by=by, at=at, reason=judgement.reason) for one in hearing.stops)
        legs = tuple(replace(leg, state=LegState.DROPPED) for leg in hearing.legs)
        return Decided(objections=objections, stops=stops, legs=legs)
    mine = [one for one in hearing.stops if one.objection_id == objection.id]
    stops = tuple(ended(one, StopState.LIFTED, by=by, at=at, reason=judgement.reason) for one in mine)
    over = hearing.disclosure.state_at(at) is DisclosureState.CLOSED
    return Decided(objections=objections, stops=stops, releases=over and not hearing.others)


def _faults(hearing: Hearing, judgement: Judgement, by: str) -> list[Reason]:
    faults = []
    if by in hearing.persons or by in hearing.line.acted:
        faults.append(Reason("objection.took_part", rule="four_eyes"))
    if judgement.outcome is Outcome.DISMISSED and judgement.holder_at_fault is not None:
        faults.append(Reason("objection.fault_unasked", pointer="/holder_at_fault"))
    return faults


def _decided(objection: Objection, judgement: Judgement, *, by: str, at: datetime) -> Objection:
    return replace(
        objection,
        state=ObjectionState(judgement.outcome.value),
        decided_by=by,
        decided_at=at,
        reason=judgement.reason,
        holder_at_fault=judgement.fault,
    )


def upholding(line: ClaimLine, legs: Collection[Leg], *, quota: Funding | None, pool_class: str | None) -> Posting:
    """Row 16 for a line: its debt ends, and its quota goes to the pool of a class or, without one, to the holder.

    quota: None for an award, of which each budget line has its share free again (rows 34 and 35 reversed).
    """
    owed = booked(list(legs), redemption_id=line.redemption_id)
    if quota is None:
        return granting.take_back(claim_line_id=line.id, legs=owed)
    return paying.uphold_objection(
        voucher_id=line.captured.voucher_id, claim_line_id=line.id, legs=owed, quota=quota, pool_class=pool_class
    )


def rejected(case: LineCase, posting: Posting, judgement: Judgement) -> LineStep:
    """A disclosed line against which an objection was upheld; its evidence stays spent."""
    numbers = {"holder_at_fault": str(bool(judgement.fault)).lower()}
    ruling = Ruling("claim_line.object", "rejected", "ledger.row_16", numbers=numbers)
    return case.step(
        "objection_upheld", reason=judgement.reason, posting=posting, rulings=(ruling,), state=LineState.REJECTED
    )
