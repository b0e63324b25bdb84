"""Related parties and sanctions over HTTP."""

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import ELSEWHERE, document, organization


@pytest.fixture
async def firms(registry: Database) -> list[str]:
    return [f"org_{(await organization(registry, number)).hex}" for number in (1, 2)]


@pytest.fixture
async def paper(registry: Database) -> str:
    return f"doc_{(await document(registry)).hex}"


async def test_a_link_is_the_same_in_either_order(
    registry_api: httpx2.AsyncClient, firms: list[str], paper: str
) -> None:
    body = {"kind": "ownership", "from": "2019-01-01", "document": paper}
    first, second = firms
    made = await registry_api.post(
        "/v1/related-parties", json={**body, "a": second, "b": first}, headers=calls("operator")
    )
    again = await registry_api.post(
        "/v1/related-parties", json={**body, "a": first, "b": second}, headers=calls("operator")
    )
    assert (made.status_code, again.status_code) == (201, 409)
    assert again.json()["errors"][0]["numbers"] == {"id": made.json()["id"]}
    listed = await registry_api.get(f"/v1/related-parties?organization={first}", headers=calls("operator"))
    assert listed.json() == {"items": [made.json()], "next_cursor": None}


async def test_a_sanction_is_recorded_and_listed(
    registry_api: httpx2.AsyncClient, firms: list[str], paper: str
) -> None:
    body = {"organization": firms[0], "kind": "ban", "from": "2020-01-01", "until": "2022-01-01", "document": paper}
    body |= ELSEWHERE
    made = await registry_api.post("/v1/sanctions", json=body, headers=calls("operator"))
    assert made.status_code == 201
    listed = await registry_api.get(f"/v1/sanctions?organization={firms[0]}", headers=calls("auditor"))
    assert listed.json()["items"] == [made.json()]


async def test_a_sanction_names_field_and_rule(registry_api: httpx2.AsyncClient, firms: list[str], paper: str) -> None:
    body = {"organization": firms[0], "kind": "ban", "from": "2020-01-01", "until": "2029-01-01", "document": paper}
    body |= ELSEWHERE
    answer = await registry_api.post(
        "/v1/sanctions", json=body, headers={**calls("operator"), "Accept-Language": "zh-CN"}
    )
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"], error["rule"]) == (422, "/until", "a sanction holds for 1 to 3 years")
    assert error["message"] == "期限为 1 至 3 年：2021-01-01 至 2023-01-01。"
