"""Remembers the logins of a sandbox's demo callers, and signs them in at its gateway."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from services.standalone import folders
from services.standalone.caller import Caller
from services.standalone.installation import Unusable

FILE = "demo-callers.json"
CALL_SECONDS = 30


@dataclass(frozen=True)
class DemoLogins:
    """The login of each role; one generated password for all of them, for it protects nothing real."""

    by_role: dict[str, str]
    password: str = field(repr=False)

    async def sign_in(self, http: httpx2.AsyncClient, role: str) -> Caller:
        """The API as the demo caller of a role; Unusable for an unknown one."""
        if role not in self.by_role:
            raise Unusable(f"no demo caller is a {role}; choose one of {', '.join(self.by_role)}")
        return await Caller(http).log_in(self.by_role[role], self.password)


def remember(data: Path, logins: DemoLogins) -> None:
    """Keep the logins of this data folder's sandbox where only its owner reads them."""
    folders.write_private(data / FILE, json.dumps(asdict(logins)))


def remembered(data: Path) -> DemoLogins | None:
    """The logins that were made for this data folder's sandbox."""
    file = data / FILE
    return DemoLogins(**json.loads(file.read_text())) if file.exists() else None


def over(app: Any) -> httpx2.AsyncClient:
    """A client of an app in this process, or of the gateway at a URL."""
    if isinstance(app, str):
        return httpx2.AsyncClient(base_url=app, timeout=CALL_SECONDS)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://gateway", timeout=CALL_SECONDS)
