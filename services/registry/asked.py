"""Decides what an operation is told of its request: where it works, who asks, by what permit, under which rules."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.refusals import NotFound
from services.registry.settings import Settings
from services.registry.sight import Sight
from services.standards.calendar import local_date


class Placed(Protocol):
    """An organisation, as far as it matters for who may see it."""

    @property
    def id(self) -> UUID:
        """Which one it is."""
        ...

    @property
    def region(self) -> str:
        """Where it is registered."""
        ...


OUTSIDE = frozenset({"holder", "provider", "space"})
"""Roles of members of organisations."""


@dataclass(frozen=True)
class Asked:
    """One request as an operation sees it."""

    database: Database
    permit: Permit
    request_id: str
    settings: Settings

    @property
    def actor(self) -> str:
        """The person who asks: four eyes count persons, not accounts."""
        return self.permit.caller.person

    @property
    def sight(self) -> Sight:
        """What a list shows to the one who asks."""
        own, region = self.permit.bound("own"), self.permit.bound("region")
        return Sight(
            everything=self.permit.everything,
            organization=own if isinstance(own, UUID) else None,
            region=region if isinstance(region, str) else None,
        )

    @property
    def inside(self) -> bool:
        """Whether the one who asks works for the house, and not only for an organisation that is recorded."""
        return not self.permit.caller.roles <= OUTSIDE

    def day_of(self, instant: datetime) -> date:
        """The local date of an instant."""
        return local_date(instant, self.settings.zone)

    def sees(self, *organizations: Placed) -> bool:
        """Whether one of these organisations is covered by the permit."""
        return any(self.permit.covers(organizations=[one.id], region=one.region) for one in organizations)

    def must_see(self, code: str, *organizations: Placed) -> None:
        """NotFound unless covered: whoever may not see it is not told that it exists."""
        if not self.sees(*organizations):
            raise NotFound(code)
