"""What a seal states, and that its head changes with every word of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.voucher.ledger.domain import merkle
from services.voucher.ledger.domain.seal import GENESIS, Kind, Name, Place, Rows, Signed, next_seal

ONE = Name(Kind.JOURNAL, UUID(int=1))
LEAF = merkle.leaf_hash("sha256", b"a row")
UPTO = Place(7, Kind.JOURNAL, "12")
AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
ROWS = Rows(ONE.packed, LEAF)
FIRST = next_seal(None, ROWS, algorithm="sha256", upto=UPTO, key="x", sealed_at=AT)


def test_a_name_is_read_back() -> None:
    assert (Name.of(ONE.packed), ONE.packed[:1]) == (ONE, b"j")
    with pytest.raises(KeyError):
        Name.of(b"x" + bytes(16))


def test_the_first_seal_names_nothing_before_it_and_the_next_one_its_head() -> None:
    second = next_seal(Signed(FIRST, FIRST.head, ""), ROWS, algorithm="sm3", upto=UPTO, key="x", sealed_at=AT)
    assert (FIRST.number, FIRST.previous) == (1, GENESIS)
    assert (second.number, second.previous, second.algorithm) == (2, FIRST.head, "sm3")


def test_a_seal_states_all_that_it_holds_as_text() -> None:
    assert json.loads(FIRST.statement) == {
        "algorithm": "sha256",
        "count": "1",
        "form": "1",
        "key": "x",
        "names": merkle.digest("sha256", ONE.packed).hex(),
        "number": "1",
        "previous": "00" * 32,
        "root": LEAF.hex(),
        "sealed_at": "2026-11-22T14:00:00.000000Z",
        "upto": "7/journal/12",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"form": 2},
        {"count": 2},
        {"upto": Place(7, Kind.JOURNAL, "13")},
        {"names": bytes(32)},
        {"root": bytes(32)},
        {"previous": LEAF},
        {"key": "y"},
        {"sealed_at": AT.replace(microsecond=1)},
        {"algorithm": "sm3"},
    ],
)
def test_its_head_changes_with_whatever_it_says(change: dict[str, Any]) -> None:
    assert replace(FIRST, **change).head != FIRST.head
