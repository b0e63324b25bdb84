"""Providers and their offerings over HTTP."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import PENGJIANG, document, organization


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def paper(registry: Database) -> str:
    return f"doc_{(await document(registry)).hex}"


async def applied(client: httpx2.AsyncClient, firm: UUID) -> str:
    answer = await client.post("/v1/providers", json={"categories": ["testing"]}, headers=calls("provider", firm))
    assert answer.status_code == 201, answer.text
    provider: str = answer.json()["id"]
    return provider


async def act(client: httpx2.AsyncClient, provider: str, verb: str, **body: Any) -> httpx2.Response:
    return await client.post(f"/v1/providers/{provider}/{verb}", json=body, headers=calls("reviewer", region=PENGJIANG))


async def test_a_provider_applies_is_admitted_suspended_and_resumed(
    registry_api: httpx2.AsyncClient, firm: UUID, paper: str
) -> None:
    provider = await applied(registry_api, firm)
    period = {"from": "2020-09-14", "until": "2022-09-13"}
    admitted = await act(registry_api, provider, "admit", category="testing", document=paper, **period)
    suspended = await act(registry_api, provider, "suspend", reason="证书到期", document=paper)
    another = calls("reviewer", region=PENGJIANG, per="per_2")
    why = {"reason": "已续证", "document": paper}
    resumed = await registry_api.post(f"/v1/providers/{provider}/resume", json=why, headers=another)
    states = [answer.json()["state"] for answer in (admitted, suspended, resumed)]
    assert states == ["admitted", "suspended", "admitted"]


async def test_an_admission_names_every_fault(registry_api: httpx2.AsyncClient, firm: UUID) -> None:
    provider = await applied(registry_api, firm)
    body = {"category": "magic", "from": "2020-10-01", "until": "2020-09-01", "document": f"doc_{'0' * 32}"}
    answer = await act(registry_api, provider, "admit", **body)
    told = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert answer.status_code == 422
    assert told == {"/category": "category.unlisted", "/until": "admission.over", "/document": "reference.unknown"}


async def test_the_wrong_state_is_a_conflict(registry_api: httpx2.AsyncClient, firm: UUID, paper: str) -> None:
    provider = await applied(registry_api, firm)
    answer = await act(registry_api, provider, "suspend", reason="x", document=paper)
    assert (answer.status_code, answer.json()["code"]) == (409, "provider.state")


async def test_an_operator_names_the_organisation(registry_api: httpx2.AsyncClient, firm: UUID) -> None:
    headers = calls("operator")
    nobody = await registry_api.post("/v1/providers", json={"categories": ["design"]}, headers=headers)
    body = {"organization": f"org_{firm.hex}", "categories": ["design"]}
    answer = await registry_api.post("/v1/providers", json=body, headers=headers)
    assert (nobody.status_code, answer.status_code) == (404, 201)


async def test_an_application_names_at_least_one_category(registry_api: httpx2.AsyncClient, firm: UUID) -> None:
    answer = await registry_api.post("/v1/providers", json={"categories": []}, headers=calls("provider", firm))
    assert answer.json()["errors"][0]["pointer"] == "/categories"


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("0", "CNY", "amount.not_positive"),
        ("-1", "CNY", "amount.malformed"),
        ("0.001", "CNY", "amount.too_precise"),
        ("1e400", "CNY", "amount.malformed"),
        ("NaN", "CNY", "amount.malformed"),
        ("1,00", "CNY", "amount.malformed"),
        ("9223372036854775808", "CNY", "amount.too_large"),
        ("1", "XXX", "currency.unknown"),
    ],
)
async def test_a_price_that_is_no_amount_is_refused(
    registry_api: httpx2.AsyncClient, firm: UUID, amount: str, currency: str, code: str
) -> None:
    body = {
        "provider": await applied(registry_api, firm),
        "category": "testing",
        "name": "检测",
        "price": {"amount": amount, "currency": currency},
    }
    answer = await registry_api.post("/v1/offerings", json=body, headers=calls("provider", firm))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_an_offering_is_drafted_and_edited_by_its_tag(registry_api: httpx2.AsyncClient, firm: UUID) -> None:
    own = calls("provider", firm)
    facts = {"category": "testing", "name": "检测", "price": {"amount": "1200.00", "currency": "CNY"}}
    body = {**facts, "provider": await applied(registry_api, firm)}
    drafted = await registry_api.post("/v1/offerings", json=body, headers=own)
    address = f"/v1/offerings/{drafted.json()['id']}"
    changed = await registry_api.patch(
        address, json={**facts, "name": "新检测"}, headers={**own, "If-Match": drafted.headers["ETag"]}
    )
    assert (drafted.status_code, changed.status_code, changed.headers["ETag"]) == (201, 200, '"2"')
    published = await registry_api.post(f"{address}/publish", headers=own)
    assert (published.status_code, published.json()["code"]) == (422, "provider.not_yet_admitted")
    withdrawn = await registry_api.post(f"{address}/withdraw", headers=own)
    assert withdrawn.json()["state"] == "withdrawn"
