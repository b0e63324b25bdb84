"""Speaks HTTP for who verifies our tokens: the key set (RFC 7517) and the server's own description (RFC 8414)."""

from typing import Any

from fastapi import Request

from services.chassis.http import router
from services.gateway.api.acting import Kept
from services.gateway.api.oauth2 import GRANTS
from services.gateway.domain.claims import ISSUER
from services.gateway.keys import ALGORITHM

well_known = router()


@well_known.get("/.well-known/jwks.json", tags=["keys"])
async def get_key_set(keeper: Kept) -> dict[str, list[dict[str, str]]]:
    """The public keys that verify access tokens, newest first."""
    return keeper.signer.key_set()


@well_known.get("/.well-known/oauth-authorization-server", tags=["keys"])
async def get_authorization_server(request: Request) -> dict[str, Any]:
    """Where tokens are had, and how a client proves itself."""
    here = str(request.base_url).rstrip("/")
    return {
        "issuer": ISSUER,
        "token_endpoint": f"{here}/oauth2/token",
        "revocation_endpoint": f"{here}/oauth2/revoke",
        "introspection_endpoint": f"{here}/oauth2/introspect",
        "jwks_uri": f"{here}/.well-known/jwks.json",
        "grant_types_supported": list(GRANTS),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "token_endpoint_auth_signing_alg_values_supported": [ALGORITHM],
        "response_types_supported": [],
        "service_documentation": f"{here}/docs",
    }
