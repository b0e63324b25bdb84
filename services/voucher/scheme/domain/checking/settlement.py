"""Finds what does not go together on the way of the money: payee, model, papers, claims, splits, and the counter."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from services.standards import uscc
from services.standards.money import parse_amount
from services.standards.uscc import UsccFault
from services.voucher.scheme.domain.checking.cases import OF_AWARD, OF_DEAL, cases
from services.voucher.scheme.domain.checking.fault import Document, Fault, amount, nothing, order, twice
from services.voucher.scheme.domain.words import AWARD, Words, local_minute

PAYEES: Mapping[str, Sequence[str]] = {
    "provider_paid": ("provider", "space"),
    "holder_reimbursed": ("holder", "space"),
    "escrow": ("provider",),
    "top_up": ("holder", "provider", "space"),
}
"""Whom the treasury can pay by each model."""
SLIPS: Mapping[str, Sequence[str]] = {
    "provider_paid": ("self_paid_part", "none"),
    "holder_reimbursed": ("full", "none"),
    "escrow": ("none",),
    "top_up": ("full", "self_paid_part", "none"),
}
"""Of what a bank slip can show that it was paid, by model: of the holder's part, of all, or of nothing."""


def settlement(document: Document) -> Iterator[Fault]:
    """Faults of the section `settlement`, in a scheme of any family."""
    said = document["settlement"]
    payee, model = said["payee"]["value"], said["model"]["value"]
    if payee not in PAYEES[model]:
        yield Fault("/settlement/payee/value", "scheme.payee_of_model", {"payee": payee, "model": model})
    if "claims" in said:
        window = said["claims"]["value"]
        opens, closes = (local_minute(window[name], document["zone"]) for name in ("opens", "closes"))
        if opens >= closes:
            yield order("/settlement/claims/value/closes", later="closes", earlier="opens")
    if "audit_sample" in said:
        yield from nothing("/settlement/audit_sample", said["audit_sample"], "value")
    if "split" in said:
        known = OF_AWARD if document["family"] == AWARD else OF_DEAL
        yield from split("/settlement/split", said["split"], Words.of(document), known=known)


def split(at: str, said: Document, words: Words, *, known: frozenset[str]) -> Iterator[Fault]:
    """Faults of a split among treasuries. known: the words that its cases may use."""
    yield from twice(f"{at}/parts", said["parts"], "part", "scheme.named_twice")
    other = said.get("cases", ())
    yield from cases(f"{at}/cases", other, words, known=known)
    for place, case in enumerate(other):
        yield from twice(f"{at}/cases/{place}/parts", case["parts"], "part", "scheme.named_twice")


def papers(document: Document) -> Iterator[Fault]:
    """What a scheme of vouchers asks as evidence that its model of payment does not have; and the counter's limits."""
    said, model = document["evidence"], document["settlement"]["model"]["value"]
    if said["invoice"]["value"] == "net_and_voucher" and model != "provider_paid":
        yield Fault("/evidence/invoice/value", "scheme.two_invoices", {"model": model})
    if (said["invoice"]["value"] == "net_and_voucher") != ("service_centre" in said):
        yield Fault("/evidence/invoice/value", "scheme.service_centre")
    if "service_centre" in said:
        yield from _code("/evidence/service_centre/value", said["service_centre"]["value"])
    slip = said["bank_slip"]["value"]
    if slip not in SLIPS[model]:
        yield Fault("/evidence/bank_slip/value", "scheme.slip_of_model", {"slip": slip, "model": model})
    if model == "top_up" and "awards" not in document:
        yield Fault("/settlement/model/value", "scheme.top_up_without_award")
    if said["instant"]["value"] is not None:
        yield from _instant(document)


def _code(at: str, text: str) -> Iterator[Fault]:
    """Where a unified social credit code is no such code as it is compared: 18 characters whose check digits agree."""
    try:
        valid = uscc.check(text) == text
    except UsccFault:
        valid = False
    if not valid:
        yield Fault(at, "scheme.service_centre_code")


def _instant(document: Document) -> Iterator[Fault]:
    value, currency, at = document["evidence"]["instant"]["value"], document["currency"], "/evidence/instant/value"
    # from nought on: then every redemption at the counter takes the PIN
    found = [
        *amount(f"{at}/up_to", value["up_to"], currency),
        *amount(f"{at}/pin_above", value["pin_above"], currency, least=0),
    ]
    yield from found
    if not found and parse_amount(value["pin_above"], currency) > parse_amount(value["up_to"], currency):
        yield Fault(f"{at}/pin_above", "scheme.pin_above_limit", value)
    if document["settlement"]["model"]["value"] == "holder_reimbursed":
        yield Fault(at, "scheme.instant_reimbursed")


def leftover(document: Document) -> Iterator[Fault]:
    """A face value that is paid whatever the goods cost, where a share of their price is paid; and under-use."""
    if document["leftover"]["value"] == "paid":
        rate = document["rate"]
        full = all(Fraction(said.get("share", "0")) == 1 for said in (rate, *rate.get("cases", ())))
        # a face that is paid without the tax in the price would go beyond what its invoice bears
        if not full or rate["tax"] != "included" or document["settlement"]["model"]["value"] != "provider_paid":
            yield Fault("/leftover/value", "scheme.leftover_paid")
    yield from nothing("/under_use", document["under_use"], "value")
