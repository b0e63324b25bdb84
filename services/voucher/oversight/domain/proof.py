"""What proves that a journal stands in the books: its row, and where that is sealed."""

from dataclasses import dataclass
from uuid import UUID

from services.voucher.ledger.domain.seal import Signed


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where a row stands in a seal. beside: the hashes beside the way from its leaf to the root, lowest first."""

    signed: Signed
    index: int
    beside: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A journal in its canonical form with its entries; sealed: None while it waits for its seal."""

    journal_id: UUID
    row: str
    sealed: Sealed | None
