"""A debt arises by leg when its line is approved; cash moves against the bank, or against suspense when known late."""

from collections.abc import Callable
from typing import Any

import pytest

from services.chassis.ids import new_id
from services.voucher.ledger.domain import paying
from services.voucher.ledger.domain.chart import Place, PlaceKind
from services.voucher.ledger.domain.paying import Leg, bank, suspense
from services.voucher.ledger.domain.posting import Entry, Funding, ImbalanceError, Posting

CITY, DISTRICT, ROUND = new_id(), new_id(), new_id()
VOUCHER, CLAIM_LINE, PAYOUT, ACCOUNT, BANK_LINE = new_id(), new_id(), new_id(), new_id(), new_id()
QUOTA = Funding("CNY", "江门市财政局", ROUND)
OF_CITY, OF_DISTRICT = Funding("CNY", "江门市财政局", line_id=CITY), Funding("CNY", "蓬江区财政局", line_id=DISTRICT)
LEGS = (Leg("city", 30, OF_CITY), Leg("district", 70, OF_DISTRICT))
UNKNOWN = Funding("CNY", "江门市财政局")
OF_LEG: dict[str, Any] = {"claim_line_id": CLAIM_LINE, "part": "city"}

CAPTURED, AVAILABLE = Place(PlaceKind.CAPTURED, VOUCHER), Place(PlaceKind.AVAILABLE, VOUCHER)
COST_OF_CITY = Place(PlaceKind.COST, CITY, "voucher")
COST_OF_DISTRICT = Place(PlaceKind.COST, DISTRICT, "voucher")
OWED_BY_CITY = Place(PlaceKind.PAYABLE, CLAIM_LINE, "city")
OWED_BY_DISTRICT = Place(PlaceKind.PAYABLE, CLAIM_LINE, "district")
IN_TRANSIT, DRAWN = Place(PlaceKind.IN_TRANSIT, PAYOUT), Place(PlaceKind.TREASURY_DRAWN, CITY)
REDEMPTION = new_id()
DEPOSIT, OWN = Place(PlaceKind.DEPOSIT, REDEMPTION), Leg("deposit", 40, OF_CITY, REDEMPTION)
OWED_FROM_DEPOSIT = Place(PlaceKind.PAYABLE, CLAIM_LINE, "deposit")
NOT_OURS, CHARGES = Place(PlaceKind.NOT_OURS, ACCOUNT), Place(PlaceKind.CHARGES, ACCOUNT)


def approve(claimed: int, *legs: Leg) -> Posting:
    return paying.approve(voucher_id=VOUCHER, claim_line_id=CLAIM_LINE, claimed=claimed, legs=legs, quota=QUOTA)


def uphold(*legs: Leg, pool_class: str | None = None) -> Posting:
    return paying.uphold_objection(
        voucher_id=VOUCHER, claim_line_id=CLAIM_LINE, legs=legs, quota=QUOTA, pool_class=pool_class
    )


def entries_of(posting: Posting) -> dict[Place, tuple[int, Funding]]:
    return {entry.place: (entry.amount, entry.funding) for entry in posting.entries}


def told(posting: Posting) -> tuple[int, str]:
    return posting.row, posting.event


def test_an_approved_line_is_owed_by_leg_and_costs_each_budget_line_its_own() -> None:
    assert entries_of(approve(100, *LEGS)) == {
        COST_OF_CITY: (30, OF_CITY),
        OWED_BY_CITY: (-30, OF_CITY),
        COST_OF_DISTRICT: (70, OF_DISTRICT),
        OWED_BY_DISTRICT: (-70, OF_DISTRICT),
    }


def test_what_the_holder_paid_in_is_owed_as_well_and_costs_nobody_anything() -> None:
    posting = approve(130, *LEGS, OWN)
    assert (told(posting), posting.moved(PlaceKind.CAPTURED, VOUCHER)) == ((37, "claim_line_approved"), -30)
    moved = entries_of(posting)
    assert (moved[DEPOSIT], moved[OWED_FROM_DEPOSIT], moved[COST_OF_CITY][0]) == ((40, OF_CITY), (-40, OF_CITY), 30)


def test_what_ends_a_line_gives_the_holder_his_own_back_and_frees_the_subsidy_alone() -> None:
    moved = entries_of(uphold(*LEGS, OWN))
    assert (moved[DEPOSIT], moved[CAPTURED]) == ((-40, OF_CITY), (-100, QUOTA))
    cut = paying.cut_pro_rata(
        voucher_id=VOUCHER, claim_line_id=CLAIM_LINE, legs=(*LEGS, OWN), quota=QUOTA, pool_class="a", to_pool=0
    )
    assert (cut.moved(PlaceKind.CAPTURED, VOUCHER), cut.moved(PlaceKind.DEPOSIT, REDEMPTION)) == (-100, -40)


def test_what_goes_back_is_in_transit_until_its_bank_line() -> None:
    posting = paying.refund_deposit(refund_id=PAYOUT, redemption_id=REDEMPTION, amount=30, funding=OF_CITY)
    assert (told(posting), entries_of(posting)) == (
        (38, "deposit_refunded"),
        {IN_TRANSIT: (-30, OF_CITY), DEPOSIT: (30, OF_CITY)},
    )


def test_what_is_claimed_and_not_approved_is_available_again() -> None:
    posting = approve(130, *LEGS)
    assert told(posting) == (13, "claim_line_approved")
    assert posting.moved(PlaceKind.CAPTURED, VOUCHER) == -30
    assert entries_of(posting)[AVAILABLE] == (30, QUOTA)


def test_a_rejected_line_is_owed_by_nobody_and_all_of_it_is_available_again() -> None:
    posting = approve(130)
    assert told(posting) == (13, "claim_line_rejected")
    assert entries_of(posting) == {CAPTURED: (-130, QUOTA), AVAILABLE: (130, QUOTA)}


@pytest.mark.parametrize("claimed", [99, 0, -1])
def test_no_more_is_approved_than_was_claimed(claimed: int) -> None:
    with pytest.raises(ValueError, match="fen cannot be moved from captured to available"):
        approve(claimed, *LEGS)


def test_nothing_claimed_is_nothing_to_decide() -> None:
    with pytest.raises(ImbalanceError, match="without entries"):
        approve(0)


def test_a_leg_of_nothing_is_not_owed() -> None:
    with pytest.raises(ValueError, match="0 fen cannot be moved from payable to cost"):
        approve(1, Leg("city", 0, OF_CITY))


def test_an_upheld_objection_ends_the_debt_of_every_leg() -> None:
    posting = uphold(*LEGS)
    assert told(posting) == (16, "objection_upheld")
    approved = approve(100, *LEGS)
    assert all(posting.moved(p.kind, p.owner, p.part) == -amount for p, (amount, _) in entries_of(approved).items())


@pytest.mark.parametrize(
    ("pool_class", "target"),
    [(None, AVAILABLE), ("priority", Place(PlaceKind.ROUND_POOL, ROUND, "priority"))],
    ids=["the holder is blameless", "the holder is to blame"],
)
def test_the_quota_of_an_upheld_objection_goes_back(pool_class: str | None, target: Place) -> None:
    moved = entries_of(uphold(*LEGS, pool_class=pool_class))
    assert (moved[CAPTURED], moved[target]) == ((-100, QUOTA), (100, QUOTA))


def test_an_objection_to_what_nobody_owes_is_not_posted() -> None:
    with pytest.raises(ValueError, match="0 fen cannot be moved"):
        uphold()


def test_a_payout_that_is_sent_is_on_its_way_and_no_longer_payable() -> None:
    posting = paying.send(payout_id=PAYOUT, amount=30, funding=OF_CITY, **OF_LEG)
    assert posting == Posting(18, "payout_sent", (Entry(IN_TRANSIT, -30, OF_CITY), Entry(OWED_BY_CITY, 30, OF_CITY)))


CASH = pytest.mark.parametrize(
    ("make", "arguments", "meaning", "account", "amount"),
    [
        (paying.settle, {"payout_id": PAYOUT, "funding": OF_CITY}, (21, "payout_settled"), IN_TRANSIT, -30),
        (paying.fund_account, {"funding": OF_CITY}, (22, "account_funded"), DRAWN, 30),
        (paying.take_return, OF_LEG | {"funding": OF_CITY}, (23, "payout_returned"), OWED_BY_CITY, 30),
        (paying.set_apart, {"payer_account_id": ACCOUNT, "funding": UNKNOWN}, (43, "not_ours"), NOT_OURS, 30),
        (paying.charge, {"payer_account_id": ACCOUNT, "funding": UNKNOWN}, (43, "charged"), CHARGES, -30),
        (paying.take_deposit, {"redemption_id": REDEMPTION, "funding": OF_CITY}, (36, "deposit_received"), DEPOSIT, 30),
        (paying.settle_refund, {"refund_id": PAYOUT, "funding": OF_CITY}, (38, "refund_settled"), IN_TRANSIT, -30),
    ],
    ids=["settled", "funded", "returned", "not ours", "charge", "deposit", "refund"],
)
Make = Callable[..., Posting]


@CASH
def test_a_bank_line_that_is_known_at_once_moves_the_bank(
    make: Make, arguments: dict[str, Any], meaning: tuple[int, str], account: Place, amount: int
) -> None:
    posting, funding = make(cash=bank(ACCOUNT), amount=30, **arguments), arguments["funding"]
    assert told(posting) == meaning
    assert entries_of(posting) == {bank(ACCOUNT): (amount, funding), account: (-amount, funding)}


@CASH
def test_a_bank_line_that_is_known_late_moves_the_same_against_suspense(
    make: Make, arguments: dict[str, Any], meaning: tuple[int, str], account: Place, amount: int
) -> None:
    late, at_once = [make(cash=cash, amount=30, **arguments) for cash in (suspense(BANK_LINE), bank(ACCOUNT))]
    assert told(late) == (42, "suspense_cleared") != meaning
    assert late.moved(PlaceKind.SUSPENSE, BANK_LINE) == at_once.moved(PlaceKind.BANK, ACCOUNT) == amount
    assert entries_of(late)[account] == entries_of(at_once)[account]


@pytest.mark.parametrize("amount", [30, -30], ids=["in", "out"])
def test_a_bank_line_that_nobody_knows_is_in_suspense_until_it_is_cleared(amount: int) -> None:
    suspended = paying.suspend(statement_line_id=BANK_LINE, payer_account_id=ACCOUNT, amount=amount, funding=UNKNOWN)
    cleared = paying.set_apart(payer_account_id=ACCOUNT, cash=suspense(BANK_LINE), amount=amount, funding=UNKNOWN)
    assert told(suspended) == (42, "suspended")
    assert suspended.moved(PlaceKind.BANK, ACCOUNT) == amount
    assert suspended.moved(PlaceKind.SUSPENSE, BANK_LINE) + cleared.moved(PlaceKind.SUSPENSE, BANK_LINE) == 0
    assert cleared.moved(PlaceKind.NOT_OURS, ACCOUNT) == -amount


@CASH
def test_cash_stands_in_a_bank_account_or_in_suspense_and_nowhere_else(
    make: Make, arguments: dict[str, Any], meaning: tuple[int, str], account: Place, amount: int
) -> None:
    with pytest.raises(ValueError, match=f"{meaning[1]}: cash does not stand in {account.kind}"):
        make(cash=account, amount=abs(amount), **arguments)


@CASH
def test_a_bank_line_of_nothing_is_not_posted(
    make: Make, arguments: dict[str, Any], meaning: tuple[int, str], account: Place, amount: int
) -> None:
    with pytest.raises(ValueError, match="0 fen cannot be moved"):
        make(cash=bank(ACCOUNT), amount=0, **arguments)


@pytest.mark.parametrize("make", [paying.settle, paying.charge, paying.fund_account, paying.take_return])
def test_what_has_one_direction_is_not_turned_round(make: Make) -> None:
    arguments: dict[Make, dict[str, Any]] = {
        paying.settle: {"payout_id": PAYOUT},
        paying.take_return: OF_LEG,
        paying.fund_account: {},
    }
    with pytest.raises(ValueError, match="-1 fen cannot be moved"):
        make(cash=bank(ACCOUNT), amount=-1, funding=OF_CITY, **arguments.get(make, {"payer_account_id": ACCOUNT}))
