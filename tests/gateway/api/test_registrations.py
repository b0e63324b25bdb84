"""Registering, over the API: all faults named at once, the second claim contested, the operator decides."""

import copy
from typing import Any

import httpx2
import pytest

from tests.gateway.cast import CODE, PASSWORD, Cast, shown

BODY: dict[str, Any] = {
    "organization": {
        "uscc": CODE,
        "name": "示例科技有限公司",
        "region": "440703",
        "legal_form": "有限责任公司",
        "size_class": "small",
        "registered_on": "2016-05-04",
    },
    "person": {"name": "陈华", "login": "chen.hua", "password": PASSWORD, "phone": "+86 138 0000 0000"},
    "roles": ["holder"],
}


def body(**changes: Any) -> dict[str, Any]:
    """A claim, changed as wished; ``organization__uscc`` reaches inside, None takes a field out."""
    asked = copy.deepcopy(BODY)
    for name, value in changes.items():
        *way, last = name.split("__")
        place = asked
        for step in way:
            place = place[step]
        place[last] = value
        if value is None:
            del place[last]
    return asked


async def test_a_claim_is_taken_without_a_token(api: httpx2.AsyncClient) -> None:
    reply = await api.post("/v1/registrations", json=BODY)
    assert (reply.status_code, reply.json()["state"], reply.json()["uscc"]) == (201, "submitted", CODE)
    assert "password" not in reply.text


async def test_a_wrong_check_digit_is_refused_naming_field_and_rule_with_all_other_faults(
    api: httpx2.AsyncClient, cast: Cast
) -> None:
    wrong = body(
        organization__uscc="91350100M000100Y44",
        organization__name=" ",
        organization__size_class="huge",
        organization__region=None,
        person__login="?",
        roles=["king"],
        person__unknown="x",
    )
    reply = await api.post("/v1/registrations", json=wrong)
    problem = reply.json()
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")
    assert {(error["pointer"], error["code"]) for error in problem["errors"]} == {
        ("/organization/uscc", "registration.uscc.check"),
        ("/organization/name", "registration.name"),
        ("/organization/size_class", "registration.size_class"),
        ("/organization/region", "request.invalid"),
        ("/person/login", "login.length"),
        ("/person/unknown", "request.invalid"),
        ("/roles", "registration.roles"),
    }
    code = next(error for error in problem["errors"] if error["pointer"] == "/organization/uscc")
    assert code["numbers"]["position"] == 18
    assert (await api.post("/v1/registrations", json=BODY)).json()["state"] == "submitted"


async def test_rules_that_need_the_calendar_or_the_logins_are_told_together(
    api: httpx2.AsyncClient, cast: Cast
) -> None:
    await api.post("/v1/registrations", json=BODY)
    late = body(organization__registered_on="2031-01-01", person__password="111111111111")
    problem = (await api.post("/v1/registrations", json=late)).json()
    assert [error["code"] for error in problem["errors"]] == [
        "registration.registered_in_future",
        "password.guessable",
        "login.taken",
    ]


async def test_a_claim_whose_reply_was_lost_is_sent_again(api: httpx2.AsyncClient) -> None:
    first, again = [await api.post("/v1/registrations", json=BODY) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


async def test_a_second_claim_is_contested(api: httpx2.AsyncClient) -> None:
    await api.post("/v1/registrations", json=BODY)
    reply = await api.post("/v1/registrations", json=body(person__login="other.person"))
    assert (reply.json()["state"], reply.json()["contested"]) == ("contested", True)


async def test_an_operator_sees_and_rejects_what_waits(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.staff("operator", await cast.admins())
    headers = await cast.bearer("operator")
    case = (await api.post("/v1/registrations", json=BODY)).json()
    listed = (await api.get("/v1/registrations?state=submitted", headers=headers)).json()
    assert [item["id"] for item in listed["items"]] == [case["id"]]
    tasks = (await api.get("/v1/gateway/tasks", headers=headers)).json()
    assert [task["kind"] for task in tasks["items"]] == ["registration.decide"]
    reply = await api.post(f"/v1/registrations/{case['id']}/reject", json={"reason": "no seal"}, headers=headers)
    assert (reply.json()["state"], reply.json()["reason"]) == ("rejected", "no seal")
    empty = await api.post(f"/v1/registrations/{case['id']}/reject", json={"reason": " "}, headers=headers)
    assert empty.status_code == 409


async def test_a_registry_that_is_nowhere_is_told_as_silent(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.staff("operator", await cast.admins())
    case = (await api.post("/v1/registrations", json=BODY)).json()
    headers = await cast.bearer("operator")
    reply = await api.post(f"/v1/registrations/{case['id']}/confirm", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (503, "registration.registry_silent")
    assert reply.headers["retry-after"]


async def test_a_claimant_sees_his_own_case_and_nobody_elses(api: httpx2.AsyncClient, cast: Cast) -> None:
    mine, other = await cast.registered(), await cast.registered("other.person", "11331021002687352Y")
    headers = await cast.bearer("chen.hua")
    listed = (await api.get("/v1/registrations", headers=headers)).json()
    assert [item["person"] for item in listed["items"]] == [shown(mine.person_id)]
    assert (await api.get(f"/v1/registrations/reg_{mine.id.hex}", headers=headers)).status_code == 200
    foreign = await api.get(f"/v1/registrations/reg_{other.id.hex}", headers=headers)
    unknown = await api.get(f"/v1/registrations/reg_{mine.person_id.hex}", headers=headers)
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json()["code"] == unknown.json()["code"] == "registration.unknown"


async def test_pages_of_cases_follow_each_other(api: httpx2.AsyncClient, cast: Cast) -> None:
    await cast.staff("auditor", await cast.admins())
    for number, code in enumerate((CODE, "11331021002687352Y", "113310810026796788")):
        await cast.registered(f"person{number}", code)
    headers = await cast.bearer("auditor")
    first = (await api.get("/v1/registrations?limit=2", headers=headers)).json()
    rest = (await api.get(f"/v1/registrations?limit=2&after={first['next_cursor']}", headers=headers)).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)


@pytest.mark.parametrize("text", ["\u202e", "a\r\nb", "\x1b[31m", ""])
async def test_names_that_deceive_are_refused(api: httpx2.AsyncClient, text: str) -> None:
    reply = await api.post("/v1/registrations", json=body(person__name=text))
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "/person/name")
