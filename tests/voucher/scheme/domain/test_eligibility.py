"""Who may hold a voucher: each cause has its own code, all come at once, and what is not known keeps no rule."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.voucher.scheme.domain.eligibility import Ceilings, Team, Who, reasons
from services.voucher.scheme.domain.facts import Ban, Figures, Listing, PartyFacts, Residence
from services.voucher.scheme.domain.rule import Rule

TODAY = date(2026, 3, 31)
WHO = Who(
    holders=Rule(("organization", "team"), "clause 1"),
    registered_in=Rule(("440700",), "clause 2"),
    size_class=Rule(("micro", "small"), "clause 3"),
    good_standing=Rule(True, "clause 4", "issue"),
    off_site=Rule("off-site", "clause 5"),
    legal_form=Rule(("limited",), "clause 6"),
    ceilings=Rule(Ceilings(2, staff=100, sales=500_000_00, assets=900_000_00), "clause 7"),
    trading=Rule(12, "clause 8", "submission"),
    listed=Rule(("tech", "science"), "clause 9"),
    team=Rule(Team(3, ("incubator",)), "clause 10", "submission"),
)
FIRM = PartyFacts(
    as_of=TODAY,
    region="440703",
    size_class="small",
    legal_form="limited",
    registered_on=date(2025, 3, 31),
    listings=(Listing("tech", "a"),),
    figures=(Figures(2024, 100, 500_000_00, 900_000_00), Figures(2025, 1, 1, 1)),
)
TEAM = PartyFacts(
    as_of=TODAY, holder="team", region="440703", members=3, residences=(Residence("incubator", ("provincial",)),)
)


def codes(facts: PartyFacts, **changes: Any) -> list[str]:
    return [one.code.removeprefix("application.") for one in reasons(WHO, replace(facts, **changes))]


def test_a_firm_and_a_team_as_the_scheme_wants_them_may_hold_a_voucher() -> None:
    assert codes(FIRM) == codes(TEAM) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"holder": "space"}, "holder_kind"),
        ({"region": "440600"}, "not_local"),
        ({"region": None}, "region_unknown"),
        ({"size_class": "large"}, "size_class"),
        ({"size_class": None}, "size_class_unknown"),
        ({"legal_form": "partnership"}, "legal_form"),
        ({"legal_form": None}, "legal_form_unknown"),
        ({"active": False}, "not_active"),
        ({"bans": (Ban("research_integrity"),)}, "sanctioned"),
        ({"listings": (Listing("arts", "a"),)}, "not_listed"),
        ({"registered_on": date(2025, 4, 1)}, "too_young"),
        ({"registered_on": None}, "registered_on_unknown"),
        ({"suspended_for_under_use": True}, "suspended_for_under_use"),
        ({"figures": (Figures(2024, 101, 1, 1), Figures(2025, 1, 1, 1))}, "ceiling"),
        ({"figures": (Figures(2024, 1, 500_000_01, 1), Figures(2025, 1, 1, 1))}, "ceiling"),
        ({"figures": (Figures(2024, 1, 1, 1), Figures(2025, 1, 1))}, "figures_unknown"),
    ],
)
def test_each_cause_has_its_own_code(changes: dict[str, Any], code: str) -> None:
    assert codes(FIRM, **changes) == [code]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"members": 2}, "team_members"),
        ({"members": None}, "team_members_unknown"),
        ({"residences": (Residence("café", ("provincial",)),)}, "not_resident"),
        ({"residences": (Residence("incubator"),)}, "not_resident"),
    ],
)
def test_a_team_needs_its_people_and_a_recognised_space(changes: dict[str, Any], code: str) -> None:
    assert codes(TEAM, **changes) == [code]


def test_a_person_is_asked_neither_as_a_firm_nor_as_a_team() -> None:
    assert codes(PartyFacts(as_of=TODAY, holder="person", region="440703")) == ["holder_kind"]


def test_all_causes_come_at_once_each_with_rule_and_clause() -> None:
    found = reasons(WHO, PartyFacts(as_of=TODAY, holder="space", active=False, bans=(Ban("fraud", TODAY),)))
    assert len({one.code for one in found}) == 9
    assert len(found) == 14  # three figures of two years each are not declared
    assert all(one.rule and one.clause and one.pointer == "/holder" for one in found)


def test_each_of_the_years_must_be_declared() -> None:
    found = reasons(WHO, replace(FIRM, figures=(Figures(2023, 1, 1, 1), Figures(2025, 1, 1, 1))))
    assert [one.numbers["year"] for one in found] == [2024, 2024, 2024]


def test_a_ceiling_is_told_in_heads_and_in_money() -> None:
    figures = (Figures(2024, 101, 500_000_01, 1), Figures(2025, 1, 1, 1))
    staff, sales = reasons(WHO, replace(FIRM, figures=figures))
    assert (staff.numbers["ceiling"], staff.numbers["found"]) == (100, 101)
    assert (sales.numbers["ceiling"], sales.numbers["found"]) == ("500000.00", "500000.01")


def test_an_off_site_place_counts_as_local() -> None:
    places = (Listing("off-site", ""), Listing("tech", "a"))
    assert codes(FIRM, region="110105", listings=places) == codes(FIRM, region=None, listings=places) == []


def test_a_ban_counts_as_of_the_day_that_the_rule_names() -> None:
    banned = replace(FIRM, bans=(Ban("fraud"),))
    assert [one.code for one in reasons(WHO, FIRM, issue=banned)] == ["application.sanctioned"]
    assert reasons(WHO, banned, issue=FIRM) == []


def test_a_suspension_rests_on_the_rule_on_little_use() -> None:
    rule: Rule[Fraction | None] = Rule(None, "clause 11")
    (found,) = reasons(WHO, replace(FIRM, suspended_for_under_use=True), under_use=rule)
    assert (found.rule, found.clause) == ("under_use", "clause 11")


NOBODY = Who(holders=WHO.holders, registered_in=None, size_class=None, good_standing=Rule(False, "clause 4"))


@pytest.mark.parametrize("holder", ["organization", "team"])
def test_a_rule_that_the_file_leaves_out_is_not_asked(holder: str) -> None:
    assert reasons(NOBODY, PartyFacts(as_of=TODAY, holder=holder, active=False, bans=(Ban("fraud"),))) == []


def test_a_ceiling_on_one_figure_asks_for_that_one_only() -> None:
    who = replace(NOBODY, ceilings=Rule(Ceilings(1, staff=5), "clause 7"))
    assert reasons(who, replace(FIRM, figures=(Figures(2025, 5),))) == []


@given(known=some.sets(some.sampled_from(["region", "size_class", "legal_form", "registered_on", "figures"])))
def test_what_is_not_known_keeps_no_rule(known: set[str]) -> None:
    blank = PartyFacts(as_of=TODAY, listings=FIRM.listings)
    facts = replace(blank, **{name: getattr(FIRM, name) for name in known})
    assert {one.rule for one in reasons(WHO, facts)} == {rule for name, rule in ASKED.items() if name not in known}


ASKED = {
    "region": "who.registered_in",
    "size_class": "who.size_class",
    "legal_form": "who.legal_form",
    "registered_on": "who.trading",
    "figures": "who.ceilings",
}
