"""Says of every key of a scheme file whether it must stand, what the house takes without it, and what takes null."""

from typing import Any

from services.voucher.scheme import data
from services.voucher.scheme.domain.warnings import written
from services.voucher.scheme.operations import reading

Piece = dict[str, Any]
ROOT: Piece = reading.SCHEMA_DOCUMENT
FOLLOWS = {
    "allocation.allocate_until": "the day on which the window closes",
    "exclusions.categories": "`all`",
    "evidence.bank_slip": "as `settlement.model` has it",
    "settlement.payee": "as `settlement.model` has it; of awards the first one's",
    "rate.until_invoice": "`stated_at_delivery`",
    "rate.each": "`sum`",
    "rate.share": "then `bands`",
    "rate.bands": "then `share`",
    "allocation.last_place": "`partial`; of face values `whole`",
    "validity.backfilled": "as `issued`",
}
"""What follows from something else, and so stands in no table of the house."""
SECTIONS = (
    *("who", "allocation", "caps", "backing", "rate", "exclusions", "validity", "leftover", "applications"),
    *("evidence", "disclosure", "settlement", "under_use", "sanctions", "awards"),
)


def rows() -> list[str]:
    """The table of the guide, a line for each section: what must stand, what the house takes, what is not asked."""
    first = {name: piece for name, piece in ROOT["properties"].items() if name not in SECTIONS}
    lines = [_line("the file", "", first, [*ROOT["required"], *ROOT["else"]["required"]])]
    for name in SECTIONS:
        piece = _resolved(ROOT["properties"][name])
        item = _resolved(piece["items"]) if piece.get("type") == "array" else piece
        if "value" in item["properties"]:  # a section of one rule
            lines.append(_line(f"`{name}`", "", {name: item}, ROOT["else"]["required"]))
        else:
            lines.append(_line(f"`{name}`", f"{name}.", item["properties"], item.get("required", [])))
            if name == "validity":
                terms = _resolved(item["properties"]["issued"])
                lines.append(_line("`validity.issued`", "validity.issued.", terms["properties"], terms["required"]))
    return lines


def _line(heading: str, at: str, keys: dict[str, Piece], needed: list[str]) -> str:
    told = {key: f"`{key}`{'*' if _takes_null(_resolved(piece)) else ''}" for key, piece in keys.items()}
    without = {key: _without(f"{at}{key}") for key in keys if key not in needed}
    house = [f"{told[key]}: {value}" for key, value in without.items() if value]
    other = [told[key] for key, value in without.items() if not value]
    must = [told[key] for key in keys if key in needed]
    return f"| {heading} | {', '.join(must)} | {'; '.join(house)} | {', '.join(other)} |"


def _without(at: str) -> str:
    node: Any = data.defaults()
    for step in at.split("."):
        node = node.get(step, {})
    if at in FOLLOWS:
        return FOLLOWS[at]
    return f"`{written(node['value'])}`" if "value" in node else ""


def _takes_null(piece: Piece) -> bool:
    value = _resolved(piece.get("properties", {}).get("value", {}))
    return "null" in value.get("type", ()) or any(one.get("type") == "null" for one in value.get("oneOf", ()))


def _resolved(piece: Piece) -> Piece:
    if "$ref" not in piece:
        return piece
    found = _resolved(ROOT["$defs"][piece["$ref"].removeprefix("#/$defs/")])
    merged = {**found, **piece}
    if "properties" in found and "properties" in piece:
        merged["properties"] = {**found["properties"], **piece["properties"]}
    return merged


def lists() -> list[str]:
    """The closed lists of words, a line for each kind."""
    return [f"| `{kind}` | {', '.join(f'`{word}`' for word in words)} |" for kind, words in data.words().items()]
