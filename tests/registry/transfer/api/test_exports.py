"""Exports over HTTP: ordered, made by a worker, downloaded by whoever ordered them."""

import csv
import io
from typing import Any

import httpx2

from services.chassis.database import Database
from services.chassis.ids import new_id
from tests.registry.neighbours import calls
from tests.registry.samples import code, organization
from tests.registry.transfer.samples import work

Api = httpx2.AsyncClient
OPERATOR = calls("operator")
BODY = {"kind": "organizations", "format": "csv"}


async def ordered(api: Api, role: str = "operator", **said: Any) -> Any:
    headers = {**calls(role), "Idempotency-Key": new_id().hex}
    return await api.post("/v1/exports", json={**BODY, **said}, headers=headers)


async def test_a_list_is_ordered_made_and_downloaded(registry: Database, registry_api: Api) -> None:
    await organization(registry, 1)
    begun = (await ordered(registry_api)).json()
    early = await registry_api.get(f"/v1/exports/{begun['id']}/content", headers=OPERATOR)
    await work(registry)
    shown = (await registry_api.get(f"/v1/exports/{begun['id']}", headers=OPERATOR)).json()
    file = await registry_api.get(f"/v1/exports/{begun['id']}/content", headers=OPERATOR)
    assert (early.status_code, early.json()["code"], begun["state"]) == (409, "export.not_ready", "asked")
    assert (shown["state"], shown["rows"], shown["size"]) == ("ready", 1, len(file.content))
    assert list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))[1][1] == code(1)
    assert file.headers["content-disposition"] == f'attachment; filename="{begun["id"]}.csv"'


async def test_the_callers_exports_are_listed(registry_api: Api) -> None:
    begun = (await ordered(registry_api, format="xlsx", region="440700", state="active")).json()
    (shown,) = (await registry_api.get("/v1/exports", headers=OPERATOR)).json()["items"]
    assert shown == begun
    assert (shown["region"], shown["state_wanted"], shown["format"]) == ("440700", "active", "xlsx")


async def test_a_service_is_given_no_lists(registry_api: Api) -> None:
    assert (await ordered(registry_api, "service")).status_code == 403
