"""Takes a statement in: what it says is judged against all that is known of its account, and its new lines are kept.

The lines are then looked at in transactions of their own; what fails there changes no answer, the timer takes it up.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.standards.calendar import local_date
from services.voucher.ledger.domain.journal import HOUSE_ZONE
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.store import payer_accounts
from services.voucher.reconciliation.domain import sheet as sheets
from services.voucher.reconciliation.domain.line import StatementLine, line_of
from services.voucher.reconciliation.domain.movement import identified
from services.voucher.reconciliation.domain.profiles import PROFILES
from services.voucher.reconciliation.domain.sheet import Expected
from services.voucher.reconciliation.domain.statement import Arrival, Statement, StatementState, is_newest, judge, kept
from services.voucher.reconciliation.operations import matching
from services.voucher.reconciliation.store import statement_lines, statement_records, statements

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A statement as it arrives: for which account, in which layout, its bytes."""

    payer_account_id: UUID
    profile: str
    content: bytes

    @property
    def sha256(self) -> str:
        """What tells its bytes from any others."""
        return hashlib.sha256(self.content).hexdigest()


async def import_statement(database: Database, keyed: Keyed, *, permit: Permit, sent: Sent) -> Answer:
    """Take a statement in and look at its lines. The same bytes are the same statement, which is not taken in twice.

    NotFound `payer_account.unknown`; refusals of `domain.sheet.read`.
    """
    answer = await _take_in(database, keyed, permit=permit, sent=sent)
    request_id = keyed.attempt.request_id
    try:
        await matching.match_account(database, sent.payer_account_id, by=permit.caller.person, request_id=request_id)
    except Exception:
        log.exception("matching.failed", payer_account_id=show("pac", sent.payer_account_id), request_id=request_id)
    return answer


async def _take_in(database: Database, keyed: Keyed, *, permit: Permit, sent: Sent) -> Answer:
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        account = await payer_accounts.lock(connection, sent.payer_account_id)
        permit.require("payer_account.unknown", treasury=account.treasury)
        now = await clock.business_now(connection)
        earlier = await statements.of_file(connection, account.id, sent.sha256)
        if earlier is not None and earlier.state is StatementState.IMPORTED:
            again = replace(earlier, added=0)
            await statement_records.sent_again(connection, again, at=now)
            return await idempotency.record(connection, keyed, again, again.id)
        arrival = Arrival(
            id=new_id() if earlier is None else earlier.id,
            payer_account_id=account.id,
            treasury=account.treasury,
            currency=account.currency,
            profile=sent.profile,
            sha256=sent.sha256,
            by=permit.caller.person,
            at=now,
        )
        statement, new = await _judged(connection, account, arrival, sent.content)
        await statement_records.write(connection, statement, new, content=sent.content if earlier is None else None)
        if is_newest(statement, account.closing_on):
            newest = replace(account, closing_on=statement.until_on, closing_balance=statement.closing)
            await payer_accounts.save(connection, newest)
        await statement_records.told(connection, statement, request_id=keyed.attempt.request_id)
        return await idempotency.record(connection, keyed, statement, statement.id)


async def _judged(
    connection: AsyncConnection, account: PayerAccount, arrival: Arrival, content: bytes
) -> tuple[Statement, Sequence[StatementLine]]:
    """What is kept of a file, and the lines that it adds."""
    expected = Expected(account.number, account.currency, local_date(arrival.at, HOUSE_ZONE))
    sheet = sheets.read(content, PROFILES[arrival.profile], expected)
    lines = identified(account.id, sheet.movements)
    known = await statement_lines.known(connection, account, sheet, lines)
    verdict = judge(sheet, lines, known, currency=account.currency)
    statement = kept(arrival, sheet, verdict)
    return statement, [line_of(statement, one, id=new_id()) for one in verdict.new]
