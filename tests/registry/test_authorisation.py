"""The whole authorisation table: every operation, every role, own and foreign."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi.routing import APIRoute

from services.chassis.authorisation import PUBLIC, ROLES
from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.registry.app import ROUTERS
from services.registry.authorisation import AUTHORISATION
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.standing import Link, LinkKind, Sanction, SanctionKind
from services.registry.parties.operations.sanction_liftings import propose_lifting
from services.registry.parties.operations.standing import record_link, record_sanction
from services.registry.providers.domain.offering import OfferingFacts
from services.registry.providers.operations.offerings import record_offering
from services.registry.spaces.domain.investor import Investor
from services.registry.spaces.domain.mentor import Mentor
from services.registry.spaces.domain.residency import Residency
from services.registry.spaces.domain.team import TeamFacts
from services.registry.spaces.operations.investors import record_investor
from services.registry.spaces.operations.mentors import record_mentor
from services.registry.spaces.operations.residencies import record_residency
from services.registry.spaces.operations.teams import record_team
from tests.registry.assessment.samples import assessed_at
from tests.registry.neighbours import calls
from tests.registry.parties.samples import notified, person
from tests.registry.providers.samples import opened_at
from tests.registry.samples import ELSEWHERE, PENGJIANG, TAISHAN, TODAY, admitted, asked, document, organization, space
from tests.registry.spaces import samples as spaces
from tests.registry.statistics.samples import owed_at
from tests.registry.test_regions import example
from tests.registry.transfer.samples import imported_at, looked_at

ROUTES = {route.name: route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)}
NOTHING = "0" * 32
ONE = f"doc_{NOTHING}"
BUREAUS = ("submit_work_summary", "operator")
"""An operator hands in what his own bureau owes: of a county's summary he may not know here."""
WANTED = {
    "list_timers": "operator auditor admin",
    "create_organization": "operator service",
    "list_organizations": "operator auditor service reviewer holder provider space",
    "get_organization": "operator auditor service reviewer holder provider space",
    "update_organization": "operator holder provider space",
    **dict.fromkeys(("create_register_check", "accept_register_check"), "operator"),
    "list_register_checks": "operator auditor service reviewer holder provider space",
    "create_priority_listing": "operator",
    "create_organization_name": "operator",
    "create_successor": "operator",
    "create_size_declaration": "operator holder provider space",
    "list_size_declarations": "operator auditor service reviewer holder provider space",
    "create_person": "operator service",
    "list_people": "operator auditor",
    "get_person": "operator auditor service",
    "update_person": "operator",
    "reveal_person": "operator auditor",
    "erase_registered_person": "operator",
    "list_founder_classes": " ".join(ROLES),
    "create_founder_class": "operator",
    "create_founding": "operator",
    "get_person_record": "operator auditor",
    "create_space": "operator",
    "update_space": "operator",
    "list_spaces": "operator auditor service reviewer space",
    "get_space": "operator auditor service reviewer space",
    "create_residency": "operator space",
    "list_residencies": "operator auditor service reviewer space",
    "create_team": "operator space",
    "update_team": "operator space",
    "list_teams": "operator auditor service reviewer space",
    "get_team": "operator auditor service reviewer space",
    "create_provider": "operator provider",
    "list_providers": "operator auditor service reviewer provider",
    "get_provider": "operator auditor service reviewer provider",
    "admit_provider": "reviewer",
    "suspend_provider": "reviewer",
    "resume_provider": "reviewer",
    "withdraw_provider": "provider",
    "create_qualification": "provider",
    "list_qualifications": "operator auditor service reviewer provider",
    "confirm_qualification": "reviewer",
    "reject_qualification": "reviewer",
    "end_qualification": "reviewer",
    "propose_suspension": "reviewer",
    "list_suspensions": "operator auditor service reviewer provider",
    "answer_suspension": "provider",
    "decide_suspension": "reviewer",
    "confirm_suspension": "reviewer",
    "create_instrument": "provider",
    "update_instrument": "provider",
    "publish_instrument": "provider",
    "withdraw_instrument": "provider",
    "list_instruments": "operator auditor service reviewer provider",
    "get_instrument": "operator auditor service reviewer provider",
    "create_branch": "provider",
    "update_branch": "provider",
    "list_branches": "operator auditor service reviewer provider",
    "create_ratings": "service",
    "get_ratings": " ".join(ROLES),
    "approve_offering": "reviewer",
    "return_offering": "reviewer",
    "create_offering": "provider",
    "update_offering": "provider",
    "publish_offering": "provider",
    "withdraw_offering": "provider",
    "list_offerings": "operator auditor service reviewer provider",
    "get_offering": "operator auditor service reviewer provider",
    "create_related_party": "operator",
    "list_related_parties": "operator auditor service reviewer holder provider space",
    "get_related_party": "operator auditor service reviewer holder provider space",
    "create_sanction": "operator",
    "list_sanctions": "operator auditor service reviewer holder provider space",
    "get_sanction": "operator auditor service reviewer holder provider space",
    "create_region": "operator",
    "create_category": "operator",
    "create_calendar": "operator",
    "list_changes": "service auditor",
    **dict.fromkeys(("create_policy", "promulgate_policy", "abolish_policy", "create_import"), "operator"),
    "list_import_columns": "operator auditor",
    **dict.fromkeys(("list_imports", "get_import", "list_import_lines", "get_import_report"), "operator auditor"),
    **dict.fromkeys(("create_export", "list_exports"), "operator auditor reviewer holder provider space"),
    "create_indicator_system": "operator",
    "publish_indicator_system": "operator",
    "create_campaign": "operator",
    "open_campaign": "operator",
    "announce_campaign": "operator",
    "publish_campaign": "operator",
    "cancel_campaign": "operator",
    "get_results": "operator auditor",
    "list_omissions": "operator auditor service reviewer",
    "list_assessments": "operator auditor service reviewer space",
    "get_assessment": "operator auditor service reviewer space",
    "report_assessment": "space",
    "return_report": "reviewer",
    "review_report": "reviewer",
    "object_to_result": "space",
    "uphold_objection": "reviewer",
    "overrule_objection": "reviewer",
    "create_help": "reviewer",
    "list_help": "operator auditor service reviewer space",
    **dict.fromkeys(("list_indicator_systems", "get_indicator_system", "list_campaigns"), " ".join(ROLES)),
    "get_campaign": " ".join(ROLES),
    "list_relations": "operator auditor service reviewer holder provider space",
    "end_related_party": "operator",
    **dict.fromkeys(("create_sanction_case", "notify_sanction_case", "decide_sanction_case"), "operator"),
    **dict.fromkeys(("drop_sanction_case", "lift_sanction"), "operator"),
    **dict.fromkeys(("approve_sanction_lifting", "reject_sanction_lifting"), "operator"),
    "answer_sanction_case": "holder provider space",
    "get_sanction_case": "operator auditor service reviewer holder provider space",
    "list_sanction_cases": "operator auditor service reviewer holder provider space",
    "list_sanction_liftings": "operator auditor reviewer",
    **dict.fromkeys(("file_space", "close_space", "give_up_recognition"), "operator space"),
    "incorporate_team": "operator reviewer",
    **dict.fromkeys(("create_activity", "correct_activity", "create_mentor", "end_mentor"), "operator space"),
    **dict.fromkeys(("create_investor", "end_investor", "end_residency"), "operator space"),
    **dict.fromkeys(("create_recognition", "decline_space", "revoke_space", "become_incubator"), "reviewer"),
    **dict.fromkeys(("propose_revocation", "drop_revocation"), "reviewer"),
    "answer_revocation": "space",
    "list_space_revocations": "operator auditor service reviewer space",
    **dict.fromkeys(("get_activity", "list_activities", "list_mentors"), "operator auditor service reviewer space"),
    **dict.fromkeys(("list_investors", "list_space_history"), "operator auditor service reviewer space"),
    "search_registry": "operator auditor service reviewer holder provider space",
    **dict.fromkeys(("create_target", "create_summary_duties", "end_summary_duty"), "operator"),
    **dict.fromkeys(("return_work_summary", "accept_work_summary"), "operator"),
    "list_summary_duties": "operator auditor",
    **dict.fromkeys(("get_exact_statistics", "list_work_summaries", "get_work_summary"), "operator auditor reviewer"),
    "get_supported_objects_draft": "operator auditor reviewer",
    "submit_work_summary": "operator reviewer",
    **dict.fromkeys(("prepare_supported_objects", "drop_supported_objects"), "operator reviewer"),
    "publish_supported_objects": "operator reviewer",
    **dict.fromkeys(("get_region", "list_regions", "get_category", "list_categories"), " ".join(ROLES)),
    **dict.fromkeys(("get_calendar", "list_calendars"), " ".join(ROLES)),
}
"""Who may call what, written a second time, so that the table is not its own proof."""
FOR_EVERYBODY = {
    *("list_policies", "get_policy", "list_published_assessments", "search_directory", "get_statistics"),
    *("get_coverage", "list_targets", "list_supported_objects", "get_supported_objects"),
}
"""What is published is read without a token."""
SHARED = AUTHORISATION.keys() - WANTED.keys()
BODIES: dict[str, Any] = {
    "update_organization": {"size_class": "small"},
    "create_priority_listing": {"list": "a", "class": "a", "from": "2020-01-01", "document": f"doc_{NOTHING}"},
    "create_size_declaration": {"year": 2019, "industry": "other"},
    "update_space": {},
    "drop_revocation": {"reason": "a"},
    "create_residency": {"organization": f"org_{NOTHING}", "from": "2020-01-01"},
    "update_team": {},
    "admit_provider": {"category": "design", "from": "2020-09-14", "document": f"doc_{NOTHING}"},
    "suspend_provider": {"reason": "a", "document": f"doc_{NOTHING}"},
    "resume_provider": {"reason": "a", "document": f"doc_{NOTHING}"},
    "reject_qualification": {"reason": "a"},
    "end_qualification": {"reason": "a", "document": f"doc_{NOTHING}"},
    "propose_suspension": {"reason": "a", "document": f"doc_{NOTHING}"},
    "answer_suspension": {"answer": "a"},
    "decide_suspension": {"outcome": "drop", "reason": "a", "document": f"doc_{NOTHING}"},
    "confirm_suspension": {"reason": "a", "document": f"doc_{NOTHING}", "until": "2020-12-31"},
    "create_qualification": {"kind": "CMA", "number": "", "issuer": "", "from": "2020-01-01", "document": ONE},
    "create_branch": {"name": "a", "address": "a", "region": PENGJIANG},
    "update_branch": {"name": "a", "address": "a", "region": PENGJIANG},
    "update_instrument": {"name": "a", "region": PENGJIANG},
    "return_offering": {"reason": "a"},
    "publish_campaign": {"digest": "0" * 64, "document": ONE},
    "cancel_campaign": {"reason": "a"},
    "report_assessment": {"figures": []},
    "return_report": {"reason": "a", "until": "2020-12-31"},
    "review_report": {"figures": []},
    "object_to_result": {"reason": "a"},
    "uphold_objection": {"reason": "a", "figures": []},
    "overrule_objection": {"reason": "a"},
    "create_help": {"given_on": "2020-09-14", "account": "a", "document": ONE},
    "update_offering": {"category": "testing", "name": "a", "price": {"amount": "1.00", "currency": "CNY"}},
}


def test_every_route_is_in_the_table_and_every_line_of_it_is_a_route() -> None:
    assert ROUTES.keys() == AUTHORISATION.keys()


def test_the_table_grants_what_is_wanted_and_no_more() -> None:
    granted = {name: {grant.role for grant in grants} for name, grants in AUTHORISATION.items() if name in WANTED}
    assert granted == {name: set(roles.split()) for name, roles in WANTED.items()}


def test_only_health_and_the_shared_rooms_stand_beside_it() -> None:
    public = {name for name in SHARED if AUTHORISATION[name] == PUBLIC}
    assert public == {"get_liveness", "get_readiness", "get_metrics"} | FOR_EVERYBODY
    assert SHARED - public == {
        "send_document",
        "get_document",
        "get_document_content",
        "get_job",
        "resume_job",
        "list_tasks",
        "get_export",
        "get_export_content",
    }


@pytest.fixture
async def mine(registry: Database) -> UUID:
    """An organisation in Pengjiang that is everything at once."""
    return await organization(registry)


@pytest.fixture
async def addresses(registry: Database, mine: UUID) -> dict[str, str]:
    """One of each thing, as it stands in an address."""
    other = await organization(registry, 2)
    home = await space(registry, mine)
    members = (UUID(int=1), UUID(int=2), UUID(int=3))
    stay = Period(TODAY)
    team = await record_team(asked(registry, "create_team"), TeamFacts("小队", members), space_id=home, stay=stay)
    seller = await admitted(registry, mine)
    own = asked(registry, "create_offering", "provider", organization=mine)
    offering = await record_offering(own, seller, OfferingFacts("testing", "检测", None, 1, "CNY"))
    opened = await opened_at(registry, mine, seller)
    a, b = sorted((mine, other))
    paper = await document(registry)
    link = await record_link(
        asked(registry, "create_related_party"), Link(new_id(), a, b, LinkKind.OWNERSHIP, stay, paper)
    )
    ban = Sanction(new_id(), mine, SanctionKind.BAN, TODAY, TODAY.replace(year=2021), paper, **ELSEWHERE)
    sanction = await record_sanction(asked(registry, "create_sanction"), ban)
    await propose_lifting(asked(registry, "lift_sanction"), ban.id, reason="a", document_id=paper)
    return {
        "organization_id": f"org_{mine.hex}",
        "space_id": f"spc_{home.hex}",
        "team_id": team["id"],
        "provider_id": f"prv_{seller.hex}",
        "offering_id": offering["id"],
        **opened,
        **await owed_at(registry, PENGJIANG),
        **await assessed_at(registry, home),
        **await lived_at(registry, mine, home, await person(registry)),
        "case_id": show("sac", await notified(registry, mine)),
        **await imported_at(registry),
        "check_id": await looked_at(registry, mine),
        "link_id": link["id"],
        "sanction_id": sanction["id"],
        "code": PENGJIANG,
        "category": "testing",
        "year": "2020",
    }


async def lived_at(registry: Database, firm: UUID, home: UUID, who: UUID) -> dict[str, str]:
    """What stands in the addresses of those who live and work in a space."""
    fund = Investor(new_id(), home, None, "启迪之星", ("rail-transit",), None, Period(TODAY))
    mentor = Mentor(new_id(), home, who, "高级工程师", ("rail-transit",), Period(TODAY))
    stay = Residency(new_id(), home, None, firm, Period(TODAY))
    return {
        "activity_id": show("atv", await spaces.activity(registry, home)),
        "revocation_id": show("rvc", await spaces.proposed(registry, home)),
        "mentor_id": (await record_mentor(asked(registry, "create_mentor"), mentor))["id"],
        "person_id": show("per", who),
        "investor_id": (await record_investor(asked(registry, "create_investor"), fund))["id"],
        "residency_id": (await record_residency(asked(registry, "create_residency"), stay))["id"],
    }


OF_A_PROVIDER = {"list_qualifications", "list_suspensions", "list_branches"}
"""Lists of one provider, which a stranger does not find at all."""
OF_ONE = {
    *("list_residencies", "list_size_declarations", "list_space_history", "list_sanction_liftings"),
    *("list_space_revocations", "list_register_checks"),
}
"""Lists of one space, organisation or sanction."""
OF_ALL = {"get_indicator_system", "get_campaign", "list_omissions"}
"""By which rules and when spaces are assessed is shown to everybody; who is left out, to whoever may see him."""
OF_AN_ASSESSMENT = {"list_omissions", "list_help"}


async def answer(client: httpx2.AsyncClient, operation: str, addresses: dict[str, str], headers: dict[str, str]) -> int:
    """The status of an operation on these things, with a body that is well formed."""
    route = ROUTES[operation]
    (method,) = route.methods or set()
    headers = {**headers, "If-Match": '"999"'} if operation.startswith("update_") else headers
    response = await client.request(
        method, route.path.format(**addresses), headers=headers, json=BODIES.get(operation) or told(route)
    )
    assert response.status_code < 500, response.text
    return response.status_code


def told(route: APIRoute) -> Any:
    """The body of an operation on one thing: its example, which is well formed; of others nothing is told."""
    return example(route) if "_id}" in route.path else {}


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_is_let_in_where_the_table_says_so_and_nowhere_else(
    registry_api: httpx2.AsyncClient, mine: UUID, addresses: dict[str, str], role: str
) -> None:
    headers = calls(role, mine, region=PENGJIANG)
    asked_for = {name: roles for name, roles in WANTED.items() if (name, role) != BUREAUS}
    statuses = {name: await answer(registry_api, name, addresses, headers) for name in asked_for}
    let_in = {name for name, status in statuses.items() if status not in (403, 404)}
    assert let_in == {name for name, roles in asked_for.items() if role in roles.split()}
    assert 404 not in statuses.values()


@pytest.mark.parametrize("role", ["holder", "provider", "space", "reviewer"])
async def test_what_is_foreign_is_not_found_rather_than_forbidden(
    registry_api: httpx2.AsyncClient, addresses: dict[str, str], role: str
) -> None:
    headers = calls(role, uuid4(), region=TAISHAN)
    bound = {name for name, route in ROUTES.items() if "_id}" in route.path} & WANTED.keys() - OF_ALL
    for name in {one for one in bound if role in WANTED[one].split()}:
        assert await answer(registry_api, name, addresses, headers) == 404, name


@pytest.mark.parametrize("role", ["holder", "provider", "space", "reviewer"])
async def test_a_foreign_list_is_empty(registry_api: httpx2.AsyncClient, addresses: dict[str, str], role: str) -> None:
    headers = calls(role, uuid4(), region=TAISHAN)
    public = {
        "list_regions",
        "list_categories",
        "list_calendars",
        "list_founder_classes",
        "list_indicator_systems",
        "list_campaigns",
    }
    lists = {one for one in WANTED if one.startswith("list_") and role in WANTED[one].split()} - public
    for name in lists - OF_ONE - {"list_relations"} - OF_A_PROVIDER - OF_AN_ASSESSMENT:
        assert (await registry_api.get(ROUTES[name].path, headers=headers)).json()["items"] == [], name


async def test_nobody_comes_in_without_a_token(registry_api: httpx2.AsyncClient, addresses: dict[str, str]) -> None:
    for name in WANTED:
        assert await answer(registry_api, name, addresses, {}) == 401, name
