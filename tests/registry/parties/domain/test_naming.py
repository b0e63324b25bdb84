"""An organisation has one name on every day from the first that is known."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.chassis.refusals import Reason, Refusal
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.naming import Name, first_name, names_told, rename
from services.registry.parties.domain.organization import Organization, OrganizationStatus
from tests.registry.samples import TODAY, facts, places

ME = UUID(int=1)
REGISTERED = date(2018, 3, 15)
FIRM = Organization(ME, facts(registered_on=REGISTERED, name="甲"))
KEPT = [first_name(FIRM, UUID(int=2), otherwise=TODAY)]


def name(text: str, start: date, until: date | None = None) -> Name:
    return Name(new_id(), ME, text, Period(start, until))


@st.composite
def wanted(draw: st.DrawFn) -> Name:
    """A name with any days, mostly near those that are known."""
    start = REGISTERED + timedelta(days=draw(st.integers(-400, 1_000)))
    length = draw(st.none() | st.integers(0, 500))
    until = None if length is None else start + timedelta(days=length)
    return name(draw(st.sampled_from("甲乙丙丁")), start, until)


@given(st.lists(wanted(), max_size=8))
def test_names_cover_every_day_from_the_first_without_overlap(asked: list[Name]) -> None:
    firm, kept = FIRM, list(KEPT)
    for new in asked:
        try:
            renamed = rename(firm, kept, new, today=TODAY)
        except Refusal:
            continue
        firm = renamed.organization
        others = [one for one in kept if one.id != renamed.shortened.id]
        kept = sorted([*others, renamed.shortened, renamed.added], key=lambda one: one.period.start)
    assert kept[0].period.start <= REGISTERED
    for earlier, later in itertools.pairwise(kept):
        assert earlier.period.until == later.period.start - timedelta(days=1)
        assert earlier.text != later.text
    assert (kept[-1].period.until, kept[-1].text) == (None, firm.facts.name)


def test_the_current_name_ends_the_day_before_a_new_one() -> None:
    renamed = rename(FIRM, KEPT, name(" 乙 ", date(2020, 6, 1)), today=TODAY)
    assert renamed.shortened.period == Period(REGISTERED, date(2020, 5, 31))
    assert (renamed.organization.facts.name, renamed.added.text) == ("乙", "乙")


def test_a_former_name_goes_before_the_oldest() -> None:
    renamed = rename(FIRM, KEPT, name("乙", REGISTERED, date(2019, 12, 31)), today=TODAY)
    assert renamed.shortened.period == Period(date(2020, 1, 1))
    assert renamed.organization == FIRM


def test_an_organisation_without_a_day_of_registration_is_called_so_since_another_day() -> None:
    unregistered = replace(FIRM, facts=replace(FIRM.facts, registered_on=None))
    assert first_name(unregistered, ME, otherwise=TODAY).period == Period(TODAY)


def test_a_corrected_name_is_the_open_one() -> None:
    corrected = replace(FIRM, facts=replace(FIRM.facts, name="甲甲"))
    former = replace(KEPT[0], period=Period(date(2017, 1, 1), REGISTERED - timedelta(days=1)))
    assert [one.text for one in names_told(corrected, [former, *KEPT])] == ["甲", "甲甲"]


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        (name("甲", date(2020, 6, 1)), {"/name": "organization_name.same"}),
        (name("", REGISTERED), {"/name": "name.empty", "/from": "organization_name.place"}),
        (name("乙", date(2020, 9, 15)), {"/from": "date.future"}),
        (name("乙", REGISTERED, date(2020, 9, 14)), {"/until": "organization_name.place"}),
        (name("乙", date(2018, 3, 16), date(2019, 1, 1)), {"/from": "organization_name.place"}),
        (name("乙", REGISTERED, date(2018, 3, 14)), {"/until": "period.reversed"}),
    ],
)
def test_all_that_is_wrong_with_a_name_is_told(new: Name, wanted: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        rename(FIRM, KEPT, new, today=TODAY)
    assert places(refused.value) == wanted


def test_a_deregistered_organisation_gets_no_new_name_and_may_have_had_another() -> None:
    gone = replace(FIRM, status=OrganizationStatus.DEREGISTERED)
    with pytest.raises(Refusal, match=r"organization\.deregistered"):
        rename(gone, KEPT, name("乙", date(2020, 6, 1)), today=TODAY, also=[Reason("reference.unknown")])
    assert rename(gone, KEPT, name("乙", REGISTERED, date(2019, 1, 1)), today=TODAY).added.text == "乙"
