"""Organisations over HTTP: statuses, entity tags, and what dirty input is told."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import code, document, facts

FIRM = {
    "uscc": code(1),
    "name": "江门1号公司",
    "region": "440703",
    "size_class": "small",
    "registered_on": "2018-03-15",
}


async def post(client: httpx2.AsyncClient, **changes: Any) -> httpx2.Response:
    return await client.post("/v1/organizations", json={**FIRM, **changes}, headers=calls("operator"))


async def test_the_first_post_creates_and_the_second_finds(registry_api: httpx2.AsyncClient) -> None:
    first, second = await post(registry_api), await post(registry_api, uscc=f" {code(1).lower()} ")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.headers["ETag"] == '"1"'


async def test_other_facts_are_a_conflict_that_names_the_id(registry_api: httpx2.AsyncClient) -> None:
    known = (await post(registry_api)).json()["id"]
    answer = await post(registry_api, name="别名")
    assert (answer.status_code, answer.json()["code"]) == (409, "organization.duplicate")
    assert answer.json()["errors"][0]["numbers"] == {"id": known}


async def test_a_problem_names_every_field_and_rule(registry_api: httpx2.AsyncClient) -> None:
    answer = await post(
        registry_api, uscc="91110108MA0ABC1234", name="a\u202eb", region="1", registered_on="2030-01-01"
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    told = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert told == {
        "/uscc": "uscc.organisation_check",
        "/name": "name.character",
        "/region": "region.unlisted",
        "/registered_on": "date.future",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "active"},
        {"id": "org_" + "0" * 32},
        {"size_class": "giant"},
        {"registered_on": 20180315},
        {"registered_on": "2018-02-30"},
        {"name": 7},
        {"name": None},
        {"uscc": ["x"]},
        {"name": "x" * 5000},
    ],
)
async def test_what_no_body_may_hold_is_refused(registry_api: httpx2.AsyncClient, changes: dict[str, Any]) -> None:
    answer = await post(registry_api, **changes)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    (pointer,) = {error["pointer"] for error in answer.json()["errors"]}
    assert pointer.split("/")[1] in changes


@pytest.mark.parametrize(
    "body", [b"{", b'{"uscc":"a","uscc":"b"}', b'{"name":"\\u0000"}', b'{"name":"\\ud800"}', b"NaN"]
)
async def test_json_that_two_readers_might_read_differently_is_refused(
    registry_api: httpx2.AsyncClient, body: bytes
) -> None:
    headers = {**calls("operator"), "Content-Type": "application/json"}
    answer = await registry_api.post("/v1/organizations", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


async def test_an_edit_needs_the_tag_that_was_read(registry_api: httpx2.AsyncClient) -> None:
    address = f"/v1/organizations/{(await post(registry_api)).json()['id']}"
    tag = (await registry_api.get(address, headers=calls("operator"))).headers["ETag"]
    blind = await registry_api.patch(address, json={"name": "新名"}, headers=calls("operator"))
    right = await registry_api.patch(address, json={"name": "新名"}, headers={**calls("operator"), "If-Match": tag})
    stale = await registry_api.patch(address, json={"name": "旧名"}, headers={**calls("operator"), "If-Match": tag})
    assert [blind.status_code, right.status_code, stale.status_code] == [428, 200, 412]
    assert (right.headers["ETag"], right.json()["name"]) == ('"2"', "新名")


async def test_null_empties_what_may_be_empty_and_leaves_the_rest(registry_api: httpx2.AsyncClient) -> None:
    address = f"/v1/organizations/{(await post(registry_api)).json()['id']}"
    body = {"name": None, "size_class": None}
    told = (await registry_api.patch(address, json=body, headers={**calls("operator"), "If-Match": '"1"'})).json()
    assert (told["name"], told["size_class"], told["registered_on"]) == (FIRM["name"], None, "2018-03-15")


async def test_a_holder_does_not_find_another_organisation(registry_api: httpx2.AsyncClient) -> None:
    known = (await post(registry_api)).json()["id"]
    headers = {**calls("holder"), "If-Match": '"1"'}
    foreign = await registry_api.patch(f"/v1/organizations/{known}", json={"size_class": "micro"}, headers=headers)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "organization.unknown")


async def test_a_list_takes_its_filters_and_refuses_unknown_ones(registry_api: httpx2.AsyncClient) -> None:
    await post(registry_api)
    right = await registry_api.get(f"/v1/organizations?uscc={facts().uscc}&limit=1", headers=calls("operator"))
    assert [item["uscc"] for item in right.json()["items"]] == [facts().uscc]
    for query in ("order=name", "limit=1000000000", "status=gone", "name="):
        assert (await registry_api.get(f"/v1/organizations?{query}", headers=calls("operator"))).status_code == 422


async def test_a_priority_listing_is_recorded_with_its_document(
    registry_api: httpx2.AsyncClient, registry: Database
) -> None:
    known = (await post(registry_api)).json()["id"]
    paper = f"doc_{(await document(registry)).hex}"
    body = {"list": " 重点名单", "class": "priority", "from": "2020-01-01", "until": None, "document": paper}
    answer = await registry_api.post(f"/v1/organizations/{known}/priority-lists", json=body, headers=calls("operator"))
    assert (answer.status_code, answer.json()["priority_lists"][0]["list"]) == (201, "重点名单")
    again = await registry_api.post(f"/v1/organizations/{known}/priority-lists", json=body, headers=calls("operator"))
    assert (again.status_code, again.json()["code"]) == (409, "priority_list.overlap")
