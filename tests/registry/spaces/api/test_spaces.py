"""Spaces, residencies and teams over HTTP."""

from uuid import UUID

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import organization

MEMBERS = [f"per_{UUID(int=number).hex}" for number in range(1, 4)]


@pytest.fixture
async def operator(registry: Database) -> UUID:
    return await organization(registry)


async def opened(client: httpx2.AsyncClient, operator: UUID) -> str:
    body = {
        "name": "珠西创谷",
        "kind": "professional_service",
        "form": "maker_space",
        "operator": f"org_{operator.hex}",
        "region": "440703",
    }
    answer = await client.post("/v1/spaces", json=body, headers=calls("operator"))
    assert answer.status_code == 201, answer.text
    space: str = answer.json()["id"]
    return space


async def test_a_space_is_recorded_and_closed_by_its_tag(registry_api: httpx2.AsyncClient, operator: UUID) -> None:
    space = await opened(registry_api, operator)
    headers = {**calls("operator"), "If-Match": '"1"'}
    closed = await registry_api.patch(
        f"/v1/spaces/{space}", json={"status": "closed", "reason": "停业"}, headers=headers
    )
    assert (closed.status_code, closed.json()["status"], closed.headers["ETag"]) == (200, "closed", '"2"')


async def test_a_closed_space_takes_nobody_in(registry_api: httpx2.AsyncClient, operator: UUID) -> None:
    space = await opened(registry_api, operator)
    headers = {**calls("operator"), "If-Match": '"1"'}
    await registry_api.patch(f"/v1/spaces/{space}", json={"status": "closed", "reason": "停业"}, headers=headers)
    body = {"organization": f"org_{operator.hex}", "from": "2020-01-01"}
    answer = await registry_api.post(f"/v1/spaces/{space}/residencies", json=body, headers=calls("operator"))
    assert (answer.status_code, answer.json()["code"]) == (409, "space.closed")


async def test_a_team_is_recorded_without_personal_data(registry_api: httpx2.AsyncClient, operator: UUID) -> None:
    stay = {"space": await opened(registry_api, operator), "from": "2020-01-01"}
    body = {"name": "小队", "core_members": MEMBERS, "residency": stay}
    own = calls("space", operator)
    answer = await registry_api.post("/v1/teams", json=body, headers=own)
    assert (answer.status_code, answer.json()["core_members"]) == (201, MEMBERS)
    named = await registry_api.post("/v1/teams", json={**body, "core_members": ["张三"]}, headers=own)
    assert named.json()["errors"][0]["pointer"] == "/core_members/0"


async def test_a_team_is_changed_by_its_tag(registry_api: httpx2.AsyncClient, operator: UUID) -> None:
    stay = {"space": await opened(registry_api, operator), "from": "2020-01-01"}
    body = {"name": "小队", "core_members": MEMBERS, "residency": stay}
    address = f"/v1/teams/{(await registry_api.post('/v1/teams', json=body, headers=calls('operator'))).json()['id']}"
    fewer = await registry_api.patch(
        address, json={"core_members": MEMBERS[:2]}, headers={**calls("operator"), "If-Match": '"1"'}
    )
    renamed = await registry_api.patch(address, json={"name": "新队"}, headers={**calls("operator"), "If-Match": '"1"'})
    assert (fewer.json()["code"], renamed.json()["name"]) == ("team.core_members", "新队")


async def test_residents_are_listed_in_their_space(registry_api: httpx2.AsyncClient, operator: UUID) -> None:
    space = await opened(registry_api, operator)
    body = {"organization": f"org_{operator.hex}", "from": "2020-01-01"}
    made = await registry_api.post(f"/v1/spaces/{space}/residencies", json=body, headers=calls("space", operator))
    listed = await registry_api.get(f"/v1/spaces/{space}/residencies", headers=calls("space", operator))
    assert listed.json()["items"] == [made.json()]
