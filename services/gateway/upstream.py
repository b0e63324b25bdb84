"""Decides which service answers a path. An upstream is an ASGI app: the service itself, or a forwarder to its URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

from services.chassis.refusals import Refusal

REGISTRY_NOUNS = frozenset(
    {
        "activities",
        "assessments",
        "calendars",
        "campaigns",
        "categories",
        "changes",
        "directory",
        "exports",
        "imports",
        "indicator-systems",
        "instruments",
        "investors",
        "mentors",
        "offerings",
        "organizations",
        "people",
        "policies",
        "providers",
        "ratings",
        "regions",
        "registry",
        "related-parties",
        "relations",
        "residencies",
        "sanction-cases",
        "sanctions",
        "search",
        "spaces",
        "statistics",
        "supported-objects",
        "targets",
        "teams",
        "work-summaries",
    }
)
"""First words after /v1/ that belong to the registry."""

OWN_NOUNS = frozenset(
    {
        "auth",
        "clients",
        "gateway",
        "invitations",
        "me",
        "memberships",
        "persons",
        "problems",
        "registrations",
        "revocations",
        "role-grants",
    }
)
"""First words after /v1/ that the gateway answers itself; whatever else is under /v1/ is the voucher service's."""

VOUCHER_KEYS = "/.well-known/voucher-keys.json"
"""The one path outside /v1/ that is not the gateway's own."""


@dataclass(frozen=True)
class Upstreams:
    """The services behind the gateway, by name; one that is left out is down."""

    apps: Mapping[str, ASGIApp]

    def of(self, path: str) -> ASGIApp | None:
        """The app that answers a path; None for the gateway's own. Refusal ``upstream.unavailable``."""
        name = service_of_path(path)
        if name is None:
            return None
        if name not in self.apps:
            raise Refusal("upstream.unavailable")
        return self.apps[name]


def service_of_path(path: str) -> str | None:
    """``registry``, ``voucher``, or None for the gateway itself."""
    root, _, rest = path[1:].partition("/")
    noun = rest.split("/")[0].split(":")[0]
    if path == VOUCHER_KEYS:
        return "voucher"
    if root != "v1" or noun in OWN_NOUNS:
        return None
    return "registry" if noun in REGISTRY_NOUNS else "voucher"


async def fetch(app: ASGIApp, path: str) -> tuple[int, bytes]:
    """Status and body of a GET that the gateway itself asks of an upstream."""
    status, body = 0, bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            body.extend(message.get("body", b""))

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"upstream")],
        "client": None,
        "server": None,
    }
    await app(scope, receive, send)
    return status, bytes(body)
