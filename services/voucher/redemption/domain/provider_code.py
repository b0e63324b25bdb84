"""What a provider's static code is: a public name for it that a holder scans, until it is retired."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.chassis.refusals import Refusal
from services.standards import spelling
from services.voucher.directory.domain.party import Party

PREFIX = "IVP1:"
"""What a provider's code begins with, so that an app knows it from any other."""
DRAWN = 19
"""Random characters, 93 bits: with the check character five groups of four. Nobody comes upon another's by chance."""


@dataclass(frozen=True, slots=True)
class ProviderCode:
    """A static code, such as one at each counter. Times are business time, UTC; retired_at is None while it lives."""

    id: UUID
    code: str
    provider_id: UUID
    organization_id: UUID
    label: str
    created_at: datetime
    created_by: str
    retired_at: datetime | None = None
    retired_by: str | None = None

    def retired(self, *, at: datetime, by: str) -> "ProviderCode":
        """The code once it is dead; Refusal ``provider_code.retired`` when it is already."""
        if self.retired_at is not None:
            raise Refusal("provider_code.retired")
        return replace(self, retired_at=at, retired_by=by)


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a code stands for, as a holder sees it before he pays. categories: what it is admitted for that day."""

    code: ProviderCode
    name: str
    categories: tuple[str, ...]


def named(code: ProviderCode, party: Party, day: date) -> Named:
    """What a code tells on a local date; a provider that takes nothing new is named with no category."""
    admissions = party.provider.admissions if party.provider is not None else ()
    categories = sorted({one.category for one in admissions if party.admitted(one.category, day)})
    return Named(code, party.name, tuple(categories))


def normal(text: str) -> str:
    """The text of a code as it is kept, however it was written."""
    return PREFIX + spelling.plain(text).removeprefix(PREFIX)
