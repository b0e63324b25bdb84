"""Decides what is disclosed before it is paid: a list with a digest, shown for some working days, then released."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.standards.calendar import WorkingDays
from services.standards.money import format_amount
from services.voucher.redemption.domain.world import Ruling
from services.voucher.scheme.domain.scheme import Rulebook
from services.voucher.scheme.domain.settlement import Span
from services.voucher.settlement.domain.claim import ClaimLine, LineState, LineStep
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.domain.spans import Due, after, payment_expected

LINES_MAX = 500
"""How many lines one disclosure names."""


class DisclosureState(StrEnum):
    """prepared → published → closed, or prepared → overtaken by another list that shows one of its lines."""

    PREPARED = "prepared"
    OVERTAKEN = "overtaken"
    PUBLISHED = "published"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as the public reads it; amount in fen: names are those of `Party.public_name`."""

    position: int
    claim_line_id: UUID
    payee_name: str
    holder_name: str
    category: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """A list of approved lines of one treasury. closes_on: its last local day; closes_at: the instant it is over (UTC).

    digest: what whoever publishes must send back, so that nobody publishes what he has not seen. working_days and
    calendar_days: the longest span of either kind among its schemes; it lasts until both are over.
    """

    id: UUID
    treasury: str
    state: DisclosureState
    digest: str
    working_days: int
    calendar_days: int = 0
    prepared_by: str
    prepared_at: datetime
    lines: tuple[Shown, ...]
    published_by: str | None = None
    published_at: datetime | None = None
    closes_on: date | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None

    def state_at(self, instant: datetime) -> DisclosureState:
        """The state at an instant: over is closed, whether or not the timer has run."""
        over = self.closes_at is not None and self.closes_at <= instant
        return DisclosureState.CLOSED if over else self.state

    def as_of(self, instant: datetime) -> "Disclosure":
        """The same as it stands at an instant: closed once it is over, whether or not the timer has run."""
        return close(self) if self.state_at(instant) is DisclosureState.CLOSED else self

    @property
    def public(self) -> bool:
        """Whether everybody may know of it."""
        return self.published_at is not None

    @property
    def over_at(self) -> datetime:
        """The instant (UTC) at which it is over; ValueError while it is only prepared."""
        if self.closes_at is None:
            raise ValueError("this disclosure is not published")
        return self.closes_at

    @property
    def line_ids(self) -> tuple[UUID, ...]:
        """The claim lines it names, in their order."""
        return tuple(line.claim_line_id for line in self.lines)


def faults(
    asked: Sequence[UUID],
    lines: Mapping[UUID, ClaimLine],
    *,
    treasury: str,
    awaiting: Collection[UUID] = (),
) -> list[Reason]:
    """What is wrong with the lines that were asked for: unknown in this treasury, named twice, or not approved.

    awaiting: those whose amount is not known before their round is cut to its budget.
    """
    found = []
    for place, line_id in enumerate(asked):
        line, pointer = lines.get(line_id), f"/line_ids/{place}"
        if line is None or line.treasury != treasury:
            found.append(Reason("disclosure.line_unknown", pointer=pointer))
        elif line_id in asked[:place]:
            found.append(Reason("disclosure.line_twice", pointer=pointer))
        elif line.state is not LineState.APPROVED:
            found.append(Reason("disclosure.line_state", pointer=pointer, numbers={"state": line.state.value}))
        elif line_id in awaiting:
            found.append(Reason("disclosure.line_awaits_prorata", rule="backing", pointer=pointer))
    return found


def prepare(disclosure_id: UUID, lines: Collection[ClaimLine], *, basis: "Basis", by: str, at: datetime) -> Disclosure:
    """A list of approved lines, the longest submitted first. Refusal ``disclosure.nothing`` when there are none."""
    if not lines:
        raise Refusal("disclosure.nothing")
    shown = _shown(sorted(lines, key=lambda line: (line.submitted_at, line.id)), basis.names)
    return Disclosure(
        id=disclosure_id,
        treasury=basis.treasury,
        state=DisclosureState.PREPARED,
        digest=digest_of(shown),
        working_days=_longest(basis.schemes.values(), working=True),
        calendar_days=_longest(basis.schemes.values(), working=False),
        prepared_by=by,
        prepared_at=at,
        lines=shown,
    )


def _longest(schemes: Iterable[Rulebook], *, working: bool) -> int:
    spans = (scheme.disclosure.value for scheme in schemes)
    return max((span.days for span in spans if span.working is working), default=0)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a list is made from: whose it is, the names in the directory, and the rules of each line's scheme."""

    treasury: str
    names: Mapping[UUID, str]
    schemes: Mapping[UUID, Rulebook]


def _shown(lines: Sequence[ClaimLine], names: Mapping[UUID, str]) -> tuple[Shown, ...]:
    return tuple(
        Shown(
            position,
            line.id,
            names[line.payee_id],
            names[line.holder_id],
            line.category,
            owed(line),
            line.currency,
        )
        for position, line in enumerate(lines, start=1)
    )


def owed(line: ClaimLine) -> int:
    """What was approved of a line, in fen; ValueError when that was not decided."""
    if line.approved is None:
        raise ValueError(f"claim line {line.id} is not approved")
    return line.approved


def digest_of(lines: Sequence[Shown]) -> str:
    """SHA-256, in hexadecimal, over the canonical JSON of a list: sorted keys, no spaces, amounts as decimal text."""
    told = [
        {
            "position": line.position,
            "claim_line_id": f"cln_{line.claim_line_id.hex}",
            "payee_name": line.payee_name,
            "holder_name": line.holder_name,
            "category": line.category,
            "amount": format_amount(line.amount, line.currency),
            "currency": line.currency,
        }
        for line in lines
    ]
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def closing_of(schemes: Collection[Rulebook], *, at: datetime, calendar: WorkingDays) -> Due:
    """When a list published at an instant ends: with the longest of its schemes' spans.

    Refusal ``calendar.not_loaded``. Source: the rule `disclosure` of each scheme.
    """
    ends = [after(scheme.disclosure.value, scheme=scheme, at=at, calendar=calendar) for scheme in schemes]
    return max(ends, key=lambda closing: closing.due_at)


def publish(
    disclosure: Disclosure, *, digest: str, lines: Mapping[UUID, ClaimLine], closing: Due, by: str, at: datetime
) -> Disclosure:
    """Publish a prepared list, all its lines locked.

    Refusal ``disclosure.state``; ``disclosure.digest_differs`` when the digest sent back is not that of the list;
    ``disclosure.stale``, for every line that is no longer approved with the amount shown.
    """
    if disclosure.state is not DisclosureState.PREPARED:
        raise Refusal("disclosure.state", numbers={"state": disclosure.state_at(at).value})
    if digest != disclosure.digest:
        raise Refusal("disclosure.digest_differs", rule="digest_shown", pointer="/digest")
    refuse_all([fault for shown in disclosure.lines for fault in _stale(shown, lines[shown.claim_line_id])])
    return replace(
        disclosure,
        state=DisclosureState.PUBLISHED,
        published_by=by,
        published_at=at,
        closes_on=closing.due_on,
        closes_at=closing.due_at,
    )


def _stale(shown: Shown, line: ClaimLine) -> list[Reason]:
    if line.state is LineState.APPROVED and line.approved == shown.amount:
        return []
    numbers = {"position": shown.position, "state": line.state.value}
    return [Reason("disclosure.stale", rule="shown_is_approved", numbers=numbers)]


def disclosed(case: LineCase, closing: Due) -> LineStep:
    """An approved line once its list is published."""
    rule = case.scheme.disclosure
    numbers = {_unit(rule.value): str(rule.value.days), "closes_on": closing.due_on.isoformat()}
    ruling = Ruling("claim_line.disclose", "disclosed", "disclosure", rule.source, numbers)
    return case.step("disclosed", due=closing, rulings=(ruling,), state=LineState.DISCLOSED)


def _unit(span: Span) -> str:
    return "working_days" if span.working else "days"


def close(disclosure: Disclosure) -> Disclosure:
    """A published list once it is over, as of that instant."""
    return replace(disclosure, state=DisclosureState.CLOSED, closed_at=disclosure.over_at)


def to_release(lines: Collection[ClaimLine], *, objected: Collection[UUID]) -> list[ClaimLine]:
    """The lines of a list that is over which nothing holds up: still disclosed, and without a live objection."""
    return [line for line in lines if line.state is LineState.DISCLOSED and line.id not in objected]


def released(case: LineCase) -> LineStep:
    """A disclosed line that may be paid from an instant on, with the day by which its payment is expected.

    Source: the rules `settlement.cadence` and `settlement.pay_within`.
    """
    settlement = case.scheme.settlement
    rule = settlement.pay_within
    due = payment_expected(scheme=case.scheme, released_at=case.at, calendar=case.calendar)
    numbers = {
        "cadence": settlement.cadence.value,
        "working_days": str(rule.value),
        "expected_on": due.due_on.isoformat() if due is not None else None,
    }
    ruling = Ruling("claim_line.release", "released", "settlement.pay_within", rule.source, numbers)
    return case.step("released", due=due, rulings=(ruling,), state=LineState.RELEASED)
