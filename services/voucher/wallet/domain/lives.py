"""Decides what may be done to a voucher besides redeeming it, and what of its value that moves.

An activation, a suspension and its end touch dates and state alone. An extension, a cancellation and a top-up may move
value between the voucher and the pool of its round, so the pool is among what they are decided upon.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.chassis.refusals import Reason, Refusal, refuse_all
from services.standards.calendar import local_date
from services.standards.money import format_amount
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.chart import PlaceKind
from services.voucher.ledger.domain.counters import Counter, CounterKey
from services.voucher.ledger.domain.posting import Posting
from services.voucher.scheme.domain.deadlines import CANCELLED, LEFTOVER, VoucherDates, voucher_dates
from services.voucher.wallet.domain.eligibility import over_application
from services.voucher.wallet.domain.ground import Ground
from services.voucher.wallet.domain.reclaiming import Reclaim, may_restore, reclaim
from services.voucher.wallet.domain.reminders import next_reminder
from services.voucher.wallet.domain.round import OVER
from services.voucher.wallet.domain.voucher import Voucher, VoucherState

ENDED = frozenset({VoucherState.EXHAUSTED, VoucherState.EXPIRED, VoucherState.CANCELLED})
"""States in which there is nothing left to cancel."""
GROWING = frozenset({VoucherState.DRAFT, VoucherState.ACTIVE, VoucherState.EXHAUSTED})
"""States in which a voucher may become worth more; while it is suspended nobody adds to it."""
DATES = ("use_by", "deliver_by", "claim_by")
"""The dates that an extension moves, each with its instant."""


class LifeKind(StrEnum):
    """What was done, as its event and its row are called."""

    ACTIVATED = "activated"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    EXTENDED = "extended"
    CANCELLED = "cancelled"
    TOPPED_UP = "topped_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who (a person) does it at which instant (UTC), why, by which paper, upon which request of the API.

    change_request_id: the request of another person that it grants, where it takes two.
    """

    by: str
    at: datetime
    reason: str
    document: str | None = None
    request_id: str | None = None
    change_request_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What moves: the posting, its local date, and counters that went up."""

    posting: Posting
    value_on: date
    counters: Mapping[CounterKey, Counter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One thing done to one voucher: before, after, by which rule and clause, and what it moved.

    swept: what was due back to the pool and had not been taken yet; it is booked before what is moved. restored: the
    counters to which that gave the year's allowance back.
    """

    kind: LifeKind
    said: Said
    before: Voucher
    after: Voucher
    rule: str
    clause: str | None = None
    moved: Moved | None = None
    swept: Reclaim | None = None
    restored: Mapping[CounterKey, Counter] = field(default_factory=dict)

    @property
    def counters(self) -> Mapping[CounterKey, Counter]:
        """The counters that it leaves behind otherwise than they were."""
        return {**self.restored, **(self.moved.counters if self.moved is not None else {})}

    @property
    def postings(self) -> tuple[Posting, ...]:
        """What is booked between the voucher and its pool, in this order."""
        return tuple(one.posting for one in (self.swept, self.moved) if one is not None)

    @property
    def amount(self) -> int:
        """How much moved between the voucher and the pool, in fen, whichever way."""
        if self.moved is None:
            return 0
        return abs(self.moved.posting.moved(PlaceKind.AVAILABLE, self.before.id))

    @property
    def dates(self) -> Mapping[str, tuple[date, date]]:
        """The dates that an extension moved, from and to."""
        if self.kind is not LifeKind.EXTENDED:
            return {}
        return {name: (getattr(self.before, name), getattr(self.after, name)) for name in DATES}


def activate(ground: Ground, said: Said) -> Life:
    """Make a draft usable. Refusal ``voucher.not_draft``."""
    _in(ground, said, VoucherState.DRAFT, otherwise="voucher.not_draft")
    return _still(LifeKind.ACTIVATED, ground, said, replace(ground.voucher, activated_at=said.at))


def suspend(ground: Ground, said: Said) -> Life:
    """Let nothing new be authorised; what is held is delivered and captured, and the clock runs on.

    Refusal ``voucher.not_active``.
    """
    _in(ground, said, VoucherState.ACTIVE, otherwise="voucher.not_active")
    return _still(LifeKind.SUSPENDED, ground, said, replace(ground.voucher, suspended_at=said.at))


def resume(ground: Ground, said: Said) -> Life:
    """End a suspension. Refusal ``voucher.not_suspended``, also once the voucher has ended."""
    _in(ground, said, VoucherState.SUSPENDED, otherwise="voucher.not_suspended")
    return _still(LifeKind.RESUMED, ground, said, replace(ground.voucher, suspended_at=None))


def cancel(ground: Ground, said: Said) -> Life:
    """End a voucher: what is available goes back to the pool (row 10), what is held lives on to its own end.

    Refusal ``voucher.ended``.
    """
    voucher = ground.voucher
    refuse_all(_ended(voucher, at=said.at))
    ended = replace(voucher, ends_at=said.at, ends_by=CANCELLED, remind_at=None)
    moved = _moved(ground, said, _back(voucher)) if voucher.available else None
    after = ended.after(moved.posting, at=said.at) if moved else replace(ended, state=ended.state_at(said.at))
    return Life(
        kind=LifeKind.CANCELLED,
        said=said,
        before=voucher,
        after=after,
        rule="voucher.cancelled",
        clause=said.document,
        moved=moved,
    )


def top_up(ground: Ground, said: Said, *, amount: int, currency: str) -> Life:
    """Make a voucher worth more by an amount (fen) out of its round's pool (row 4), while the round allocates.

    It is asked what an issue is asked: the pool, the share of its class, and the caps on one application, on what is
    held and on what is issued, in the year in which the voucher was. Refusals, all at once: ``topup.currency``,
    ``voucher.ended``, ``voucher.not_active``, ``round.finished``, ``topup.pool_short``, ``topup.class_full``,
    ``topup.over_cap``, ``application.over_cap``.
    """
    voucher = ground.voucher
    if currency != voucher.currency:
        raise Refusal("topup.currency", pointer="/amount/currency", numbers={"currency": voucher.currency})
    refuse_all([*_growing(voucher, at=said.at), *_finished(ground, at=said.at), *_short(ground, amount)])
    posting = postings.top_up(
        voucher_id=voucher.id, pool_class=voucher.pool_class, amount=amount, funding=voucher.funding
    )
    grown = replace(
        voucher,
        face=voucher.face + amount,
        available=voucher.available + amount,
        moved_at=max(said.at, voucher.moved_at),
    )
    taken = {key: ground.counters[key].take(amount) for key in ground.takes}
    return Life(
        kind=LifeKind.TOPPED_UP,
        said=said,
        before=voucher,
        after=replace(grown, state=grown.state_at(said.at)),
        rule="backing",
        clause=ground.scheme.backing.source,
        moved=replace(_moved(ground, said, posting), counters=taken),
    )


def extend(ground: Ground, said: Said) -> Life:
    """Move the three dates by the scheme's extension, once, whether or not the voucher's date is over.

    What is due back by then goes back first, as of its due instant: it does not matter whether the sweep has run. What
    had gone back by expiry comes again (row 4), as much as the pool has while the round allocates.
    Refusals ``extension.not_offered``, ``voucher.extended_already``, ``voucher.ended``, ``extension.no_gain`` (the
    year's end allows no later date), ``extension.nothing_left``.
    """
    before, scheme = ground.voucher, ground.scheme
    rule, dates = scheme.validity.extension, _later(ground, said)
    swept = reclaim(before, scheme) if before.available and before.due_back <= said.at else None
    ground = _swept(ground, swept) if swept else ground
    voucher = ground.voucher
    back = 0 if _finished(ground, at=said.at) else _comes_again(ground)
    moved = _retaken(ground, said, back) if back else None
    after = replace(
        voucher,
        **{name: getattr(dates, name) for name in dates.__dataclass_fields__},
        extended=voucher.extended + 1,
        remind_at=next_reminder(scheme, ends_at=dates.ends_at, after=said.at),
    )
    after = after.after(moved.posting, at=said.at) if moved else replace(after, state=after.state_at(said.at))
    if not after.available + after.held:
        shown = {"pool": ground.pool, "expired": ground.expired}
        numbers = {name: format_amount(fen, voucher.currency) for name, fen in shown.items()}
        raise Refusal("extension.nothing_left", rule="validity.extension", numbers=numbers, clause=rule.source)
    return Life(
        kind=LifeKind.EXTENDED,
        said=said,
        before=before,
        after=after,
        rule="validity.extension",
        clause=rule.source,
        moved=moved,
        swept=swept,
        restored=ground.counters if swept is not None and swept.restores else {},
    )


def _comes_again(ground: Ground) -> int:
    """How much of what expired a voucher has again: what the pool, its class and its holder's allowance still have."""
    own = ground.uses if may_restore(ground.scheme) else ground.standing_uses
    return min([ground.room, ground.expired, *(use.left for use in own)])


def _retaken(ground: Ground, said: Said, amount: int) -> Moved:
    """What comes again takes from the allowance again, where its expiry had given that back."""
    moved = _moved(ground, said, _again(ground.voucher, amount))
    if not may_restore(ground.scheme):
        return moved
    return replace(moved, counters={key: ground.counters[key].take(amount) for key in ground.takes})


def _later(ground: Ground, said: Said) -> VoucherDates:
    """The dates of an extended voucher, unless it may not be extended; refusals of `extend`."""
    voucher, scheme = ground.voucher, ground.scheme
    rule = scheme.validity.extension
    if rule.value is None:
        raise Refusal("extension.not_offered", rule="validity.extension", clause=rule.source)
    if voucher.extended:
        raise Refusal("voucher.extended_already", rule="validity.extension", clause=rule.source)
    if voucher.ends_by in {CANCELLED, LEFTOVER}:
        refuse_all(_ended(voucher, at=said.at))
    dates = voucher_dates(
        scheme,
        issued=local_date(voucher.issued_at, scheme.zone),
        backfilled=voucher.backfilled,
        extended_by=rule.value,
    )
    if dates.ends_at <= max(voucher.ends_at, said.at):
        numbers = {"ends_at": voucher.ends_at.isoformat(), "would_end": dates.ends_at.isoformat()}
        year_end = scheme.validity.year_end_void
        raise Refusal("extension.no_gain", rule="validity.year_end_void", numbers=numbers, clause=year_end.source)
    return dates


def _swept(ground: Ground, swept: Reclaim) -> Ground:
    """As things stand once what was due back has gone back."""
    amount = swept.before.available
    counters = dict(ground.counters)
    if swept.restores:
        counters |= {key: counters[key].give(amount) for key in ground.takes}
    class_left = None if ground.class_left is None else ground.class_left + amount
    after = replace(ground, voucher=swept.after, pool=ground.pool + amount, expired=ground.expired + amount)
    return replace(after, counters=counters, class_left=class_left)


def _still(kind: LifeKind, ground: Ground, said: Said, after: Voucher) -> Life:
    """A change that moves no value; its clause is the paper that was named."""
    return Life(
        kind=kind,
        said=said,
        before=ground.voucher,
        after=replace(after, state=after.state_at(said.at)),
        rule=f"voucher.{kind}",
        clause=said.document,
    )


def _in(ground: Ground, said: Said, wanted: VoucherState, *, otherwise: str) -> None:
    state = ground.voucher.state_at(said.at)
    if state is not wanted:
        raise Refusal(otherwise, rule="voucher.state", numbers={"state": state})


def _ended(voucher: Voucher, *, at: datetime) -> list[Reason]:
    state = voucher.state_at(at)
    if state not in ENDED:
        return []
    numbers = {"state": state, "ends_at": voucher.ends_at.isoformat(), "ends_by": voucher.ends_by}
    return [Reason("voucher.ended", rule="voucher.state", numbers=numbers)]


def _growing(voucher: Voucher, *, at: datetime) -> list[Reason]:
    """What speaks against a top-up of a voucher in its state: it has ended, or it is suspended."""
    if at >= voucher.ends_at:
        return _ended(voucher, at=at)
    state = voucher.state_at(at)
    return [] if state in GROWING else [Reason("voucher.not_active", rule="voucher.state", numbers={"state": state})]


def _finished(ground: Ground, *, at: datetime) -> list[Reason]:
    """A round that no longer allocates gives nothing out of its pool."""
    of = ground.round
    if of.state_at(at) not in OVER:
        return []
    clause = ground.scheme.allocation.allocate_until.source
    numbers = {"allocate_until": of.allocate_until.isoformat()}
    return [Reason("round.finished", "allocation.allocate_until", numbers=numbers, clause=clause)]


def _short(ground: Ground, amount: int) -> list[Reason]:
    """The pool's hard stop, and the share and the caps that leave less than is asked for."""
    currency, scheme = ground.voucher.currency, ground.scheme
    asked = format_amount(amount, currency)
    reasons = []
    if amount > ground.pool:
        numbers = {"asked": asked, "pool": format_amount(ground.pool, currency)}
        reasons.append(Reason("topup.pool_short", "backing", "/amount", numbers, scheme.backing.source))
    shares = scheme.allocation.class_shares
    if shares is not None and ground.class_left is not None and amount > ground.class_left:
        numbers = {"asked": asked, "left": format_amount(ground.class_left, currency)}
        reasons.append(Reason("topup.class_full", "allocation.class_shares", "/amount", numbers, shares.source))
    for use in ground.uses:
        if amount > use.left:
            figures = {"limit": use.cap.limit, "used": use.used}
            told = {name: format_amount(fen, currency) for name, fen in figures.items()}
            numbers = {"asked": asked, "period": use.period, **told}
            reasons.append(Reason("topup.over_cap", f"caps.{use.cap.id}", "/amount", numbers, use.cap.source))
    return [*reasons, *over_application(scheme, ground.voucher.face + amount, ground.known, ground.day)]


def _back(voucher: Voucher) -> Posting:
    return postings.reclaim(
        voucher_id=voucher.id,
        pool_class=voucher.pool_class,
        amount=voucher.available,
        funding=voucher.funding,
        event="cancelled",
    )


def _again(voucher: Voucher, amount: int) -> Posting:
    return postings.reissue(
        voucher_id=voucher.id, pool_class=voucher.pool_class, amount=amount, funding=voucher.funding
    )


def _moved(ground: Ground, said: Said, posting: Posting) -> Moved:
    return Moved(posting, local_date(said.at, ground.scheme.zone))
