"""What becomes of a claim: every fault of every line at once, or its lines in review with what they rest on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.chassis.refusals import Reason
from services.standards.calendar import WorkingDays, local_date
from services.standards.money import format_amount
from services.voucher.redemption.domain.orders import Actor
from services.voucher.redemption.domain.redemption import Capture, Form, Redemption
from services.voucher.redemption.domain.tariff import Tariff
from services.voucher.redemption.domain.work import as_invoiced, worked_lines
from services.voucher.redemption.domain.world import Ruling, end_of_working_day, last_day
from services.voucher.scheme.domain.pricing import price_lines
from services.voucher.scheme.domain.rate import Rate
from services.voucher.scheme.domain.rate_base import counted
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.settlement.domain import evidence
from services.voucher.settlement.domain.claim import Claim, ClaimLine, LineState, LineStep
from services.voucher.settlement.domain.escrow import MODEL, Escrow
from services.voucher.settlement.domain.evidence import Drawn, Needs, Shown, needs_of
from services.voucher.wallet.domain.voucher import Voucher


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a claim as sent: the capture, and what is to be drawn for it, in which currency (None: nothing)."""

    capture_id: UUID
    drawn: Drawn = field(default_factory=Drawn)
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays for a round's vouchers: the budget line that funds it, and that line's treasury."""

    budget_line_id: UUID
    treasury: str


@dataclass(frozen=True, slots=True)
class Claimable:
    """A capture with all that a claim on it rests upon. Amounts in fen. tariff: by which it was authorised."""

    redemption: Redemption
    capture: Capture
    voucher: Voucher
    scheme: Scheme
    tariff: Tariff
    payer: Payer

    @property
    def rate(self) -> Rate:
        """The rate that its decisions name."""
        return self.tariff.rate

    @property
    def settlement(self) -> int:
        """What the work cost."""
        return self.capture.delivery.settlement

    @property
    def claimed(self) -> int:
        """What is claimed: always all that stands. Who wants to claim less refunds the difference first."""
        return self.capture.amount - self.capture.refunded

    @property
    def self_paid(self) -> int:
        """What the holder pays himself, now that so much is claimed; nothing where a voucher pays all, or more."""
        return max(0, self.settlement - self.claimed)

    @property
    def claim_by(self) -> Rule[date]:
        """The last local date on which it may be claimed, and where that is written."""
        rule = self.scheme.terms(backfilled=self.voucher.backfilled).claim_by
        return Rule(self.voucher.claim_by, rule.source, rule.as_of)

    @property
    def claim_by_ends(self) -> datetime:
        """The instant (UTC) as of which it goes back if it is not claimed."""
        return self.capture.claim_by_ends

    @property
    def ends(self) -> datetime:
        """The instant (UTC) from which on it can no longer be claimed: then, or once claims are taken no more."""
        window = self.scheme.settlement.claims
        return self.claim_by_ends if window is None else min(self.claim_by_ends, window.value.closes)

    @property
    def needs(self) -> Needs:
        """What its evidence has to prove."""
        rules = self.scheme.evidence
        return needs_of(self.redemption, settlement=self.settlement, claimed=self.claimed, rules=rules)

    @property
    def over_price(self) -> int:
        """What the voucher paid at its face beyond the price; the invoices need not bear it. Of an instant one only."""
        return self.redemption.over_price

    def bears(self, invoiced: int, *, tax: int = 0) -> int:
        """The subsidy that invoices of so much, with this tax in them, bear: reckoned as it was at capture, the rate
        floored once on all work up to here, less what stands for the work before; and never more than is invoiced.

        An order at the counter was reckoned on its whole price: it bears its share of that, to the next full fen, since
        several vouchers may have paid it and the fen that the rate gives are theirs together. What was paid at a
        voucher's face comes on top.
        """
        terms = self.redemption.terms
        if terms.kind is Form.INSTANT:
            order = self.tariff.priced(terms)
            whole = price_lines(order).subsidy
            share = -(-whole * counted(self.rate, invoiced, tax) // max(1, sum(base for _, base in order)))
            return min(invoiced, share) + self.over_price
        before = [one for one in self.redemption.captures if one.number < self.capture.number]
        done = [part for one in before for part in one.delivery.portions]
        done += as_invoiced(self.capture.delivery, invoiced, tax)
        whole = price_lines(worked_lines(terms, self.tariff.rates, done, last=self.completes)).subsidy
        return min(invoiced, whole - sum(one.amount - one.refunded for one in before))

    @property
    def completes(self) -> bool:
        """Whether nothing is delivered after it: then all of the contract counts, where its amount is the base."""
        return self.capture.number == len(self.redemption.captures) and not self.redemption.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a claim is checked upon: business time, the payee's captures, and the evidence named, as locked.

    escrows: what holders paid in, by redemption.
    """

    now: datetime
    captures: Mapping[UUID, Claimable]
    shown: Shown
    calendar: WorkingDays
    escrows: Mapping[UUID, Escrow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A line after the check. found: None for a capture the payee has not; pointers of faults begin at the claim."""

    number: int
    asked: Asked
    found: Claimable | None
    faults: tuple[Reason, ...]


def check(asked: Sequence[Asked], desk: Desk) -> list[Checked]:
    """Each line with all that is wrong with it; lines draw on what the earlier ones of the claim leave.

    Codes ``claim.capture_unknown``, ``.capture_twice``, ``.capture_claimed``, ``.nothing_stands``, ``.too_late``,
    ``.above_rate``, ``.currency``, ``.deposit_missing``, and those of `evidence.faults`.
    """
    checked: list[Checked] = []
    shown = desk.shown
    for number, line in enumerate(asked, start=1):
        found = desk.captures.get(line.capture_id)
        faults = [*_beside_others(line, found, checked), *_of_line(line, found, shown, desk.now)]
        faults += _deposit_faults(found, checked, desk)
        placed = tuple(replace(fault, pointer=f"/lines/{number - 1}{fault.pointer}") for fault in faults)
        checked.append(Checked(number, line, found, placed))
        shown = shown.after(line.drawn)
    return checked


def _beside_others(line: Asked, found: Claimable | None, earlier: Sequence[Checked]) -> Iterator[Reason]:
    """One line per capture, and one currency in a claim."""
    twin = next((other for other in earlier if other.asked.capture_id == line.capture_id), None)
    if twin is not None:
        yield Reason("claim.capture_twice", "claim.one_line", "/capture_id", {"line": twin.number})
    first = next((other.found for other in earlier if other.found is not None), found)
    if first is not None and found is not None:
        currency = first.voucher.currency
        if {found.voucher.currency, line.currency or currency} != {currency}:
            yield Reason("claim.currency", "claim.one_currency", "", {"currency": currency})


def _of_line(line: Asked, found: Claimable | None, shown: Shown, now: datetime) -> Iterator[Reason]:
    if found is None:
        yield Reason("claim.capture_unknown", "claim.payee", "/capture_id")
        return
    yield from standing_faults(found, now)
    if found.claimed:
        yield from evidence.faults(line.drawn, needs=found.needs, shown=shown)
        yield from _rate_faults(found, line.drawn, shown)


def standing_faults(found: Claimable, now: datetime) -> Iterator[Reason]:
    """Why a capture may not be claimed, whatever is shown for it."""
    line_id = found.capture.claim_line_id
    if line_id is not None:
        numbers = {"claim_line_id": f"cln_{line_id.hex}"}
        yield Reason("claim.capture_claimed", "claim.one_line", "/capture_id", numbers)
    if not found.claimed:
        yield Reason("claim.nothing_stands", "claim.amount", "/capture_id")
    yield from _window_faults(found, now)
    if now >= found.claim_by_ends:
        numbers = {"claim_by": found.claim_by.value.isoformat()}
        yield Reason("claim.too_late", "validity.claim_by", "/capture_id", numbers, found.claim_by.source)


def _window_faults(found: Claimable, now: datetime) -> Iterator[Reason]:
    """Some schemes take claims at certain times only."""
    rule, zone = found.scheme.settlement.claims, ZoneInfo(found.scheme.zone)
    if rule is not None and not rule.value.opens <= now < rule.value.closes:
        opens, closes = (
            one.astimezone(zone).strftime("%Y-%m-%d %H:%M") for one in (rule.value.opens, rule.value.closes)
        )
        numbers = {"opens": opens, "closes": closes}
        yield Reason("claim.outside_window", "settlement.claims", "/capture_id", numbers, rule.source)


def _rate_faults(found: Claimable, drawn: Drawn, shown: Shown) -> Iterator[Reason]:
    """What was captured is priced again on the invoices shown; where none is, that one is missing says it all."""
    invoiced = sum(one.amount for one in drawn.invoices)
    subsidy = found.bears(invoiced, tax=shown.tax_in(drawn))
    if invoiced and subsidy < found.claimed:
        rate, currency = found.rate, found.voucher.currency
        numbers = _told(currency, shown=invoiced, subsidy=max(0, subsidy), claimed=found.claimed)
        yield Reason("claim.above_rate", f"rate.{rate.kind}", "/invoices", numbers, rate.source)


def _deposit_faults(found: Claimable | None, earlier: Sequence[Checked], desk: Desk) -> list[Reason]:
    """Where the holder pays his part in, the provider is paid it from there: until it is there, nothing is claimed."""
    if found is None or not found.claimed or found.scheme.settlement.model.value != MODEL:
        return []
    escrow = desk.escrows.get(found.redemption.id)
    others = [one.found for one in earlier if one.found is not None and one.found.redemption.id == found.redemption.id]
    paid_in = max(0, (0 if escrow is None else escrow.free) - sum(one.self_paid for one in others))
    if found.self_paid <= paid_in:
        return []
    numbers = _told(
        found.voucher.currency, required=found.self_paid, paid_in=paid_in, missing=found.self_paid - paid_in
    )
    rule = found.scheme.settlement.model
    return [Reason("claim.deposit_missing", "settlement.model", "/capture_id", numbers, rule.source)]


def _told(currency: str, **amounts: int) -> dict[str, str]:
    return {name: format_amount(fen, currency) for name, fen in amounts.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a new claim is called: its id, the ids of its lines in their order, and the payee's own name for it."""

    claim_id: UUID
    line_ids: Sequence[UUID]
    client_ref: str | None = None


def submit(checked: Sequence[Checked], *, named: Named, desk: Desk, by: Actor) -> tuple[Claim, list[LineStep]]:
    """The claim of lines without faults, which enter review at the scheme's first stage.

    Refusal ``calendar.not_loaded``. ValueError for a line that has faults, and for none at all.
    """
    first = next((one.found for one in checked), None)
    if first is None:
        raise ValueError("a claim has at least one line")
    claim = Claim(
        id=named.claim_id,
        payee_id=first.redemption.terms.claimant_id,
        currency=first.voucher.currency,
        submitted_at=desk.now,
        submitted_by=by.person,
        client=by.client,
        client_ref=named.client_ref,
    )
    lines = zip(named.line_ids, checked, strict=True)
    return claim, [_submitted(claim, line_id, one, desk=desk, by=by) for line_id, one in lines]


def _submitted(claim: Claim, line_id: UUID, one: Checked, *, desk: Desk, by: Actor) -> LineStep:
    found = one.found
    if found is None or one.faults:
        raise ValueError(f"line {one.number} has faults")
    line = _line(claim, line_id, one.number, found, desk=desk)
    acted = found.redemption.acted
    return LineStep(
        event="submitted",
        before=None,
        after=replace(line, acted=acted if by.person in acted else (*acted, by.person)),
        at=desk.now,
        person=by.person,
        client=by.client,
        request_id=by.request_id,
        rulings=(*_rulings(found, line, desk.now), *proof(found.needs, one.asked.drawn)),
    )


def _line(claim: Claim, line_id: UUID, number: int, found: Claimable, *, desk: Desk) -> ClaimLine:
    """The line as it enters the first stage; whoever took part in the redemption takes no part in its review."""
    terms, settlement = found.redemption.terms, found.scheme.settlement
    within = settlement.review_within.value
    due_at = end_of_working_day(desk.now, within, scheme=found.scheme, calendar=desk.calendar)
    return ClaimLine(
        id=line_id,
        claim_id=claim.id,
        number=number,
        capture_id=found.capture.id,
        redemption_id=found.redemption.id,
        voucher_id=terms.voucher_id,
        holder_id=terms.holder_id,
        holder_kind=terms.holder_kind,
        payee_id=terms.claimant_id,
        scheme_version_id=terms.scheme_version_id,
        budget_line_id=found.payer.budget_line_id,
        treasury=found.payer.treasury,
        region=terms.region,
        category=terms.category,
        currency=terms.currency,
        settlement=found.settlement,
        claimed=found.claimed,
        over_price=found.over_price,
        approved=None,
        state=LineState.IN_REVIEW,
        stage=settlement.review.value[0],
        submitted_at=desk.now,
        entered_at=desk.now,
        due_on=last_day(due_at, found.scheme),
        due_at=due_at,
        corrections=0,
        acted=(),
        steps=1,
    )


def _rulings(found: Claimable, line: ClaimLine, now: datetime) -> Iterator[Ruling]:
    """What held on the day of submission; kept, and never computed again."""
    scheme, claim_by = found.scheme, found.claim_by
    days = {"submitted_on": local_date(now, scheme.zone).isoformat(), "claim_by": claim_by.value.isoformat()}
    yield Ruling("claim.deadline", "kept", "validity.claim_by", claim_by.source, days)
    amounts = _told(line.currency, settlement=line.settlement, claimed=line.claimed, self_paid=line.self_paid)
    if line.over_price:
        amounts |= _told(line.currency, over_price=line.over_price)
    rate, review = found.rate, scheme.settlement.review
    yield Ruling(
        "claim.amount", "claimed", f"rate.{rate.kind}", rate.source, {**amounts, "share": rate.written(line.currency)}
    )
    stages = {"stage": line.stage, "stages": " → ".join(review.value), "due_on": str(line.due_on)}
    yield Ruling("claim.review", "in_review", "settlement.review", review.source, stages)


def proof(needs: Needs, drawn: Drawn) -> tuple[Ruling, ...]:
    """What evidence without faults proves, under which rules of the scheme."""
    invoiced, paid = (sum(one.amount for one in drawn_of) for drawn_of in (drawn.invoices, drawn.slips))
    invoices = _told(needs.currency, required=needs.settlement, shown=invoiced)
    slips = _told(needs.currency, required=needs.slips, shown=paid)
    rules = needs.rules
    return (
        Ruling("claim.invoices", "proven", "evidence.invoice", rules.invoice.source, invoices),
        Ruling("claim.bank_slips", "proven", "evidence.bank_slip", rules.bank_slip.source, slips),
    )
