"""Finds everything in a scheme document that its schema cannot see, section by section and all at once."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from services.standards.money import MINOR_UNITS
from services.voucher.scheme.domain.checking.allocation import allocation
from services.voucher.scheme.domain.checking.applications import applications
from services.voucher.scheme.domain.checking.awards import awards
from services.voucher.scheme.domain.checking.caps import caps
from services.voucher.scheme.domain.checking.cases import places
from services.voucher.scheme.domain.checking.days_asked import days_asked
from services.voucher.scheme.domain.checking.fault import Document, Fault
from services.voucher.scheme.domain.checking.named import named
from services.voucher.scheme.domain.checking.rate import rate
from services.voucher.scheme.domain.checking.settlement import leftover, papers, settlement
from services.voucher.scheme.domain.checking.sources import sources
from services.voucher.scheme.domain.checking.validity import validity
from services.voucher.scheme.domain.checking.who import who
from services.voucher.scheme.domain.checking.words import words
from services.voucher.scheme.domain.lineage import follows
from services.voucher.scheme.domain.words import AWARD

OF_ALL = (sources, follows, places, words, days_asked, who, applications, settlement, awards)
OF_VOUCHERS = (allocation, caps, rate, named, validity, papers, leftover)


def faults(document: Document) -> list[Fault]:
    """Every fault of a document that has passed the schema, all at once; an empty list when it may be kept."""
    # without a zone and a currency no date and no amount can be read
    unreadable = list(_zone_and_currency(document))
    asked = OF_ALL if document["family"] == AWARD else (*OF_ALL, *OF_VOUCHERS)
    return unreadable or [fault for check in asked for fault in check(document)]


def _zone_and_currency(document: Document) -> Iterator[Fault]:
    try:
        ZoneInfo(document["zone"])
    except (LookupError, ValueError, OSError):
        yield Fault("/zone", "scheme.zone_unknown", {"zone": document["zone"]})
    if document["currency"] not in MINOR_UNITS:
        yield Fault("/currency", "currency.unknown")
