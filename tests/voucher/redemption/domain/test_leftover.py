"""A voucher that gives no change ends with its last use; a whole refund gives it its own end back."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.voucher.redemption.domain.leftover import without_change
from services.voucher.redemption.domain.redeem import redeem
from services.voucher.scheme.domain.deadlines import LEFTOVER, USE_BY, YEAR_END
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.voucher import Voucher, VoucherState
from tests.voucher.redemption.counter import a_sale, a_scheme, at_the_counter, refused
from tests.voucher.redemption.samples import (
    FACE,
    NOW,
    VERSION,
    VOUCHER,
    YUAN,
    Play,
    a_facts,
    a_proposal,
    a_voucher,
    a_world,
    holder,
    proposed,
    provider,
    with_counters,
)

NO_CHANGE = a_scheme(leftover="reclaimed")


def sold() -> Play:
    sale = a_sale()
    return Play(redeem(sale, at_the_counter(schemes={VERSION: NO_CHANGE})).world, sale.redemption_id)


def end(voucher: Voucher) -> tuple[object, str]:
    return voucher.ends_at, voucher.ends_by


OWN_END = end(a_voucher())


def test_where_change_stays_nothing_ends() -> None:
    assert end(redeem(a_sale(), at_the_counter()).world.voucher(VOUCHER)) == OWN_END


def test_what_an_instant_redemption_leaves_ends_there_and_then() -> None:
    voucher = sold().voucher
    assert end(voucher) == (NOW, LEFTOVER)
    assert (voucher.available, voucher.state, voucher.due_back) == (FACE - 500 * YUAN, VoucherState.EXPIRED, NOW)


def test_who_uses_it_again_is_told_why_not() -> None:
    assert refused(a_sale(), sold().world) == ["voucher.no_change"]


def test_nothing_ends_where_nothing_is_left() -> None:
    world = at_the_counter(a_voucher(available=500 * YUAN), schemes={VERSION: NO_CHANGE})
    voucher = redeem(a_sale(), world).world.voucher(VOUCHER)
    assert (end(voucher), voucher.state) == (OWN_END, VoucherState.EXHAUSTED)


def test_a_refund_of_all_gives_the_voucher_its_own_end_back() -> None:
    played = sold()
    played.at(NOW + timedelta(hours=1)).void(provider)
    assert (end(played.voucher), played.voucher.state) == (OWN_END, VoucherState.ACTIVE)


def test_a_refund_of_a_part_goes_the_way_of_what_was_left() -> None:
    played = sold()
    later = NOW + timedelta(hours=1)
    played.at(later).refund(100)
    assert (end(played.voucher), played.voucher.due_back) == ((NOW, LEFTOVER), later)


def contract(asked: int | None = None) -> Play:
    """A contract under the same rule, confirmed by the holder."""
    world = a_world(facts=a_facts(schemes={VERSION: NO_CHANGE}))
    played = proposed(world=world, asked=asked)
    played.confirm()
    return played


def captured(played: Play, settlement: int, *, last: bool) -> Play:
    played.deliver(settlement, last=last)
    played.accept()
    played.capture()
    return played


def test_a_milestone_ends_nothing_and_the_last_capture_does() -> None:
    played = captured(contract(), 1_000 * YUAN, last=False)
    assert end(played.voucher) == OWN_END
    captured(played, 1_000 * YUAN, last=True)
    assert end(played.voucher) == (NOW, LEFTOVER)


def test_what_another_order_holds_keeps_the_voucher_alive_until_it_is_done() -> None:
    played = contract(asked=100)
    order = a_proposal(provider, asked=200)
    other = Play(with_counters(played.world, order), order.redemption_id)
    other.play(order)
    other.confirm(holder)
    captured(other, 400, last=True)
    assert end(other.voucher) == OWN_END
    played.world = other.world
    played.void(provider)
    assert end(played.voucher) == (NOW, LEFTOVER)


def test_an_extended_voucher_gets_its_extended_end_back() -> None:
    later = a_voucher().ends_at + timedelta(days=30)
    extended = a_voucher(extended=1, use_by_ends=later, ends_at=NOW, ends_by=LEFTOVER)
    again = without_change(extended, NO_CHANGE, at=NOW)
    assert (again.ends_at, again.ends_by) == (later, USE_BY)


def test_the_end_it_gets_back_is_the_one_it_was_issued_with() -> None:
    """Whatever its rules would come to now, as where a longer extension was granted under an older version."""
    own = NOW + timedelta(days=5)
    again = without_change(a_voucher(use_by_ends=own, ends_at=NOW, ends_by=LEFTOVER), NO_CHANGE, at=NOW)
    assert again.ends_at == own


def test_with_its_end_it_gets_back_the_reminders_that_are_left() -> None:
    scheme = replace(NO_CHANGE, validity=replace(NO_CHANGE.validity, reminders=Rule((7,), "§ 7")))
    again = without_change(a_voucher(ends_at=NOW, ends_by=LEFTOVER), scheme, at=NOW)
    assert again.remind_at == a_voucher().ends_at - timedelta(days=7)


def test_where_the_years_end_cut_its_date_that_ends_it_again() -> None:
    terms = replace(NO_CHANGE.validity.issued, use_by=Rule(date(2021, 1, 1), "§ 5"))
    scheme = replace(NO_CHANGE, validity=replace(NO_CHANGE.validity, issued=terms))
    assert without_change(a_voucher(ends_at=NOW, ends_by=LEFTOVER), scheme, at=NOW).ends_by == YEAR_END


def test_a_voucher_that_ended_otherwise_keeps_that_end() -> None:
    over = a_voucher(available=FACE - 1, face=FACE, captured=1, ends_at=NOW, ends_by=USE_BY)
    assert without_change(over, NO_CHANGE, at=NOW) is over


@st.composite
def vouchers(draw: st.DrawFn) -> Voucher:
    amounts = [draw(st.integers(0, 3)) for _ in range(3)]
    held, captured_, available = amounts
    face = sum(amounts) + 1
    ended = draw(st.booleans())
    changes = {"ends_at": NOW - timedelta(days=1), "ends_by": LEFTOVER} if ended else {}
    return a_voucher(available=available, held=held, captured=captured_, reclaimed=1, face=face, **changes)


@given(vouchers(), st.sampled_from([NO_CHANGE, a_scheme()]))
def test_it_ends_when_it_has_paid_and_holds_nothing_and_only_then(voucher: Voucher, scheme: Scheme) -> None:
    after = without_change(voucher, scheme, at=NOW)
    if scheme is NO_CHANGE and voucher.captured == 0:
        assert end(after) == OWN_END
    if scheme is NO_CHANGE and voucher.captured and not voucher.held and voucher.available:
        assert after.ends_at <= NOW
        assert after.ends_by == LEFTOVER
    assert without_change(after, scheme, at=NOW) == after
