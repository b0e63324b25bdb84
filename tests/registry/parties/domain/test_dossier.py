"""What the registry tells about a thing as a whole."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.registry.catalogue.domain.calendar_year import CalendarYear
from services.registry.catalogue.domain.category import Category
from services.registry.catalogue.domain.dossier import calendar_document, category_document, region_document
from services.registry.catalogue.domain.period import Period
from services.registry.catalogue.domain.region import Region
from services.registry.parties.domain.dossier import (
    OrganizationDossier,
    link_document,
    organization_document,
    sanction_document,
)
from services.registry.parties.domain.organization import Organization
from services.registry.parties.domain.role import Admitted, ProviderRole
from services.registry.parties.domain.standing import Link, LinkKind, PriorityListing, Sanction, SanctionKind
from services.registry.providers.domain.dossier import offering_document, provider_document
from services.registry.providers.domain.offering import Offering, OfferingFacts
from services.registry.providers.domain.provider import Admission, Provider, ProviderState
from services.registry.spaces.domain.dossier import TeamDossier, residency_document, space_document, team_document
from services.registry.spaces.domain.recognition import Standing
from services.registry.spaces.domain.residency import Residency
from services.registry.spaces.domain.space import Space, SpaceFacts, SpaceForm, SpaceKind
from services.registry.spaces.domain.team import Team, TeamFacts
from tests.registry.samples import facts

ME, OTHER, DOC = UUID(int=1), UUID(int=2), UUID(int=3)
FIRST, LAST = date(2020, 1, 1), date(2021, 1, 1)
YEAR = Period(FIRST, LAST)
ROLE = ProviderRole(UUID(int=7), "admitted", (Admitted("testing", YEAR),))
PROVIDER = Provider(UUID(int=7), ME, ("testing",), ProviderState.ADMITTED, (Admission(DOC, "testing", YEAR, DOC),))
SPAN = {"from": "2020-01-01", "until": "2021-01-01"}


def test_an_organisation_is_told_with_all_that_stands_beside_it() -> None:
    told = organization_document(
        OrganizationDossier(
            organization=Organization(ME, facts(registered_on=FIRST)),
            listings=[PriorityListing(DOC, ME, "名单", "priority", Period(FIRST), DOC)],
            sanctions=[Sanction(DOC, ME, SanctionKind.BAN, FIRST, LAST, DOC)],
            links=[Link(DOC, ME, OTHER, LinkKind.OWNERSHIP, YEAR, DOC, 3_000, ME)],
            provider=ROLE,
            spaces=[OTHER],
        )
    )
    assert told["priority_lists"] == [{"list": "名单", "class": "priority", "from": "2020-01-01", "until": None}]
    assert told["sanctions"] == [{"id": f"san_{DOC.hex}", "organization": f"org_{ME.hex}", "kind": "ban", **SPAN}]
    assert told["related_parties"] == [
        {
            "id": f"rel_{DOC.hex}",
            "organization": f"org_{OTHER.hex}",
            "kind": "ownership",
            "share_basis_points": 3_000,
            "owner": f"org_{ME.hex}",
            **SPAN,
        }
    ]
    assert told["provider"]["admissions"] == [{"category": "testing", **SPAN, "schemes": []}]
    assert (told["spaces"], told["registered_on"]) == ([f"spc_{OTHER.hex}"], "2020-01-01")


def test_a_bare_organisation_is_told_with_nothing_beside_it() -> None:
    bare = OrganizationDossier(Organization(ME, facts()))
    told = organization_document(bare.on(LAST))
    assert (told["provider"], told["registered_on"], told["sanctions"]) == (None, None, [])


def test_a_provider_whose_admission_is_over_is_told_as_expired() -> None:
    dossier = OrganizationDossier(Organization(ME, facts()), provider=ROLE)
    assert organization_document(dossier.on(LAST))["provider"]["state"] == "admitted"
    assert organization_document(dossier.on(date(2021, 1, 2)))["provider"]["state"] == "expired"


def test_a_provider_by_itself_shows_the_document_behind_each_admission() -> None:
    (admission,) = provider_document(PROVIDER)["admissions"]
    assert admission == {
        "id": f"adm_{DOC.hex}",
        "category": "testing",
        **SPAN,
        "granted_until": SPAN["until"],
        "ground": {"kind": "decision", "id": None, "list": None, "region": None},
        "schemes": [],
        "document": f"doc_{DOC.hex}",
    }


def test_a_residency_names_its_one_resident() -> None:
    of_team = Residency(DOC, ME, OTHER, None, YEAR)
    assert residency_document(of_team)["team"] == f"tea_{OTHER.hex}"
    of_firm = replace(of_team, team_id=None, organization_id=OTHER)
    assert residency_document(of_firm)["organization"] == f"org_{OTHER.hex}"


def test_a_price_is_told_as_decimal_text() -> None:
    offering = Offering(DOC, ME, OfferingFacts("testing", "检测", None, 120_050, "CNY"))
    assert offering_document(offering)["price"] == {"amount": "1200.50", "currency": "CNY"}


def test_the_small_lists_are_told_by_their_own_keys() -> None:
    assert region_document(Region("440703", "蓬江区", "Pengjiang", "440700"))["list"] == "national"
    assert category_document(Category("testing", "检验检测", "Testing", None))["parent"] is None
    calendar = CalendarYear(2020, (date(2020, 5, 1), date(2020, 1, 1)), ())
    assert calendar_document(calendar)["off"] == ["2020-01-01", "2020-05-01"]


def test_a_space_and_a_team_are_told_with_their_versions() -> None:
    space = Space(ME, SpaceFacts("珠西创谷", SpaceKind.MAKER_INCUBATING, SpaceForm.CAFE, OTHER, "440703"), version=4)
    assert space_document(Standing(space))["version"] == 4
    team = Team(DOC, ME, TeamFacts("小队", (OTHER,)))
    told = team_document(TeamDossier(team, "440703", [Residency(DOC, ME, DOC, None, YEAR)]))
    assert (told["core_members"], told["region"]) == ([f"per_{OTHER.hex}"], "440703")
    assert told["residencies"] == [{"space": f"spc_{ME.hex}", **SPAN}]


def test_a_link_and_a_sanction_name_their_document() -> None:
    link = Link(DOC, ME, OTHER, LinkKind.OWNERSHIP, YEAR, DOC)
    assert link_document(link)["document"] == f"doc_{DOC.hex}"
    sanction = Sanction(DOC, ME, SanctionKind.BAN, FIRST, LAST, DOC)
    assert sanction_document(sanction)["organization"] == f"org_{ME.hex}"


def test_each_document_says_exactly_this() -> None:
    space = Space(ME, SpaceFacts("谷", SpaceKind.MAKER_INCUBATING, SpaceForm.CAFE, OTHER, "440703"))
    place = {"name": "谷", "kind": "maker_incubating", "form": "cafe", "operator": f"org_{OTHER.hex}"}
    assert space_document(Standing(space)) == {
        **place,
        "id": f"spc_{ME.hex}",
        "region": "440703",
        "status": "active",
        "state": "recorded",
        "sponsor": None,
        "field": None,
        "premises": {"area_square_metres": None, "seats": None, "address": None},
        "parent": None,
        "recognitions": [],
        "revoked_on": None,
        "incubator_since": None,
        "version": 0,
    }
    team = Team(DOC, ME, TeamFacts("队", (OTHER,)))
    assert team_document(TeamDossier(team, "440703")) == {
        "id": f"tea_{DOC.hex}",
        "name": "队",
        "region": "440703",
        "space": f"spc_{ME.hex}",
        "status": "active",
        "core_members": [f"per_{OTHER.hex}"],
        "residencies": [],
        "incorporated_as": None,
        "incorporated_on": None,
        "root": f"tea_{DOC.hex}",
        "version": 0,
    }
    offering = Offering(DOC, ME, OfferingFacts("testing", "检测", "三日", 1, "SGD", "份"))
    assert offering_document(offering) == {
        "id": f"off_{DOC.hex}",
        "provider": f"prv_{ME.hex}",
        "category": "testing",
        "kind": "service",
        "name": "检测",
        "description": "三日",
        "price": {"amount": "0.01", "currency": "SGD"},
        "unit": "份",
        "state": "draft",
        "proposed": None,
        "returned_because": None,
        "version": 0,
    }


def test_each_fact_beside_an_organisation_says_exactly_this() -> None:
    ends = {"a": f"org_{ME.hex}", "b": f"org_{OTHER.hex}", "document": f"doc_{DOC.hex}"}
    link = Link(DOC, ME, OTHER, LinkKind.OWNERSHIP, YEAR, DOC)
    shares = {"share_basis_points": None, "owner": None, "officer_role": None}
    assert link_document(link) == {"id": f"rel_{DOC.hex}", "kind": "ownership", **shares, **ends, **SPAN}
    sanction = Sanction(DOC, ME, SanctionKind.BAN, FIRST, LAST, DOC)
    whose = {"organization": f"org_{ME.hex}", "document": f"doc_{DOC.hex}"}
    none = dict.fromkeys(("case", "authority", "decision_number", "lifted_on"))
    assert sanction_document(sanction) == {"id": f"san_{DOC.hex}", "kind": "ban", **none, **whose, **SPAN}
    stay = Residency(DOC, ME, None, OTHER, YEAR)
    place = {"id": f"rsd_{DOC.hex}", "space": f"spc_{ME.hex}", "team": None, "organization": f"org_{OTHER.hex}"}
    assert residency_document(stay) == {**place, **SPAN, "ended_how": None}
    told = provider_document(replace(PROVIDER, admissions=()))
    whose = {"id": f"prv_{PROVIDER.id.hex}", "organization": f"org_{ME.hex}"}
    assert told == {**whose, "applied_for": ["testing"], "state": "admitted", "admissions": []}


def test_an_organisation_and_the_small_lists_say_exactly_this() -> None:
    told = organization_document(OrganizationDossier(Organization(ME, facts()), provider=replace(ROLE, admissions=())))
    assert told == {
        "id": f"org_{ME.hex}",
        "uscc": facts().uscc,
        "name": "江门1号公司",
        "names": [],
        "region": "440703",
        "legal_form": None,
        "size_class": None,
        "size": None,
        "sizes": [],
        "registered_on": None,
        "status": "active",
        "successor": None,
        "priority_lists": [],
        "sanctions": [],
        "related_parties": [],
        "provider": {"id": f"prv_{PROVIDER.id.hex}", "state": "admitted", "admissions": []},
        "spaces": [],
        "quota_roots": [],
        "founders": [],
        "version": 0,
    }
    region = Region("440703", "蓬江区", "Pengjiang", "440700")
    names = {"name_zh": "蓬江区", "name_en": "Pengjiang"}
    assert region_document(region) == {"id": "440703", **names, "parent": "440700", "list": "national"}
    calendar = CalendarYear(2020, (), (LAST, FIRST))
    assert calendar_document(calendar) == {"year": 2020, "off": [], "worked": ["2020-01-01", "2021-01-01"]}
