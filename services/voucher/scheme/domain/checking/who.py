"""Finds what is wrong with who may hold a voucher: rules that ask nobody, ceilings that cannot be read."""

from collections.abc import Iterator

from services.voucher.scheme.domain.checking.fault import Document, Fault, amount


def who(document: Document) -> Iterator[Fault]:
    """Faults of the section `who`."""
    said = document["who"]
    if "team" in said and "team" not in said["holders"]["value"]:
        yield Fault("/who/team", "scheme.team_not_holder")
    if "off_site" in said and "registered_in" not in said:
        yield Fault("/who/off_site", "scheme.off_site_nowhere")
    for name in ("sales", "assets"):
        value = said.get("ceilings", {"value": {}})["value"]
        if name in value:
            yield from amount(f"/who/ceilings/value/{name}", value[name], document["currency"])
