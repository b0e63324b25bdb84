"""Makes the people that gateway tests need, through the gateway's own operations."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.chassis.database import Database, Mode
from services.chassis.ids import show
from services.gateway.domain.registration import OrganizationClaim, Registration
from services.gateway.keeper import Keeper
from services.gateway.operations import clients, decide_registration, found_admins, links, log_in, role_grants
from services.gateway.operations.decide_registration import By
from services.gateway.operations.register import Claimant, register
from services.gateway.operations.role_grants import Admin, Proposal
from services.gateway.operations.tokens import Issued
from services.standards import uscc

PASSWORD = "nine rivers in delta"
CODE = "91350100M000100Y43"
BOUNDS = {
    "reviewer": {"region": "440703", "stage": "district"},
    "operator": {"bureau": "gxj"},
    "finance_maker": {"treasury": "jm"},
    "finance_checker": {"treasury": "jm"},
    "auditor": {},
    "admin": {},
}


class Book:
    """A registry that knows every code: the same code is the same organisation."""

    async def organization(self, claim: OrganizationClaim, *, mode: Mode) -> UUID:
        """Made from the code."""
        return uuid5(NAMESPACE_URL, claim.uscc)


def claimant(login: str = "chen.hua", **changes: Any) -> Claimant:
    """Somebody who claims."""
    return Claimant(**{"name": "陈华", "login": login, "password": PASSWORD, **changes})


def claim(code: str = CODE, **changes: Any) -> OrganizationClaim:
    """An organisation that is claimed."""
    given = {"uscc": code, "name": "示例科技有限公司", "region": "440703", "size_class": "small"}
    return OrganizationClaim(**{**given, "registered_on": date(2016, 5, 4), **changes})


def code(number: int) -> str:
    """A valid credit code for each number."""
    return uscc.complete(f"91440700{number:08d}")


@dataclass
class Cast:
    """Who is who in one database."""

    database: Database
    keeper: Keeper

    async def admins(self) -> tuple[Admin, Admin]:
        """The first two admins, with logins admin1 and admin2."""
        tokens = await found_admins.found_admins(self.database, self.keeper.vault, ["甲", "乙"], mode="test")
        first, second = [await self.activated(token, f"admin{n}") for n, token in enumerate(tokens, start=1)]
        return Admin(first, "req_test"), Admin(second, "req_test")

    async def activated(self, token: str, login: str) -> UUID:
        """A person who used his link."""
        person = await links.activate(self.database, self.keeper, token, login=login, password=PASSWORD)
        return person.id

    async def staff(self, role: str, admins: tuple[Admin, Admin], login: str | None = None) -> UUID:
        """A person with a staff role, whose login is the role's name."""
        proposal = Proposal(None, "某人", role, BOUNDS[role])
        grant = await role_grants.propose_role_grant(self.database, self.keeper.vault, proposal, by=admins[0])
        _, token = await role_grants.second_role_grant(self.database, grant.id, by=admins[1], mode="test")
        assert token is not None
        return await self.activated(token, login or role)

    async def registered(self, login: str = "chen.hua", code: str = CODE, **changes: Any) -> Registration:
        """A claim that waits."""
        roles = changes.pop("roles", ("holder",))
        case, _ = await register(self.database, self.keeper, claimant(login), claim(code, **changes), roles)
        return case

    async def member(self, login: str = "chen.hua", code: str = CODE, **changes: Any) -> Registration:
        """A claim that was confirmed."""
        case = await self.registered(login, code, **changes)
        by = By("per_operator", "req_test")
        return await decide_registration.confirm_registration(
            self.database, Book(), case.id, by=by, reason="checked", mode="test"
        )

    async def login(self, login: str, *, organization: UUID | None = None, password: str = PASSWORD) -> Issued:
        """Tokens of a new session."""
        asked = log_in.Login(login, password, organization, "test device", "test")
        return await log_in.log_in(self.database, self.keeper, asked)

    async def bearer(self, login: str) -> dict[str, str]:
        """The Authorization header of a new session."""
        return {"Authorization": f"Bearer {(await self.login(login)).access_token}"}

    async def service(self) -> dict[str, str]:
        """The Authorization header of one of our services."""
        secret = "sec_test_" + "ab" * 32
        made = await clients.provide_service_client(self.database, name="voucher", secret=secret)
        issued = await clients.issue_to_client(
            self.database, self.keeper.signer, client_id=made.id, secret=secret, mode="test"
        )
        return {"Authorization": f"Bearer {issued.access_token}"}


def shown(person_id: UUID) -> str:
    """A person's outside id."""
    return show("per", person_id)


def organization(case: Registration) -> str:
    """The outside id of a confirmed case's organisation."""
    assert case.organization_id is not None
    return show("org", case.organization_id)
