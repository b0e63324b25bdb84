"""What two persons must have read: a basis that is not in force, a day that is over, a limit that is let go."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.voucher.scheme.domain.document import read_awards
from services.voucher.scheme.domain.doubts import on_basis, on_day, on_limits, on_names, policies
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.samples import SCHEMES, a_document, a_scheme

DAY = date(2020, 9, 15)
AID = {
    "cap": "aid",
    "counts": "authorised",
    "subject": "group",
    "period": "rolling",
    "months": 36,
    "regime": "de-minimis",
    "limit": "1.00",
    "source": "row jiangmen-service-2020",
}
LIFE = {**AID, "cap": "life", "subject": "holder", "period": "once", "months": None, "regime": None}


def capped(*caps: dict[str, object], root: str | None = None) -> Scheme:
    return replace(a_scheme({"caps": [*a_document()["caps"], *caps]}), root=root)


@pytest.mark.parametrize(
    ("basis", "papers", "codes"),
    [
        ({"policy": "p-1", "clause": "一"}, {"p-1": "in_force"}, []),
        ({"policy": "p-1", "clause": "一"}, {"p-1": "draft"}, ["scheme.draft_basis"]),
        ({"policy": "p-1", "clause": "一", "draft": True}, {"p-1": "in_force"}, ["scheme.draft_basis"]),
        ({"policy": "p-1", "clause": "一", "draft": True}, {}, ["scheme.draft_basis"]),
        ({"policy": "p-1", "clause": "一", "draft": False}, {}, ["scheme.policy_unknown"]),
        ({"policy": "p-1", "clause": "一"}, {"p-1": "abolished"}, ["scheme.policy_not_in_force"]),
        ({"row": "r-1"}, {}, []),
    ],
)
def test_a_basis_is_what_the_register_says_of_it(
    basis: dict[str, object], papers: dict[str, str], codes: list[str]
) -> None:
    assert [one.code for one in on_basis({"basis": [basis]}, papers)] == codes


def test_only_policies_are_asked_about() -> None:
    assert policies(a_document()) == {"jiangmen-2016-draft"}


def test_who_and_what_is_named_and_nobody_knows_is_told_where_it_stands() -> None:
    rules = {"providers": ["prv_1", "prv_2"], "offerings": ["off_1"]}
    said = a_document({f"exclusions/{key}": {"value": value, "source": "x"} for key, value in rules.items()})
    found = on_names(said, {"prv_1"})
    assert [(one.code, one.pointer, one.numbers["name"]) for one in found] == [
        ("scheme.name_unknown", "/exclusions/providers/value/1", "prv_2"),
        ("scheme.name_unknown", "/exclusions/offerings/value/0", "off_1"),
    ]
    assert list(on_names({"awards": []}, ())) == []


@pytest.mark.parametrize(("ago", "doubted"), [(-1, 0), (0, 0), (1, 1)])
def test_a_version_counts_from_today_or_later(ago: int, doubted: int) -> None:
    assert len(list(on_day(DAY, DAY + timedelta(ago)))) == doubted


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (capped(AID, LIFE), []),
        (capped({**AID, "limit": "2.00"}, LIFE), []),
        (capped({**AID, "cap": "other"}, LIFE), []),
        (capped({**AID, "regime": "other"}, LIFE), ["aid (de-minimis)"]),
        (capped(AID, {**LIFE, "cap": "other"}), ["life"]),
        (capped(), ["aid (de-minimis)", "life"]),
        (capped(AID, LIFE, root="earlier"), ["life"]),
    ],
)
def test_a_limit_that_outlives_a_year_is_not_let_go_in_silence(after: Scheme, named: list[str]) -> None:
    assert [one.numbers["cap"] for one in on_limits(after, capped(AID, LIFE))] == named


def test_the_caps_of_a_year_may_go_and_nothing_was_counted_before_the_first() -> None:
    assert not list(on_limits(a_scheme({"caps": []}), a_scheme()))
    awards = read_awards(
        reading.read((SCHEMES / "tongzhou-space-award-2018.yaml").read_text(encoding="utf-8")).document
    )
    for said, before in ((capped(), None), (awards, capped(AID)), (capped(), awards)):
        assert not list(on_limits(said, before))
