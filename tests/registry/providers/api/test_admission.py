"""Certificates, grounds of admission and due process over HTTP, by role and region."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import PENGJIANG, TAISHAN, admitted, document, organization, provider

REVIEWER = calls("reviewer", region=PENGJIANG, sub="per_2", per="per_2")
SECOND = calls("reviewer", region=PENGJIANG, sub="per_3", per="per_3")
CERTIFICATE = {"kind": "CMA", "number": "201919000000", "issuer": "省局", "from": "2019-06-01", "until": "2020-12-31"}


@pytest.fixture
async def firm(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def seller(registry: Database, firm: UUID) -> str:
    return f"/v1/providers/prv_{(await admitted(registry, firm)).hex}"


@pytest.fixture
async def paper(registry: Database) -> str:
    return f"doc_{(await document(registry)).hex}"


async def sent(client: httpx2.AsyncClient, path: str, headers: dict[str, str], **body: Any) -> Any:
    """The answer to a POST that is taken."""
    answer = await client.post(path, json=body, headers=headers)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def test_a_certificate_is_sent_confirmed_rested_on_and_ended(
    registry_api: httpx2.AsyncClient, firm: UUID, seller: str, paper: str
) -> None:
    own = calls("provider", firm)
    one = await sent(registry_api, f"{seller}/qualifications", own, document=paper, **CERTIFICATE)
    address = f"{seller}/qualifications/{one['id']}"
    assert (await sent(registry_api, f"{address}/confirm", REVIEWER))["state"] == "confirmed"
    ground = {"kind": "qualification", "qualification": one["id"]}
    wanted = {"category": "certification", "from": "2020-09-14", "document": paper, "ground": ground}
    told = await sent(registry_api, f"{seller}/admit", REVIEWER, **{**wanted, "schemes": ["jiangmen-service-2020"]})
    admission = told["admissions"][1]
    assert (admission["until"], admission["granted_until"], admission["schemes"]) == (
        "2020-12-31",
        None,
        ["jiangmen-service-2020"],
    )
    assert admission["ground"]["id"] == one["id"]
    ended = await sent(registry_api, f"{address}/end", REVIEWER, reason="被注销", document=paper)
    assert (ended["state"], ended["ended_on"]) == ("ended", "2020-09-14")
    listed = (await registry_api.get(f"{seller}/qualifications", headers=own)).json()
    assert [item["state"] for item in listed["items"]] == ["ended"]


async def test_a_certificate_is_rejected_with_a_reason(
    registry_api: httpx2.AsyncClient, firm: UUID, seller: str, paper: str
) -> None:
    own = calls("provider", firm)
    one = await sent(registry_api, f"{seller}/qualifications", own, document=paper, **CERTIFICATE)
    told = await sent(registry_api, f"{seller}/qualifications/{one['id']}/reject", REVIEWER, reason="编号不符")
    assert (told["state"], told["reason"]) == ("rejected", "编号不符")


@pytest.mark.parametrize(
    "ground",
    [
        {"kind": "qualification"},
        {"kind": "carrier", "list": "名录"},
        {"kind": "foreign_list", "list": "名录"},
        {"space": f"spc_{'0' * 32}"},
    ],
)
async def test_a_ground_names_what_its_kind_needs(
    registry_api: httpx2.AsyncClient, seller: str, paper: str, ground: dict[str, str]
) -> None:
    body = {"category": "testing", "from": "2020-09-14", "document": paper, "ground": ground}
    answer = await registry_api.post(f"{seller}/admit", json=body, headers=REVIEWER)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/ground")


async def test_a_ground_that_does_not_suffice_is_told_in_chinese(
    registry: Database, registry_api: httpx2.AsyncClient, firm: UUID, seller: str, paper: str
) -> None:
    await provider(registry, firm, "training")
    ground = {"kind": "foreign_list", "list": "名录", "region": "440100"}
    body = {"category": "training", "from": "2020-09-14", "document": paper, "ground": ground}
    answer = await registry_api.post(f"{seller}/admit", json=body, headers={**REVIEWER, "Accept-Language": "zh-CN"})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["pointer"]) == (422, "ground.insufficient", "/ground")
    assert "该准入依据不足以准入此类别" in answer.text


async def test_a_notice_is_answered_and_decided_by_a_second_person(
    registry_api: httpx2.AsyncClient, firm: UUID, seller: str, paper: str
) -> None:
    case = await sent(registry_api, f"{seller}/suspensions", REVIEWER, reason="报告失实", document=paper)
    address = f"{seller}/suspensions/{case['id']}"
    assert (case["state"], case["due_at"]) == ("proposed", "2020-09-27T16:00:00Z")
    ruling = {"outcome": "suspend", "reason": "陈述不成立", "document": paper, "until": "2020-12-31"}
    early = await registry_api.post(f"{address}/decide", json=ruling, headers=SECOND)
    assert (early.status_code, early.json()["code"]) == (409, "suspension.not_heard")
    told = await sent(registry_api, f"{address}/answer", calls("provider", firm), answer="已更正")
    assert told["answer"]["text"] == "已更正"
    alone = await registry_api.post(f"{address}/decide", json=ruling, headers=REVIEWER)
    assert (alone.status_code, alone.json()["code"]) == (409, "suspension.same_person")
    decided = await sent(registry_api, f"{address}/decide", SECOND, **ruling)
    assert (decided["state"], decided["decision"]["until"]) == ("in_force", "2020-12-31")
    (listed,) = (await registry_api.get(f"{seller}/suspensions", headers=calls("auditor"))).json()["items"]
    assert listed == decided


async def test_an_urgent_suspension_is_confirmed_by_a_second_person(
    registry_api: httpx2.AsyncClient, seller: str, paper: str
) -> None:
    await sent(registry_api, f"{seller}/suspend", REVIEWER, reason="报告失实", document=paper)
    (case,) = (await registry_api.get(f"{seller}/suspensions", headers=REVIEWER)).json()["items"]
    path = f"{seller}/suspensions/{case['id']}/confirm"
    told = await sent(registry_api, path, SECOND, reason="属实", document=paper, until="2020-12-31")
    assert (case["state"], told["state"], told["ends_at"]) == ("urgent", "in_force", "2020-12-31T16:00:00Z")


async def test_a_reviewer_of_another_region_finds_nothing(
    registry_api: httpx2.AsyncClient, seller: str, paper: str
) -> None:
    away = calls("reviewer", region=TAISHAN)
    body = {"reason": "报告失实", "document": paper}
    answers = [
        await registry_api.post(f"{seller}/{path}", json=body, headers=away) for path in ("suspend", "suspensions")
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "provider.unknown")] * 2
