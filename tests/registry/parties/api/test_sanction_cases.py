"""Sanction cases over HTTP, from the proposal to the lifting."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import ELSEWHERE, document, organization


@pytest.fixture
async def paper(registry: Database) -> str:
    return f"doc_{(await document(registry)).hex}"


async def post(api: httpx2.AsyncClient, where: str, who: dict[str, str], **body: Any) -> dict[str, Any]:
    answer = await api.post(where, json=body, headers=who)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


async def test_a_case_goes_its_way_and_the_sanction_is_lifted_again(
    registry_api: httpx2.AsyncClient, registry: Database, paper: str
) -> None:
    firm = await organization(registry)
    one, other = calls("operator", per="per_1"), calls("operator", per="per_2")
    said = {"organization": f"org_{firm.hex}", "kind": "research_integrity", "grounds": "造假", "clause": "第二十条"}
    case = await post(registry_api, "/v1/sanction-cases", one, **said, document=paper)
    where = f"/v1/sanction-cases/{case['id']}"
    notified = await post(registry_api, f"{where}/notify", one)
    assert (notified["state"], notified["reply_by"]) == ("notified", "2020-09-21")
    await post(registry_api, f"{where}/answer", calls("holder", firm), text="不实")
    decision = {"years": 1, "number": "15 号", "document": paper, "remedy": "可申请行政复议"}
    refused = await registry_api.post(f"{where}/decide", json=decision, headers=one)
    assert (refused.status_code, refused.json()["code"]) == (409, "sanction_case.same_person")
    decided = await post(registry_api, f"{where}/decide", other, **decision)
    listed = (await registry_api.get(f"/v1/sanctions?organization=org_{firm.hex}", headers=one)).json()["items"]
    assert [(item["case"], item["until"]) for item in listed] == [(decided["id"], "2021-09-14")]
    ban = f"/v1/sanctions/{listed[0]['id']}"
    await post(registry_api, f"{ban}/lift", one, reason="撤销", document=paper)
    await post(registry_api, f"{ban}/lift/approve", other)
    liftings = (await registry_api.get(f"{ban}/liftings", headers=calls("auditor"))).json()["items"]
    assert [item["state"] for item in liftings] == ["approved"]
    whole = (await registry_api.get(f"/v1/organizations/org_{firm.hex}", headers=one)).json()
    assert whole["sanctions"] == []


async def test_a_lifting_is_rejected_and_a_case_dropped_and_both_are_found(
    registry_api: httpx2.AsyncClient, registry: Database, paper: str
) -> None:
    firm, one = f"org_{(await organization(registry)).hex}", calls("operator", per="per_1")
    body = {"organization": firm, "kind": "ban", "from": "2020-01-01", "until": "2021-01-01", "document": paper}
    body |= ELSEWHERE
    ban = f"/v1/sanctions/{(await post(registry_api, '/v1/sanctions', one, **body))['id']}"
    await post(registry_api, f"{ban}/lift", one, reason="撤销", document=paper)
    assert (await post(registry_api, f"{ban}/lift/reject", one, reason="复议中"))["refusal"] == "复议中"
    said = {"organization": firm, "kind": "ban", "grounds": "造假", "clause": "第二十条", "document": paper}
    case = await post(registry_api, "/v1/sanction-cases", one, **said)
    await post(registry_api, f"/v1/sanction-cases/{case['id']}/drop", one, reason="证据不足")
    listed = (await registry_api.get("/v1/sanction-cases?state=dropped", headers=calls("auditor"))).json()["items"]
    shown = (await registry_api.get(f"/v1/sanction-cases/{case['id']}", headers=calls("auditor"))).json()
    assert ([item["id"] for item in listed], shown["drop_reason"]) == ([case["id"]], "证据不足")
