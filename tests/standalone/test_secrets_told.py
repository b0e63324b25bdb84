"""Whatever is sent as a secret, whereto and however badly, stands neither in the log nor in the answer."""

import asyncio
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import httpx2
import pytest

from services.chassis import logging
from services.chassis.ids import new_id
from tests.houses import House

SECRET = re.compile(r"password|secret|token|(^|_)pin$|^code$")
ROLES = (None, "holder", "provider", "operator")
LATER, PATIENCE_SECONDS = 503, 90
SENT_AS = ("text", "list", "torn", "form", "query", "bearer")


@dataclass(frozen=True)
class Bears:
    """An operation with the fields of its body that bear secrets."""

    method: str
    path: str
    fields: frozenset[str]


def bearing(document: Any) -> Iterator[Bears]:
    """Every operation whose body has a field that is called as a secret is, in whatever depth."""
    for path, ways in document["paths"].items():
        for method, operation in ways.items():
            content = operation.get("requestBody", {}).get("content", {})
            fields = {name for one in content.values() for name in named(document, one["schema"], set())}
            if found := {name for name in fields if SECRET.search(name)}:
                yield Bears(method.upper(), re.sub(r"\{\w+\}", f"vch_{new_id().hex}", path), frozenset(found))


def named(document: Any, schema: Any, seen: set[str]) -> set[str]:
    """The names of all fields of a schema."""
    if isinstance(schema, list):
        return {name for one in schema for name in named(document, one, seen)}
    if not isinstance(schema, dict):
        return set()
    below = schema.get("$ref", "").rpartition("/")[2]
    if below and below not in seen:
        seen.add(below)
        return named(document, document["components"]["schemas"][below], seen)
    return set(schema.get("properties", {})) | named(document, list(schema.values()), seen)


def request(bears: Bears, secret: str, sent_as: str) -> dict[str, Any]:
    """How a client might send it, well or badly."""
    if sent_as == "torn":
        return {"content": "".join(f'{{"{name}": "{secret}", ' for name in sorted(bears.fields))}
    if sent_as == "form":
        return {"data": dict.fromkeys(bears.fields, secret)}
    if sent_as == "query":
        return {"params": dict.fromkeys(bears.fields, secret), "json": {}}
    if sent_as == "bearer":
        return {"headers": {"Authorization": f"Bearer {secret}"}, "json": {}}
    value: Any = secret if sent_as == "text" else [secret]
    return {"json": dict.fromkeys(bears.fields, value) | {"consent": dict.fromkeys(bears.fields, value)}}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    out = io.StringIO()
    logging.configure("debug", out)
    yield out
    logging.configure()


async def answered(http: httpx2.AsyncClient, bears: Bears, asked: dict[str, Any]) -> list[httpx2.Response]:
    """Ask until the house has time for it: on a busy machine a connection to the database may take too long."""
    answers = [await http.request(bears.method, bears.path, **asked)]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while answers[-1].status_code == LATER:
            await asyncio.sleep(int(answers[-1].headers["Retry-After"]))
            answers.append(await http.request(bears.method, bears.path, **asked))
    return answers


async def test_no_secret_that_is_sent_is_logged_or_told(house: House, log: io.StringIO) -> None:
    operations = list(bearing((await house.http.get("/openapi.json")).json()))
    fields = frozenset().union(*(one.fields for one in operations))
    assert {"password", "refresh_token", "token", "client_secret", "pin", "current_pin", "code"} <= fields
    answers: list[httpx2.Response] = []
    sent = []
    for bears in operations:
        for number, sent_as in enumerate(SENT_AS):
            secret = f"{token_hex(8)}-{sent_as}"
            asked = request(bears, secret, sent_as)
            role = ROLES[number % len(ROLES)]
            headers = {"Idempotency-Key": new_id().hex, **({} if role is None else await house.calls(role))}
            asked["headers"] = headers | asked.get("headers", {})
            answers += await answered(house.http, bears, asked)
            sent.append(secret)
    told = log.getvalue() + "".join(answer.text for answer in answers)
    assert [secret for secret in sent if secret in told] == []
    assert {answer.status_code // 100 for answer in answers if answer.status_code != LATER} <= {2, 4}
    assert len([json.loads(line) for line in log.getvalue().splitlines()]) >= len(answers)
