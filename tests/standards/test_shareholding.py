"""Who holds 25 % of whom, directly or through others (国家税务总局公告 2016 年第 42 号, article 2)."""

from fractions import Fraction
from itertools import pairwise, permutations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.standards.shareholding import SHARE_LEAST, WHOLE, Stake, held_by, holding, owners_in_common

A, B, C, D, E = FIRMS = [UUID(int=number) for number in range(1, 6)]
STAKES = st.builds(
    lambda shares: [Stake(owner, held, share) for (owner, held), share in shares.items()],
    st.dictionaries(st.sampled_from(list(permutations(FIRMS, 2))), st.integers(1, WHOLE), max_size=12),
)


def chain(*shares: int) -> list[Stake]:
    """The first firm holds the second, the second the third, and so on."""
    return [Stake(owner, held, share) for (owner, held), share in zip(pairwise(FIRMS), shares, strict=False)]


def test_a_quarter_is_enough_and_a_basis_point_less_is_not() -> None:
    assert held_by(A, chain(2_500)) == {B: 2_500}
    assert held_by(A, chain(2_499)) == {}


def test_what_is_held_through_another_counts_in_full_once_the_share_in_him_is_enough() -> None:
    assert held_by(A, chain(2_500, 6_000)) == {B: 2_500, C: 6_000}
    assert held_by(A, chain(2_499, 10_000)) == {}


def test_what_is_held_in_several_ways_is_added_up() -> None:
    stakes = [Stake(A, B, 10_000), Stake(A, C, 1_500), Stake(B, C, 1_000)]
    assert held_by(A, stakes) == {B: 10_000, C: 2_500}
    found = holding(A, C, stakes)
    assert found is not None
    assert (found.share, set(found.stakes)) == (2_500, set(stakes))


def test_a_holding_tells_the_stakes_it_rests_upon_and_no_others() -> None:
    rest = [*chain(3_000, 3_000), Stake(D, C, 5_000), Stake(A, E, 9_000)]
    found = holding(A, C, rest)
    assert found is not None
    assert found.stakes == (Stake(A, B, 3_000), Stake(B, C, 3_000))
    assert holding(C, A, rest) is None


def test_a_third_who_holds_enough_of_both_joins_them() -> None:
    stakes = [Stake(C, A, 2_500), Stake(C, B, 2_500), Stake(D, A, 9_000), Stake(D, B, 2_499)]
    assert owners_in_common(A, B, stakes) == [C]


def test_a_circle_ends_and_nobody_holds_himself() -> None:
    circle = [Stake(A, B, 5_000), Stake(B, C, 5_000), Stake(C, A, 5_000)]
    assert held_by(A, circle) == {B: 5_000, C: 5_000}
    assert holding(A, A, circle) is None
    found = holding(A, C, circle)
    assert found is not None
    assert found.stakes == (Stake(A, B, 5_000), Stake(B, C, 5_000))


@given(STAKES, st.integers(1, WHOLE), st.integers(1, WHOLE))
def test_who_asks_for_less_finds_no_fewer(stakes: list[Stake], one: int, other: int) -> None:
    low, high = sorted((one, other))
    for firm in FIRMS:
        assert held_by(firm, stakes, least=high).keys() <= held_by(firm, stakes, least=low).keys()


@given(STAKES)
def test_two_have_the_same_owners_in_common_whoever_is_named_first(stakes: list[Stake]) -> None:
    assert owners_in_common(A, B, stakes) == owners_in_common(B, A, stakes)


@given(st.lists(st.integers(1, WHOLE), min_size=1, max_size=4))
def test_a_chain_whose_shares_multiplied_are_enough_is_always_found(shares: list[int]) -> None:
    product = Fraction(1)
    for share in shares:
        product *= Fraction(share, WHOLE)
    end = FIRMS[len(shares)]
    if product >= Fraction(SHARE_LEAST, WHOLE):
        assert end in held_by(A, chain(*shares))
    assert (end in held_by(A, chain(*shares))) == all(share >= SHARE_LEAST for share in shares)


@given(STAKES)
def test_every_holding_adds_up_to_the_stakes_that_end_in_it(stakes: list[Stake]) -> None:
    for held, share in held_by(A, stakes).items():
        found = holding(A, held, stakes)
        assert found is not None
        assert found.share == share
        assert sum(stake.share for stake in found.stakes if stake.held == held) == share
