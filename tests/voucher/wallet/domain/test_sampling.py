"""A sample is a share, rounded up, of those whom the lots of a seed put first; who is named comes beside them."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusals import Refusal
from services.voucher.wallet.domain import draw, sampling
from services.voucher.wallet.domain.sampling import Place, SampleDraw, SampleKind
from tests.voucher.wallet.reviewing import a_reviewing_scheme
from tests.voucher.wallet.samples import CLOSED, ROUND, SCHEME

AMOUNTS = st.lists(st.integers(1, 10**9), min_size=1, max_size=40)
SHARES = st.fractions(min_value=Fraction(1, 1_000_000), max_value=1, max_denominator=1_000_000)


def a_draw(population: int, share: Fraction, seed: str = "seed") -> SampleDraw:
    return SampleDraw(
        id=UUID(int=7),
        round_id=ROUND,
        kind=SampleKind.AUDIT,
        seed=seed,
        published="somewhere",
        share=share,
        clause="s5",
        population=population,
        drawn=sampling.size(share, population),
        drawn_by="per_1",
        drawn_at=CLOSED,
    )


def drawn(numbers: list[int], share: Fraction, risks: Mapping[UUID, str] | None = None) -> list[Place]:
    return sampling.places(a_draw(len(numbers), share), {number: UUID(int=number) for number in numbers}, risks or {})


@given(st.sets(st.integers(1, 10**9), min_size=1, max_size=60), SHARES)
def test_the_first_of_the_draw_are_taken_and_never_fewer_than_the_share(numbers: set[int], share: Fraction) -> None:
    places = drawn(sorted(numbers), share)
    picked = [place.number for place in places if place.picked == sampling.SEED]
    assert [place.number for place in places] == draw.order("seed", numbers)
    assert picked == draw.order("seed", numbers)[: len(picked)]
    assert len(picked) == max(1, ceil(share * len(numbers)))


@given(st.permutations(range(1, 30)))
def test_in_whatever_order_they_came_the_draw_is_the_same(numbers: list[int]) -> None:
    assert drawn(numbers, Fraction(1, 4)) == drawn(sorted(numbers), Fraction(1, 4))


def test_who_is_named_by_risk_is_told_so_unless_the_seed_drew_him_anyhow() -> None:
    risks = {UUID(int=number): "Same address." for number in (1, 2, 3)}
    places = drawn([1, 2, 3, 4], Fraction(1, 4), risks)
    assert sorted((place.picked or "", place.reason or "") for place in places if UUID(int=place.number) in risks) in (
        [("risk", "Same address."), ("risk", "Same address."), ("seed", "")],
        [("risk", "Same address.")] * 3,
    )
    assert len([place for place in places if place.picked == "seed"]) == 1


def test_nobody_is_named_who_does_not_wait_for_the_draw() -> None:
    with pytest.raises(Refusal) as refused:
        drawn([1], Fraction(1), {UUID(int=1): "x", UUID(int=2): "y"})
    assert [(one.code, one.pointer) for one in refused.value.reasons] == [("sample.not_among", "/picks/1")]


def test_a_scheme_asks_for_the_samples_that_it_names() -> None:
    scheme = a_reviewing_scheme(audit_sample="0.05", second_review="0.10")
    assert sampling.rule_of(scheme, SampleKind.AUDIT).value == Fraction(1, 20)
    assert sampling.rule_of(scheme, SampleKind.SECOND_REVIEW).value == Fraction(1, 10)


@pytest.mark.parametrize("kind", SampleKind)
def test_a_scheme_that_names_none_asks_for_none(kind: SampleKind) -> None:
    for scheme in (SCHEME, a_reviewing_scheme()):
        with pytest.raises(Refusal, match=r"sample\.not_asked"):
            sampling.rule_of(scheme, kind)


@given(AMOUNTS, SHARES)
def test_an_audit_takes_the_fewest_that_have_the_share_by_count_and_by_amount(
    amounts: list[int], share: Fraction
) -> None:
    count = sampling.taken(SampleKind.AUDIT, share, amounts)

    def enough(of: int) -> bool:
        return of >= sampling.size(share, len(amounts)) and sum(amounts[:of]) >= share * sum(amounts)

    assert enough(count)
    assert not enough(count - 1)


@given(AMOUNTS, SHARES)
def test_a_second_review_takes_its_share_by_count(amounts: list[int], share: Fraction) -> None:
    assert sampling.taken(SampleKind.SECOND_REVIEW, share, amounts) == sampling.size(share, len(amounts))
