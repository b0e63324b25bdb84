"""A posting balances per book and currency or is not made; each row moves what the postings table says."""

from collections.abc import Callable
from typing import Any

import pytest

from services.chassis.ids import new_id
from services.voucher.ledger.domain import posting as postings
from services.voucher.ledger.domain.chart import Place, PlaceKind
from services.voucher.ledger.domain.posting import Entry, Funding, ImbalanceError, Posting

LINE, ROUND, VOUCHER = new_id(), new_id(), new_id()
FUNDING = Funding("CNY", "江门市财政局", ROUND, LINE)
OF_VOUCHER = {"voucher_id": VOUCHER}
OF_POOL = {"pool_class": "general"}


@pytest.mark.parametrize(
    ("make", "arguments", "row", "source", "target"),
    [
        (postings.allot, {}, 1, "appropriation", "line_free"),
        (postings.cut, {}, 1, "line_free", "appropriation"),
        (postings.fund_round, OF_POOL, 2, "line_free", "round_pool"),
        (postings.return_to_line, OF_POOL, 2, "round_pool", "line_free"),
        (postings.issue, OF_VOUCHER | OF_POOL, 4, "round_pool", "available"),
        (postings.authorise, OF_VOUCHER, 6, "available", "held"),
        (postings.capture_held, OF_VOUCHER, 7, "held", "captured"),
        (postings.capture_available, OF_VOUCHER, 7, "available", "captured"),
        (postings.release, OF_VOUCHER | {"event": "rest_released"}, 8, "held", "available"),
        (postings.release, OF_VOUCHER | {"event": "voided"}, 9, "held", "available"),
        (postings.release, OF_VOUCHER | {"event": "lapsed"}, 9, "held", "available"),
        (postings.reclaim, OF_VOUCHER | OF_POOL | {"event": "expired"}, 10, "available", "round_pool"),
        (postings.refund, OF_VOUCHER, 11, "captured", "available"),
    ],
)
def test_a_row_credits_where_value_comes_from_and_debits_where_it_goes(
    make: Callable[..., Posting], arguments: dict[str, Any], row: int, source: str, target: str
) -> None:
    posting = make(amount=70, funding=FUNDING, **arguments)
    assert posting.row == row
    assert [(entry.place.kind, entry.amount) for entry in posting.entries] == [(source, -70), (target, 70)]
    assert {entry.funding for entry in posting.entries} == {FUNDING}


def test_places_are_owned_by_line_round_and_voucher() -> None:
    funded, issued = (
        postings.fund_round(amount=1, funding=FUNDING, **OF_POOL),
        postings.issue(amount=1, funding=FUNDING, voucher_id=VOUCHER, pool_class="priority"),
    )
    assert (funded.moved(PlaceKind.LINE_FREE, LINE), funded.moved(PlaceKind.ROUND_POOL, ROUND, "general")) == (-1, 1)
    assert (issued.moved(PlaceKind.ROUND_POOL, ROUND, "priority"), issued.moved(PlaceKind.AVAILABLE, VOUCHER)) == (
        -1,
        1,
    )


def test_a_place_that_is_not_touched_is_not_moved() -> None:
    assert postings.allot(amount=1, funding=FUNDING).moved(PlaceKind.LINE_FREE, new_id()) == 0


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_than_nothing_cannot_be_moved(amount: int) -> None:
    with pytest.raises(ValueError, match="cannot be moved"):
        postings.allot(amount=amount, funding=FUNDING)


def test_an_entry_of_zero_is_not_made() -> None:
    with pytest.raises(ValueError, match="says nothing"):
        Entry(Place(PlaceKind.HELD, VOUCHER), 0, FUNDING)


def test_a_posting_without_entries_is_not_made() -> None:
    with pytest.raises(ImbalanceError, match="without entries"):
        Posting(5, "proposed", ())


@pytest.mark.parametrize(
    ("kind", "currency", "amount"),
    [(PlaceKind.HELD, "CNY", 6), (PlaceKind.HELD, "EUR", 7), (PlaceKind.BANK, "CNY", 7)],
    ids=["amounts differ", "two currencies", "two books"],
)
def test_a_posting_that_does_not_balance_in_each_book_and_currency_is_not_made(
    kind: PlaceKind, currency: str, amount: int
) -> None:
    source = Entry(Place(PlaceKind.AVAILABLE, VOUCHER), -7, FUNDING)
    with pytest.raises(ImbalanceError):
        Posting(6, "authorised", (source, Entry(Place(kind, VOUCHER), amount, Funding(currency, "x", ROUND))))


def test_a_posting_may_balance_two_books_at_once() -> None:
    entries = [
        Entry(Place(kind, VOUCHER), amount, FUNDING)
        for kind, amount in (
            (PlaceKind.CAPTURED, -1),
            (PlaceKind.AVAILABLE, 1),
            (PlaceKind.BANK, 5),
            (PlaceKind.DEPOSIT, -5),
        )
    ]
    assert len(Posting(13, "approved", tuple(entries)).entries) == 4


def test_funding_that_names_no_line_or_round_pays_for_none() -> None:
    nobody = Funding("CNY", "江门市财政局")
    with pytest.raises(ValueError, match="no budget line"):
        postings.allot(amount=1, funding=nobody)
    with pytest.raises(ValueError, match="no round"):
        postings.issue(amount=1, funding=nobody, voucher_id=VOUCHER, pool_class="general")
