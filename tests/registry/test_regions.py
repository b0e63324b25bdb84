"""The authorisation table by region: whatever a reviewer may do is done in his region, and elsewhere there is nothing.

Every operation that the table binds to a region is asked over HTTP, with the example of its body, for things of
Pengjiang: by Pengjiang's reviewer, who finds them, and by Taishan's, who is told of none.
"""

from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi.routing import APIRoute

from services.chassis.authorisation import Grant
from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.registry.app import ROUTERS
from services.registry.authorisation import AUTHORISATION
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.standing import Link, LinkKind, Sanction, SanctionKind
from services.registry.parties.operations.standing import record_link, record_sanction
from services.registry.providers.domain.offering import OfferingFacts
from services.registry.providers.operations.offerings import record_offering
from tests.registry.assessment.samples import assessed_at
from tests.registry.neighbours import calls
from tests.registry.parties.samples import notified
from tests.registry.providers.samples import opened_at
from tests.registry.samples import ELSEWHERE, PENGJIANG, TAISHAN, TODAY, admitted, asked, document, organization, space
from tests.registry.spaces import samples as spaces
from tests.registry.statistics.samples import owed_at

ROUTES = {route.name: route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)}
BOUND = sorted(name for name, grants in AUTHORISATION.items() if Grant("reviewer", "region") in grants)
OF_ONE_THING = [name for name in BOUND if "{" in ROUTES[name].path]
LISTS = [name for name in BOUND if "{" not in ROUTES[name].path and "GET" in (ROUTES[name].methods or ())]
OF_ONE_PERSON = {"get_export", "get_export_content"}
"""An export is told to who ordered it, wherever he is."""
OF_ALL = {"get_campaign", "get_indicator_system", "list_indicator_systems", "list_campaigns"}
"""By which rules and when spaces are assessed is shown to everybody."""
OF_WHAT_ALL_SEE = {"list_omissions"}
"""A list of something that everybody sees, narrowed to what is in sight."""
QUERIES: dict[str, dict[str, str]] = {
    "get_exact_statistics": {"subject": "spaces"},
    "search_registry": {"q": "珠西创谷"},
}


def elsewhere(things: dict[str, str]) -> dict[str, dict[str, str]]:
    """What a list must be asked with, beside what it may be."""
    ends = {"a": things["organization_id"], "b": things["other_id"]}
    return {**QUERIES, "list_relations": ends}


def example(route: APIRoute) -> Any:
    """The example of an operation's body, which is well formed."""
    if route.body_field is None:
        return None
    body: Any = route.body_field.field_info.annotation
    return body.model_config["json_schema_extra"]["examples"][0]


@pytest.fixture
async def things(registry: Database) -> dict[str, str]:
    """One of each thing in Pengjiang, as it stands in an address."""
    firm = await organization(registry)
    other = await organization(registry, 2)
    home = await space(registry, firm)
    seller = await admitted(registry, firm)
    own = asked(registry, "create_offering", "provider", organization=firm)
    offering = await record_offering(own, seller, OfferingFacts("testing", "检测", None, 1, "CNY"))
    return {
        "organization_id": show("org", firm),
        "other_id": show("org", other),
        "space_id": show("spc", home),
        "team_id": show("tea", await spaces.team(registry, home)),
        "activity_id": show("atv", await spaces.activity(registry, home)),
        "provider_id": show("prv", seller),
        "offering_id": offering["id"],
        **await owed_at(registry, PENGJIANG),
        **await opened_at(registry, firm, seller),
        **await assessed_at(registry, home),
        "revocation_id": show("rvc", await spaces.proposed(registry, home)),
        "case_id": show("sac", await notified(registry, other)),
        **await joined_and_banned(registry, firm, other),
    }


async def joined_and_banned(registry: Database, firm: UUID, other: UUID) -> dict[str, str]:
    """A link between two, and a ban of the first."""
    paper = await document(registry)
    a, b = sorted((firm, other))
    link = Link(new_id(), a, b, LinkKind.CO_FOUNDING, Period(TODAY), paper)
    ban = Sanction(new_id(), firm, SanctionKind.BAN, TODAY, TODAY.replace(year=2021), paper, **ELSEWHERE)
    return {
        "link_id": (await record_link(asked(registry, "create_related_party"), link))["id"],
        "sanction_id": (await record_sanction(asked(registry, "create_sanction"), ban))["id"],
    }


async def asking(
    api: httpx2.AsyncClient, name: str, things: dict[str, str], region: str, **more: Any
) -> httpx2.Response:
    route = ROUTES[name]
    (method,) = route.methods or set()
    headers = {**calls("reviewer", region=region), "If-Match": '"0"', "Idempotency-Key": name}
    url = route.path.format(**things)
    return await api.request(method, url, headers=headers, json=example(route), **more)


async def test_no_reviewer_is_told_of_a_thing_of_another_county(
    registry_api: httpx2.AsyncClient, things: dict[str, str]
) -> None:
    for name in [one for one in OF_ONE_THING if one not in OF_ALL | OF_ONE_PERSON]:
        answer = await asking(registry_api, name, things, TAISHAN)
        empty = name in OF_WHAT_ALL_SEE and answer.json() == {"items": [], "next_cursor": None}
        assert empty or answer.status_code == 404, (name, answer.text)


async def test_the_reviewer_of_the_county_finds_it(registry_api: httpx2.AsyncClient, things: dict[str, str]) -> None:
    there = {name for name in OF_ONE_THING if "GET" in (ROUTES[name].methods or ())} - OF_ONE_PERSON
    for name in there:
        answer = await asking(registry_api, name, things, PENGJIANG)
        assert answer.status_code == 200, (name, answer.text)


async def test_no_list_shows_what_is_of_another_county(
    registry_api: httpx2.AsyncClient, things: dict[str, str]
) -> None:
    for name in [one for one in LISTS if one not in OF_ALL | {"get_exact_statistics", "list_relations"}]:
        answer = await asking(registry_api, name, things, TAISHAN, params=elsewhere(things).get(name, {}))
        assert (answer.status_code, answer.json().get("items")) == (200, []), (name, answer.text)


async def test_nothing_of_another_county_is_counted(registry_api: httpx2.AsyncClient, things: dict[str, str]) -> None:
    totals = {}
    for region in (PENGJIANG, TAISHAN):
        answer = await asking(registry_api, "get_exact_statistics", things, region, params={"subject": "spaces"})
        totals[region] = answer.json()["total"]
    assert totals == {PENGJIANG: 1, TAISHAN: 0}


async def test_nobody_asks_how_two_of_another_county_are_related(
    registry_api: httpx2.AsyncClient, things: dict[str, str]
) -> None:
    query = elsewhere(things)["list_relations"]
    assert (await asking(registry_api, "list_relations", things, TAISHAN, params=query)).status_code == 404
    assert (await asking(registry_api, "list_relations", things, PENGJIANG, params=query)).status_code == 200


async def test_no_list_of_another_county_is_prepared(registry_api: httpx2.AsyncClient) -> None:
    headers = calls("reviewer", region=TAISHAN)
    answer = await registry_api.post("/v1/supported-objects", json={"region": PENGJIANG}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "region.unknown")


def test_whatever_a_region_binds_is_asked_here() -> None:
    rest = set(BOUND) - set(OF_ONE_THING) - set(LISTS)
    assert rest == {"prepare_supported_objects", "create_export"}
