"""Finds what is wrong with the rate: shares of nothing, bands that do not follow upon each other, late dates."""

from collections.abc import Iterator

from services.standards.money import parse_amount
from services.voucher.scheme.domain.checking.cases import OF_DEAL, cases
from services.voucher.scheme.domain.checking.days import OF_CONTRACT, known_day
from services.voucher.scheme.domain.checking.fault import Document, Fault, amount, nothing
from services.voucher.scheme.domain.words import Words


def rate(document: Document) -> Iterator[Fault]:
    """Faults of the section `rate`."""
    said = document["rate"]
    yield from known_day("/rate/as_of", said["as_of"], OF_CONTRACT)
    yield from _paid("/rate", said, document["currency"])
    other = said.get("cases", ())
    yield from cases("/rate/cases", other, Words.of(document), known=OF_DEAL)
    for place, case in enumerate(other):
        yield from _paid(f"/rate/cases/{place}", case, document["currency"])


def _paid(at: str, said: Document, currency: str) -> Iterator[Fault]:
    yield from nothing(at, said)
    if "bands" in said:
        yield from _bands(f"{at}/bands", said["bands"], currency)


def _bands(at: str, bands: list[Document], currency: str) -> Iterator[Fault]:
    *bounded, last = bands
    before = 0
    for place, band in enumerate(bounded):
        pointer = f"{at}/{place}"
        if "up_to" not in band:
            yield Fault(pointer, "scheme.band_without_end")
            continue
        found = list(amount(f"{pointer}/up_to", band["up_to"], currency))
        yield from found
        if not found and not before < (before := parse_amount(band["up_to"], currency)):
            yield Fault(f"{pointer}/up_to", "scheme.bands_not_ascending")
    if "up_to" in last:
        yield Fault(f"{at}/{len(bounded)}/up_to", "scheme.last_band_ends")
    if not any(band["share"].strip("0.") for band in bands):
        yield Fault(at, "scheme.share_zero")
