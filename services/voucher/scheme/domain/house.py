"""Fills what a scheme file leaves out with the house's own rules, so that all that it decides by is written down."""

from collections.abc import Mapping
from typing import Any

from services.voucher.scheme import data
from services.voucher.scheme.domain.checking.settlement import PAYEES, SLIPS
from services.voucher.scheme.domain.checking.sources import HOUSE
from services.voucher.scheme.domain.words import AWARD

Document = Mapping[str, Any]
OF_ALL = ("who", "applications", "disclosure", "settlement")
"""The sections that schemes without vouchers have too."""
WHERE_SAID = frozenset({"applications", "backfilled"})
"""What the house takes nothing for unless a file has it."""


def filled(document: Document) -> dict[str, Any]:
    """The document with a rule of the house for each that it may leave out and does, or says `null` of.

    A span of which nobody published how long it is (`value: null`) is as long as the house's; its source stays. The
    document has passed the schema.
    """
    if document["family"] == AWARD:
        return _of_awards(document, {name: data.defaults()[name] for name in OF_ALL})
    found = _with(document, data.defaults())
    _derive(found["settlement"], "payee", PAYEES, found["settlement"]["model"])
    _derive(found["evidence"], "bank_slip", SLIPS, found["settlement"]["model"])
    if any(cap.get("fixed", False) for cap in found["caps"]) and "last_place" not in document["allocation"]:
        found["allocation"]["last_place"] = {"value": "whole", "source": HOUSE}
    _until(found["allocation"])
    found["rate"] = {"until_invoice": "stated_at_delivery", **found["rate"]}
    found["exclusions"].setdefault("categories", {"value": "all", "as_of": "contract", "source": HOUSE})
    return found


def _of_awards(document: Document, defaults: Document) -> dict[str, Any]:
    """The same of a scheme of awards: it is reviewed once, as its settlement says, and pays whom its awards pay."""
    settlement = _with(document["settlement"], defaults["settlement"])
    settlement.setdefault("payee", document["awards"][0]["payee"])
    said = {**document, "settlement": settlement}
    if "applications" in document:
        once = {key: settlement[key] for key in ("review_within", "correction_within")}
        said["applications"] = {**once, **document["applications"]}
    return _with(said, defaults)


def _with(said: Document, defaults: Document) -> dict[str, Any]:
    found = dict(said)
    for key, default in defaults.items():
        if "value" not in default:
            if key in found or key not in WHERE_SAID:
                found[key] = _with(found.get(key, {}), default)
        elif key not in found:
            found[key] = {**default, "source": HOUSE}
        elif found[key]["value"] is None:
            found[key] = {**found[key], "value": default["value"]}
    return found


def _derive(section: dict[str, Any], key: str, by_model: Mapping[str, Any], model: Document) -> None:
    """What follows from how it is paid, where the file does not say it: its source is that of the model."""
    section.setdefault(key, {"value": by_model[model["value"]][0], "source": model["source"]})


def _until(allocation: dict[str, Any]) -> None:
    """Without a day of its own, what is returned is given out again until the window closes."""
    closes = allocation["closes"]
    allocation.setdefault("allocate_until", {"value": closes["value"][:10], "source": closes["source"]})
