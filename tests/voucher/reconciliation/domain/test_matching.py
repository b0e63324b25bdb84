"""A line is matched by our whole reference, or by the one payout that fits; in every other case a person decides."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.standards import references
from services.voucher.payout.domain.funding import FundingState
from services.voucher.payout.domain.payout import Payout, PayoutState
from services.voucher.reconciliation.domain.line import Doubt, How, Match, MatchKind, StatementLine
from services.voucher.reconciliation.domain.matching import Understanding, understand, words
from tests.voucher.reconciliation.samples import PAYEE, SENT_ON, funding, line, movement, payout

DAY, ONE_DAY = date(2020, 11, 3), timedelta(days=1)
REF = "P00000100010"


def one(of: StatementLine, *payouts: Payout) -> Understanding:
    (found,) = understand([of], payouts=payouts, fundings=[])
    return found


def settled(on: date = DAY, **changes: Any) -> Payout:
    return payout(state=PayoutState.SETTLED, settled_on=on, **changes)


@pytest.mark.parametrize("told", [{"text": f"付款 {REF}"}, {"text": f"付{REF}款"}, {"bank_reference": REF.lower()}])
def test_a_debit_that_bears_the_reference_settles_its_payout(told: dict[str, Any]) -> None:
    sent = payout()
    found = one(line(counterparty_name="", counterparty_account="", **told), sent)
    assert found.meaning == Match(MatchKind.PAYOUT, sent.id, How.REFERENCE)
    assert found.payout == sent.settled(DAY)


def test_what_a_line_beside_it_names_is_that_lines() -> None:
    sent, names_it = payout(), line(text=REF)
    (found,) = understand([line()], payouts=[sent], fundings=[], beside=[names_it])
    assert (found.meaning, one(line(), sent).payout) == (Doubt.UNKNOWN_DEBIT, sent.settled(DAY))


def test_a_credit_that_may_take_back_the_second_of_two_debits_is_no_return() -> None:
    second, back = line(text=REF), line(10_000, text=REF)
    debit, credit = understand([second, back], payouts=[settled()], fundings=[])
    assert (debit.meaning, credit.meaning) == (Doubt.ALREADY_SETTLED, Doubt.AMBIGUOUS)


def test_a_credit_is_no_return_while_another_debit_of_its_payout_is_open() -> None:
    open_one = line(text=REF).doubted(Doubt.ALREADY_SETTLED, journal_id=new_id())
    (credit,) = understand([line(10_000, text=REF)], payouts=[settled()], fundings=[], beside=[open_one])
    assert credit.meaning is Doubt.AMBIGUOUS


@pytest.mark.parametrize("text", [f"{REF}1", f"X{REF}", REF[:-1], f"{REF[:5]} {REF[5:]}"])
def test_a_reference_inside_another_word_or_cut_in_two_is_not_found(text: str) -> None:
    assert one(line(text=text, counterparty_name="x"), payout()).meaning is Doubt.UNKNOWN_DEBIT


@given(st.text("P0123456789 ,/-付款", max_size=40))
def test_a_reference_is_found_exactly_where_it_stands_as_a_word(text: str) -> None:
    alone = REF in "".join(letter if letter in "P0123456789" else " " for letter in text).split()
    assert (REF in words(movement(text=text))) == alone


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ({"amount": 9_999}, Doubt.AMOUNT_DIFFERS),
        ({"payee_name": "别家公司"}, Doubt.PAYEE_DIFFERS),
        ({"account_number": "1"}, Doubt.PAYEE_DIFFERS),
        ({"state": PayoutState.APPROVED}, Doubt.NOT_SENT),
        ({"state": PayoutState.CANCELLED}, Doubt.NOT_SENT),
        ({"state": PayoutState.SETTLED, "settled_on": DAY}, Doubt.ALREADY_SETTLED),
        ({"state": PayoutState.RETURNED, "settled_on": DAY}, Doubt.ALREADY_SETTLED),
    ],
)
def test_a_debit_with_a_reference_of_something_else_is_an_exception(changes: dict[str, Any], doubt: Doubt) -> None:
    found = one(line(text=REF), payout(**changes))
    assert (found.meaning, found.payout) == (doubt, None)


def test_a_name_is_the_same_in_whatever_width_the_bank_writes_it() -> None:
    sent = payout(payee_name="江门(检测)中心")
    assert one(line(text=REF, counterparty_name="江门（检测） 中心"), sent).payout == sent.settled(DAY)


def test_a_credit_that_bears_the_reference_is_the_return_of_its_payout() -> None:
    paid = settled()
    found = one(line(10_000, text=f"退款{REF}", counterparty_name="银行"), paid)
    assert found.meaning == Match(MatchKind.RETURN, paid.id, How.REFERENCE)
    assert found.payout == paid.returned(DAY)


@pytest.mark.parametrize(
    ("paid", "doubt"),
    [
        (payout(), Doubt.NOT_YET_SETTLED),
        (settled().returned(DAY), Doubt.ALREADY_RETURNED),
        (settled(amount=9_999), Doubt.AMOUNT_DIFFERS),
        (settled(on=date(2019, 12, 31)), Doubt.RETURN_OF_ANOTHER_YEAR),
    ],
)
def test_a_credit_that_is_not_the_whole_return_of_the_same_year_is_an_exception(paid: Payout, doubt: Doubt) -> None:
    assert one(line(10_000, text=REF), paid).meaning is doubt


def test_a_credit_that_bears_the_reference_of_a_funding_receives_it() -> None:
    asked = funding()
    (found,) = understand([line(50_000, text="拨款F00000012")], payouts=[], fundings=[asked])
    assert found.meaning == Match(MatchKind.FUNDING, asked.id, How.REFERENCE)
    assert found.funding == asked.received(DAY)


@pytest.mark.parametrize(
    ("amount", "state", "doubt"),
    [
        (-50_000, FundingState.APPROVED, Doubt.UNKNOWN_DEBIT),
        (49_999, FundingState.APPROVED, Doubt.AMOUNT_DIFFERS),
        (50_000, FundingState.PROPOSED, Doubt.NOT_APPROVED),
        (50_000, FundingState.REJECTED, Doubt.NOT_APPROVED),
        (50_000, FundingState.RECEIVED, Doubt.ALREADY_RECEIVED),
    ],
)
def test_a_line_that_is_not_the_credit_of_its_funding_is_an_exception(
    amount: int, state: FundingState, doubt: Doubt
) -> None:
    (found,) = understand([line(amount, text="F00000012")], payouts=[], fundings=[funding(state=state)])
    assert found.meaning is doubt


def test_without_a_reference_the_one_payout_that_fits_is_settled() -> None:
    sent = payout()
    found = one(line(), sent, payout("P2", amount=9_999), payout("P3", payee_name="别家公司"))
    assert found.meaning == Match(MatchKind.PAYOUT, sent.id, How.AMOUNT_NAME_WINDOW)
    assert found.payout == sent.settled(DAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"counterparty_name": ""},
        {"counterparty_account": "1"},
        {"booked_on": date(2020, 11, 1)},
        {"booked_on": date(2020, 11, 13)},
        {"amount": 10_000},
    ],
)
def test_whatever_does_not_fit_is_unknown(changes: dict[str, Any]) -> None:
    assert one(line(**changes), payout()).meaning in {Doubt.UNKNOWN_DEBIT, Doubt.UNKNOWN_CREDIT}


@pytest.mark.parametrize("changes", [{}, {"booked_on": date(2020, 11, 2)}, {"booked_on": date(2020, 11, 12)}])
def test_the_window_is_ten_days_with_both_ends(changes: dict[str, Any]) -> None:
    assert isinstance(one(line(counterparty_account="", **changes), payout()).meaning, Match)


def test_what_was_not_sent_fits_nothing() -> None:
    assert one(line(), payout(state=PayoutState.APPROVED, sent_at=None)).meaning is Doubt.UNKNOWN_DEBIT


def test_two_payouts_that_fit_are_one_too_many() -> None:
    assert one(line(), payout("P1"), payout("P2")).meaning is Doubt.AMBIGUOUS


def test_two_references_in_one_line_are_one_too_many() -> None:
    assert one(line(text="P1 P2"), payout("P1"), payout("P2")).meaning is Doubt.AMBIGUOUS


def test_a_payout_that_another_line_names_is_that_lines() -> None:
    nameless, named = line(), line(text=REF)
    first, second = understand([nameless, named], payouts=[payout()], fundings=[])
    assert {first.line.id: first.meaning, second.line.id: second.meaning}[nameless.id] is Doubt.UNKNOWN_DEBIT


def test_a_debit_that_comes_twice_settles_once() -> None:
    first, second = understand([line(text=REF), line(text=REF)], payouts=[payout()], fundings=[])
    assert isinstance(first.meaning, Match)
    assert second.meaning is Doubt.ALREADY_SETTLED


def test_a_payment_and_its_return_on_one_day_are_taken_in_this_order() -> None:
    back, there = line(10_000, text=REF), line(text=REF)
    first, second = understand([back, there], payouts=[payout()], fundings=[])
    assert (first.line, second.line) == (there, back)
    assert second.payout is not None
    assert second.payout.state is PayoutState.RETURNED


def test_a_funding_that_comes_twice_is_received_once() -> None:
    lines = [line(50_000, text="F00000012"), line(50_000, text="F00000012")]
    _, second = understand(lines, payouts=[], fundings=[funding()])
    assert second.meaning is Doubt.ALREADY_RECEIVED


def test_the_payee_of_a_line_without_any_words_is_nobody() -> None:
    assert PAYEE not in words(line())


def test_a_debit_that_names_a_payout_that_is_not_ours_is_none_of_ours() -> None:
    assert one(line(text=f"支付 {references.of_payout(999_999, 1)}"), payout()).meaning is Doubt.UNKNOWN_DEBIT


@pytest.mark.parametrize(("booked_on", "doubt"), [(SENT_ON - ONE_DAY, Doubt.BEFORE_SENT), (SENT_ON, None)])
def test_what_was_booked_before_it_was_sent_is_an_exception(booked_on: date, doubt: Doubt | None) -> None:
    found = one(line(text=REF, booked_on=booked_on), payout())
    assert (found.meaning == doubt, found.payout is None) == (doubt is not None, doubt is not None)


def test_what_was_sent_at_no_known_hour_is_still_told_by_its_reference() -> None:
    assert one(line(text=REF), payout(sent_at=None)).payout is not None
