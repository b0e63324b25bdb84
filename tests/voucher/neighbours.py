"""Stands in for the gateway's two published documents, so that the service's own app verifies real tokens."""

from fastapi import FastAPI

from tests.chassis.signing import published

gateway_app = FastAPI()


@gateway_app.get("/.well-known/jwks.json")
async def jwks() -> dict[str, object]:
    return await published()


@gateway_app.get("/v1/revocations")
async def revocations() -> dict[str, object]:
    return {"items": [], "next_cursor": None}
