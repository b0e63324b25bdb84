"""First by class, then by the number that the database drew."""

from datetime import date
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from services.voucher.directory.domain.party import PriorityListing, Span
from services.voucher.scheme.domain.allocation import BATCH_REVIEW, LOTTERY, PriorityList
from services.voucher.wallet.domain.draw import digest, order
from services.voucher.wallet.domain.queue import GENERAL, Method, Queued, ranked, standing
from tests.voucher.wallet.samples import a_party, listed

LIST = PriorityList("list", ("first", "second"))
DAY = date(2020, 9, 15)


def test_the_best_class_on_the_schemes_own_list_counts() -> None:
    party = a_party(priority=(*listed("list", "second"), *listed("another", "first")))
    assert standing(party, LIST, DAY).queue_class == "second"
    assert standing(party, LIST, DAY).order == 1


def test_a_listing_that_has_ended_gives_nothing() -> None:
    ended = PriorityListing("list", "first", Span(date(2020, 1, 1), date(2020, 9, 14)))
    assert standing(a_party(priority=(ended,)), LIST, DAY).queue_class == GENERAL


def test_whoever_is_on_no_list_comes_last() -> None:
    assert standing(a_party(), LIST, DAY).order == 2


def test_a_class_comes_before_any_number() -> None:
    late, early = Queued(0, "", 900, UUID(int=1)), Queued(1, "", 1, UUID(int=2))
    assert ranked([early, late]) == {late.id: 1, early.id: 2}


@given(some.sets(some.integers(min_value=1, max_value=10_000), max_size=40), some.randoms(use_true_random=False))
def test_the_order_of_arrival_at_the_sorter_changes_nothing(numbers: set[int], random: Random) -> None:
    line = [Queued(number % 3, "", number, UUID(int=number)) for number in numbers]
    shuffled = list(line)
    random.shuffle(shuffled)
    assert ranked(shuffled) == ranked(line)
    assert sorted(ranked(line).values()) == list(range(1, len(line) + 1))


def test_a_batch_is_ranked_by_points_and_then_by_number() -> None:
    method = Method(BATCH_REVIEW)
    given = [(1, 70), (2, None), (3, 90), (4, 70)]
    line = [method.queued(UUID(int=number), order=number, points=points, number=number) for number, points in given]
    assert [one.int for one in ranked(line)] == [3, 1, 4, 2]


def test_a_lottery_is_ranked_by_its_draw_whatever_the_class() -> None:
    method = Method(LOTTERY, digest("seed"))
    line = [method.queued(UUID(int=number), order=number, points=None, number=number) for number in range(1, 9)]
    assert [one.int for one in ranked(line)] == order(digest("seed"), range(1, 9))
