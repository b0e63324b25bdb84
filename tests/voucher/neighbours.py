"""Stands in for what the services ask of the gateway, so that the service's own app verifies real tokens."""

import base64
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from tests.chassis.signing import published

gateway_app = FastAPI()
SECRETS: dict[str, Any] = {
    "client_secret": SecretStr("of the tests"),
    "code_key": SecretStr(base64.b64encode(bytes(range(32))).decode()),
    "pepper": SecretStr(base64.b64encode(bytes(32)).decode()),
    "seal_key": SecretStr(base64.b64encode(bytes(range(32, 64))).decode()),
}
"""What the voucher service proves itself with, signs codes and seals with and keys digests by, in tests."""


@gateway_app.get("/.well-known/jwks.json")
async def jwks() -> dict[str, object]:
    return await published()


@gateway_app.post("/oauth2/token")
async def token() -> dict[str, object]:
    return {"access_token": "of the service", "expires_in": 600}


@gateway_app.get("/v1/revocations")
async def revocations() -> dict[str, object]:
    return {"items": [], "next_cursor": None}
