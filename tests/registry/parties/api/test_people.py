"""Persons over HTTP: masked everywhere, and nowhere else than in what was asked to be revealed."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import structlog
from sqlalchemy import text

from services.chassis.database import Database
from services.standards.resident_card import complete
from tests.registry.neighbours import MASTER_KEY, calls
from tests.registry.samples import document, organization

CARD = complete("44070319900307123")
ZHANG = {"name": "张三丰", "id_number": CARD, "phone": "13800138000", "email": "zhang@example.com"}
WHY = {"reason": "核对兑付申请"}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged, by whatever logger, at every level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(stream))
    yield stream
    structlog.reset_defaults()
    root.removeHandler(handler)
    root.setLevel(level)


async def post(client: httpx2.AsyncClient, path: str = "", *, by: str = "operator", **body: Any) -> httpx2.Response:
    return await client.post(f"/v1/people{path}", json=body, headers=calls(by))


async def test_a_person_is_created_then_found_and_always_masked(registry_api: httpx2.AsyncClient) -> None:
    first, second = await post(registry_api, **ZHANG), await post(registry_api, **ZHANG)
    assert (first.status_code, second.status_code, first.headers["ETag"]) == (201, 200, '"1"')
    address = f"/v1/people/{first.json()['id']}"
    one = await registry_api.get(address, headers=calls("auditor"))
    listed = await registry_api.get("/v1/people", headers=calls("auditor"))
    assert first.json() == second.json() == one.json() == listed.json()["items"][0]
    assert (one.json()["name"], one.json()["id_number"]) == ("张**", "4407" + "*" * 14)


async def test_a_phone_is_changed_and_a_name_is_not_emptied(registry_api: httpx2.AsyncClient) -> None:
    address = f"/v1/people/{(await post(registry_api, **ZHANG)).json()['id']}"
    headers = {**calls("operator"), "If-Match": '"1"'}
    changed = await registry_api.patch(address, json={"name": None, "phone": None}, headers=headers)
    assert (changed.status_code, changed.json()["name"], changed.json()["phone"]) == (200, "张**", None)
    paper = await registry_api.patch(address, json={"id_number": CARD}, headers=headers)
    assert (paper.status_code, paper.json()["code"]) == (422, "request.invalid")


async def test_only_who_says_why_sees_a_person_and_an_erased_one_nobody(registry_api: httpx2.AsyncClient) -> None:
    address = f"/{(await post(registry_api, **ZHANG)).json()['id']}"
    told = await post(registry_api, f"{address}/reveal", by="auditor", **WHY)
    assert {name: told.json()[name] for name in ZHANG} == ZHANG
    assert (await post(registry_api, f"{address}/reveal")).status_code == 422
    assert (await post(registry_api, f"{address}/erase", by="auditor", **WHY)).status_code == 403
    erased = await post(registry_api, f"{address}/erase", **WHY)
    assert (erased.status_code, erased.json()["name"], erased.json()["erased_at"][-1]) == (200, None, "Z")
    again = await post(registry_api, f"{address}/reveal", **WHY)
    assert (again.status_code, again.json()["code"]) == (409, "people.erased")


async def test_a_founders_life_is_recorded_and_read(registry_api: httpx2.AsyncClient, registry: Database) -> None:
    address = f"/{(await post(registry_api, **ZHANG)).json()['id']}"
    paper, firm = f"doc_{(await document(registry)).hex}", f"org_{(await organization(registry)).hex}"
    kept = {"class": "researcher", "from": "2020-01-01", "employer": "五邑大学", "kept_until": "2022-12-31"}
    created = await post(registry_api, f"{address}/founder-classes", document=paper, **kept)
    founded = {"organization": firm, "role": "founder", "from": "2020-02-01", "document": paper}
    assert created.status_code == (await post(registry_api, f"{address}/foundings", **founded)).status_code == 201
    record = await registry_api.get(f"/v1/people{address}/record", headers=calls("auditor"))
    assert [(one["kind"], one["from"]) for one in record.json()["entries"]] == [
        ("class", "2020-01-01"),
        ("founding", "2020-02-01"),
    ]
    kinds = await registry_api.get("/v1/people/founder-classes", headers=calls("holder"))
    assert {"id", "name_zh", "name_en", "clauses", "keeps_employment"} == kinds.json()["items"][0].keys()


async def test_nothing_personal_is_logged_told_of_or_kept_anywhere(
    registry_api: httpx2.AsyncClient,
    registry: Database,
    logged: io.StringIO,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = f"/{(await post(registry_api, **ZHANG)).json()['id']}"
    headers = {**calls("operator"), "If-Match": '"7"'}
    told = [
        await post(registry_api, **{**ZHANG, "name": "李四光"}),
        await post(registry_api, **{**ZHANG, "id_number": f"{CARD[:17]}?", "email": ZHANG["phone"]}),
        await registry_api.post("/v1/people", json={**ZHANG, "phone": [ZHANG["phone"]]}, headers=calls("operator")),
        await post(registry_api, **{**ZHANG, "more": ZHANG["name"]}),
        await registry_api.post("/v1/people", content=f'{{"name": "{ZHANG["name"]}", ', headers=calls("operator")),
        await registry_api.patch(f"/v1/people{address}", json={"name": "张三丰"}, headers=headers),
        await post(registry_api, f"{address}/reveal", reason=f"{ZHANG['name']} {CARD}"),
        await post(registry_api, f"{address}/erase", by="holder", reason=ZHANG["name"]),
    ]
    assert all(reply.status_code >= 400 for reply in told)
    await post(registry_api, f"{address}/reveal", **WHY)
    await post(registry_api, f"{address}/erase", **WHY)
    found = [logged.getvalue(), *capsys.readouterr(), *(reply.text for reply in told), await whole(registry)]
    personal = (*ZHANG.values(), "李四光", CARD[:17], MASTER_KEY.hex())
    assert [one for one in personal if one in "".join(found)] == []


async def whole(database: Database) -> str:
    """Every row of every table of the registry, as text."""
    async with database.read() as connection:
        names = await connection.execute(
            text(
                "SELECT table_name FROM information_schema.table_privileges"
                " WHERE table_schema = 'registry' AND privilege_type = 'SELECT'"
            )
        )
        found = [
            str((await connection.execute(text(f"SELECT row::text FROM registry.{name} AS row"))).all())
            for name in names.scalars().all()
        ]
    assert any("reveal" in rows for rows in found)
    return "".join(found)
