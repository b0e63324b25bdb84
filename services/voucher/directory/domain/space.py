"""What is known of a space: who runs it, and by whom it was recognised at which levels, when."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.voucher.directory.domain.party import Recognised


@dataclass(frozen=True, slots=True)
class Space:
    """A space as last heard of. region: six digits (GB/T 2260); state: in which of its life it is."""

    id: UUID
    name: str
    kind: str
    operator: UUID
    region: str
    state: str
    recognitions: tuple[Recognised, ...] = ()

    def recognised(self, day: date) -> dict[str, date]:
        """The levels at which its recognition is in force on a day, each with the day on which it was first decided."""
        found: dict[str, date] = {}
        for one in self.recognitions:
            if one.span.covers(day):
                found[one.level] = min(one.span.since, found.get(one.level, one.span.since))
        return found
