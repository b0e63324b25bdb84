"""Asks the API of a sandbox once on behalf of a demo caller, and tells a refusal in words."""

from __future__ import annotations

import asyncio
import mimetypes
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any
from uuid import uuid4

import httpx2

from services.standalone.caller import Caller, Json
from services.standalone.installation import Installation, Unusable
from services.standalone.logins import over
from services.standalone.picking import NotThere, shown
from services.standalone.reaching import reached

JSON = "application/json"
BODILESS = ("GET", "HEAD", "DELETE")
ACCEPTED = 202


class Refused(Exception):
    """The API said no; the text is its reasons, for a person."""


@dataclass(frozen=True)
class Order:
    """What is asked. body: JSON, or ``@`` and the name of a file; role: None asks without a token.

    filled: whether ``$name`` in the body stands for a variable of the environment.
    """

    method: str
    path: str
    body: str | None = None
    role: str | None = None
    filled: bool = False


def ask(installation: Installation, order: Order, pick: str | None) -> bytes:
    """The answer as it is printed: JSON readable or what ``pick`` names of it, anything else byte for byte.

    A job is waited for, and answered by its report. Raises Refused, and Unusable for an order that cannot be sent.
    """
    return asyncio.run(_asked(installation, order, pick))


async def _asked(installation: Installation, order: Order, pick: str | None) -> bytes:
    method, content = order.method.upper(), _content(order)
    async with reached(installation) as (gateway, logins), over(gateway) as http:
        try:
            caller = Caller(http) if order.role is None else await logins.sign_in(http, order.role)
            answer = await http.request(
                method, order.path, headers={**_headers(caller), **content[1]}, content=content[0]
            )
        except httpx2.TransportError as error:
            raise Unusable(f"{gateway} does not answer: {type(error).__name__}") from None
        if answer.status_code >= httpx2.codes.BAD_REQUEST:
            raise Refused("\n".join(_in_words(f"{method} {order.path}", answer)))
        if not answer.headers.get("content-type", "").startswith(JSON):
            return answer.content
        body = answer.json()
        return _printed(await caller.job(body) if answer.status_code == ACCEPTED else body, pick)


def _headers(caller: Caller) -> dict[str, str]:
    """A key of its own for each call: where none is needed it does no harm."""
    key = {"Idempotency-Key": uuid4().hex}
    return key if caller.token is None else {"Authorization": f"Bearer {caller.token}", **key}


def _content(order: Order) -> tuple[bytes | None, Mapping[str, str]]:
    """The bytes to send, and the header that says what they are; a POST without a body sends an empty object."""
    if order.body is None:
        return (None, {}) if order.method.upper() in BODILESS else (b"{}", {"Content-Type": JSON})
    content, media_type = order.body.encode(), JSON
    if order.body.startswith("@"):
        content, media_type = _file(Path(order.body[1:]))
    return _filled(content) if order.filled else content, {"Content-Type": media_type}


def _file(file: Path) -> tuple[bytes, str]:
    try:
        return file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}") from None


def _filled(content: bytes) -> bytes:
    try:
        return Template(content.decode()).substitute(os.environ).encode()
    except KeyError as missing:
        raise Unusable(f"the body names ${missing.args[0]}, which is not in the environment") from None
    except ValueError as error:
        raise Unusable(f"the body cannot be filled: {error}") from None


def _printed(body: Any, pick: str | None) -> bytes:
    try:
        return f"{shown(body, pick)}\n".encode()
    except NotThere as error:
        raise Unusable(str(error)) from None


def _in_words(call: str, answer: httpx2.Response) -> Iterator[str]:
    """A problem document for a person: what was asked, every reason with its place and clause, and the remedy."""
    if "json" not in answer.headers.get("content-type", ""):
        yield f"{call} answered {answer.status_code}: {answer.text}"
        return
    problem: Json = answer.json()
    yield f"{call} was refused ({problem['status']} {problem['code']})"
    for error in problem["errors"]:
        place = f"{error['pointer']}: " if error["pointer"] else ""
        clause = f" ({error['clause']})" if error["clause"] else ""
        yield f"  {place}{error['message']}{clause}"
    yield f"What to do: {problem['detail']}"
