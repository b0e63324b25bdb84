"""A draft is published once, past a doubt by two; each contract has one version, by its own date."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis.ids import new_id
from services.chassis.refusals import Reason, Refusal
from services.voucher.scheme.domain.versions import (
    Asked,
    Dated,
    VersionState,
    in_force,
    in_order,
    may_open_round,
    may_publish,
    second_person,
)

DAY = date(2020, 2, 26)
DOUBTS = ("draft", "past")


@pytest.mark.parametrize("state", VersionState)
def test_only_a_draft_is_published(state: VersionState) -> None:
    if state is VersionState.DRAFT:
        may_publish(state)
    else:
        with pytest.raises(Refusal, match=r"scheme\.not_draft"):
            may_publish(state)


@pytest.mark.parametrize("state", VersionState)
def test_only_a_published_version_carries_a_round(state: VersionState) -> None:
    if state is VersionState.PUBLISHED:
        may_open_round(state)
    else:
        with pytest.raises(Refusal, match=r"scheme\.not_published"):
            may_open_round(state)


def second(
    person: str, *codes: str, by: str | None = None, of: Sequence[str] = (), read: Sequence[str] = DOUBTS
) -> bool:
    doubts = [Reason(code) for code in codes]
    return second_person(person, doubts=doubts, accepted=read, asked=Asked(by, frozenset(of)))


def test_without_a_doubt_one_person_is_enough() -> None:
    assert second("per_a")
    assert second("per_a", by="per_a", of=DOUBTS)


@pytest.mark.parametrize("asked_by", [None, "per_a", "per_b"])
def test_nobody_publishes_past_a_doubt_unwarned(asked_by: str | None) -> None:
    with pytest.raises(Refusal, match="draft") as refused:
        second("per_a", "draft", "past", by=asked_by, of=DOUBTS, read=())
    assert [one.code for one in refused.value.reasons] == ["draft", "past"]


def test_past_a_doubt_the_second_person_publishes() -> None:
    assert not second("per_a", "draft")
    assert second("per_b", "draft", by="per_a", of=["draft"])
    with pytest.raises(Refusal, match=r"scheme\.same_person"):
        second("per_a", "draft", by="per_a", of=["draft"])


def test_a_doubt_that_is_new_is_asked_anew_by_whoever_comes() -> None:
    assert not second("per_b", "draft", "past", by="per_a", of=["draft"])
    assert not second("per_a", "draft", "past", by="per_a", of=["draft"])


def test_a_version_begins_later_than_every_one_that_counts() -> None:
    in_order(DAY, counting=[])
    in_order(DAY, counting=[DAY - timedelta(1)])
    for published in (DAY, DAY + timedelta(1)):
        with pytest.raises(Refusal, match=r"scheme\.effective_before"):
            in_order(DAY, counting=[DAY - timedelta(1), published])


def test_nothing_is_in_force_of_what_was_never_published() -> None:
    assert in_force([], DAY) is None


def test_of_two_from_the_same_date_the_later_one_counts() -> None:
    first, second = Dated(new_id(), 1, DAY), Dated(new_id(), 2, DAY)
    assert in_force([second, first], DAY) == second.id


def test_one_that_the_release_before_published_counts_from_the_beginning() -> None:
    old, new = Dated(new_id(), 1, None), Dated(new_id(), 2, DAY)
    assert in_force([old, new], DAY - timedelta(1)) == old.id


days = some.dates(date(2020, 1, 1), date(2020, 1, 20))


@given(some.lists(days, min_size=1, max_size=8), days)
def test_the_version_in_force_is_the_last_that_began_or_else_the_first(begun: list[date], day: date) -> None:
    versions = [Dated(new_id(), number, effective) for number, effective in enumerate(begun, start=1)]
    (found,) = [one for one in versions if one.id == in_force(versions, day)]
    assert found.effective is not None
    if found.effective <= day:
        assert not [one for one in begun if found.effective < one <= day]
    else:
        assert found.effective == min(begun)
