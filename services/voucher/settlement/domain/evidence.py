"""Decides whether invoices and bank slips prove one claim line: the whole work invoiced, the holder's own part paid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from uuid import UUID

from services.chassis.refusals import Reason
from services.standards.money import format_amount
from services.voucher.redemption.domain.redemption import Redemption
from services.voucher.scheme.domain.evidence import Evidence
from services.voucher.settlement.domain.claim import Allocation
from services.voucher.settlement.domain.invoice import STANDING, Invoice, InvoiceLine
from services.voucher.settlement.domain.slip import BankSlip, SlipState

Source = tuple[UUID, int | None]
"""What is drawn from: an invoice with the number of its line, or a bank slip with none."""


HOLDER = "holder"
"""What the holder is called among those who must be invoiced."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one claim line draws, or asks to draw, in the order in which it names it."""

    invoices: tuple[Allocation, ...] = ()
    slips: tuple[Allocation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What one claim line has to prove, in fen: what the work cost (settlement) and what of it is claimed.

    signed_on: of the contract; rules: the scheme's own on evidence, as frozen on the voucher.
    """

    settlement: int
    claimed: int
    currency: str
    payee_id: UUID
    holder_id: UUID
    signed_on: date
    rules: Evidence

    @property
    def buyers(self) -> Mapping[str, int]:
        """Who must be invoiced for how much, in fen: the holder for all; where the scheme wants two invoices, he for
        what he pays himself, and the service centre, by its credit code, for what the voucher pays.
        """
        centre = self.centre
        if centre is None:
            return {HOLDER: self.settlement}
        return {HOLDER: max(0, self.settlement - self.claimed), centre: min(self.settlement, self.claimed)}

    @property
    def centre(self) -> str | None:
        """The credit code of the service centre that is invoiced beside the holder; None where he is for all."""
        wanted = self.rules.invoice.value == "net_and_voucher"
        return self.rules.service_centre.value if wanted and self.rules.service_centre is not None else None

    def buyer_of(self, invoice: Invoice) -> str | None:
        """Which of `buyers` an invoice is made out to, by whoever is paid; None for an invoice of other parties."""
        if invoice.seller.id != self.payee_id:
            return None
        if invoice.buyer.id == self.holder_id:
            return HOLDER
        return invoice.buyer.uscc if invoice.buyer.uscc == self.centre else None

    @property
    def slips(self) -> int:
        """What bank slips must show, in fen: the part the holder paid himself, all of it, or nothing."""
        by_rule = {"self_paid_part": max(0, self.settlement - self.claimed), "full": self.settlement, "none": 0}
        return by_rule[self.rules.bank_slip.value]


def needs_of(work: Redemption, *, settlement: int, claimed: int, rules: Evidence) -> Needs:
    """What a claim on delivered work has to prove: the same when it is submitted, corrected and looked back upon."""
    terms = work.terms
    return Needs(
        settlement=settlement,
        claimed=claimed,
        currency=terms.currency,
        payee_id=terms.payee_id,
        holder_id=terms.holder_id,
        signed_on=terms.contract.signed_on,
        rules=rules,
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """Invoices and bank slips as locked, and what earlier lines of the same claim have taken of them, in fen."""

    invoices: Mapping[UUID, Invoice]
    slips: Mapping[UUID, BankSlip]
    taken: Mapping[Source, int] = field(default_factory=lambda: MappingProxyType({}))

    def after(self, line: Drawn) -> "Shown":
        """The same for the next line of the claim."""
        taken = dict(self.taken)
        for one in (*line.invoices, *line.slips):
            source = one.evidence_id, one.line_number
            taken[source] = taken.get(source, 0) + one.amount
        return replace(self, taken=taken)

    def tax_in(self, drawn: Drawn) -> int:
        """How much of what is drawn of invoices is tax, in fen: of part of an invoice's line its part, rounded up."""
        found = 0
        for one in drawn.invoices:
            invoice = self.invoices.get(one.evidence_id)
            line = next((line for line in invoice.lines if line.number == one.line_number), None) if invoice else None
            if line is not None and line.tax:
                found += -(-one.amount * line.tax // (line.net + line.tax))
        return found

    def left(self, source: InvoiceLine | BankSlip, one: Allocation) -> int:
        """What this line may still draw of a source, in fen."""
        return max(0, source.left - self.taken.get((one.evidence_id, one.line_number), 0))


def faults(line: Drawn, *, needs: Needs, shown: Shown) -> list[Reason]:
    """All that is wrong with the evidence of one claim line; pointers begin at the line.

    Codes: ``claim.evidence_twice``; ``claim.invoice_unknown``, ``_parties``, ``_state``, ``_currency``, ``_line``,
    ``_left``, ``_before_contract``, ``_short``, ``_over``; ``claim.slip_unknown``, ``_parties``, ``_state``,
    ``_currency``, ``_left``, ``_before_contract``, ``_short``, ``_over``.
    """
    return [
        *_twice(line.invoices, "/invoices"),
        *(
            reason
            for place, one in enumerate(line.invoices)
            for reason in _invoice(one, f"/invoices/{place}", needs, shown)
        ),
        *_invoiced(line, needs, shown),
        *_twice(line.slips, "/slips"),
        *(reason for place, one in enumerate(line.slips) for reason in _slip(one, f"/slips/{place}", needs, shown)),
        *_paid(line, needs),
    ]


def _twice(drawn: Sequence[Allocation], pointer: str) -> Iterator[Reason]:
    """A source stands once in a line, so that what is drawn of it can be read at one place."""
    seen: set[Source] = set()
    for place, one in enumerate(drawn):
        source = one.evidence_id, one.line_number
        if source in seen:
            yield Reason("claim.evidence_twice", "evidence.once", f"{pointer}/{place}")
        seen.add(source)


def _invoice(one: Allocation, at: str, needs: Needs, shown: Shown) -> Iterator[Reason]:
    invoice = shown.invoices.get(one.evidence_id)
    rule, clause = "evidence.invoice", needs.rules.invoice.source
    if invoice is None or needs.payee_id not in invoice.parties:
        yield Reason("claim.invoice_unknown", rule, f"{at}/invoice_id")
        return
    if needs.buyer_of(invoice) is None:
        numbers = {"seller": invoice.seller.name, "buyer": invoice.buyer.name}
        yield Reason("claim.invoice_parties", rule, f"{at}/invoice_id", numbers, clause)
    if invoice.state not in STANDING:
        yield Reason("claim.invoice_state", rule, f"{at}/invoice_id", {"state": invoice.state.value}, clause)
    if invoice.currency != needs.currency:
        yield Reason("claim.invoice_currency", rule, f"{at}/invoice_id", {"currency": invoice.currency}, clause)
    if invoice.issued_on < needs.signed_on:  # it pays for something else than this contract
        numbers = {"issued_on": invoice.issued_on.isoformat(), "signed_on": needs.signed_on.isoformat()}
        yield Reason("claim.invoice_before_contract", rule, f"{at}/invoice_id", numbers, clause)
    drawn = next((line for line in invoice.lines if line.number == one.line_number), None)
    if drawn is None:
        yield Reason("claim.invoice_line", rule, f"{at}/line", {"lines": len(invoice.lines)}, clause)
    elif one.amount > (left := shown.left(drawn, one)):
        yield Reason("claim.invoice_left", rule, f"{at}/amount", _told(needs, asked=one.amount, left=left), clause)


def _slip(one: Allocation, at: str, needs: Needs, shown: Shown) -> Iterator[Reason]:
    slip = shown.slips.get(one.evidence_id)
    rule, clause = "evidence.bank_slip", needs.rules.bank_slip.source
    if slip is None or needs.payee_id not in slip.parties:
        yield Reason("claim.slip_unknown", rule, f"{at}/bank_slip_id")
        return
    if slip.parties != (needs.holder_id, needs.payee_id):
        numbers = {"payer": slip.payer.name, "payee": slip.payee.name}
        yield Reason("claim.slip_parties", rule, f"{at}/bank_slip_id", numbers, clause)
    if slip.state is not SlipState.REGISTERED:
        yield Reason("claim.slip_state", rule, f"{at}/bank_slip_id", {"state": slip.state.value}, clause)
    if slip.currency != needs.currency:
        yield Reason("claim.slip_currency", rule, f"{at}/bank_slip_id", {"currency": slip.currency}, clause)
    if slip.paid_on < needs.signed_on:  # it paid for something else than this contract
        numbers = {"paid_on": slip.paid_on.isoformat(), "signed_on": needs.signed_on.isoformat()}
        yield Reason("claim.slip_before_contract", rule, f"{at}/bank_slip_id", numbers, clause)
    if one.amount > (left := shown.left(slip, one)):
        yield Reason("claim.slip_left", rule, f"{at}/amount", _told(needs, asked=one.amount, left=left), clause)


def _invoiced(line: Drawn, needs: Needs, shown: Shown) -> Iterator[Reason]:
    """The invoices show the whole of what the work cost: no more, as the rest belongs to other work.

    Where two are made out, each to its own buyer, each shows its part.
    """
    rule, clause = "evidence.invoice", needs.rules.invoice.source
    for buyer, required in needs.buyers.items():
        drawn = [one for one in line.invoices if _made_out_to(one, needs, shown) == buyer or needs.centre is None]
        total = sum(one.amount for one in drawn)
        whose = {} if needs.centre is None else {"buyer": buyer}
        if total < required:
            numbers = {**_told(needs, required=required, shown=total, missing=required - total), **whose}
            yield Reason("claim.invoice_short", rule, "/invoices", numbers, clause)
        if total > required:
            numbers = {**_told(needs, required=required, shown=total, excess=total - required), **whose}
            yield Reason("claim.invoice_over", rule, "/invoices", numbers, clause)


def _made_out_to(one: Allocation, needs: Needs, shown: Shown) -> str | None:
    invoice = shown.invoices.get(one.evidence_id)
    return None if invoice is None else needs.buyer_of(invoice)


def _paid(line: Drawn, needs: Needs) -> Iterator[Reason]:
    """The slips show what the rule asks for: no more, so that the rest of a transfer is left to prove other work."""
    required, total = needs.slips, sum(one.amount for one in line.slips)
    rule, clause = "evidence.bank_slip", needs.rules.bank_slip.source
    if total < required:
        numbers = _told(needs, required=required, shown=total, missing=required - total)
        yield Reason("claim.slip_short", rule, "/slips", numbers, clause)
    if total > required:
        numbers = _told(needs, required=required, shown=total, excess=total - required)
        yield Reason("claim.slip_over", rule, "/slips", numbers, clause)


def _told(needs: Needs, **amounts: int) -> dict[str, str]:
    return {name: format_amount(fen, needs.currency) for name, fen in amounts.items()}
