"""Searches over HTTP: who finds what, and what everybody may see."""

from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import show
from tests.registry.neighbours import calls
from tests.registry.samples import CITY, PENGJIANG, TAISHAN, code, organization, provider, space
from tests.registry.search.samples import listed, read_all

EVERYBODY = {"kind", "id", "name", "former_names", "provider", "region", "categories", "levels", "state"}
EVERYBODY |= {"admissions", "rating", "about"}


async def items(api: httpx2.AsyncClient, path: str, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    answer = await api.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_what_is_found_says_whose_it_is(registry_api: httpx2.AsyncClient, registry: Database) -> None:
    firm, provider_id, published = await listed(registry)
    await read_all(registry)
    (offering,) = await items(registry_api, "/v1/search?q=金属成分&kind=offering", calls("operator"))
    assert (offering["id"], offering["provider"]) == (show("off", published), show("prv", provider_id))
    assert (offering["organization"], offering["region"], offering["state"]) == (
        show("org", firm),
        PENGJIANG,
        "published",
    )
    assert offering["about"]["price"] == {"amount": "1200.00", "currency": "CNY"}
    assert offering["admissions"] == [{"category": "testing", "from": "2020-09-14", "until": None, "schemes": None}]


async def test_pages_are_turned_by_their_cursor(registry_api: httpx2.AsyncClient, registry: Database) -> None:
    for number in range(3):
        await organization(registry, number, name=f"江门检测{number}")
    await read_all(registry)
    first = (await registry_api.get("/v1/search?q=江门&limit=2", headers=calls("auditor"))).json()
    rest = (await registry_api.get(f"/v1/search?q=江门&after={first['next_cursor']}", headers=calls("auditor"))).json()
    assert [one["name"] for one in (*first["items"], *rest["items"])] == ["江门检测0", "江门检测1", "江门检测2"]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    ("role", "bound", "number"),
    [
        ("operator", {}, 2),
        ("auditor", {}, 2),
        ("service", {}, 2),
        ("reviewer", {"region": PENGJIANG}, 2),
        ("reviewer", {"region": CITY}, 2),
        ("reviewer", {"region": TAISHAN}, 0),
        ("reviewer", {}, 0),
        ("holder", {}, 0),
        ("provider", {}, 0),
        ("space", {}, 0),
    ],
)
async def test_everybody_finds_what_he_may_see(
    registry_api: httpx2.AsyncClient, registry: Database, role: str, bound: dict[str, str], number: int
) -> None:
    await provider(registry, await organization(registry, 1, name="江门检测"))
    stranger = await organization(registry, 2)
    await read_all(registry)
    assert len(await items(registry_api, "/v1/search?q=江门检测", calls(role, stranger, **bound))) == number


@pytest.mark.parametrize("role", ["finance_maker", "finance_checker", "admin"])
async def test_whoever_reads_no_list_searches_none(registry_api: httpx2.AsyncClient, role: str) -> None:
    assert (await registry_api.get("/v1/search?q=江门", headers=calls(role))).status_code == 403


async def test_without_a_token_only_the_directory_answers(registry_api: httpx2.AsyncClient) -> None:
    assert (await registry_api.get("/v1/search?q=江门")).status_code == 401
    assert (await registry_api.get("/v1/directory?q=江门")).status_code == 200


async def test_the_directory_names_neither_owner_nor_credit_code_nor_what_waits(
    registry_api: httpx2.AsyncClient, registry: Database
) -> None:
    firm, _, _ = await listed(registry)
    await space(registry, firm)
    await read_all(registry)
    shown = await items(registry_api, "/v1/directory")
    assert {one["kind"] for one in shown} == {"provider", "offering"}
    assert {frozenset(one) for one in shown} == {frozenset(EVERYBODY)}
    assert code(1) not in str(shown)


async def test_the_directory_has_no_organisations_to_ask_for(registry_api: httpx2.AsyncClient) -> None:
    assert (await registry_api.get("/v1/directory?kind=organization")).status_code == 422


@pytest.mark.parametrize("path", ["/v1/search?q=%25", "/v1/directory?q=★"])
async def test_a_text_with_nothing_to_find_in_it_is_refused(registry_api: httpx2.AsyncClient, path: str) -> None:
    answer = await registry_api.get(path, headers=calls("operator"))
    assert (answer.status_code, answer.json()["code"]) == (422, "search.nothing_to_find")


async def test_a_text_is_bounded(registry_api: httpx2.AsyncClient) -> None:
    assert (await registry_api.get(f"/v1/directory?q={'江' * 64}")).status_code == 200
    assert (await registry_api.get(f"/v1/directory?q={'江' * 65}")).status_code == 422
