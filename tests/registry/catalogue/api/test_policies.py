"""Policy papers over HTTP."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.registry.catalogue.operations.policies import load_papers
from tests.registry.neighbours import calls

TEXT = "某市人民政府办公室关于某事的意见\n一、总体要求\n（一）目标。建设。（责任单位：市科技局）\n"
OPERATOR = calls("operator")


async def sent(api: httpx2.AsyncClient) -> str:
    headers = {**OPERATOR, "Content-Type": "text/plain"}
    answer = await api.post("/v1/registry/documents?name=paper.txt", content=TEXT.encode(), headers=headers)
    name: str = answer.json()["id"]
    return name


async def test_anybody_reads_the_papers_without_a_token(registry: Database, registry_api: httpx2.AsyncClient) -> None:
    await load_papers(registry)
    listed = (await registry_api.get("/v1/policies", params={"bureau": "区科委"})).json()["items"]
    read = (await registry_api.get("/v1/policies/tongzhou-2018-5")).json()
    assert ([one["id"] for one in listed], read["number"]) == (["tongzhou-2018-5"], "通政辦發〔2018〕5號")
    assert {"name": "區科委", "part": "lead"} in read["clauses"][4]["bureaus"]


async def test_a_paper_is_sent_brought_into_force_and_abolished(registry_api: httpx2.AsyncClient) -> None:
    body = {"id": "city-2020-1", "document": await sent(registry_api)}
    made = await registry_api.post("/v1/policies", json=body, headers=OPERATOR)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("promulgate", {"number": "某政办发〔2020〕1号", "made": "2020-09-01"}),
        ("abolish", {"on": "2020-09-14"}),
    ]
    answer = made
    for verb, told in steps:
        headers = {**OPERATOR, "If-Match": answer.headers["ETag"]}
        answer = await registry_api.post(f"/v1/policies/city-2020-1/{verb}", json=told, headers=headers)
    assert (made.status_code, answer.status_code, answer.json()["status"]) == (201, 200, "abolished")


@pytest.mark.parametrize("role", ["reviewer", "holder", "auditor", "admin"])
async def test_only_an_operator_sends_a_paper(registry_api: httpx2.AsyncClient, role: str) -> None:
    body = {"id": "city-2020-1", "document": "doc_" + "0" * 32}
    assert (await registry_api.post("/v1/policies", json=body, headers=calls(role))).status_code == 403


async def test_a_paper_that_is_not_there_is_not_found(registry_api: httpx2.AsyncClient) -> None:
    answer = await registry_api.get("/v1/policies/nowhere")
    assert (answer.status_code, answer.json()["code"]) == (404, "policy.unknown")
