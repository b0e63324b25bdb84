"""Regions, categories and calendars over HTTP."""

from typing import Any

import httpx2
import pytest

from tests.registry.neighbours import calls

BODIES: list[tuple[str, dict[str, Any], str]] = [
    ("regions", {"code": "jiangmen-hightech", "name_zh": "高新区", "name_en": "High-tech", "list": "local"}, "code"),
    ("categories", {"id": "x-ray", "name_zh": "射线", "name_en": "X-ray", "parent": "testing"}, "id"),
    ("calendars", {"year": 2022, "off": ["2022-01-03"], "worked": ["2022-01-29"]}, "year"),
]


@pytest.mark.parametrize(("noun", "body", "key"), BODIES)
async def test_an_operator_adds_once_and_everybody_reads(
    registry_api: httpx2.AsyncClient, noun: str, body: dict[str, Any], key: str
) -> None:
    made = await registry_api.post(f"/v1/{noun}", json=body, headers=calls("operator"))
    again = await registry_api.post(f"/v1/{noun}", json=body, headers=calls("operator"))
    read = await registry_api.get(f"/v1/{noun}/{body[key]}", headers=calls("holder"))
    assert (made.status_code, again.status_code, read.json()) == (201, 409, made.json())


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("regions/990000", "region.unknown"),
        ("categories/magic", "category.unknown"),
        ("calendars/2001", "calendar.unknown"),
    ],
)
async def test_what_is_not_listed_is_not_found(registry_api: httpx2.AsyncClient, address: str, code: str) -> None:
    answer = await registry_api.get(f"/v1/{address}", headers=calls("holder"))
    assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_a_calendar_names_every_wrong_day(registry_api: httpx2.AsyncClient) -> None:
    body = {"year": 2022, "off": ["2022-01-01", "2021-12-31"], "worked": ["2022-01-03"]}
    answer = await registry_api.post("/v1/calendars", json=body, headers=calls("operator"))
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/off/0", "/off/1", "/worked/0"]
