"""A draft is published once, on a draft policy by two; each contract has one version, by its own date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.voucher.scheme.domain.versions import (
    Dated,
    VersionState,
    in_force,
    in_order,
    may_open_round,
    may_publish,
    second_person,
)

DAY = date(2020, 2, 26)
DRAFT = "policy jiangmen-2016-draft（七）"


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


def test_without_a_draft_one_person_is_enough() -> None:
    assert second_person("per_a", basis=None, accepted=False, asked_by=None)


@pytest.mark.parametrize("asked_by", [None, "per_a", "per_b"])
def test_nobody_publishes_on_a_draft_unwarned(asked_by: str | None) -> None:
    with pytest.raises(Refusal, match=r"scheme\.draft_basis"):
        second_person("per_a", basis=DRAFT, accepted=False, asked_by=asked_by)


def test_on_a_draft_the_second_person_publishes() -> None:
    assert not second_person("per_a", basis=DRAFT, accepted=True, asked_by=None)
    assert second_person("per_b", basis=DRAFT, accepted=True, asked_by="per_a")
    with pytest.raises(Refusal, match=r"scheme\.same_person"):
        second_person("per_a", basis=DRAFT, accepted=True, asked_by="per_a")


def test_a_version_begins_no_earlier_than_the_published_one() -> None:
    in_order(DAY, published=None)
    in_order(DAY, published=DAY)
    with pytest.raises(Refusal, match=r"scheme\.effective_before"):
        in_order(DAY - timedelta(1), published=DAY)


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
