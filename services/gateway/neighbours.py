"""Asks the registry to know an organisation, and who the people of a team are.

The same credit code gives the same organisation however often asked.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.chassis.database import Mode
from services.chassis.ids import new_id, parse, show
from services.chassis.neighbours import Neighbour, NeighbourFailed
from services.chassis.refusals import Refusal
from services.gateway.domain.claims import Bearer, claims
from services.gateway.domain.registration import OrganizationClaim
from services.gateway.domain.roles import SERVICE_ROLE
from services.gateway.domain.standing import Standing
from services.gateway.keys import Signer
from services.standards.holding import Holder, Kind

GATEWAY = "cli_gateway"
NOT_FOUND = 404


class OrganizationBook(Protocol):
    """What the operations need of the registry."""

    async def organization(self, claim: OrganizationClaim, *, mode: Mode) -> UUID:
        """The id of the claimed organisation, made if it was not known."""
        ...


class HolderBook(Protocol):
    """What the registry knows of those who may hold vouchers and have no credit code."""

    async def members(self, holder: Holder, *, mode: Mode) -> frozenset[UUID]:
        """The core members of a team, or the person himself."""
        ...


class Registry:
    """The registry, called with a token that the gateway signs for itself."""

    def __init__(self, neighbour: Neighbour, signer: Signer, now: Callable[[], datetime]) -> None:
        self._neighbour = neighbour
        self._signer = signer
        self._now = now

    async def organization(self, claim: OrganizationClaim, *, mode: Mode) -> UUID:
        """The organisation of the claimed code.

        Refusal ``registration.organization_refused`` with the registry's code when it says no,
        ``registration.registry_silent`` when it cannot be reached: then the same confirmation may be sent again.
        """
        body = {**vars(claim), "registered_on": None if claim.registered_on is None else str(claim.registered_on)}
        try:
            answer = await self._neighbour.post("/v1/organizations", json=body, token=self._token(mode))
        except NeighbourFailed as failure:
            raise _refusal(failure) from failure
        return parse("org", answer["id"])

    async def members(self, holder: Holder, *, mode: Mode) -> frozenset[UUID]:
        """Who may act for a team, or for himself, by the registry's ids of persons.

        Refusals ``membership.holder_unknown``, ``membership.holder_state`` for one that is dissolved, a firm by now, or
        erased, ``registration.registry_silent``.
        """
        of_team = holder.kind is Kind.TEAM
        path = f"/v1/teams/{holder.shown}" if of_team else f"/v1/people/{holder.shown}"
        try:
            found = await self._neighbour.get(path, params={}, token=self._token(mode))
        except NeighbourFailed as failure:
            if failure.status == NOT_FOUND:
                raise Refusal("membership.holder_unknown", rule="registry", pointer="/holder") from failure
            raise _refusal(failure) from failure
        state = found["status"] if of_team else "active" if found["erased_at"] is None else "erased"
        if state != "active":
            raise Refusal("membership.holder_state", rule="registry", pointer="/holder", numbers={"state": state})
        return frozenset(parse("per", one) for one in found["core_members"]) if of_team else frozenset({holder.id})

    def _token(self, mode: Mode) -> str:
        token = show("tok", new_id())
        bearer = Bearer(GATEWAY, GATEWAY, GATEWAY, session=token, token_id=token, mode=mode)
        return self._signer.sign(claims(bearer, Standing(roles=(SERVICE_ROLE,)), organization=None, at=self._now()))


def _refusal(failure: NeighbourFailed) -> Refusal:
    if failure.status in (400, 409, 422):
        numbers = {"code": str(failure.body.get("code", "")), "why": str(failure.body.get("title", ""))}
        return Refusal("registration.organization_refused", rule="registry", numbers=numbers)
    return Refusal("registration.registry_silent")
