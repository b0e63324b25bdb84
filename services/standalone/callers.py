"""Decides who the demo callers of a sandbox are, and makes them through the public API."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.chassis.refusals import Refusal
from services.standalone import gatehouse
from services.standalone.caller import Caller, Json, Unexpected
from services.standalone.installation import UNFINISHED_SANDBOX, Installation, Unusable
from services.standalone.logins import DemoLogins, over, remember, remembered

ADMINS = ("admin", "second-admin")
STAFF: dict[str, dict[str, str]] = {
    "operator": {"bureau": "jiangmen-sme"},
    "second_operator": {"role": "operator", "bureau": "jiangmen-sme"},
    "reviewer": {"region": "440700", "stage": "city"},
    "district_reviewer": {"role": "reviewer", "region": "440703", "stage": "district"},
    "arbiter": {"role": "reviewer", "region": "440700", "stage": "city"},
    "finance_maker": {"treasury": "jiangmen"},
    "finance_checker": {"treasury": "jiangmen"},
    "auditor": {},
}
"""Staff by role, or by a name of its own where a role is held more than once, and what each is bound to.

Bureau, region and treasury are those of the scheme that ships with the product. The second operator grants what the
first asked for, such as a top-up. The arbiter is a second reviewer of the city: who decides an objection had no earlier
part in the case.
"""

PARTIES = {
    "holder": ("江门市示范科技有限公司", "91440703MADEM0011W"),
    "provider": ("江门市示范检测有限公司", "91440703MADEM002XL"),
    "space": ("江门市示范众创空间有限公司", "91440703MADEM0038L"),
}
ROLES = ("admin", "second_admin", *STAFF, *PARTIES)


async def seed(app: Any, installation: Installation) -> DemoLogins | None:
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


async def token(app: Any, logins: DemoLogins, role: str) -> str:
    """A new access token of a demo caller; Unusable for an unknown role."""
    async with over(app) as http:
        return (await logins.sign_in(http, role)).token or ""


async def _known(app: Any, data: Path) -> DemoLogins | None:
    """The remembered logins, if this database knows them too."""
    logins = remembered(data)
    if logins is None:
        return None
    async with over(app) as http:
        try:
            await Caller(http).log_in(logins.by_role["admin"], logins.password)
        except Unexpected:
            return None
    return logins


async def _make(app: Any, installation: Installation) -> DemoLogins:
    logins = DemoLogins({role: role.replace("_", "-") for role in ROLES}, secrets.token_urlsafe(12))
    async with over(app) as http:
        nobody = Caller(http)
        first, second = await _admins(nobody, installation, logins)
        await asyncio.gather(*(_staff(first, second, name, logins) for name in STAFF))
        operator = await nobody.log_in(logins.by_role["operator"], logins.password)
        for role in PARTIES:
            await _party(operator, role, logins)
    remember(installation.data, logins)
    return logins


async def _admins(nobody: Caller, installation: Installation, logins: DemoLogins) -> list[Caller]:
    tokens = await gatehouse.make_admins(installation, ADMINS, "test")
    for login, link in zip(ADMINS, tokens, strict=True):
        await nobody.post("/v1/auth/activate", {"token": link, "login": login, "password": logins.password})
    return [await nobody.log_in(login, logins.password) for login in ADMINS]


async def _staff(first: Caller, second: Caller, name: str, logins: DemoLogins) -> None:
    """One admin proposes, the other seconds, the person chooses a login."""
    grant = await first.post("/v1/role-grants", {"name": f"demo {name}", "role": name, **STAFF[name]})
    link = (await second.post(f"/v1/role-grants/{grant['id']}/second"))["activation_token"]
    body = {"token": link, "login": logins.by_role[name], "password": logins.password}
    await first.post("/v1/auth/activate", body)


async def _party(operator: Caller, role: str, logins: DemoLogins) -> None:
    name, code = PARTIES[role]
    organization = {"uscc": code, "name": name, "region": "440703", "size_class": "small"}
    person = {"name": f"demo {role}", "login": logins.by_role[role], "password": logins.password}
    await register(operator, organization, person, (role,))


async def register(operator: Caller, organization: Json, person: Json, roles: Sequence[str]) -> str:
    """An organisation registers itself and an operator confirms it against its code; its id.

    organization: its uscc, name, region and size_class; person: name, login and password.
    """
    claimed = {"legal_form": "有限责任公司", "registered_on": "2016-05-04", **organization}
    asked = {"organization": claimed, "person": person, "roles": list(roles), "mode": "test"}
    case = await Caller(operator.http).post("/v1/registrations", asked)
    confirmed = await operator.post(f"/v1/registrations/{case['id']}/confirm")
    identifier: str = confirmed["organization"]
    return identifier
