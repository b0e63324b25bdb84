"""Look-up in official registers over HTTP: an extract is sent and taken in, and organisations are compared with it."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.standards import uscc
from tests.registry.neighbours import calls
from tests.registry.samples import code, facts, organization
from tests.registry.transfer.api.test_imports import upload
from tests.registry.transfer.samples import as_csv, work

Api = httpx2.AsyncClient
OPERATOR = calls("operator")
HEAD = ("统一社会信用代码", "企业名称", "所属区县", "登记状态")


async def extract(api: Api, database: Database, *rows: tuple[str, ...], as_of: str = "2020-09-14") -> str:
    body = {"kind": "register_entries", "documents": [await upload(api, as_csv([HEAD, *rows]))], "as_of": as_of}
    answer = await api.post("/v1/imports", json=body, headers={**OPERATOR, "Idempotency-Key": new_id().hex})
    assert (answer.status_code, answer.json()["as_of"]) == (202, as_of)
    await work(database)
    name: str = answer.json()["id"]
    return name


def address(firm: UUID) -> str:
    return f"/v1/organizations/org_{firm.hex}/register-checks"


async def look(api: Api, firm: UUID) -> Any:
    answer = await api.post(address(firm), headers=OPERATOR)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def waiting(api: Api) -> list[str]:
    tasks = (await api.get("/v1/registry/tasks", headers=OPERATOR)).json()["items"]
    return [one["kind"] for one in tasks]


async def test_what_is_equal_says_so_with_the_extract_and_its_day(registry: Database, registry_api: Api) -> None:
    firm = await organization(registry)
    one = await extract(registry_api, registry, (code(1), "江门1号公司", "蓬江区", "存续"))
    told = await look(registry_api, firm)
    assert (told["outcome"], told["as_of"], told["extract"]) == ("equal", "2020-09-14", one)
    assert (told["register_name"], told["differences"], await waiting(registry_api)) == ("business", [], [])
    (line,) = (await registry_api.get(f"/v1/imports/{one}/lines", headers=OPERATOR)).json()["items"]
    assert (line["outcome"], line["id"][:4]) == ("created", "rge_")


async def test_what_differs_is_told_field_by_field_and_waits_for_an_operator(
    registry: Database, registry_api: Api
) -> None:
    firm = await organization(registry)
    await extract(registry_api, registry, (code(1), "江门一号公司", "台山市", "注销"))
    told = await look(registry_api, firm)
    assert told["outcome"] == "differs"
    assert told["differences"] == [
        {"field": "name", "recorded": "江门1号公司", "registered": "江门一号公司"},
        {"field": "region", "recorded": "440703", "registered": "440781"},
        {"field": "status", "recorded": "active", "registered": "deregistered"},
    ]
    assert await waiting(registry_api) == ["settle_register_difference"]
    async with registry.read() as connection:
        (why,) = await decisions.of_subject(connection, firm)
    assert (why.outcome, why.numbers["differences"]) == ("differs", ["name", "region", "status"])


async def test_the_task_ends_when_a_later_extract_agrees(registry: Database, registry_api: Api) -> None:
    firm = await organization(registry)
    await extract(registry_api, registry, (code(1), "旧名", "", ""), as_of="2020-09-13")
    await look(registry_api, firm)
    await extract(registry_api, registry, (code(1), "江门1号公司", "", ""))
    assert (await look(registry_api, firm))["outcome"] == "equal"
    assert await waiting(registry_api) == []


async def test_what_the_register_does_not_have_is_told_too(registry: Database, registry_api: Api) -> None:
    firm = await organization(registry)
    await extract(registry_api, registry, (code(2), "别家", "", ""))
    told = await look(registry_api, firm)
    assert (told["outcome"], told["as_of"], told["extract"]) == ("not_found", "2020-09-14", None)
    assert await waiting(registry_api) == ["settle_register_difference"]


async def test_who_registers_is_looked_up_at_once(registry: Database, registry_api: Api) -> None:
    await extract(registry_api, registry, (code(1), "另一家公司", "", ""))
    firm = await organization(registry)
    (told,) = (await registry_api.get(address(firm), headers=OPERATOR)).json()["items"]
    assert (told["outcome"], [one["field"] for one in told["differences"]]) == ("differs", ["name"])
    assert await waiting(registry_api) == ["settle_register_difference"]


async def test_without_an_extract_or_a_register_there_is_no_look(registry: Database, registry_api: Api) -> None:
    firm, farm = await organization(registry), await organization(registry, uscc=of_village())
    none = await registry_api.post(address(firm), headers=OPERATOR)
    other = await registry_api.post(address(farm), headers=OPERATOR)
    assert (none.status_code, none.json()["errors"][0]["code"]) == (409, "register.no_extract")
    assert (other.status_code, other.json()["errors"][0]["code"]) == (422, "register.none")


def of_village() -> str:
    """The code of a village collective, which the agricultural authority registers."""
    return uscc.complete("N2440703" + facts().uscc[8:16])


async def test_a_firm_sees_its_own_looks_page_by_page_and_nobody_elses(registry: Database, registry_api: Api) -> None:
    firm, other = await organization(registry), await organization(registry, 2)
    await extract(registry_api, registry, (code(1), "江门1号公司", "", ""))
    first, second = await look(registry_api, firm), await look(registry_api, firm)
    own = calls("holder", firm)
    page = (await registry_api.get(f"{address(firm)}?limit=1", headers=own)).json()
    rest = (await registry_api.get(f"{address(firm)}?after={page['next_cursor']}", headers=own)).json()
    assert ([*page["items"], *rest["items"]], rest["next_cursor"]) == ([second, first], None)
    assert (await registry_api.get(address(other), headers=own)).status_code == 404


async def accept(api: Api, look: Any, reason: str = "变更登记已受理") -> httpx2.Response:
    where = f"/v1/organizations/{look['organization']}/register-checks/{look['id']}/accept"
    return await api.post(where, json={"reason": reason}, headers=OPERATOR)


def refused(answer: httpx2.Response) -> tuple[int, set[str]]:
    return answer.status_code, {one["code"] for one in answer.json()["errors"]}


async def test_an_operator_ends_the_task_by_saying_why_both_may_differ(registry: Database, registry_api: Api) -> None:
    firm = await organization(registry)
    await extract(registry_api, registry, (code(1), "旧名", "", ""))
    accepted = (await accept(registry_api, await look(registry_api, firm))).json()
    assert (accepted["acceptance"]["reason"], await waiting(registry_api)) == ("变更登记已受理", [])
    assert (await registry_api.get(address(firm), headers=OPERATOR)).json()["items"] == [accepted]
    async with registry.read() as connection:
        *_, why = await decisions.of_subject(connection, firm)
    assert (why.kind, why.actor, why.numbers["reason"]) == ("accept_register_check", "per_1", "变更登记已受理")
    assert (why.numbers["check"], why.numbers["differences"]) == (accepted["id"], ["name"])


async def test_a_later_look_that_differs_opens_the_task_again(registry: Database, registry_api: Api) -> None:
    firm = await organization(registry)
    await extract(registry_api, registry, (code(2), "别家", "", ""))
    assert (await accept(registry_api, await look(registry_api, firm))).status_code == 200
    again = await look(registry_api, firm)
    assert (again["acceptance"], await waiting(registry_api)) == (None, ["settle_register_difference"])


async def test_only_what_the_last_look_found_to_differ_is_accepted_and_once(
    registry: Database, registry_api: Api
) -> None:
    firm = await organization(registry)
    await extract(registry_api, registry, (code(1), "旧名", "", ""), as_of="2020-09-13")
    old, last = await look(registry_api, firm), await look(registry_api, firm)
    assert refused(await accept(registry_api, old)) == (409, {"register_check.superseded"})
    assert (await accept(registry_api, last)).status_code == 200
    assert refused(await accept(registry_api, last)) == (409, {"register_check.accepted"})
    await extract(registry_api, registry, (code(1), "江门1号公司", "", ""))
    assert refused(await accept(registry_api, await look(registry_api, firm))) == (409, {"register_check.equal"})


async def test_a_look_for_another_firm_is_not_found(registry: Database, registry_api: Api) -> None:
    firm, other = await organization(registry), await organization(registry, 2)
    await extract(registry_api, registry, (code(1), "旧名", "", ""))
    told = await look(registry_api, firm) | {"organization": f"org_{other.hex}"}
    assert refused(await accept(registry_api, told)) == (404, {"register_check.unknown"})


async def test_of_two_who_accept_at_once_one_is_told_that_it_is_done(registry: Database, registry_api: Api) -> None:
    firm = await organization(registry)
    await extract(registry_api, registry, (code(1), "旧名", "", ""))
    told = await look(registry_api, firm)
    answers = await asyncio.gather(accept(registry_api, told, "甲"), accept(registry_api, told, "乙"))
    assert sorted(one.status_code for one in answers) == [200, 409]
