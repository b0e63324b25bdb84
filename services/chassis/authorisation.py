"""Decides who may call what: one table of endpoint × role × relation, kept as data by each service."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.chassis.refusals import NotFound, Refusal
from services.chassis.tokens import Caller
from services.standards.region import contains

Relation = Literal["any", "own", "region", "bureau", "treasury"]
ROLES = (
    "holder",
    "provider",
    "space",
    "reviewer",
    "operator",
    "finance_maker",
    "finance_checker",
    "auditor",
    "admin",
    "service",
)


@dataclass(frozen=True)
class Grant:
    """A role may call an endpoint for what stands in this relation to the caller.

    any: everything; own: what belongs to the caller's organisation; region, bureau, treasury: what lies in the one
    that the caller is bound to.
    """

    role: str
    relation: Relation


Table = Mapping[str, tuple[Grant, ...]]
PUBLIC: tuple[Grant, ...] = ()
"""No token is needed."""

NO_TREASURY, NOBODY = "", UUID(int=0)
"""What no treasury and no organisation is called."""


def grants(relation: Relation, *roles: str) -> tuple[Grant, ...]:
    """The same relation for several roles."""
    return tuple(Grant(role, relation) for role in roles)


@dataclass(frozen=True)
class Permit:
    """A caller, with the grants of the endpoint that his roles hold."""

    caller: Caller
    granted: tuple[Grant, ...]

    def covers(
        self,
        *,
        organizations: Collection[UUID | None] = (),
        region: str | None = None,
        bureau: str | None = None,
        treasury: str | None = None,
    ) -> bool:
        """Whether something that belongs to these organisations, region, bureau and treasury may be touched."""
        caller = self.caller
        holds = {
            "any": True,
            "own": caller.organization is not None and caller.organization in organizations,
            "region": caller.region is not None and region is not None and contains(caller.region, region),
            "bureau": caller.bureau is not None and caller.bureau == bureau,
            "treasury": caller.treasury is not None and caller.treasury == treasury,
        }
        return any(holds[grant.relation] for grant in self.granted)

    def require(self, code: str, **belongs: Collection[UUID | None] | str | None) -> None:
        """NotFound with a code unless covered: whoever may not see it is not told that it exists."""
        if not self.covers(**belongs):  # type: ignore[arg-type]
            raise NotFound(code)

    @property
    def everything(self) -> bool:
        """Whether the permit is without bounds."""
        return any(grant.relation == "any" for grant in self.granted)

    def bound(self, relation: Relation) -> str | UUID | None:
        """What a list is narrowed to by a relation that was granted; None when it was not."""
        if not any(grant.relation == relation for grant in self.granted):
            return None
        bounds = {
            "own": self.caller.organization,
            "region": self.caller.region,
            "bureau": self.caller.bureau,
            "treasury": self.caller.treasury,
        }
        return bounds.get(relation)

    @property
    def only_treasury(self) -> str | None:
        """The treasury that a list is narrowed to: None for whoever sees all, nobody's where the caller has none."""
        if self.everything:
            return None
        bound = self.bound("treasury")
        return bound if isinstance(bound, str) else NO_TREASURY

    @property
    def only_organization(self) -> UUID | None:
        """The organisation that a list is narrowed to: None for who sees all, nobody's where the caller has none."""
        if self.everything:
            return None
        bound = self.bound("own")
        return bound if isinstance(bound, UUID) else NOBODY


def permit(table: Table, operation: str, caller: Caller) -> Permit:
    """The caller's permit for an operation; Refusal ``auth.forbidden`` when no role of his has a grant."""
    granted = tuple(grant for grant in table[operation] if grant.role in caller.roles)
    if not granted:
        raise Refusal("auth.forbidden")
    return Permit(caller, granted)
