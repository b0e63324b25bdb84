"""Work summaries over HTTP, from the duty to the acceptance."""

from datetime import UTC, datetime
from typing import Any

import httpx2

from services.chassis.database import Database
from services.chassis.ids import show
from services.registry.catalogue.operations.policies import load_papers
from services.registry.statistics.operations.year_end import YearEnd
from tests.conftest import SetClock
from tests.registry.neighbours import calls
from tests.registry.samples import document

NANHU = "330402"
BOSS = calls("operator", sub="per_2", per="per_2")
REVIEWER = calls("reviewer", region=NANHU)
DUTIES = {"city": "330400", "bureaus": ["jx-kjj"], "from_year": 2020, "policy": "jiaxing-2015-90", "clause": "六(二)"}
LATE = datetime(2021, 2, 1, 4, tzinfo=UTC)


async def opened(registry: Database, api: httpx2.AsyncClient) -> str:
    """The path of what Nanhu owes of 2020."""
    await load_papers(registry)
    laid = await api.post("/v1/work-summaries/duties", json=DUTIES, headers=BOSS)
    assert (laid.status_code, len(laid.json()["items"])) == (201, 8)
    await YearEnd("Asia/Shanghai").run(registry, datetime(2020, 12, 31, 16, tzinfo=UTC))
    (found,) = (await listed(api, REVIEWER))["items"]
    return f"/v1/work-summaries/{found['id']}"


async def listed(api: httpx2.AsyncClient, headers: dict[str, str], **query: str) -> Any:
    return (await api.get("/v1/work-summaries", params=query, headers=headers)).json()


async def submitted(registry: Database, api: httpx2.AsyncClient, path: str) -> Any:
    body = {"document": show("doc", await document(registry)), "stated": {"spaces": 12}}
    answer = await api.post(f"{path}/submit", json=body, headers=REVIEWER)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_summary_goes_from_the_county_to_the_operator(
    registry: Database, registry_api: httpx2.AsyncClient
) -> None:
    path = await opened(registry, registry_api)
    assert (await submitted(registry, registry_api, path))["state"] == "submitted"
    back = await registry_api.post(f"{path}/return", json={"reason": "未附名单"}, headers=BOSS)
    assert (back.json()["state"], back.json()["reason"]) == ("returned", "未附名单")
    await submitted(registry, registry_api, path)
    done = await registry_api.post(f"{path}/accept", headers=BOSS)
    assert (done.status_code, done.json()["state"]) == (200, "accepted")


async def test_the_overdue_list_tells_the_days(
    registry: Database, registry_api: httpx2.AsyncClient, set_clock: SetClock
) -> None:
    await opened(registry, registry_api)
    assert (await listed(registry_api, BOSS, state="overdue"))["items"] == []
    await set_clock(LATE)
    overdue = (await listed(registry_api, BOSS, state="overdue"))["items"]
    assert {one["days_overdue"] for one in overdue} == {3}
    assert len(overdue) == 8


async def test_a_late_summary_says_by_how_many_days(
    registry: Database, registry_api: httpx2.AsyncClient, set_clock: SetClock
) -> None:
    path = await opened(registry, registry_api)
    await set_clock(LATE)
    assert (await submitted(registry, registry_api, path))["days_late"] == 3


async def test_its_figures_are_shown(registry: Database, registry_api: httpx2.AsyncClient) -> None:
    path = await opened(registry, registry_api)
    await submitted(registry, registry_api, path)
    shown = (await registry_api.get(path, headers=BOSS)).json()
    assert shown["figures"]["spaces"] == {"counted": 0, "stated": 12}


async def test_another_county_is_told_that_there_is_none(registry: Database, registry_api: httpx2.AsyncClient) -> None:
    path = await opened(registry, registry_api)
    answer = await registry_api.get(path, headers=calls("reviewer", region="330481"))
    assert (answer.status_code, answer.json()["code"]) == (404, "work_summary.unknown")


async def test_a_bureau_hands_in_its_own(registry: Database, registry_api: httpx2.AsyncClient) -> None:
    await opened(registry, registry_api)
    operator = calls("operator", bureau="jx-kjj")
    found = await listed(registry_api, operator)
    path = next(f"/v1/work-summaries/{one['id']}" for one in found["items"] if one["bureau"] == "jx-kjj")
    body = {"document": show("doc", await document(registry)), "stated": {}}
    refused = await registry_api.post(f"{path}/submit", json=body, headers=calls("operator", bureau="jm-kjj"))
    submitted = await registry_api.post(f"{path}/submit", json=body, headers=operator)
    assert (refused.status_code, submitted.json()["state"]) == (404, "submitted")


async def test_a_figure_that_is_not_asked_for_is_told_with_those_that_are(
    registry: Database, registry_api: httpx2.AsyncClient
) -> None:
    path = await opened(registry, registry_api)
    asked_for = (await registry_api.get(path, headers=REVIEWER)).json()["figures"]
    body = {"document": show("doc", await document(registry)), "stated": {"众创空间数": 5}}
    headers = {**REVIEWER, "Accept-Language": "zh-CN"}
    refused = (await registry_api.post(f"{path}/submit", json=body, headers=headers)).json()
    assert refused["title"] == f"未要求填报“众创空间数”；可填报的数据：{', '.join(asked_for)}。"


async def test_a_duty_is_listed_and_ends(registry: Database, registry_api: httpx2.AsyncClient) -> None:
    await opened(registry, registry_api)
    shown = (await registry_api.get("/v1/work-summaries/duties", headers=BOSS)).json()["items"]
    path = f"/v1/work-summaries/duties/{shown[0]['id']}/end"
    ended = await registry_api.post(path, json={"until_year": 2025}, headers=BOSS)
    assert (len(shown), ended.json()["until_year"]) == (8, 2025)
