"""A year of assessment over HTTP, by role and region."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
import pytest

from services.chassis.database import Database
from services.registry.assessment import data
from services.registry.assessment.operations.deadlines import CampaignClose
from tests.conftest import SetClock
from tests.registry.assessment.samples import ZONE, recognised
from tests.registry.neighbours import calls
from tests.registry.samples import CITY, PENGJIANG, TAISHAN, document

CLOSED = datetime(2020, 9, 18, 16, tzinfo=UTC)
MONEY = {"amount": "1000000.00", "currency": "CNY"}


@pytest.fixture
async def home(registry: Database) -> tuple[UUID, UUID]:
    return await recognised(registry)


@pytest.fixture
async def paper(registry: Database) -> str:
    return f"doc_{(await document(registry)).hex}"


async def post(client: httpx2.AsyncClient, path: str, headers: dict[str, str], body: Any = None) -> dict[str, Any]:
    answer = await client.post(path, json=body, headers=headers)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def refused(client: httpx2.AsyncClient, path: str, headers: dict[str, str], body: Any = None) -> tuple[int, str]:
    answer = await client.post(path, json=body, headers=headers)
    return answer.status_code, answer.json()["code"]


def operator(person: str = "per_1") -> dict[str, str]:
    return calls("operator", per=person)


def reviewer(person: str = "per_5", region: str = CITY) -> dict[str, str]:
    return calls("reviewer", per=person, region=region)


def report(paper: str) -> dict[str, Any]:
    """All six figures of Tongzhou's system: three of them counted, but typed here."""
    typed = {"reason": "补登记", "document": paper}
    return {
        "figures": [
            {"indicator": "money-invested", "value": MONEY, "document": paper},
            {"indicator": "business-of-firms", "value": {"amount": "0", "currency": "CNY"}, "document": paper},
            {"indicator": "sessions", "value": 24, **typed},
            {"indicator": "trainees", "value": 500, **typed},
            {"indicator": "resident-teams", "value": 20, **typed},
        ]
    }


REVIEW = {"figures": [{"indicator": one["id"]} for one in data.shipped("tongzhou-2018")["indicators"]]}


@pytest.fixture
async def campaign(registry_api: httpx2.AsyncClient, home: tuple[UUID, UUID]) -> str:
    """The id of an open campaign by Tongzhou's system."""
    made = await post(registry_api, "/v1/indicator-systems", operator(), data.shipped("tongzhou-2018"))
    system = await post(registry_api, f"/v1/indicator-systems/{made['id']}/publish", operator("per_2"))
    days = {"opens_on": "2020-09-14", "closes_on": "2020-09-18", "objection_days": 1}
    body = {"year": 2019, "indicator_system": system["id"], "region": CITY, **days}
    drafted = await post(registry_api, "/v1/campaigns", operator(), body)
    opened = await post(registry_api, f"/v1/campaigns/{drafted['id']}/open", operator())
    assert opened["state"] == "open"
    campaign: str = opened["id"]
    return campaign


@pytest.fixture
async def assessment(registry_api: httpx2.AsyncClient, home: tuple[UUID, UUID], campaign: str) -> str:
    """The address of the space's assessment, as its list shows it."""
    answer = await registry_api.get("/v1/assessments", headers=calls("space", home[1]))
    (item,) = answer.json()["items"]
    return f"/v1/assessments/{item['id']}"


async def test_a_year_from_the_report_to_the_published_result(
    registry: Database,
    registry_api: httpx2.AsyncClient,
    home: tuple[UUID, UUID],
    campaign: str,
    assessment: str,
    paper: str,
    set_clock: SetClock,
) -> None:
    mine = calls("space", home[1])
    back = {"reason": "缺审计报告", "until": "2020-09-17"}
    assert (await post(registry_api, f"{assessment}/report", mine, report(paper)))["state"] == "reported"
    assert (await post(registry_api, f"{assessment}/return", reviewer(), back))["returned_until"] == "2020-09-17"
    await post(registry_api, f"{assessment}/report", mine, report(paper))
    shown = await post(registry_api, f"{assessment}/review", reviewer(), REVIEW)
    assert (shown["score"], shown["grade"], shown["figures"][0]["value"]) == (7000, "pass", MONEY)
    await set_clock(CLOSED)
    assert await CampaignClose(ZONE, 30).run(registry, CLOSED) == 1
    await post(registry_api, f"/v1/campaigns/{campaign}/announce", operator())
    more = {"indicator": "graduated-firms", "value": 5, "reason": "补计五家"}
    await post(registry_api, f"{assessment}/object", mine, {"reason": "少计企业", "document": paper})
    upheld = await post(registry_api, f"{assessment}/uphold", reviewer("per_6"), {"reason": "属实", "figures": [more]})
    assert (upheld["score"], upheld["grade"]) == (9000, "excellent")
    await set_clock(datetime(2020, 9, 23, tzinfo=UTC))
    results = (await registry_api.get(f"/v1/campaigns/{campaign}/results", headers=operator())).json()
    assert [one["consequence"] for one in results["results"]] == ["subsidy_ground"]
    body = {"digest": results["digest"], "document": paper}
    same = await refused(registry_api, f"/v1/campaigns/{campaign}/publish", operator(), body)
    assert same == (403, "campaign.same_person")
    published = await post(registry_api, f"/v1/campaigns/{campaign}/publish", operator("per_2"), body)
    assert published["state"] == "published"
    public = (await registry_api.get("/v1/assessments/published?year=2019")).json()
    (shown,) = public["items"]
    assert shown.pop("published_at").startswith("2020-09-23T")
    assert shown == {"year": 2019, "name": "1号空间", "region": PENGJIANG, "grade": "excellent"}


async def test_a_report_names_every_fault_at_its_place(
    registry_api: httpx2.AsyncClient, home: tuple[UUID, UUID], assessment: str, paper: str
) -> None:
    body = {
        "figures": [
            {"indicator": "money-invested", "value": 5, "document": paper},
            {"indicator": "trainees", "value": 5, "document": paper},
            {"indicator": "business-of-firms", "value": MONEY},
        ]
    }
    answer = await registry_api.post(f"{assessment}/report", json=body, headers=calls("space", home[1]))
    assert (answer.status_code, [(one["pointer"], one["code"]) for one in answer.json()["errors"]]) == (
        422,
        [
            ("/figures/0/value", "assessment.figure_unit"),
            ("/figures/1/reason", "reason.empty"),
            ("/figures/2/document", "assessment.evidence"),
        ],
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "该字段应为整数"),
        (1.5, "该字段应为整数"),
        ("3", "该字段应为整数"),
        ({"amount": "1"}, "缺少必填字段"),
        ({"amount": "1", "currency": "USD"}, "取值不在允许范围内"),
        ({"amount": "80万元", "currency": "CNY"}, "金额"),
    ],
)
async def test_what_is_no_figure_is_refused_once_at_its_place(
    registry_api: httpx2.AsyncClient, home: tuple[UUID, UUID], assessment: str, value: Any, said: str
) -> None:
    body = {"figures": [{"indicator": "trainees", "value": value}]}
    headers = {**calls("space", home[1]), "Accept-Language": "zh-CN"}
    answer = await registry_api.post(f"{assessment}/report", json=body, headers=headers)
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"]) == (422, "/figures/0/value")
    assert said in answer.text


async def test_a_reviewer_of_another_county_is_told_nothing(
    registry_api: httpx2.AsyncClient, home: tuple[UUID, UUID], assessment: str, paper: str
) -> None:
    await post(registry_api, f"{assessment}/report", calls("space", home[1]), report(paper))
    elsewhere = reviewer(region=TAISHAN)
    assert await refused(registry_api, f"{assessment}/review", elsewhere, REVIEW) == (404, "assessment.unknown")
    assert (await registry_api.get("/v1/assessments", headers=elsewhere)).json()["items"] == []
    assert (await registry_api.get(assessment, headers=elsewhere)).status_code == 404
    shown = await post(registry_api, f"{assessment}/review", reviewer(region=PENGJIANG), REVIEW)
    assert shown["state"] == "reviewed"


async def test_a_list_is_narrowed_by_what_is_asked(
    registry_api: httpx2.AsyncClient, home: tuple[UUID, UUID], campaign: str, assessment: str
) -> None:
    wanted = {"campaign": campaign, "space": f"spc_{home[0].hex}", "year": "2019", "state": "open"}
    found = (await registry_api.get("/v1/assessments", params=wanted, headers=calls("auditor"))).json()["items"]
    none = (await registry_api.get("/v1/assessments?grade=fail", headers=calls("auditor"))).json()["items"]
    assert ([one["id"] for one in found], none) == ([assessment.rpartition("/")[2]], [])


async def test_campaigns_and_who_is_left_out_are_listed(registry_api: httpx2.AsyncClient, campaign: str) -> None:
    listed = (await registry_api.get("/v1/campaigns?year=2019&state=open", headers=calls("space"))).json()["items"]
    one = (await registry_api.get(f"/v1/campaigns/{campaign}", headers=calls("auditor"))).json()
    left_out = (await registry_api.get(f"/v1/campaigns/{campaign}/omissions", headers=operator())).json()
    assert (listed, left_out) == ([one], {"items": [], "next_cursor": None})
    cancelled = await post(registry_api, f"/v1/campaigns/{campaign}/cancel", operator(), {"reason": "改期"})
    assert cancelled["state"] == "cancelled"


async def test_indicator_systems_are_listed_to_everybody(registry_api: httpx2.AsyncClient, campaign: str) -> None:
    listed = await registry_api.get("/v1/indicator-systems?code=tongzhou-2018", headers=calls("holder"))
    (system,) = listed.json()["items"]
    one = await registry_api.get(f"/v1/indicator-systems/{system['id']}", headers=calls("holder"))
    assert one.json() == system
    assert (system["number"], system["state"], system["indicators"][0]["weight"]) == (1, "published", 1500)


async def test_an_objection_is_overruled_over_http(
    registry: Database,
    registry_api: httpx2.AsyncClient,
    home: tuple[UUID, UUID],
    campaign: str,
    assessment: str,
    set_clock: SetClock,
) -> None:
    await set_clock(CLOSED)
    assert await CampaignClose(ZONE, 30).run(registry, CLOSED) == 1
    await post(registry_api, f"/v1/campaigns/{campaign}/announce", operator())
    await post(registry_api, f"{assessment}/object", calls("space", home[1]), {"reason": "系统故障"})
    stands = await post(registry_api, f"{assessment}/overrule", reviewer(), {"reason": "系统当日正常"})
    assert (stands["state"], stands["grade"], stands["unreported"]) == ("decided", "fail", True)


async def test_help_is_recorded_and_listed(
    registry: Database,
    registry_api: httpx2.AsyncClient,
    campaign: str,
    assessment: str,
    paper: str,
    set_clock: SetClock,
) -> None:
    body = {"given_on": "2020-09-14", "account": "现场指导", "document": paper}
    assert await refused(registry_api, f"{assessment}/help", reviewer(), body) == (409, "assessment.not_warned")
    await set_clock(CLOSED)
    assert await CampaignClose(ZONE, 30).run(registry, CLOSED) == 1
    await post(registry_api, f"/v1/campaigns/{campaign}/announce", operator())
    await set_clock(datetime(2020, 9, 23, tzinfo=UTC))
    digest = (await registry_api.get(f"/v1/campaigns/{campaign}/results", headers=operator())).json()["digest"]
    proof = {"digest": digest, "document": paper}
    await post(registry_api, f"/v1/campaigns/{campaign}/publish", operator("per_2"), proof)
    given = await post(registry_api, f"{assessment}/help", reviewer(), body)
    listed = (await registry_api.get(f"{assessment}/help", headers=calls("auditor"))).json()
    assert listed == {"items": [given]}
