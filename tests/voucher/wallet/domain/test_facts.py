"""The facts of a party are those of the day that a rule is applied as of."""

from datetime import date

import pytest

from services.standards.holding import Kind
from services.voucher.directory.domain.party import Figures as Declared
from services.voucher.directory.domain.party import FounderClass, PriorityListing, Recognised, Residency, Span
from services.voucher.scheme.domain.facts import Figures, Listing, Residence
from services.voucher.wallet.domain.facts import facts_of, provider_levels
from tests.voucher.wallet.samples import a_party, banned

DAY = date(2020, 9, 15)


def test_what_the_registry_says_reaches_the_rules() -> None:
    party = a_party(region="440703", size_class="micro", registered_on=date(2019, 1, 1))
    found = facts_of(party, DAY)
    assert (found.region, found.size_class, found.registered_on) == ("440703", "micro", date(2019, 1, 1))
    assert found.as_of == DAY
    assert found.active


def test_a_firm_that_is_deregistered_is_not_active() -> None:
    assert not facts_of(a_party(status="deregistered"), DAY).active


@pytest.mark.parametrize(("day", "bans"), [(DAY, 1), (date(2020, 9, 14), 0), (date(2020, 9, 16), 0)])
def test_a_ban_is_a_fact_on_its_days_alone(day: date, bans: int) -> None:
    found = facts_of(a_party(sanctions=banned(DAY, DAY)), day)
    assert [ban.until for ban in found.bans] == [DAY] * bans


@pytest.mark.parametrize(("day", "listed"), [(DAY, "listed"), (date(2020, 9, 14), None)])
def test_a_place_on_a_list_is_a_fact_from_its_first_day(day: date, listed: str | None) -> None:
    party = a_party(priority=(PriorityListing("trial", "listed", Span(DAY)),))
    assert facts_of(party, day).listings == ((Listing("trial", listed),) if listed else ())


STAY = Residency(
    "spc_1",
    "maker_incubating",
    Span(date(2020, 1, 1), date(2020, 12, 31)),
    (Recognised("city", Span(date(2019, 1, 1), date(2020, 5, 31))), Recognised("province", Span(date(2020, 6, 1)))),
    incubator_since=date(2020, 9, 1),
)


@pytest.mark.parametrize(
    ("day", "residences"),
    [
        (date(2019, 12, 31), ()),
        (date(2020, 5, 31), (Residence("makerspace", ("municipal",)),)),
        (date(2020, 6, 1), (Residence("makerspace", ("provincial",)),)),
        (DAY, (Residence("incubator", ("provincial",)),)),
    ],
)
def test_a_stay_is_in_what_the_space_was_recognised_as_that_day(day: date, residences: tuple[Residence, ...]) -> None:
    assert facts_of(a_party(residencies=(STAY,)), day).residences == residences


def test_what_was_declared_of_each_year_is_a_fact() -> None:
    party = a_party(figures=(Declared(2019, staff=12, revenue=3_000_000_00),))
    assert facts_of(party, DAY).figures == (Figures(2019, 12, 3_000_000_00, None),)


def test_of_a_team_its_kind_its_members_and_their_classes_are_facts() -> None:
    returnee = FounderClass("returnee", Span(DAY, DAY))
    team = a_party(kind=Kind.TEAM, members=3, founder_classes=(returnee, FounderClass("student", Span(DAY))))
    found = facts_of(team, DAY)
    assert (found.holder, found.members, found.founder_classes) == ("team", 3, ("returnee", "student"))
    assert facts_of(team, date(2020, 9, 16)).known()["founder_class"] == {"student"}


def test_a_person_without_a_region_is_nowhere() -> None:
    assert facts_of(a_party(kind=Kind.PERSON, region=""), DAY).region is None


def test_a_provider_is_of_the_levels_of_its_spaces_as_schemes_call_them() -> None:
    party = a_party(runs=(Recognised("city", Span(DAY, DAY)), Recognised("national", Span(DAY))))
    assert provider_levels(party, DAY) == ("municipal", "national")
    assert provider_levels(party, date(2020, 9, 16)) == ("national",)
