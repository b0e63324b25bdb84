"""Whom a list names and why, and that nobody publishes what he prepared, or has not seen."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.chassis.refusals import Refusal
from services.registry.statistics.domain import supported
from services.registry.statistics.domain.supported import (
    Entry,
    ListState,
    SpaceCase,
    SupportedKind,
    SupportedList,
    cover_of,
    space_entry,
)

AT = datetime(2020, 9, 14, tzinfo=UTC)
PROVIDER = Entry(SupportedKind.PROVIDER, UUID(int=2), "甲检测", "110112", ("admitted",))
SPACE = Entry(SupportedKind.SPACE, UUID(int=3), "乙空间", "110112", ("assessed_pass",))
CASE = SpaceCase(UUID(int=3), "乙空间", "110112", recognised=True, recognised_in_year=False, grade="pass")
DRAFT = SupportedList(UUID(int=1), "110112", 2020, (PROVIDER, SPACE), "per_1", AT)
PREPARED = supported.prepare(DRAFT)


@pytest.mark.parametrize(
    ("grade", "new", "wanted"),
    [
        ("excellent", False, ("assessed_excellent",)),
        ("pass", True, ("assessed_pass", "recognised_this_year")),
        (None, True, ("recognised_this_year",)),
        ("fail", True, None),
        ("fail", False, None),
        (None, False, None),
    ],
)
def test_a_space_is_supported_that_passed_or_is_new(grade: str | None, *, new: bool, wanted: object) -> None:
    entry = space_entry(replace(CASE, grade=grade, recognised_in_year=new))
    assert (None if entry is None else entry.grounds) == wanted


def test_a_space_that_is_no_longer_recognised_is_not_supported() -> None:
    assert space_entry(replace(CASE, recognised=False)) is None


def test_spaces_come_first() -> None:
    assert PREPARED.entries == (SPACE, PROVIDER)


def test_a_list_of_nobody_is_not_prepared() -> None:
    with pytest.raises(Refusal, match=r"supported\.nothing"):
        supported.prepare(replace(DRAFT, entries=()))


def test_another_person_publishes_what_was_seen() -> None:
    published = supported.publish(PREPARED, digest=PREPARED.digest, by="per_2", at=AT, today=PREPARED.entries)
    assert (published.state, published.decided_by) == (ListState.PUBLISHED, "per_2")


def test_nobody_publishes_what_he_prepared() -> None:
    with pytest.raises(Refusal, match=r"supported\.own"):
        supported.publish(PREPARED, digest=PREPARED.digest, by="per_1", at=AT, today=PREPARED.entries)


def test_nobody_publishes_what_he_has_not_seen() -> None:
    with pytest.raises(Refusal, match=r"supported\.digest"):
        supported.publish(PREPARED, digest="0" * 64, by="per_2", at=AT, today=PREPARED.entries)


def test_a_dropped_list_is_neither_published_nor_dropped_again() -> None:
    dropped = supported.drop(PREPARED, by="per_1", at=AT)
    assert dropped.state is ListState.DROPPED
    with pytest.raises(Refusal, match=r"supported\.state"):
        supported.publish(dropped, digest=dropped.digest, by="per_2", at=AT, today=dropped.entries)
    with pytest.raises(Refusal, match=r"supported\.state"):
        supported.drop(dropped, by="per_1", at=AT)


def test_the_digest_tells_every_change_of_a_line() -> None:
    renamed = replace(PREPARED, entries=(replace(SPACE, name="丙空间"), PROVIDER))
    assert renamed.digest != PREPARED.digest


def test_the_cover_tells_how_many_lines_there_are() -> None:
    assert (cover_of(PREPARED).lines, cover_of(PREPARED).digest) == (2, PREPARED.digest)
