"""Lists of supported objects over HTTP: prepared, published by another, read by everybody."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.standards.spreadsheet import BOM
from tests.registry.neighbours import calls
from tests.registry.samples import CITY, PENGJIANG, TAISHAN, admitted, organization

PATH = "/v1/supported-objects"
MAKER, CHECKER = calls("reviewer", region=CITY), calls("reviewer", region=CITY, sub="per_2", per="per_2")


@pytest.fixture
async def prepared(registry: Database, registry_api: httpx2.AsyncClient) -> Any:
    """The prepared list of a city with one provider."""
    await admitted(registry, await organization(registry, 1))
    answer = await registry_api.post(PATH, json={"region": CITY}, headers=MAKER)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def publish(api: httpx2.AsyncClient, prepared: Any) -> httpx2.Response:
    path = f"{PATH}/{prepared['id']}/publish"
    return await api.post(path, json={"digest": prepared["digest"]}, headers=CHECKER)


async def test_a_prepared_list_is_not_shown_to_everybody(registry_api: httpx2.AsyncClient, prepared: Any) -> None:
    path = f"{PATH}/{prepared['id']}"
    assert (await registry_api.get(path)).json()["code"] == "supported.unknown"
    assert (await registry_api.get(f"{path}/draft", headers=CHECKER)).json() == prepared


async def test_a_published_list_is_shown_to_everybody(registry_api: httpx2.AsyncClient, prepared: Any) -> None:
    assert (await publish(registry_api, prepared)).status_code == 200
    shown = (await registry_api.get(f"{PATH}/{prepared['id']}")).json()
    assert (shown["state"], shown["entries"]) == ("published", prepared["entries"])
    (cover,) = (await registry_api.get(PATH, params={"region": PENGJIANG})).json()["items"] or [None]
    assert cover is None
    (cover,) = (await registry_api.get(PATH, params={"region": CITY, "year": 2020})).json()["items"]
    assert (cover["lines"], cover["digest"]) == (1, prepared["digest"])


async def test_no_person_and_no_credit_code_is_named(registry_api: httpx2.AsyncClient, prepared: Any) -> None:
    (entry,) = prepared["entries"]
    assert set(entry) == {"position", "kind", "id", "name", "region", "grounds"}


async def test_a_sheet_of_it_is_a_sheet(registry_api: httpx2.AsyncClient, prepared: Any) -> None:
    await publish(registry_api, prepared)
    answer = await registry_api.get(f"{PATH}/{prepared['id']}", params={"format": "csv"})
    (entry,) = prepared["entries"]
    line = f"1,provider,{entry['id']},{entry['name']},{PENGJIANG},admitted"
    assert answer.text.splitlines() == [f"{BOM}position,kind,id,name,region,grounds", line]


async def test_who_prepared_it_does_not_publish_it(registry_api: httpx2.AsyncClient, prepared: Any) -> None:
    body = {"digest": prepared["digest"]}
    answer = await registry_api.post(f"{PATH}/{prepared['id']}/publish", json=body, headers=MAKER)
    assert (answer.status_code, answer.json()["code"]) == (409, "supported.own")


async def test_a_reviewer_of_another_county_does_not_know_of_it(
    registry_api: httpx2.AsyncClient, prepared: Any
) -> None:
    answer = await registry_api.post(f"{PATH}/{prepared['id']}/drop", headers=calls("reviewer", region=TAISHAN))
    assert (answer.status_code, answer.json()["code"]) == (404, "supported.unknown")


async def test_a_list_is_dropped(registry_api: httpx2.AsyncClient, prepared: Any) -> None:
    answer = await registry_api.post(f"{PATH}/{prepared['id']}/drop", headers=MAKER)
    assert answer.json()["state"] == "dropped"
