"""Decides what a payer account is: one treasury's own account in one currency, with the profile of its bank files."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.voucher.ledger.domain.posting import Funding


class AccountKind(StrEnum):
    """Whose money stands in the account: a treasury's own, or that of holders who pay their part in."""

    OWN = "own"
    ESCROW = "escrow"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerAccount:
    """A payer account. `files` counts its bank files; `closing_balance` (fen) is what its last statement closed with.

    `funding_source` names the funder of bank lines that belong to no budget line.
    """

    id: UUID
    treasury: str
    kind: AccountKind
    name: str
    number: str
    bank_code: str
    bank_name: str
    currency: str
    funding_source: str
    file_profile: str
    opened_by: str
    opened_at: datetime
    files: int = 0
    closing_on: date | None = None
    closing_balance: int | None = None

    @property
    def funding(self) -> Funding:
        """How entries name money of this account that belongs to no budget line, or to none yet."""
        return Funding(self.currency, self.funding_source)
