"""Stands in for what the services ask of the gateway, so that the service's own app verifies real tokens."""

from fastapi import FastAPI

from tests.chassis.signing import published

gateway_app = FastAPI()


@gateway_app.get("/.well-known/jwks.json")
async def jwks() -> dict[str, object]:
    return await published()


@gateway_app.post("/oauth2/token")
async def token() -> dict[str, object]:
    return {"access_token": "of the service", "expires_in": 600}


@gateway_app.get("/v1/revocations")
async def revocations() -> dict[str, object]:
    return {"items": [], "next_cursor": None}
