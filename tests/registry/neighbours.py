"""Stands in for what the services ask of the gateway, and makes the headers of callers in every role."""

import base64
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from pydantic import SecretStr

from tests.chassis.signing import bearer, published

gateway_app = FastAPI()
MASTER_KEY = bytes(range(32))
SECRETS: dict[str, Any] = {
    "client_secret": SecretStr("of the tests"),
    "master_key": SecretStr(base64.b64encode(MASTER_KEY).decode()),
}
"""What no installation may leave out."""


@gateway_app.get("/.well-known/jwks.json")
async def jwks() -> dict[str, object]:
    return await published()


@gateway_app.post("/oauth2/token")
async def token() -> dict[str, object]:
    return {"access_token": "of the service", "expires_in": 600}


@gateway_app.get("/v1/revocations")
async def revocations() -> dict[str, object]:
    return {"items": [], "next_cursor": None}


def calls(role: str, organization: UUID | None = None, **claims: Any) -> dict[str, str]:
    """Headers of somebody in a role, for an organisation or bound to a region."""
    shown = None if organization is None else f"org_{organization.hex}"
    return bearer(roles=[role], org=shown, **claims)
