"""Statistics over HTTP: for everybody without what is small, for the staff in full, as JSON and as sheets."""

import io
import zipfile
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.standards.spreadsheet import BOM
from tests.registry.neighbours import calls
from tests.registry.samples import CITY, PENGJIANG, TAISHAN, organization
from tests.registry.statistics.samples import spaces

BY_REGION: dict[str, Any] = {"subject": "spaces", "group_by": "region"}
FIRMS: dict[str, Any] = {"subject": "organizations", "group_by": "region"}


@pytest.fixture
async def seven(registry: Database) -> None:
    """Six spaces in Pengjiang and one in Taishan."""
    await spaces(registry, PENGJIANG, 6)
    await spaces(registry, TAISHAN, 1, first=7)


@pytest.fixture
async def seven_firms(registry: Database) -> None:
    """Six firms in Pengjiang and one in Taishan."""
    for number in range(1, 8):
        await organization(registry, number, region=PENGJIANG if number < 7 else TAISHAN)


async def told(api: httpx2.AsyncClient, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
    answer = await api.get(path, params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


@pytest.mark.usefixtures("seven")
async def test_everybody_counts_what_is_public_by_name(registry_api: httpx2.AsyncClient) -> None:
    body = (await told(registry_api, "/v1/statistics", **BY_REGION)).json()
    assert [line["count"] for line in body["cells"]] == [6, 1]


@pytest.mark.usefixtures("seven_firms")
async def test_everybody_is_told_without_a_token(registry_api: httpx2.AsyncClient) -> None:
    body = (await told(registry_api, "/v1/statistics", **FIRMS)).json()
    assert body["cells"] == [{"by": {"region": code}, "count": None} for code in (PENGJIANG, TAISHAN)]
    assert (body["total"], body["complete"], body["on"]) == (7, True, "2020-09-14")


@pytest.mark.usefixtures("seven")
async def test_an_operator_is_told_in_full(registry_api: httpx2.AsyncClient) -> None:
    body = (await told(registry_api, "/v1/statistics/exact", calls("operator"), **BY_REGION)).json()
    assert [line["count"] for line in body["cells"]] == [6, 1]


@pytest.mark.usefixtures("seven")
async def test_a_reviewer_is_told_of_his_county(registry_api: httpx2.AsyncClient) -> None:
    headers = calls("reviewer", region=TAISHAN)
    body = (await told(registry_api, "/v1/statistics/exact", headers, **BY_REGION)).json()
    assert (body["cells"], body["total"]) == ([{"by": {"region": TAISHAN}, "count": 1}], 1)


@pytest.mark.usefixtures("seven")
async def test_sums_stand_beside_a_table_of_two_dimensions(registry_api: httpx2.AsyncClient) -> None:
    query = {"subject": "spaces", "group_by": "region,kind"}
    body = (await told(registry_api, "/v1/statistics/exact", calls("auditor"), **query)).json()
    assert body["sums"][1] == [{"by": {"kind": "professional_service"}, "count": 7}]


@pytest.mark.usefixtures("seven_firms")
async def test_a_sheet_says_what_is_withheld(registry_api: httpx2.AsyncClient) -> None:
    answer = await told(registry_api, "/v1/statistics", **FIRMS, format="csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines() == [
        f"{BOM}region,organizations,on",
        f"{PENGJIANG},withheld,2020-09-14",
        f"{TAISHAN},withheld,2020-09-14",
        "total,7,2020-09-14",
    ]


@pytest.mark.usefixtures("seven")
async def test_a_workbook_holds_the_counts_as_numbers(registry_api: httpx2.AsyncClient) -> None:
    answer = await told(registry_api, "/v1/statistics/exact", calls("operator"), **BY_REGION, format="xlsx")
    assert "spreadsheetml" in answer.headers["content-type"]
    assert answer.headers["content-disposition"] == 'attachment; filename="spaces-2020-09-14.xlsx"'
    page = zipfile.ZipFile(io.BytesIO(answer.content)).read("xl/worksheets/sheet1.xml").decode()
    assert '<c r="B2"><v>6</v></c>' in page


async def test_without_dimensions_there_is_the_total(registry_api: httpx2.AsyncClient) -> None:
    answer = await told(registry_api, "/v1/statistics", subject="teams", format="csv")
    assert answer.text.splitlines() == [f"{BOM}teams,on", "0,2020-09-14"]


@pytest.mark.parametrize("group_by", ["region;drop table spaces", "recorded_by", "REGION"])
async def test_no_text_of_a_caller_becomes_sql(registry_api: httpx2.AsyncClient, group_by: str) -> None:
    answer = await registry_api.get("/v1/statistics", params={"subject": "spaces", "group_by": group_by})
    assert answer.status_code == 422


async def test_coverage_is_told_to_everybody(registry_api: httpx2.AsyncClient) -> None:
    body = (await told(registry_api, "/v1/statistics/coverage", region="620500")).json()
    assert (body["covered"], body["of"], body["full"]) == (0, 7, False)


async def test_targets_are_told_to_everybody_and_set_by_an_operator(registry_api: httpx2.AsyncClient) -> None:
    wanted = {"measure": "talents", "region": CITY, "value": 9, "due_on": "2020-12-31", "policy": "p", "clause": "一"}
    made = await registry_api.post("/v1/targets", json=wanted, headers=calls("operator"))
    assert made.status_code == 201
    (shown,) = (await told(registry_api, "/v1/targets", region=CITY)).json()["items"]
    assert shown == made.json()
    assert (shown["counted_here"], shown["actual"], shown["reached"]) == (False, None, None)
