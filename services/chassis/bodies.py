"""Decides what JSON is taken: only what any two readers would read the same way."""

import json
from typing import Any

from fastapi import Request

from services.chassis.refusals import Refusal

DEPTH_MAX = 32


class StrictRequest(Request):
    """A request whose JSON may not be ambiguous: no key twice, no NaN, no NUL or unpaired surrogate, no great depth."""

    async def json(self) -> Any:
        """The body; JSONDecodeError for anything that two readers might read differently."""
        if not hasattr(self, "_strict"):
            self._strict = read_json(await self.body())
        return self._strict

    async def at_most(self, size: int) -> bytes:
        """The body as it was sent; Refusal ``request.too_large`` as soon as more than this many bytes have come."""
        if not hasattr(self, "_body"):
            body = bytearray()
            async for chunk in self.stream():
                body += chunk
                if len(body) > size:
                    raise Refusal("request.too_large")
            self._body = bytes(body)
        return self._body


async def asked(request: Request) -> Any:
    """What a body asks; none asks the same as an empty one. Refusal ``request.malformed``.

    FastAPI itself reads only what calls itself JSON: whatever else comes is read here first.
    """
    try:
        return await request.json() if await request.body() else {}
    except json.JSONDecodeError as error:
        raise Refusal("request.malformed", numbers={"why": error.msg}) from error


_UNREAD = {UnicodeDecodeError: "it is not in UTF-8", RecursionError: "nested too deeply"}


def read_json(body: bytes) -> Any:
    """Parse strictly; json.JSONDecodeError says what is wrong.

    Only an escape can write a NUL or half a surrogate pair, and what opens so few brackets is not deep: nearly every
    body is then read without a look at each of its values.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError(_UNREAD.get(type(error), str(error)[:100]), "", 0) from error
    if "\\u" in text or text.count("[") + text.count("{") > DEPTH_MAX:
        _check_value(value, 0)
    return value


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a key stands twice")
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _check_value(value: Any, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise json.JSONDecodeError("nested too deeply", "", 0)
    if isinstance(value, dict):
        for key, member in value.items():
            _check_value(key, depth)
            _check_value(member, depth + 1)
    elif isinstance(value, list):
        for member in value:
            _check_value(member, depth + 1)
    elif isinstance(value, str) and ("\0" in value or any("\ud800" <= character <= "\udfff" for character in value)):
        raise json.JSONDecodeError("NUL or unpaired surrogate in text", "", 0)
