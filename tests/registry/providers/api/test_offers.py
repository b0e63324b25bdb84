"""Offerings, instruments, branches and ratings over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import PENGJIANG, TAISHAN, admitted, document, organization

REVIEWER = calls("reviewer", region=PENGJIANG, sub="per_2", per="per_2")
PRICE = {"amount": "300.00", "currency": "CNY"}


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def seller(registry: Database, firm: UUID) -> str:
    await document(registry)
    return f"prv_{(await admitted(registry, firm)).hex}"


async def sent(client: httpx2.AsyncClient, path: str, headers: dict[str, str], **body: Any) -> Any:
    """The answer to a POST that is taken."""
    answer = await client.post(path, json=body, headers=headers)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def test_a_new_price_waits_for_a_reviewer_and_the_old_one_is_shown(
    registry_api: httpx2.AsyncClient, firm: UUID, seller: str
) -> None:
    own = calls("provider", firm)
    facts = {"category": "testing", "name": "检测", "price": PRICE, "unit": "批次"}
    made = await sent(registry_api, "/v1/offerings", own, provider=seller, **facts)
    address = f"/v1/offerings/{made['id']}"
    assert (await sent(registry_api, f"{address}/publish", own))["state"] == "submitted"
    shown = await registry_api.post(f"{address}/approve", headers=REVIEWER)
    dearer = {**facts, "price": {"amount": "350.00", "currency": "CNY"}}
    tag = {"If-Match": shown.headers["ETag"]}
    changed = (await registry_api.patch(address, json=dearer, headers={**own, **tag})).json()
    assert (changed["price"], changed["proposed"]["price"]) == (PRICE, dearer["price"])
    returned = await sent(registry_api, f"{address}/return", REVIEWER, reason="高于同类服务")
    assert (returned["price"], returned["proposed"], returned["returned_because"]) == (PRICE, None, "高于同类服务")
    again = await registry_api.post(f"{address}/approve", headers=REVIEWER)
    assert (again.status_code, again.json()["code"]) == (409, "offering.nothing_waits")


async def test_results_are_listed_by_kind(registry_api: httpx2.AsyncClient, firm: UUID, seller: str) -> None:
    own = calls("provider", firm)
    made = await sent(
        registry_api, "/v1/offerings", own, provider=seller, category="technology-transfer", name="工艺", kind="result"
    )
    listed = (await registry_api.get("/v1/offerings", params={"kind": "result"}, headers=own)).json()
    assert listed["items"] == [made]
    assert (await registry_api.get(f"/v1/offerings/{made['id']}", headers=own)).json() == made


async def test_an_instrument_is_drafted_edited_published_and_withdrawn(
    registry_api: httpx2.AsyncClient, firm: UUID, seller: str
) -> None:
    own = calls("provider", firm)
    facts = {"name": "扫描电子显微镜", "region": PENGJIANG, "price": PRICE}
    made = await registry_api.post("/v1/instruments", json={**facts, "provider": seller}, headers=own)
    address = f"/v1/instruments/{made.json()['id']}"
    tag = {"If-Match": made.headers["ETag"]}
    edited = await registry_api.patch(address, json={"name": "电镜", "region": TAISHAN}, headers={**own, **tag})
    assert (edited.json()["price"], edited.json()["category"]) == (None, "instrument-use")
    assert (await sent(registry_api, f"{address}/publish", own))["state"] == "published"
    listed = (await registry_api.get("/v1/instruments", params={"region": TAISHAN}, headers=calls("auditor"))).json()
    assert [item["name"] for item in listed["items"]] == ["电镜"]
    assert (await sent(registry_api, f"{address}/withdraw", own))["state"] == "withdrawn"
    assert (await registry_api.get(address, headers=own)).json()["version"] == 4


async def test_a_branch_is_recorded_and_closed_by_its_tag(
    registry_api: httpx2.AsyncClient, firm: UUID, seller: str
) -> None:
    own = calls("provider", firm)
    facts = {"name": "高新区窗口", "address": "高新西路1号", "region": PENGJIANG}
    path = f"/v1/providers/{seller}/branches"
    made = await registry_api.post(path, json=facts, headers=own)
    closed = await registry_api.patch(
        f"{path}/{made.json()['id']}",
        json={**facts, "active": False},
        headers={**own, "If-Match": made.headers["ETag"]},
    )
    listed = (await registry_api.get(path, headers=REVIEWER)).json()
    assert (made.status_code, listed["items"]) == (201, [closed.json()])


async def test_ratings_are_told_by_the_service_and_read_by_anybody(
    registry_api: httpx2.AsyncClient, seller: str
) -> None:
    items = [
        {
            "redemption": f"red_{uuid4().hex}",
            "provider": seller,
            "category": "testing",
            "stars": stars,
            "rated_at": "2020-10-12T02:30:00Z",
        }
        for stars in (5, 4, 5, 3, 4)
    ]
    taken = await sent(registry_api, "/v1/ratings", calls("service"), items=items)
    assert taken == {"kept": 5, "known": 0, "unknown": []}
    shown = await registry_api.get("/v1/ratings", params={"provider": seller}, headers=calls("holder"))
    assert shown.json()["overall"] == {"count": 5, "mean": "4.20"}
    denied = await registry_api.post("/v1/ratings", json={"items": items}, headers=calls("provider"))
    assert denied.status_code == 403


@pytest.mark.parametrize(("field", "value"), [("stars", 6), ("stars", True), ("redemption", "red_1"), ("stars", "5")])
async def test_a_rating_that_is_none_is_refused(
    registry_api: httpx2.AsyncClient, seller: str, field: str, value: Any
) -> None:
    item = {
        "redemption": f"red_{uuid4().hex}",
        "provider": seller,
        "category": "testing",
        "stars": 5,
        "rated_at": "2020-10-12T02:30:00Z",
        field: value,
    }
    answer = await registry_api.post("/v1/ratings", json={"items": [item]}, headers=calls("service"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, f"/items/0/{field}")
