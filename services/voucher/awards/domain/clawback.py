"""What is to be asked back of an award: a proposal with both numbers, a reason and a clause; its life comes later."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ClawbackCase(StrEnum):
    """recomputed: what the award rests on has shrunk; unspent, misspent: of what had to be spent on something."""

    RECOMPUTED = "recomputed"
    UNSPENT = "unspent"
    MISSPENT = "misspent"


@dataclass(frozen=True, slots=True)
class Ban:
    """For how many years, counted from its decision, the scheme shuts out who broke its rules, and where it says so."""

    years: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawbackProposal:
    """So much (fen) is proposed to be asked back: what was owed or paid, less what it comes to.

    ban: what is proposed beside it where money was misspent and the scheme bans for that.
    """

    id: UUID
    award_claim_id: UUID
    claim_line_id: UUID
    case: ClawbackCase
    amount: int
    before: int
    after: int
    currency: str
    reason: str
    clause: str
    document_id: UUID | None
    proposed_by: str
    proposed_at: datetime
    ban: Ban | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless the amount is the difference of both numbers, and more than nothing."""
        if not 0 < self.amount == self.before - self.after:
            raise ValueError(f"{self.amount} is not {self.before} less {self.after}")
