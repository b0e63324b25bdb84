"""Every reason in full: its code, rule, pointer and numbers are what a caller is told, so none may drift."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from services.chassis.refusals import Reason, Refusal
from services.registry.catalogue.domain import calendar_year, category, names, period, region
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain import organization, standing
from services.registry.providers.domain import offering, provider
from services.registry.spaces.domain import residency, space, team
from tests.registry.samples import TODAY, facts

ID, OTHER = UUID(int=1), UUID(int=2)
DAY, BEFORE = date(2020, 5, 4), date(2020, 5, 1)
REVERSED, OPEN = Period(DAY, BEFORE), Period(DAY)
LISTED = "categories are those listed"
ONCE = "one fact holds once on a day"

FIRM = organization.Organization(ID, facts(), organization.OrganizationStatus.DEREGISTERED)
PROVIDER = provider.Provider(ID, ID, ("testing",))
ADMISSION = provider.Admission(ID, "testing", OPEN, ID)
ADMITTED = replace(PROVIDER, state=provider.ProviderState.ADMITTED, admissions=(ADMISSION,))
SUSPENDED = replace(ADMITTED, state=provider.ProviderState.SUSPENDED)
OFFERING = offering.Offering(ID, ID, offering.OfferingFacts("testing", "检测", None, 1, "CNY"))
PUBLISHED = replace(OFFERING, state=offering.OfferingState.PUBLISHED)
WITHDRAWN = replace(OFFERING, state=offering.OfferingState.WITHDRAWN)
SPACE_FACTS = space.SpaceFacts("谷", space.SpaceKind.MAKER_INCUBATING, space.SpaceForm.CAFE, ID, "440703")
CLOSED = space.Space(ID, SPACE_FACTS, space.SpaceState.CLOSED)
STAY = residency.Residency(ID, ID, ID, None, OPEN)
LISTING = standing.PriorityListing(ID, ID, "名单", "priority", OPEN, ID)
LINK = standing.Link(ID, ID, OTHER, standing.LinkKind.OWNERSHIP, OPEN, ID)
BAN = standing.Sanction(ID, ID, standing.SanctionKind.BAN, DAY, date(2021, 5, 4), ID)

LISTS: list[tuple[Callable[[], list[Reason]], list[Reason]]] = [
    (
        lambda: names.name_faults(" ", "/name"),
        [Reason("name.empty", "a name has at least one visible character", "/name")],
    ),
    (
        lambda: names.name_faults("a" * 201, "/name"),
        [Reason("name.too_long", "names are bounded", "/name", {"limit": 200})],
    ),
    (
        lambda: names.optional_name_faults("a\u202e", "/name", limit=2),
        [
            Reason(
                "name.character",
                "names hold visible characters only",
                "/name",
                {"position": 2, "kind": "format", "code_point": "U+202E"},
            )
        ],
    ),
    (
        lambda: period.period_faults(REVERSED),
        [
            Reason(
                "period.reversed",
                "a period ends on or after the day it begins",
                "/until",
                {"from": "2020-05-04", "until": "2020-05-01"},
            )
        ],
    ),
    (
        lambda: period.future_faults(date(2020, 9, 15), today=TODAY, pointer="/from"),
        [
            Reason(
                "date.future",
                "what is recorded as having happened lies not in the future",
                "/from",
                {"date": "2020-09-15", "today": "2020-09-14"},
            )
        ],
    ),
    (
        lambda: organization.uscc_faults("123", "/uscc"),
        [Reason("uscc.length", "GB 32100-2015", "/uscc", {"position": None})],
    ),
    (
        lambda: region.region_faults("x", regions=(), pointer="/region"),
        [Reason("region.unlisted", "regions are those listed", "/region", {"region": "x"})],
    ),
    (
        lambda: organization.standing_faults(FIRM, "/a"),
        [Reason("organization.deregistered", "a deregistered organisation begins nothing", "/a")],
    ),
    (
        lambda: organization.organization_faults(facts(legal_form="a" * 81), regions={"440703"}, today=TODAY),
        [Reason("name.too_long", "names are bounded", "/legal_form", {"limit": 80})],
    ),
    (
        lambda: calendar_year.calendar_faults(
            calendar_year.CalendarYear(2021, (date(2020, 5, 2), date(2020, 5, 2)), ())
        ),
        [
            reason
            for place in (0, 1)
            for reason in (
                Reason(
                    "calendar.year", "every day lies in the year", f"/off/{place}", {"date": "2020-05-02", "year": 2021}
                ),
                Reason(
                    "calendar.weekday",
                    "a weekday is off or a weekend day worked; the rest goes without saying",
                    f"/off/{place}",
                    {"date": "2020-05-02", "year": 2021},
                ),
            )
        ]
        + [Reason("calendar.twice", "a day is named once", "/off/1", {"date": "2020-05-02", "year": 2021})],
    ),
    (
        lambda: category.new_category_faults(category.Category("X", "甲", "a", "y"), categories=()),
        [
            Reason("category.id", "small letters, digits and hyphens", "/id", {"category": "X"}),
            Reason("category.unlisted", LISTED, "/parent", {"category": "y"}),
        ],
    ),
    (
        lambda: region.new_region_faults(region.Region("X", "甲", "a", "y"), regions=()),
        [
            Reason(
                "region.code",
                "six digits in the national list, small letters, digits and hyphens in a local one",
                "/code",
                {"region": "X"},
            ),
            Reason("region.unlisted", "regions are those listed", "/parent", {"region": "y"}),
        ],
    ),
    (
        lambda: provider.application_faults(["x"], categories=()),
        [Reason("category.unlisted", LISTED, "/categories/0", {"category": "x"})],
    ),
    (
        lambda: offering.offering_faults(offering.OfferingFacts("x", "a", "a" * 2001, 0, "CNY"), categories=()),
        [
            Reason("category.unlisted", LISTED, "/category", {"category": "x"}),
            Reason("name.too_long", "names are bounded", "/description", {"limit": 2000}),
            Reason("offering.price", "a listed price is more than nothing", "/price/amount"),
        ],
    ),
    (
        lambda: residency.residency_faults(replace(STAY, organization_id=ID), CLOSED, [STAY]),
        [
            Reason("residency.resident", "a residency is of one team or one organisation", "/team"),
            Reason("space.closed", "a closed space takes nobody in", "/space"),
            Reason("residency.overlap", "nobody is resident twice", "/from", {"id": f"rsd_{ID.hex}"}),
        ],
    ),
    (
        lambda: standing.listing_faults(replace(LISTING, priority_class="a" * 41), [LISTING]),
        [
            Reason("name.too_long", "names are bounded", "/class", {"limit": 40}),
            Reason("priority_list.overlap", ONCE, "/from", {"id": f"pls_{ID.hex}"}),
        ],
    ),
    (
        lambda: standing.link_faults(replace(LINK, b_id=ID), []),
        [Reason("related_party.itself", "a link joins two organisations", "/b")],
    ),
    (
        lambda: standing.link_faults(LINK, [LINK]),
        [Reason("related_party.overlap", ONCE, "/from", {"id": f"rel_{ID.hex}"})],
    ),
    (
        lambda: standing.sanction_faults(replace(BAN, until=date(2021, 5, 3)), [BAN], today=TODAY),
        [
            Reason(
                "sanction.length",
                "a sanction holds for 1 to 3 years",
                "/until",
                {"earliest": "2021-05-04", "latest": "2023-05-04"},
            ),
            Reason("sanction.overlap", ONCE, "/from", {"id": f"san_{ID.hex}"}),
        ],
    ),
    (
        lambda: standing.sanction_faults(
            replace(BAN, start=date(2020, 9, 15), until=date(2021, 9, 15)), [], today=TODAY
        ),
        period.future_faults(date(2020, 9, 15), today=TODAY, pointer="/from"),
    ),
    (
        lambda: team.team_faults(team.TeamFacts("队", (ID, ID)), members_least=3),
        [
            Reason(
                "team.core_members",
                "a team has its fewest core members",
                "/core_members",
                {"count": 1, "least": 3, "most": 50},
            ),
            Reason("team.member_twice", "a member is named once", "/core_members/1"),
        ],
    ),
    (
        lambda: team.living_faults(Period(date(2020, 9, 15)), today=TODAY),
        [
            Reason(
                "team.not_resident",
                "a team is recorded while it is resident in a space",
                "/residency/from",
                {"today": "2020-09-14"},
            )
        ],
    ),
]


@pytest.mark.parametrize(("find", "wanted"), LISTS)
def test_a_list_of_faults_says_exactly_this(find: Callable[[], list[Reason]], wanted: list[Reason]) -> None:
    assert find() == wanted


def in_state(kind: str, state: str, verb: str) -> Reason:
    article = {"provider": "a", "offering": "an"}[kind]
    return Reason(f"{kind}.state", f"the life cycle of {article} {kind}", None, {"state": state, "verb": verb})


EMPTY = names.name_faults("", "/reason")
LONG = names.name_faults("a" * 2001, "/reason", limit=2000)


@pytest.mark.parametrize(
    ("act", "wanted"),
    [
        (
            lambda: provider.admit(
                SUSPENDED, replace(ADMISSION, period=REVERSED), categories=(), today=TODAY, also=EMPTY
            ),
            [
                Reason("category.unlisted", LISTED, "/category", {"category": "testing"}),
                *period.period_faults(REVERSED),
                Reason("admission.over", "an admission ends today or later", "/until"),
                *EMPTY,
                in_state("provider", "suspended", "admit"),
            ],
        ),
        (
            lambda: provider.admit(ADMITTED, ADMISSION, categories={"testing"}, today=TODAY),
            [
                Reason(
                    "admission.overlap",
                    "one admission per provider, category and day",
                    "/from",
                    {"id": f"adm_{ID.hex}"},
                )
            ],
        ),
        (lambda: provider.suspend(PROVIDER, also=LONG), [*LONG, in_state("provider", "applied", "suspend")]),
        (
            lambda: provider.resume(PROVIDER, reason="a" * 2001, today=TODAY, also=EMPTY),
            [*LONG, *EMPTY, in_state("provider", "applied", "resume")],
        ),
        (
            lambda: provider.withdraw(SUSPENDED, today=TODAY, also=EMPTY),
            [*EMPTY, in_state("provider", "suspended", "withdraw")],
        ),
        (
            lambda: offering.approve(OFFERING, PROVIDER, today=TODAY, by="a"),
            [
                Reason("offering.nothing_waits", "what is handed in is decided once"),
                Reason(
                    "provider.not_yet_admitted",
                    "only what the provider is admitted for is offered",
                    None,
                    {"category": "testing", "date": "2020-09-14"},
                ),
            ],
        ),
        (
            lambda: offering.send_back(
                replace(OFFERING, proposed=OFFERING.facts.terms, submitted_by="a"), by="a", reason=""
            ),
            [*EMPTY, Reason("offering.same_person", "four_eyes")],
        ),
        (lambda: provider.remove(SUSPENDED, today=TODAY), [in_state("provider", "suspended", "remove")]),
        (
            lambda: provider.apply_again(ADMITTED, [], today=TODAY),
            [Reason("provider.duplicate", "one provider per organisation", None, {"id": f"prv_{ID.hex}"})],
        ),
        (
            lambda: offering.revise(WITHDRAWN, OFFERING.facts, categories={"testing"}, by="a", approved=True),
            [in_state("offering", "withdrawn", "update")],
        ),
        (
            lambda: offering.publish(PUBLISHED, PROVIDER, today=TODAY, by="a", approved=True),
            [
                in_state("offering", "published", "publish"),
                Reason(
                    "provider.not_yet_admitted",
                    "only what the provider is admitted for is offered",
                    None,
                    {"category": "testing", "date": "2020-09-14"},
                ),
            ],
        ),
        (lambda: offering.withdraw_offering(WITHDRAWN), [in_state("offering", "withdrawn", "withdraw")]),
        (
            lambda: organization.amend(FIRM, {"name": "a"}, by_itself=True, regions={"440703"}, today=TODAY),
            [Reason("field.not_yours", "recorded by an operator", "/name")],
        ),
    ],
)
def test_an_act_is_refused_for_exactly_this(act: Callable[[], object], wanted: list[Reason]) -> None:
    with pytest.raises(Refusal) as refused:
        act()
    assert list(refused.value.reasons) == wanted
