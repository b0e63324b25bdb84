"""Names, successors and sizes over HTTP: statuses, entity tags, and what a body may not hold."""

from datetime import date
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import document, organization

SIZE = {"year": 2019, "industry": "software", "staff": 42, "revenue": {"amount": "9800000.00", "currency": "CNY"}}


async def post(client: httpx2.AsyncClient, path: str, body: dict[str, Any], role: str = "operator") -> httpx2.Response:
    return await client.post(path, json=body, headers=calls(role))


async def test_a_name_is_recorded_and_the_organisation_answers(
    registry_api: httpx2.AsyncClient, registry: Database
) -> None:
    address = f"/v1/organizations/org_{(await organization(registry, registered_on=date(2018, 3, 15))).hex}/names"
    paper = f"doc_{(await document(registry)).hex}"
    answer = await post(registry_api, address, {"name": "新名", "from": "2020-06-01", "document": paper})
    assert (answer.status_code, answer.headers["ETag"], answer.json()["name"]) == (201, '"2"', "新名")
    again = await post(registry_api, address, {"name": "新名", "from": "2020-06-01"})
    assert (again.status_code, {one["code"] for one in again.json()["errors"]}) == (
        422,
        {"organization_name.same", "organization_name.place"},
    )


async def test_a_successor_is_recorded_once(registry_api: httpx2.AsyncClient, registry: Database) -> None:
    one, two = await organization(registry, 1), await organization(registry, 2)
    paper = f"doc_{(await document(registry)).hex}"
    body = {"how": "merger", "on": "2020-08-31", "successor": f"org_{two.hex}", "document": paper}
    first = await post(registry_api, f"/v1/organizations/org_{one.hex}/successor", body)
    again = await post(registry_api, f"/v1/organizations/org_{one.hex}/successor", body)
    assert (first.status_code, first.json()["status"]) == (201, "deregistered")
    assert (again.status_code, again.json()["code"]) == (409, "succession.recorded")


async def test_a_size_is_declared_and_listed(registry_api: httpx2.AsyncClient, registry: Database) -> None:
    address = f"/v1/organizations/org_{(await organization(registry)).hex}/size-declarations"
    answer = await post(registry_api, address, SIZE)
    assert (answer.status_code, answer.json()["size_class"]) == (201, "small")
    listed = await registry_api.get(address, headers=calls("auditor"))
    assert listed.json() == {"items": [answer.json()]}


@pytest.mark.parametrize(
    "changes",
    [
        {"size_class": "micro"},
        {"revenue": {"amount": "1.00", "currency": "EUR"}},
        {"staff": -1},
        {"source": "hearsay"},
    ],
)
async def test_what_no_declaration_may_hold_is_refused(
    registry_api: httpx2.AsyncClient, registry: Database, changes: dict[str, Any]
) -> None:
    address = f"/v1/organizations/org_{(await organization(registry)).hex}/size-declarations"
    answer = await post(registry_api, address, {**SIZE, **changes})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
