"""Reads how far a payer account is reconciled: the bank's side, the ledger's side and what lies between them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands on a payer account, in fen, and how its bank lines stand.

    `lines` = `reconciled` + `exceptions_open` + `waiting`. Balances of the ledger are folded from its entries: `bank`,
    what is on its way (`in_transit`), what nobody knows (`suspense`, > 0 came in), what is `not_ours` (> 0 came in) and
    `charges`. `paid` is what payouts cost the account, `returned` what of it came back, `funded` what treasuries sent.
    """

    lines: int
    reconciled: int
    exceptions_open: int
    waiting: int
    bank: int
    in_transit: int
    suspense: int
    not_ours: int
    charges: int
    paid: int
    returned: int
    funded: int


_LINES = """
SELECT count(*) AS lines,
       count(*) FILTER (WHERE state IN ('matched', 'not_ours')) AS reconciled,
       count(*) FILTER (WHERE state = 'exception') AS exceptions_open,
       count(*) FILTER (WHERE state = 'imported') AS waiting,
       coalesce(-sum(amount) FILTER (WHERE match_kind = 'payout'), 0) AS paid,
       coalesce(sum(amount) FILTER (WHERE match_kind = 'return'), 0) AS returned,
       coalesce(sum(amount) FILTER (WHERE match_kind = 'funding'), 0) AS funded
FROM statement_lines WHERE payer_account_id = :account
"""

_PLACES = """
SELECT coalesce(sum(amount) FILTER (WHERE place = 'bank' AND owner = :account), 0) AS bank,
       coalesce(-sum(amount) FILTER (WHERE place = 'in_transit'), 0) AS in_transit,
       coalesce(-sum(amount) FILTER (WHERE place = 'suspense'), 0) AS suspense,
       coalesce(-sum(amount) FILTER (WHERE place = 'not_ours'), 0) AS not_ours,
       coalesce(sum(amount) FILTER (WHERE place = 'charges'), 0) AS charges
FROM entries
WHERE owner = :account
   OR (place = 'in_transit' AND owner IN (SELECT id FROM payouts WHERE payer_account_id = :account))
   OR (place = 'suspense' AND owner IN (SELECT id FROM statement_lines WHERE payer_account_id = :account))
"""


async def of_account(connection: AsyncConnection, payer_account_id: UUID) -> Standing:
    """How one account stands."""
    asked = {"account": payer_account_id}
    lines = (await connection.execute(text(_LINES), asked)).mappings().one()
    places = (await connection.execute(text(_PLACES), asked)).mappings().one()
    return Standing(**{name: int(figure) for name, figure in (*lines.items(), *places.items())})
