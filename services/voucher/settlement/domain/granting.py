"""What the line of an award uses of caps as long as it lives, and which budget lines bear how much of it."""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.voucher.ledger.domain import granting
from services.voucher.ledger.domain.counters import CounterKey
from services.voucher.ledger.domain.posting import Posting
from services.voucher.settlement.domain import legs
from services.voucher.settlement.domain.claim import ENDED, ClaimLine, Leg, LineStep


class Counts(StrEnum):
    """What a cap on awards counts: money, or the one time that something is given."""

    FEN = "fen"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Take:
    """What a line uses of one cap: of money whatever is asked or owed of it, of times one."""

    key: CounterKey
    counts: Counts

    def used_by(self, line: ClaimLine) -> int:
        """So much is used as the line stands: nothing any more once it has ended."""
        if line.state in ENDED:
            return 0
        asked = line.claimed if line.approved is None else line.approved
        return asked if self.counts is Counts.FEN else 1


def changes(steps: Iterable[LineStep], takes: Mapping[UUID, Sequence[Take]]) -> dict[CounterKey, int]:
    """What each counter goes up (positive) or down by when lines take these steps; those that stay are left out."""
    found: Tally[CounterKey] = Tally()
    for step in steps:
        for take in takes.get(step.after.id, ()):
            earlier = 0 if step.before is None else take.used_by(step.before)
            found[take.key] += take.used_by(step.after) - earlier
    return {key: change for key, change in found.items() if change}


def exchanged(line: ClaimLine, dropped: Sequence[Leg], anew: Sequence[Leg], *, time: int) -> Posting:
    """Rows 34 and 35 reversed for the legs that are owed no more, and booked again for those in their place, if any.

    time: the how manieth time it happens to the line, 1 first; each is an event of its own, booked once.
    """
    back = granting.take_back(claim_line_id=line.id, legs=legs.booked(dropped))
    again = granting.grant(claim_line_id=line.id, legs=legs.booked(anew)).entries if anew else ()
    return Posting(back.row, f"award_reduced{f'_{time}' * (time > 1)}", (*back.entries, *again))
