"""Decides who the demo callers of a sandbox are, makes them through the public API, and logs them in again."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx2

from services.chassis.refusals import Refusal
from services.standalone import folders, gatehouse
from services.standalone.installation import UNFINISHED_SANDBOX, Installation, Unusable

ADMINS = ("admin", "second-admin")
STAFF: dict[str, dict[str, str]] = {
    "operator": {"bureau": "jiangmen-sme"},
    "reviewer": {"region": "440700", "stage": "city"},
    "finance_maker": {"treasury": "jiangmen"},
    "finance_checker": {"treasury": "jiangmen"},
    "auditor": {},
}
"""Staff roles and what each is bound to: the bureau and region of the scheme that ships with the product."""

PARTIES = {
    "holder": ("江门市示范科技有限公司", "91440703MADEM0011W"),
    "provider": ("江门市示范检测有限公司", "91440703MADEM002XL"),
    "space": ("江门市示范众创空间有限公司", "91440703MADEM0038L"),
}
ROLES = ("admin", *STAFF, *PARTIES)
FILE = "demo-callers.json"


@dataclass(frozen=True)
class Logins:
    """The login of each role; one generated password for all of them, for it protects nothing real."""

    by_role: dict[str, str]
    password: str


class Refused(Exception):
    """The API did not do what a seeding needs."""


@dataclass(frozen=True)
class Api:
    """The public API as one caller."""

    http: httpx2.AsyncClient
    token: str | None = None

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The JSON answer; Refused with the problem's own words."""
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        response = await self.http.request(method, path, json=body, headers=headers)
        if response.status_code >= 400:
            raise Refused(f"{method} {path}: {response.status_code} {response.text}")
        answer: dict[str, Any] = response.json()
        return answer

    async def log_in(self, login: str, password: str) -> Api:
        """The same API as this person in the sandbox.

        A token issued in the very second in which the person's roles changed does not count: then the next second is
        waited for.
        """
        for _ in range(3):
            answer = await self.call("POST", "/v1/auth/login", {"login": login, "password": password, "mode": "test"})
            mine = Api(self.http, answer["access_token"])
            try:
                await mine.call("GET", "/v1/me")
            except Refused:
                await asyncio.sleep(1)
            else:
                return mine
        raise Refused(f"{login} is not let in")


async def seed(app: Any, installation: Installation) -> Logins | None:
    """Make the demo callers of this sandbox unless they are there; None when somebody else founded its accounts."""
    if installation.test is None:
        raise Unusable("demo callers live in a sandbox only")
    known = await _known(app, installation.data)
    if known is not None:
        return known
    unfinished = installation.data / UNFINISHED_SANDBOX
    unfinished.touch(mode=0o600)
    try:
        made = await _make(app, installation)
    except Refusal as refusal:
        if refusal.code != "admins.founded":
            raise
        made = None
    unfinished.unlink()
    return made


async def token(app: Any, logins: Logins, role: str) -> str:
    """A new access token of a demo caller; Unusable for an unknown role."""
    if role not in logins.by_role:
        raise Unusable(f"no demo caller is a {role}; choose one of {', '.join(logins.by_role)}")
    async with over(app) as http:
        signed_in = await Api(http).log_in(logins.by_role[role], logins.password)
    return signed_in.token or ""


def over(app: Any) -> httpx2.AsyncClient:
    """A client of an app in this process, or of the gateway at a URL."""
    if isinstance(app, str):
        return httpx2.AsyncClient(base_url=app, timeout=30)
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://gateway", timeout=30)


def remembered(data: Path) -> Logins | None:
    """The logins that were made for this data folder's sandbox."""
    file = data / FILE
    return Logins(**json.loads(file.read_text())) if file.exists() else None


async def _known(app: Any, data: Path) -> Logins | None:
    """The remembered logins, if this database knows them too."""
    logins = remembered(data)
    if logins is None:
        return None
    async with over(app) as http:
        try:
            await Api(http).log_in(logins.by_role["admin"], logins.password)
        except Refused:
            return None
    return logins


async def _make(app: Any, installation: Installation) -> Logins:
    logins = Logins({role: role.replace("_", "-") for role in ROLES}, secrets.token_urlsafe(12))
    async with over(app) as http:
        nobody = Api(http)
        first, second = await _admins(nobody, installation, logins)
        await asyncio.gather(*(_staff(first, second, role, logins) for role in STAFF))
        operator = await nobody.log_in(logins.by_role["operator"], logins.password)
        for role in PARTIES:
            await _party(operator, role, logins)
    folders.write_private(installation.data / FILE, json.dumps(asdict(logins)))
    return logins


async def _admins(nobody: Api, installation: Installation, logins: Logins) -> list[Api]:
    tokens = await gatehouse.make_admins(installation, ADMINS, "test")
    for login, link in zip(ADMINS, tokens, strict=True):
        await nobody.call("POST", "/v1/auth/activate", {"token": link, "login": login, "password": logins.password})
    return [await nobody.log_in(login, logins.password) for login in ADMINS]


async def _staff(first: Api, second: Api, role: str, logins: Logins) -> None:
    """One admin proposes, the other seconds, the person chooses a login."""
    grant = await first.call("POST", "/v1/role-grants", {"name": f"demo {role}", "role": role, **STAFF[role]})
    link = (await second.call("POST", f"/v1/role-grants/{grant['id']}/second"))["activation_token"]
    body = {"token": link, "login": logins.by_role[role], "password": logins.password}
    await first.call("POST", "/v1/auth/activate", body)


async def _party(operator: Api, role: str, logins: Logins) -> None:
    """An organisation registers itself and is confirmed."""
    name, code = PARTIES[role]
    organization = {
        "uscc": code,
        "name": name,
        "region": "440703",
        "legal_form": "limited_company",
        "size_class": "small",
        "registered_on": "2016-05-04",
    }
    person = {"name": f"demo {role}", "login": logins.by_role[role], "password": logins.password}
    asked = {"organization": organization, "person": person, "roles": [role], "mode": "test"}
    case = await Api(operator.http).call("POST", "/v1/registrations", asked)
    await operator.call("POST", f"/v1/registrations/{case['id']}/confirm", {})
