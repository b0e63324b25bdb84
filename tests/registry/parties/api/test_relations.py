"""Related or not, over HTTP."""

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import document, organization


@pytest.fixture
async def firms(registry: Database) -> list[str]:
    return [f"org_{(await organization(registry, number)).hex}" for number in (1, 2)]


async def test_two_are_asked_for_on_a_date_in_either_order(
    registry_api: httpx2.AsyncClient, registry: Database, firms: list[str]
) -> None:
    first, second = firms
    body = {"a": first, "b": second, "kind": "ownership", "share_basis_points": 2500, "owner": second}
    paper = f"doc_{(await document(registry)).hex}"
    made = await registry_api.post(
        "/v1/related-parties", json={**body, "from": "2020-01-01", "document": paper}, headers=calls("operator")
    )
    assert (made.json()["owner"], made.json()["share_basis_points"]) == (second, 2500)
    for a, b in ((first, second), (second, first)):
        told = await registry_api.get(f"/v1/relations?a={a}&b={b}&on=2020-05-01", headers=calls("auditor"))
        (way,) = told.json()["ways"]
        assert [(step["from"], step["to"], step["link"]) for step in way["steps"]] == [
            (second, first, made.json()["id"])
        ]
        assert (told.json()["a"], told.json()["share_least_basis_points"], way["derived"]) == (a, 2500, False)


async def test_an_address_joins_nobody(registry_api: httpx2.AsyncClient, firms: list[str]) -> None:
    body = {"a": firms[0], "b": firms[1], "kind": "same_address", "from": "2020-01-01", "document": firms[0]}
    answer = await registry_api.post("/v1/related-parties", json=body, headers=calls("operator"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/kind")


async def test_a_link_is_ended_once(registry_api: httpx2.AsyncClient, registry: Database, firms: list[str]) -> None:
    paper = f"doc_{(await document(registry)).hex}"
    body = {"a": firms[0], "b": firms[1], "kind": "co_founding", "from": "2020-01-01", "document": paper}
    made = (await registry_api.post("/v1/related-parties", json=body, headers=calls("operator"))).json()
    where, end = f"/v1/related-parties/{made['id']}/end", {"until": "2020-08-31", "document": paper}
    ended = await registry_api.post(where, json=end, headers=calls("operator"))
    again = await registry_api.post(where, json=end, headers=calls("operator"))
    assert (ended.json()["until"], again.status_code, again.json()["code"]) == (
        "2020-08-31",
        409,
        "related_party.ended",
    )
