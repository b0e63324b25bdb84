"""What a registry may tell, and what shows that it was rewound or lies."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.voucher.directory.domain.age import Age
from services.voucher.directory.domain.change import Change, Heard, Place
from services.voucher.directory.domain.trust import Lie, lie

HERE = Place("3", "e3")


def change(place: int, version: int | None = 1, key: str = "org_1", **facts: Any) -> Change:
    document = {"id": key, **({} if version is None else {"version": version}), **facts}
    return Change("organization", key, document, str(place), f"e{place}")


PAGE = Heard((change(4, 2), change(5, 3)), "5", complete=True, head="5")


def test_a_page_behind_what_is_known_is_believed() -> None:
    assert lie(PAGE, HERE, {("organization", "org_1"): 1}) is None
    assert lie(Heard((), "3", complete=True, head="3"), HERE, {}) is None


def test_a_full_page_need_not_reach_the_end_and_a_short_one_may_pass_it() -> None:
    assert lie(replace(PAGE, complete=False, head="900"), HERE, {}) is None
    assert lie(replace(PAGE, head="4"), HERE, {}) is None


@pytest.mark.parametrize(
    ("page", "what"),
    [
        (replace(PAGE, changes=(change(3), *PAGE.changes)), Lie.REPEATED),
        (replace(PAGE, changes=(*PAGE.changes, replace(change(6), event="e3")), cursor="6"), Lie.REPEATED),
        (replace(PAGE, changes=(change(5), change(5))), Lie.REPEATED),
        (replace(PAGE, cursor="4"), Lie.REPEATED),
        (Heard((), "9", complete=True), Lie.REPEATED),
        (replace(PAGE, changes=(replace(change(5), key="org_2"),)), Lie.MISNAMED),
        (replace(PAGE, changes=(change(4, 3), change(5, 2))), Lie.OLDER),
        (replace(PAGE, head="6"), Lie.CUT),
        (Heard((), "3", complete=True, head="4"), Lie.CUT),
    ],
)
def test_what_cannot_be_true_is_told_by_its_name(page: Heard, what: Lie) -> None:
    assert lie(page, HERE, {}) is what


def test_a_thing_never_goes_back_to_an_older_version() -> None:
    assert lie(PAGE, HERE, {("organization", "org_1"): 3}) is Lie.OLDER
    assert lie(PAGE, HERE, {("organization", "org_1"): 2}) is None
    assert lie(Heard((change(4, None),), "4", complete=True), HERE, {("organization", "org_1"): 3}) is None


def test_an_older_registry_that_tells_neither_events_nor_its_end_is_believed() -> None:
    page = Heard((replace(change(4), event=None), replace(change(5), event=None)), "5", complete=True)
    assert lie(page, Place("3"), {}) is None
    assert lie(replace(page, head="9"), Place("3"), {}) is None


@given(st.lists(st.sampled_from("ab"), max_size=12), st.integers(1, 5))
def test_an_honest_registry_is_believed_page_by_page(keys: list[str], size: int) -> None:
    count = {"a": 0, "b": 0}
    whole = []
    for place, key in enumerate(keys, start=1):
        count[key] += 1
        whole.append(change(place, count[key], key))
    here, known = Place(), dict[tuple[str, str], int]()
    while True:
        rest = [one for one in whole if int(one.position) > int(here.cursor or 0)]
        page = tuple(rest[:size])
        cursor = page[-1].position if page else here.cursor
        heard = Heard(page, cursor, len(page) < size, str(len(whole)) if whole else "0")
        assert lie(heard, here, known) is None
        known |= {one.name: one.version or 0 for one in page}
        if heard.complete:
            return
        here = Place(cursor, page[-1].event)


def test_what_is_not_believed_decides_nothing_new_however_young_it_is() -> None:
    (reason,) = Age(None, "rewound").reasons()
    assert (reason.code, reason.rule, reason.numbers) == ("directory.distrusted", "directory.trust", {"why": "rewound"})
