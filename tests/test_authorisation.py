"""The whole authorisation table, held against every route: who may call what, asked over HTTP through the gateway."""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from services.chassis.authorisation import ROLES, Table
from services.gateway.authorisation import AUTHORISATION as GATEWAY
from services.registry.authorisation import AUTHORISATION as REGISTRY
from services.voucher.authorisation import AUTHORISATION as VOUCHER
from tests.houses import House

TABLE: Table = {**REGISTRY, **VOUCHER, **GATEWAY}
ENDS_THE_SESSION = "log_out"
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Operation:
    """One operation of the merged API, with a path whose ids belong to nothing."""

    name: str
    method: str
    path: str


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield Operation(_in_its_service(operation["operationId"]), method.upper(), _filled(path, operation))


def _in_its_service(name: str) -> str:
    """What several services have carries the service's name in the merged document only: send_registry_document."""
    return name if name in TABLE else re.sub("_(gateway|registry|voucher)(?=_)", "", name)


def _filled(path: str, operation: dict[str, Any]) -> str:
    patterns = {
        parameter["name"]: parameter["schema"].get("pattern", "")
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path"
    }
    for name, pattern in patterns.items():
        prefix = re.match(r"\^([a-z]+)_", pattern)
        path = path.replace("{" + name + "}", f"{prefix[1]}_{'0' * 32}" if prefix else "0")
    return path


async def all_operations(house: House) -> list[Operation]:
    return list(operations((await house.http.get("/openapi.json")).json()))


async def test_every_operation_stands_in_the_table_and_nothing_else(house: House) -> None:
    hidden = {"get_liveness", "get_readiness", "get_metrics", "get_openapi", "get_root", "get_docs", "get_docs_asset"}
    assert {operation.name for operation in await all_operations(house)} | hidden == set(TABLE) | hidden


async def test_without_a_token_only_public_operations_answer(house: House) -> None:
    for operation in await all_operations(house):
        status = (await house.http.request(operation.method, operation.path)).status_code
        assert (status == 401) == bool(TABLE[operation.name]), (operation, status)


async def asked(house: House, operation: Operation, headers: dict[str, str], *, patient: bool) -> httpx2.Response:
    """What a call is answered; who is patient comes again as long as a loaded machine asks him to come later."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = await house.http.request(operation.method, operation.path, headers=headers)
        if answer.status_code != 503 or not patient or time.monotonic() > deadline:
            return answer
        await asyncio.sleep(1)


@pytest.mark.slow
async def test_a_role_reaches_its_operations_and_no_other(house: House) -> None:
    held = [operation for operation in await all_operations(house) if operation.name != ENDS_THE_SESSION]
    for role in [role for role in ROLES if role != "service"]:
        headers = await house.calls(role)
        for operation in [one for one in held if TABLE[one.name]]:
            granted = any(grant.role == role for grant in TABLE[operation.name])
            answer = await asked(house, operation, headers, patient=not granted)
            forbidden = answer.status_code == 403 and answer.json()["code"] == "auth.forbidden"
            assert forbidden != granted, (role, operation, answer.status_code, answer.text)
            assert answer.status_code < 500 or answer.status_code == 503, (role, operation, answer.text)
