"""Decides how one service speaks to another: over HTTP, or to its ASGI app in the same process, with its own token."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx2

from services.chassis.database import Mode

TIMEOUT_SECONDS = 5.0
RENEW_BEFORE_SECONDS = 60


class NeighbourFailed(Exception):
    """A neighbour could not be reached or answered with an error; status is None when there was no answer."""

    def __init__(self, status: int | None, body: Mapping[str, Any]) -> None:
        super().__init__(f"neighbour answered {status}")
        self.status = status
        self.body = body


@dataclass(frozen=True)
class Credentials:
    """What a service proves itself with at the gateway (client credentials, RFC 6749 section 4.4)."""

    client_id: str
    client_secret: str = field(repr=False)


class Neighbour:
    """A client of one service. ``app`` is its ASGI app where it runs in this process; else ``url`` is called."""

    def __init__(self, url: str, *, app: Any = None) -> None:
        transport = httpx2.ASGITransport(app=app) if app is not None else None
        self._client = httpx2.AsyncClient(base_url=url, transport=transport, timeout=TIMEOUT_SECONDS, verify=trusted())

    async def get(
        self, path: str, *, params: Mapping[str, str] | None = None, token: str | None = None
    ) -> dict[str, Any]:
        """The JSON answer to a GET; NeighbourFailed otherwise."""
        return await self.call("GET", path, params=params, token=token)

    async def post(self, path: str, *, json: Any = None, data: Any = None, token: str | None = None) -> dict[str, Any]:
        """The JSON answer to a POST; NeighbourFailed otherwise."""
        return await self.call("POST", path, json=json, data=data, token=token)

    async def call(self, method: str, path: str, *, token: str | None = None, **content: Any) -> dict[str, Any]:
        """One call, not repeated here: only the caller knows whether it may be."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        try:
            response = await self._client.request(method, path, headers=headers, **content)
            body: dict[str, Any] = response.json()
        except (httpx2.HTTPError, ValueError) as error:
            raise NeighbourFailed(None, {}) from error
        if response.status_code >= 400:
            raise NeighbourFailed(response.status_code, body)
        return body

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()


@cache
def trusted() -> ssl.SSLContext:
    """Whom this machine trusts, read once: there are some hundred certificates in it."""
    return httpx2.create_ssl_context()


class TokenSource:
    """This service's own access token, fetched from the gateway and renewed a minute before it expires."""

    def __init__(self, gateway: Neighbour, credentials: Credentials, mode: Mode) -> None:
        self._gateway = gateway
        self._credentials = credentials
        self._mode = mode
        self._token = ""
        self._renew_at = float("-inf")

    async def token(self) -> str:
        """A token that is good for another minute; NeighbourFailed when the gateway does not give one."""
        if time.monotonic() >= self._renew_at:
            answer = await self._gateway.post(
                "/oauth2/token",
                data={
                    "grant_type": "client_credentials",
                    "client_id": self._credentials.client_id,
                    "client_secret": self._credentials.client_secret,
                    "mode": self._mode,
                },
            )
            self._token = answer["access_token"]
            self._renew_at = time.monotonic() + int(answer["expires_in"]) - RENEW_BEFORE_SECONDS
        return self._token
