"""Decides what one OpenAPI 3.1 document of all services says: paths as the gateway routes them, every name once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.gateway.authorisation import needs_token
from services.gateway.upstream import service_of_path

Document = dict[str, Any]
OWN = "gateway"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
REF = "#/components/schemas/"
ABOUT = """Innovation vouchers: issue, redeem, pay. What every call has in common:

**How a program gets in.** A person logs in at `POST /v1/auth/login`; `mode` chooses the live database (`live`) or a
sandbox (`test`). A program of an organisation has credentials of its own: a member logs in and makes them with
`POST /v1/clients`, which names the roles and shows the secret once; the program then asks `POST /oauth2/token` with
the form `grant_type=client_credentials&client_id=…&client_secret=…`. Either answer has an `access_token` for ten
minutes: send it as `Authorization: Bearer …`. A login's answer has a `refresh_token` too, which works once, at
`POST /v1/auth/refresh`, for the next pair; a program asks for a new token instead. On 401 `auth.expired` do that, and
send the request again. What your role may not do is answered 403; what you may not know of, 404.

**Idempotency-Key.** What moves value asks for this header: 1 to 255 visible ASCII characters, say a UUID. Send the
*same* key again for the *same* request whenever an answer was lost: what was done is answered again
(`Idempotency-Replayed: true`) and not done twice. A *new* request gets a *new* key; a used key with another body is
refused. What was refused has not used its key up.

**Pages.** A list gives `items` and `next_cursor`; ask again with `after` set to that cursor until it is null. `limit`
is how many a page has. A feed (`/v1/events`) always gives one, from which to ask later.

**If-Match.** What can be edited is read with an `ETag`; a PATCH sends it back as `If-Match`. 412 says that somebody
else was quicker: read again, then edit. Without the header the answer is 428.

**Refusals** are problem documents (RFC 9457, `application/problem+json`). Branch on `code`, never on the text: each is
explained, with what to do, at `/v1/problems`. `errors` names every fault at once: `pointer` into the body (lists count
from 0), `message`, and its `numbers`. `retryable` says whether the same request, under the same key, may succeed
later; `Retry-After` says when. `/oauth2/…` answers as its RFCs say instead.

**Languages.** `Accept-Language: zh-CN` has refusals told in Chinese (中文); otherwise they are in English.

**Values.** Money is an object with a decimal string, `{"amount": "12345.67", "currency": "CNY"}`; a day is
`YYYY-MM-DD`; an instant has an offset.
"""
"""What a program's author must know before the first call; Markdown, shown on top of `/docs`."""

BEARER = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT (RFC 9068)"}}


class TwoMeanings(Exception):
    """A problem code that one service explains otherwise than another: whoever looks it up would be told only one."""


@dataclass(frozen=True)
class Merged:
    """The whole document, and every problem code of every service."""

    document: Document
    problems: dict[str, dict[str, Any]]


def merge(documents: Mapping[str, Document]) -> Merged:
    """Merge the services' documents, the gateway's first; a name that means two things is prefixed by its service.

    Raises TwoMeanings for a problem code that does: a code is public and cannot be prefixed.
    """
    paths: Document = {}
    schemas: Document = {}
    problems: dict[str, dict[str, Any]] = {}
    operations: set[str] = set()
    for service, sent in documents.items():
        document = _renamed(sent, _collisions(service, sent, schemas))
        schemas |= document.get("components", {}).get("schemas", {})
        _gather(problems, _problems(document), service)
        for path, item in document["paths"].items():
            if (service_of_path(path) or OWN) == service:
                paths[path] = _operations(service, path, item, operations)
    return Merged(_whole(paths, schemas), dict(sorted(problems.items())))


def _whole(paths: Document, schemas: Document) -> Document:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Innovoucher",
            "version": "1",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": ABOUT,
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": BEARER},
    }


def _collisions(service: str, document: Document, taken: Document) -> dict[str, str]:
    """New names for this service's schemas whose names already mean something else."""
    own = document.get("components", {}).get("schemas", {})
    return {
        name: f"{service.capitalize()}{name}" for name, schema in own.items() if name in taken and taken[name] != schema
    }


def _renamed(document: Document, names: Mapping[str, str]) -> Document:
    """The document with its schemas, and every reference to them, under the new names."""
    if not names:
        return document
    schemas = document["components"]["schemas"]
    renamed = {names.get(name, name): schema for name, schema in schemas.items()}
    references = {f"{REF}{old}": f"{REF}{new}" for old, new in names.items()}
    whole: Document = _referring({**document, "components": {"schemas": renamed}}, references)
    return whole


def _referring(value: Any, references: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: references.get(member, member)
            if key == "$ref" and isinstance(member, str)
            else _referring(member, references)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [_referring(member, references) for member in value]
    return value


def _operations(service: str, path: str, item: Document, taken: set[str]) -> Document:
    """A path's operations, each with an operationId of its own and its security said."""
    named = {}
    for method, operation in item.items():
        if method not in METHODS:
            named[method] = operation
            continue
        name = operation["operationId"]
        if name in taken:
            verb, _, noun = name.partition("_")
            name = f"{verb}_{service}_{noun}"
        taken.add(name)
        named[method] = {**operation, "operationId": name}
        if not needs_token(method.upper(), path):
            named[method]["security"] = []
    return named


def _gather(known: dict[str, dict[str, Any]], more: Mapping[str, dict[str, Any]], service: str) -> None:
    for code, problem in more.items():
        if known.setdefault(code, problem) != problem:
            raise TwoMeanings(f"{code} of {service}: {problem}; elsewhere: {known[code]}")


def _problems(document: Document) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for tag in document.get("tags", []):
        found |= tag.get("x-problems", {})
    return found


def read(body: bytes) -> Document:
    """A document as an upstream sent it; ValueError when it is none."""
    document = json.loads(body)
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise ValueError("no OpenAPI document")
    return document
