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
APPROPRIATION, FREE = Place(PlaceKind.APPROPRIATION, LINE), Place(PlaceKind.LINE_FREE, LINE)
POOL = Place(PlaceKind.ROUND_POOL, ROUND, "general")
AVAILABLE, HELD, CAPTURED = [Place(kind, VOUCHER) for kind in (PlaceKind.AVAILABLE, PlaceKind.HELD, PlaceKind.CAPTURED)]


@pytest.mark.parametrize(
    ("make", "arguments", "told", "source", "target"),
    [
        (postings.allot, {}, (1, "allotted"), APPROPRIATION, FREE),
        (postings.cut, {}, (1, "cut"), FREE, APPROPRIATION),
        (postings.fund_round, OF_POOL, (2, "round_funded"), FREE, POOL),
        (postings.return_to_line, OF_POOL, (2, "returned_to_line"), POOL, FREE),
        (postings.issue, OF_VOUCHER | OF_POOL, (4, "issued"), POOL, AVAILABLE),
        (postings.authorise, OF_VOUCHER, (6, "authorised"), AVAILABLE, HELD),
        (postings.capture_held, OF_VOUCHER, (7, "captured"), HELD, CAPTURED),
        (postings.release, OF_VOUCHER | {"event": "rest_released"}, (8, "rest_released"), HELD, AVAILABLE),
        (postings.release, OF_VOUCHER | {"event": "voided"}, (9, "voided"), HELD, AVAILABLE),
        (postings.release, OF_VOUCHER | {"event": "lapsed"}, (9, "lapsed"), HELD, AVAILABLE),
        (postings.reclaim, OF_VOUCHER | OF_POOL | {"event": "expired"}, (10, "expired"), AVAILABLE, POOL),
        (postings.refund, OF_VOUCHER, (11, "refunded"), CAPTURED, AVAILABLE),
    ],
)
def test_a_row_credits_where_value_comes_from_and_debits_where_it_goes(
    make: Callable[..., Posting], arguments: dict[str, Any], told: tuple[int, str], source: Place, target: Place
) -> None:
    assert make(amount=1, funding=FUNDING, **arguments) == Posting(
        *told, (Entry(source, -1, FUNDING), Entry(target, 1, FUNDING))
    )


def test_what_a_posting_moves_is_counted_by_place_and_part() -> None:
    funded = postings.fund_round(amount=7, funding=FUNDING, **OF_POOL)
    moved = [funded.moved(PlaceKind.ROUND_POOL, ROUND, part) for part in ("general", "priority")]
    assert (funded.moved(PlaceKind.LINE_FREE, LINE), moved) == (-7, [7, 0])


def test_a_place_that_is_not_touched_is_not_moved() -> None:
    assert postings.allot(amount=1, funding=FUNDING).moved(PlaceKind.LINE_FREE, new_id()) == 0


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_than_nothing_cannot_be_moved(amount: int) -> None:
    with pytest.raises(ValueError, match="cannot be moved"):
        postings.allot(amount=amount, funding=FUNDING)


def test_an_entry_of_zero_is_not_made() -> None:
    with pytest.raises(ValueError, match=r"^an entry of zero says nothing$"):
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
    with pytest.raises(ImbalanceError, match=r"authorised: .*-"):
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
