"""The way of a space, its residents and what happens there over HTTP, by role and by region."""

from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import CITY, TAISHAN, document, organization, space
from tests.registry.spaces.samples import CLAUSE, filed, person, proposed, recognised, team

CITY_REVIEWER = calls("reviewer", region=CITY)
RECOGNITION = {
    "track": "science",
    "level": "city",
    "document_number": "江科〔2020〕61号",
    "decided_on": "2020-09-01",
    "clause": "嘉政办发〔2015〕90号 五（二）",
}
HELD = {"kind": "training", "title": "训练营", "held_on": "2020-09-01", "sessions": 2, "heads": 45}


@pytest.fixture
async def operator(registry: Database) -> UUID:
    return await organization(registry)


@pytest.fixture
async def place(registry: Database, operator: UUID) -> str:
    return f"spc_{(await space(registry, operator)).hex}"


@pytest.fixture
async def proof(registry: Database) -> str:
    return f"doc_{(await document(registry)).hex}"


async def post(client: httpx2.AsyncClient, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    answer = await client.post(path, json=body, headers=headers)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def test_a_space_is_filed_recognised_upgraded_and_revoked(
    registry_api: httpx2.AsyncClient, operator: UUID, place: str, proof: str
) -> None:
    own, path = calls("space", operator), f"/v1/spaces/{place}"
    why = {"reason": "连续两年考核不合格", "clause": CLAUSE, "document": proof}
    assert (await post(registry_api, f"{path}/file", {"document": proof}, own))["state"] == "filed"
    assert (await post(registry_api, f"{path}/decline", why, CITY_REVIEWER))["state"] == "recorded"
    await post(registry_api, f"{path}/file", {"document": proof}, own)
    await post(registry_api, f"{path}/recognitions", {**RECOGNITION, "document": proof}, CITY_REVIEWER)
    raised = {**RECOGNITION, "level": "province", "document": proof}
    told = await post(registry_api, f"{path}/recognitions", raised, CITY_REVIEWER)
    assert [one["end_reason"] for one in told["recognitions"]] == ["upgraded", None]
    await post(registry_api, f"{path}/recognitions", {**raised, "track": "sme"}, CITY_REVIEWER)
    told = await post(registry_api, f"{path}/incubator", {**why, "on": "2020-09-01"}, CITY_REVIEWER)
    assert told["incubator_since"] == "2020-09-01"
    assert (await post(registry_api, f"{path}/give-up", {**why, "track": "sme"}, own))["state"] == "recognised"
    case = await post(registry_api, f"{path}/revocations", why, CITY_REVIEWER)
    said = {"answer": "整改已完成"}
    answered = await post(registry_api, f"{path}/revocations/{case['id']}/answer", said, own)
    assert (answered["state"], answered["answer"]) == ("answered", "整改已完成")
    second = calls("reviewer", region=CITY, sub="per_2", per="per_2")
    assert (await post(registry_api, f"{path}/revoke", why, second))["state"] == "revoked"
    listed = (await registry_api.get(f"{path}/revocations", headers=own)).json()["items"]
    assert [one["state"] for one in listed] == ["revoked"]
    assert (await post(registry_api, f"{path}/close", {"reason": "停业"}, own))["status"] == "closed"
    steps = (await registry_api.get(f"{path}/history", headers=calls("auditor"))).json()["items"]
    assert [step["verb"] for step in steps] == [
        *("record", "file", "decline", "file", "recognise", "upgrade", "recognise"),
        *("become_incubator", "give_up", "revoke", "close"),
    ]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("decline", {"reason": "材料不全", "clause": CLAUSE}),
        ("recognitions", RECOGNITION),
        ("revocations", {"reason": "不合格", "clause": CLAUSE}),
        ("revoke", {"reason": "不合格", "clause": CLAUSE}),
        ("incubator", {"reason": "升级", "clause": CLAUSE, "on": "2020-09-01"}),
    ],
)
async def test_a_reviewer_of_the_region_decides_and_nobody_else(
    registry_api: httpx2.AsyncClient, operator: UUID, place: str, proof: str, verb: str, body: dict[str, str]
) -> None:
    path = f"/v1/spaces/{place}/{verb}"
    callers = [
        CITY_REVIEWER,
        calls("reviewer", region=TAISHAN),
        calls("space", operator),
        calls("operator"),
        calls("auditor"),
    ]
    told = [await registry_api.post(path, json={**body, "document": proof}, headers=one) for one in callers]
    assert [answer.status_code for answer in told] == [409, 404, 403, 403, 403]


@pytest.mark.parametrize(
    ("region", "level", "status", "code"),
    [
        ("440703", "county", 201, None),
        ("440703", "city", 403, "recognition.stage"),
        ("440703", "national", 403, "recognition.stage"),
        ("440700", "city", 201, None),
        ("440700", "national", 201, None),
        ("440000", "province", 201, None),
    ],
)
async def test_a_reviewer_recognises_no_higher_than_his_region(
    registry_api: httpx2.AsyncClient,
    registry: Database,
    place: str,
    proof: str,
    region: str,
    level: str,
    status: int,
    code: str | None,
) -> None:
    await filed(registry, UUID(place[4:]))
    body = {**RECOGNITION, "level": level, "document": proof}
    by = {**calls("reviewer", region=region), "Accept-Language": "zh-CN"}
    answer = await registry_api.post(f"/v1/spaces/{place}/recognitions", json=body, headers=by)
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert ("县级审核人员不得登记" in answer.text) is (code is not None)


async def test_a_case_is_dropped_by_a_second_reviewer(
    registry_api: httpx2.AsyncClient, registry: Database, place: str
) -> None:
    await filed(registry, UUID(place[4:]))
    await recognised(registry, UUID(place[4:]))
    case = await proposed(registry, UUID(place[4:]))
    second = calls("reviewer", region=CITY, sub="per_2", per="per_2")
    told = await post(
        registry_api, f"/v1/spaces/{place}/revocations/rvc_{case.hex}/drop", {"reason": "整改已完成"}, second
    )
    assert told["state"] == "dropped"


async def test_whoever_may_not_see_a_space_is_not_told_of_it(
    registry_api: httpx2.AsyncClient, registry: Database, place: str, proof: str
) -> None:
    stranger = calls("space", await organization(registry, 2))
    filed = await registry_api.post(f"/v1/spaces/{place}/file", json={"document": proof}, headers=stranger)
    read = await registry_api.get(f"/v1/spaces/{place}/history", headers=calls("reviewer", region=TAISHAN))
    assert [(one.status_code, one.json()["code"]) for one in (filed, read)] == [(404, "space.unknown")] * 2


async def test_a_space_is_recorded_with_what_is_known_of_it(
    registry_api: httpx2.AsyncClient, operator: UUID, place: str
) -> None:
    body = {
        "name": "江门分空间",
        "kind": "maker_incubating",
        "form": "cafe",
        "operator": f"org_{operator.hex}",
        "region": "440703",
        "sponsor": "overseas",
        "field": "health",
        "premises": {"area_square_metres": 1200, "seats": 80, "address": "创业园3栋"},
    }
    told = await post(registry_api, "/v1/spaces", body, calls("operator"))
    headers = {**calls("operator"), "If-Match": '"1"'}
    change = {"parent": place, "premises": {"seats": 90}}
    changed = (await registry_api.patch(f"/v1/spaces/{told['id']}", json=change, headers=headers)).json()
    assert (told["sponsor"], told["premises"]["seats"], changed["parent"]) == ("overseas", 80, place)
    assert changed["premises"] == {"area_square_metres": None, "seats": 90, "address": None}


async def test_a_team_graduates_and_becomes_a_firm(
    registry_api: httpx2.AsyncClient, registry: Database, operator: UUID, place: str, proof: str
) -> None:
    made = await team(registry, UUID(place[4:]))
    firm = await organization(registry, 2)
    own = calls("space", operator)
    (stay,) = (await registry_api.get(f"/v1/spaces/{place}/residencies", headers=own)).json()["items"]
    body = {"organization": f"org_{firm.hex}", "on": "2020-09-01", "document": proof}
    path = f"/v1/teams/tea_{made.hex}/incorporate"
    callers = [own, calls("auditor"), calls("reviewer", region=TAISHAN)]
    refused = [await registry_api.post(path, json=body, headers=one) for one in callers]
    assert [answer.status_code for answer in refused] == [403, 403, 404]
    told = await post(registry_api, path, body, CITY_REVIEWER)
    assert (told["status"], told["root"]) == ("incorporated", f"tea_{made.hex}")
    again = {"on": "2020-08-31", "how": "left"}
    answer = await registry_api.post(f"/v1/residencies/{stay['id']}/end", json=again, headers=own)
    assert (answer.status_code, answer.json()["code"]) == (409, "residency.ended")
    seen = (await registry_api.get(f"/v1/organizations/org_{firm.hex}", headers=calls("operator"))).json()
    assert seen["quota_roots"] == [f"tea_{made.hex}"]


async def test_an_activity_is_recorded_corrected_and_listed(
    registry_api: httpx2.AsyncClient, operator: UUID, place: str, proof: str
) -> None:
    own = calls("space", operator)
    made = await post(registry_api, "/v1/activities", {**HELD, "space": place, "document": proof}, own)
    fixed = {**HELD, "heads": 54, "reason": "人数有误"}
    told = await post(registry_api, f"/v1/activities/{made['id']}/correct", fixed, own)
    read = (await registry_api.get(f"/v1/activities/{made['id']}", headers=CITY_REVIEWER)).json()
    assert (told["corrects"], read["corrected_by"]) == (made["id"], told["id"])
    wanted = f"/v1/activities?space={place}&kind=training&year=2020"
    page = (await registry_api.get(wanted, headers=CITY_REVIEWER)).json()
    assert [one["heads"] for one in page["items"]] == [45, 54]


async def test_mentors_and_investors_come_and_go(
    registry_api: httpx2.AsyncClient, registry: Database, operator: UUID, place: str
) -> None:
    own = calls("space", operator)
    who = {"space": place, "person": f"per_{(await person(registry)).hex}", "title": "教授", "from": "2020-01-01"}
    money = {"amount": "50000000.00", "currency": "CNY"}
    fund = {"space": place, "fund": "启迪之星", "fields": ["laser"], "managed": money, "from": "2020-01-01"}
    for noun, body in (("mentors", who), ("investors", fund)):
        made = await post(registry_api, f"/v1/{noun}", body, own)
        ended = await post(registry_api, f"/v1/{noun}/{made['id']}/end", {"on": "2020-06-30"}, own)
        page = (await registry_api.get(f"/v1/{noun}", params={"space": place}, headers=calls("auditor"))).json()
        assert (ended["until"], page["items"]) == ("2020-06-30", [ended])
    bare = {name: value for name, value in fund.items() if name != "managed"}
    assert (await post(registry_api, "/v1/investors", {**bare, "fund": "另一基金"}, own))["managed"] is None
