"""The change feed over HTTP, exactly as the voucher service reads it."""

import httpx2

from services.chassis.database import Database
from tests.registry.neighbours import calls
from tests.registry.samples import facts, organization


async def test_an_item_has_position_kind_id_instant_and_the_whole_document(
    registry_api: httpx2.AsyncClient, registry: Database
) -> None:
    begin = (await registry_api.get("/v1/changes?limit=200", headers=calls("service"))).json()["next_cursor"]
    firm = await organization(registry)
    page = (await registry_api.get(f"/v1/changes?after={begin}", headers=calls("service"))).json()
    (item,) = page["items"]
    assert item.keys() == {"position", "kind", "id", "at", "document"}
    assert (item["kind"], item["id"], item["document"]["uscc"]) == (
        "organization",
        f"org_{firm.hex}",
        facts().uscc,
    )
    assert item["at"].endswith("Z")
    assert item["position"] == page["next_cursor"]


async def test_the_cursor_is_given_again_when_there_is_nothing_new(registry_api: httpx2.AsyncClient) -> None:
    last = (await registry_api.get("/v1/changes?limit=200", headers=calls("service"))).json()["next_cursor"]
    page = (await registry_api.get(f"/v1/changes?after={last}", headers=calls("service"))).json()
    assert page == {"items": [], "next_cursor": last}


async def test_what_ships_is_told_by_its_own_keys(registry_api: httpx2.AsyncClient) -> None:
    items = (await registry_api.get("/v1/changes?limit=200", headers=calls("service"))).json()["items"]
    ids = {(item["kind"], item["id"]) for item in items}
    assert {("region", "440703"), ("category", "testing"), ("calendar", "2020")} <= ids


async def test_a_foreign_cursor_is_refused(registry_api: httpx2.AsyncClient) -> None:
    answer = await registry_api.get("/v1/changes?after=WyJ4IiwieSJd", headers=calls("service"))
    assert (answer.status_code, answer.json()["code"]) == (422, "page.cursor")
