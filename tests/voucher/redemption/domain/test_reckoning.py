"""However many vouchers pay whatever price: the parts add up to the one subsidy, and the shares to the price."""

from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.voucher.redemption.domain.orders import Redeem
from services.voucher.redemption.domain.reckoning import order_of_use
from services.voucher.redemption.domain.redeem import Outcome, fold, redeem
from services.voucher.scheme.domain.evidence import Instant
from services.voucher.wallet.domain.voucher import Voucher
from tests.voucher.redemption.counter import a_sale, a_scheme, at_the_counter, scanned
from tests.voucher.redemption.samples import FACE, VERSION, a_voucher, holder

PLENTY = {VERSION: a_scheme(instant=Instant(FACE, FACE))}
ENDS = [a_voucher().ends_at - timedelta(days=days) for days in range(3)]


@st.composite
def wallets(draw: st.DrawFn) -> list[Voucher]:
    """Up to six vouchers that end on one of three days; some with a few fen, some with many."""
    some = draw(st.lists(st.tuples(st.integers(1, 400), st.sampled_from(ENDS)), min_size=1, max_size=6))
    return [
        a_voucher(id=a_sale().redemption_id, number=f"V-{place}", available=fen, ends_at=ends_at)
        for place, (fen, ends_at) in enumerate(some)
    ]


prices = st.integers(2, 2_000)
asked = st.none() | st.integers(1, 1_000)


def told(outcome: Outcome) -> list[tuple[Voucher, int, int]]:
    """Of each part its voucher as it is now, the subsidy and the share of the price."""
    return [(outcome.world.voucher(one.terms.voucher_id), one.captured, one.settled) for one in outcome.redemptions]


def tried(order: Redeem, wallet: list[Voucher]) -> Outcome:
    try:
        return redeem(order, at_the_counter(*wallet, schemes=PLENTY))
    except Refusal:
        assume(False)
        raise


@given(wallets(), prices, asked)
def test_the_parts_are_the_subsidy_reckoned_once_and_no_voucher_pays_more_than_it_has(
    wallet: list[Voucher], price: int, wanted: int | None
) -> None:
    outcome = tried(a_sale(holder, price=price, asked=wanted), wallet)
    whole = min(price // 2, sum(one.available for one in wallet))
    assert sum(amount for _, amount, _ in told(outcome)) == (min(whole, wanted) if wanted is not None else whole)
    assert all(voucher.captured == amount <= voucher.face for voucher, amount, _ in told(outcome))


@given(wallets(), prices)
def test_what_ends_first_then_has_least_pays_first_and_to_its_last_fen(wallet: list[Voucher], price: int) -> None:
    outcome = tried(a_sale(holder, price=price), wallet)
    in_turn = sorted(wallet, key=order_of_use)
    used = [voucher.id for voucher, _, _ in told(outcome)]
    assert used == [voucher.id for voucher in in_turn[: len(used)]]
    assert all(voucher.available == 0 for voucher, _, _ in told(outcome)[:-1])


@given(wallets(), prices)
def test_the_shares_are_the_price_and_each_bears_its_part(wallet: list[Voucher], price: int) -> None:
    outcome = tried(a_sale(holder, price=price), wallet)
    assert sum(share for _, _, share in told(outcome)) == price
    assert all(amount <= share for _, amount, share in told(outcome))


@given(wallets(), st.lists(prices, min_size=1, max_size=5))
def test_orders_in_one_batch_are_the_same_orders_one_by_one(wallet: list[Voucher], batch: list[int]) -> None:
    sales = [a_sale(holder, price=price, consent=scanned()) for price in batch]
    together, after = fold(sales, at_the_counter(*wallet, schemes=PLENTY))
    world = at_the_counter(*wallet, schemes=PLENTY)
    for sale, answer in zip(sales, together, strict=True):
        (alone,), world = fold([sale], world)
        assert isinstance(alone, Refusal) == isinstance(answer, Refusal)
    assert (world.vouchers, world.counters) == (after.vouchers, after.counters)
    counted = sum(voucher.captured for voucher in after.vouchers.values())
    assert [counter.used for counter in after.counters.values()] == [counted]
