"""What a party is depends on the day, both ends of a span included."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.voucher.directory.domain.age import Age
from services.voucher.directory.domain.categories import CategoryTree
from services.voucher.directory.domain.change import Change
from services.voucher.directory.domain.party import (
    Admission,
    Called,
    Party,
    ProviderFacts,
    Relation,
    Sanction,
    Span,
)

ONE, OTHER = UUID(int=1), UUID(int=2)
YEAR = Span(date(2020, 1, 1), date(2020, 12, 31))


def a_party(**facts: Any) -> Party:
    return Party(ONE, None, "江门一号公司", "440703", **facts)


def test_a_span_includes_both_its_days_and_may_have_no_end() -> None:
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1)]
    assert [YEAR.covers(day) for day in days] == [False, True, True, False]
    assert Span(date(2020, 1, 1)).covers(date(2099, 1, 1))


def test_a_ban_counts_while_it_is_in_force() -> None:
    banned = a_party(sanctions=(Sanction("san_1", "abnormal_operation", YEAR),))
    assert banned.sanctioned_on(date(2020, 6, 1)) is not None
    assert banned.sanctioned_on(date(2021, 1, 1)) is None


def test_a_link_counts_while_it_is_in_force_and_one_is_always_related_to_oneself() -> None:
    linked = a_party(related=(Relation(OTHER, "ownership", YEAR),))
    assert linked.related_to(OTHER, date(2020, 6, 1)) is not None
    assert linked.related_to(OTHER, date(2021, 6, 1)) is None
    own = linked.related_to(ONE, date(2021, 6, 1))
    assert own is not None
    assert own.kind == "same"


def test_a_provider_is_admitted_by_category_and_day_while_its_state_says_so() -> None:
    admission = (Admission("testing", YEAR),)
    admitted = a_party(provider=ProviderFacts(OTHER, "admitted", admission))
    assert admitted.admitted("testing", date(2020, 6, 1))
    assert not admitted.admitted("design", date(2020, 6, 1))
    assert not admitted.admitted("testing", date(2021, 6, 1))
    assert not a_party(provider=ProviderFacts(OTHER, "suspended", admission)).admitted("testing", date(2020, 6, 1))
    assert not a_party().admitted("testing", date(2020, 6, 1))


def test_an_admission_that_names_schemes_holds_under_those() -> None:
    bound = Admission("testing", YEAR, ("jiangmen-service-2020",))
    party = a_party(provider=ProviderFacts(OTHER, "admitted", (bound,)))
    asked = ("jiangmen-service-2020", "jiangmen-innovation-2021", None)
    told = [party.admitted("testing", date(2020, 6, 1), scheme=scheme) for scheme in asked]
    assert told == [True, False, True]


def test_a_deregistered_organisation_is_not_active() -> None:
    assert a_party().is_active
    assert not a_party(status="deregistered").is_active


def test_a_category_stands_for_itself_and_all_above_it() -> None:
    tree = CategoryTree({"testing": None, "testing.inspection": "testing", "loop": "pool", "pool": "loop"})
    assert tree.lineage("testing.inspection") == ("testing.inspection", "testing")
    assert tree.lineage("alchemy") == ()
    assert tree.lineage("loop") == ("loop", "pool")


def test_the_directory_warns_after_a_quarter_of_an_hour_and_refuses_after_a_day() -> None:
    fresh, stale, old, never = (
        Age(timedelta(minutes=15)),
        Age(timedelta(minutes=16)),
        Age(timedelta(hours=25)),
        Age(None),
    )
    assert (fresh.warns, stale.warns, never.warns) == (False, True, True)
    assert (stale.refuses, old.refuses, never.refuses) == (False, True, True)
    assert (old.hours, never.hours) == (25, None)
    assert [(reason.code, reason.numbers) for reason in old.reasons()] == [("directory.too_old", {"hours": 25})]
    assert (stale.reasons(), len(never.reasons())) == ([], 1)


def test_an_organisation_in_the_feed_names_its_provider() -> None:
    provider = Change("organization", "org_1", {"provider": {"id": "prv_1"}}, "1")
    assert provider.provider == "prv_1"
    assert Change("organization", "org_1", {"provider": None}, "1").provider is None
    assert Change("category", "testing", {"provider": {"id": "prv_1"}}, "1").provider is None


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2000, 1, 1), "旧名"),
        (date(2020, 5, 31), "旧名"),
        (date(2020, 6, 1), "江门一号公司"),
        (date(2099, 1, 1), "江门一号公司"),
    ],
)
def test_a_name_holds_from_its_day_and_the_oldest_since_ever(day: date, name: str) -> None:
    former = Called("旧名", Span(date(2018, 3, 15), date(2020, 5, 31)))
    assert a_party(names=(former, Called("江门一号公司", Span(date(2020, 6, 1))))).name_on(day) == name
    assert a_party().name_on(day) == "江门一号公司"


JULY, AUGUST = Span(date(2020, 7, 1), date(2020, 7, 31)), Span(date(2020, 8, 1))


def test_spans_share_the_days_that_lie_in_both() -> None:
    assert Span(date(2020, 1, 1), date(2020, 7, 10)).within(JULY) == Span(date(2020, 7, 1), date(2020, 7, 10))
    assert AUGUST.within(Span(date(2020, 8, 5))) == Span(date(2020, 8, 5))
    assert JULY.within(AUGUST) is None


def test_a_person_is_called_before_everybody_by_the_end_of_his_id_alone() -> None:
    assert replace(a_party(), name="").public_name == f"自然人（尾号 {ONE.hex[-4:]}）"
    assert a_party().public_name == "江门一号公司"
