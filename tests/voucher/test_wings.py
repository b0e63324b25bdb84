"""A wing's SQL names tables of its own and of the wings below it, as its imports do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.voucher import app
from services.voucher.tables import VoucherBase

ROOT = Path(app.__file__).parent
DOWNWARDS = ("oversight", "reconciliation", "payout", "awards", "settlement", "redemption", "wallet")
BESIDE = ("scheme", "ledger", "directory")
NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+([a-z_]+)")


WINGS = {
    str(mapper.local_table): mapper.class_.__module__.split(".")[2]
    for mapper in VoucherBase.registry.mappers
    if mapper.class_.__module__.startswith("services.voucher.")
}


def strings(wing: str) -> Iterator[tuple[Path, str]]:
    for path in sorted((ROOT / wing / "store").glob("*.py")):
        yield path, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("wing", [*DOWNWARDS, *BESIDE])
def test_sql_looks_downwards_only(wing: str) -> None:
    below = {wing, *BESIDE, *DOWNWARDS[DOWNWARDS.index(wing) :]} if wing in DOWNWARDS else {wing}
    upwards = [
        f"{path.relative_to(ROOT)}: {table}"
        for path, source in strings(wing)
        for table in NAMED.findall(source)
        if table in WINGS and WINGS[table] not in below
    ]
    assert upwards == []


def test_every_wing_has_tables_that_are_looked_for() -> None:
    assert set(WINGS.values()) >= {*DOWNWARDS, *BESIDE} - {"oversight"}
