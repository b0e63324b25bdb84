"""The change feed over HTTP, exactly as the voucher service reads it."""

from typing import Any
from uuid import uuid4

import httpx2
from fastapi import FastAPI
from sqlalchemy import select

from services.chassis import pages
from services.chassis.database import Database
from services.chassis.neighbours import Credentials, Neighbour, TokenSource
from services.voucher.directory.neighbours import Registry
from services.voucher.directory.operations.listen import listen
from services.voucher.directory.store import feed, parties, replay
from tests.registry.neighbours import calls
from tests.registry.samples import facts, organization


async def test_an_item_has_position_kind_id_instant_and_the_whole_document(
    registry_api: httpx2.AsyncClient, registry: Database
) -> None:
    begin = (await registry_api.get("/v1/changes?limit=200", headers=calls("service"))).json()["next_cursor"]
    firm = await organization(registry)
    page = (await registry_api.get(f"/v1/changes?after={begin}", headers=calls("service"))).json()
    (item,) = page["items"]
    assert item.keys() == {"position", "event", "kind", "id", "at", "document"}
    assert (item["kind"], item["id"], item["document"]["uscc"]) == (
        "organization",
        f"org_{firm.hex}",
        facts().uscc,
    )
    assert item["at"].endswith("Z")
    assert item["position"] == page["next_cursor"] == page["head"]


async def test_the_cursor_is_given_again_when_there_is_nothing_new(registry_api: httpx2.AsyncClient) -> None:
    last = (await registry_api.get("/v1/changes?limit=200", headers=calls("service"))).json()["next_cursor"]
    page = (await registry_api.get(f"/v1/changes?after={last}", headers=calls("service"))).json()
    assert page == {"items": [], "next_cursor": last, "head": last}


async def test_what_ships_is_told_by_its_own_keys(registry_api: httpx2.AsyncClient) -> None:
    items = (await registry_api.get("/v1/changes?limit=200", headers=calls("service"))).json()["items"]
    ids = {(item["kind"], item["id"]) for item in items}
    assert {("region", "440703"), ("category", "testing"), ("calendar", "2020")} <= ids


async def test_a_foreign_cursor_is_refused(registry_api: httpx2.AsyncClient) -> None:
    answer = await registry_api.get("/v1/changes?after=WyJ4IiwieSJd", headers=calls("service"))
    assert (answer.status_code, answer.json()["code"]) == (422, "page.cursor")


LOST = pages.encode("2", str(10**12), "1")
"""A cursor of a history that the database no longer has."""


async def test_a_cursor_of_a_history_that_was_lost_is_refused(
    registry_api: httpx2.AsyncClient, registry: Database
) -> None:
    await organization(registry)
    answer = await registry_api.get(f"/v1/changes?after={LOST}", headers=calls("service"))
    assert (answer.status_code, answer.json()["code"]) == (422, "page.cursor")


def as_the_directory_calls_it(registry_app: Any) -> Registry:
    gateway = FastAPI()

    @gateway.post("/oauth2/token")
    async def token() -> dict[str, Any]:
        return {"access_token": calls("service")["Authorization"].removeprefix("Bearer "), "expires_in": 600}

    tokens = TokenSource(Neighbour("http://gateway", app=gateway), Credentials("cli_voucher", "of the tests"), "test")
    return Registry(Neighbour("http://registry", app=registry_app), tokens)


async def stands_at(directory: Database, cursor: str | None) -> None:
    async with directory.begin() as connection:
        await feed.keep(connection, [], cursor=cursor, complete=True)


async def heard_at(directory: Database) -> object:
    async with directory.read() as connection:
        return (await connection.execute(select(feed.FEED.c.heard_at))).scalar_one()


async def test_the_event_at_the_cursor_says_that_it_is_the_same_history(
    registry_api: httpx2.AsyncClient, registry: Database
) -> None:
    await organization(registry)
    last = (await registry_api.get("/v1/changes?limit=200", headers=calls("service"))).json()["items"][-1]
    where = f"/v1/changes?after={last['position']}"
    assert (await registry_api.get(f"{where}&seen={last['event']}", headers=calls("service"))).json()["items"] == []
    other = await registry_api.get(f"{where}&seen=evt_{uuid4().hex}", headers=calls("service"))
    assert (other.status_code, other.json()["code"]) == (409, "changes.rewound")
    lost = await registry_api.get(f"/v1/changes?after={LOST}&seen={last['event']}", headers=calls("service"))
    assert (lost.status_code, lost.json()["code"]) == (409, "changes.rewound")


async def test_a_directory_before_a_history_that_was_lost_does_not_believe_it_until_it_was_heard_anew(
    registry_app: Any, registry: Database, voucher_db: Database
) -> None:
    await stands_at(voucher_db, LOST)
    then = await heard_at(voucher_db)
    firm = await organization(registry)
    registry_now = as_the_directory_calls_it(registry_app)
    assert await listen(voucher_db, registry_now)
    assert await heard_at(voucher_db) == then
    async with voucher_db.begin() as connection:
        assert (await feed.age(connection)).distrusted == "rewound"
        await replay.ask(connection)
    while not await listen(voucher_db, registry_now):
        pass
    async with voucher_db.read() as connection:
        assert (await feed.age(connection)).reasons() == []
        assert set(await parties.read(connection, [firm])) == {firm}
