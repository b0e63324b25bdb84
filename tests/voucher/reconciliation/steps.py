"""Lets the bank's files come in about an account of a test's database, and its treasury act on their lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.chassis import tasks
from services.chassis.attempts import Attempt
from services.chassis.authorisation import Permit, permit
from services.chassis.database import Database
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id
from services.chassis.tokens import Caller
from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.store import audit as ledger
from services.voucher.ledger.store import lines
from services.voucher.oversight.store import audit as oversight
from services.voucher.payout.domain.funding import AccountFunding, FundingState
from services.voucher.payout.domain.payer_account import PayerAccount
from services.voucher.payout.domain.payout import Payout
from services.voucher.payout.store import audit as payout_audit
from services.voucher.payout.store import fundings, payer_accounts, payouts
from services.voucher.reconciliation.authorisation import AUTHORISATION
from services.voucher.reconciliation.domain.line import MatchKind, StatementLine, StatementLineState
from services.voucher.reconciliation.domain.movement import Movement
from services.voucher.reconciliation.domain.statement import Statement
from services.voucher.reconciliation.operations import importing, reading, resolving
from services.voucher.reconciliation.operations.importing import Sent
from services.voucher.reconciliation.operations.reading import Reconciliation
from services.voucher.reconciliation.operations.resolving import Asked
from services.voucher.reconciliation.store import audit, statement_lines, statements
from tests.conftest import SetClock
from tests.voucher.payout.steps import CHECKER, MAKER, THIRD, House, a_house, a_payer_account, a_released_line
from tests.voucher.reconciliation.samples import file, movement
from tests.voucher.settlement.approved import TREASURY, Case

NOVEMBER = datetime(2020, 11, 30, 8, 0, tzinfo=UTC)
PAID_ON, BACK_ON = date(2020, 10, 21), date(2020, 10, 23)
AUTUMN = {"from": "2020-10-01"}


def by(person: str, role: str, operation: str, **bound: Any) -> Permit:
    """The permit of a person of the treasury in one role for an operation."""
    fields: dict[str, Any] = {"treasury": TREASURY, **bound}
    caller = Caller(person or "cli_bank", person, None, frozenset({role}), "test", "ses_1", "tok_1", 0, **fields)
    return permit(AUTHORISATION, operation, caller)


def keyed(who: Permit, operation: str, key: str | None = None, same: str = "same") -> Keyed:
    """A request of its own under a key; its answer is the id of what it made, and how many lines that added."""
    attempt = Attempt(
        operation=operation,
        caller=who.caller.subject,
        organization=None,
        subject_kind=None,
        subject_id=None,
        key=key or str(new_id()),
        outcome="refused",
        request_id="req_7",
    )
    return Keyed(attempt, same, lambda one: {"id": str(one.id), "added": getattr(one, "added", None)})


@dataclass(frozen=True)
class Desk:
    """A payer account, and whoever reconciles it."""

    database: Database
    account: PayerAccount

    async def send(self, content: bytes, person: str = MAKER, **changes: Any) -> Answer:
        """The bank's file comes in."""
        who = by(person, "finance_maker", "import_statement", **changes.pop("bound", {}))
        sent = Sent(changes.pop("account_id", self.account.id), changes.pop("profile", "csv-utf8"), content)
        request = keyed(who, "import_statement", **changes)
        return await importing.import_statement(self.database, request, permit=who, sent=sent)

    async def tell(self, *movements: Movement, opening: int = 0, **said: Any) -> Statement:
        """The bank tells movements in a file of October and November; the statement that is kept of it."""
        answer = await self.send(self.file(movements, opening=opening, **said))
        return await self.statement(UUID(answer.body["id"]))

    def file(self, movements: Sequence[Movement], *, head: Mapping[str, str] | None = None, **said: Any) -> bytes:
        return file(movements, head={"account": self.account.number, **AUTUMN, **(head or {})}, **said)

    async def statement(self, statement_id: UUID) -> Statement:
        async with self.database.read() as connection:
            return await statements.read(connection, statement_id)

    async def lines(self, state: StatementLineState | None = None) -> list[StatementLine]:
        """The lines of the account in the order in which they came."""
        async with self.database.read() as connection:
            wanted = statement_lines.Wanted(self.account.id, state=state)
            found = await statement_lines.find(connection, wanted, before=None, limit=200)
        return sorted(found, key=lambda line: (line.statement_id, line.number))

    async def line(self) -> StatementLine:
        """The only one there is."""
        (line,) = await self.lines()
        return line

    async def resolve(
        self, line: StatementLine, kind: str, id: UUID | None = None, person: str = THIRD, key: str | None = None
    ) -> Answer:
        who = by(person, "finance_checker", "resolve_statement_line")
        request, asked = keyed(who, "resolve_statement_line", key), Asked(MatchKind(kind), id, "Looked into.")
        return await resolving.resolve_line(self.database, request, permit=who, line_id=line.id, asked=asked)

    async def standing(self) -> Reconciliation:
        who = by(THIRD, "finance_checker", "get_reconciliation")
        return await reading.read_reconciliation(self.database, permit=who, payer_account_id=self.account.id)

    async def known(self) -> PayerAccount:
        """The account as it stands."""
        async with self.database.read() as connection:
            return await payer_accounts.read(connection, self.account.id)

    async def tasks(self, subject_id: UUID) -> list[tuple[str, str, str | None]]:
        async with self.database.read() as connection:
            found, _ = await tasks.find(connection, tasks.Wanted(), after=None, limit=200)
        return [(one.kind, one.role, one.treasury) for _, one in found if one.subject_id == subject_id]


@dataclass(frozen=True)
class Paying:
    """One payout on its way to the payee, and the desk at which its bank lines come in."""

    house: House
    case: Case
    desk: Desk
    payout: Payout

    @property
    def database(self) -> Database:
        return self.house.database

    def debit(self, **changes: Any) -> Movement:
        """What the bank tells of it when all is well."""
        return self.told(-self.payout.amount, **changes)

    def returned(self, **changes: Any) -> Movement:
        return self.told(self.payout.amount, **{"booked_on": BACK_ON, **changes})

    def told(self, amount: int, **changes: Any) -> Movement:
        fields: dict[str, Any] = {
            "booked_on": PAID_ON,
            "counterparty_name": self.payout.payee_name,
            "counterparty_account": self.payout.account_number,
            "text": f"拨付 {self.payout.reference}",
        }
        return movement(amount, **{**fields, **changes})

    async def standing(self) -> Payout:
        async with self.database.read() as connection:
            return (await payouts.read(connection, [self.payout.id]))[self.payout.id]


async def a_sent_payout(database: Database, set_clock: SetClock) -> Paying:
    """A leg whose money was sent on 20 October; it is the end of November."""
    case = await a_released_line(database, set_clock)
    house = await a_house(database)
    (payout,) = await house.payouts(await house.sent())
    await set_clock(NOVEMBER)
    return Paying(house, case, Desk(database, house.payer), payout)


async def a_desk(database: Database, **changes: Any) -> Desk:
    """A payer account of which the bank has told nothing."""
    account = a_payer_account(**changes)
    async with database.begin() as connection:
        await payer_accounts.add(connection, account)
    return Desk(database, account)


async def a_funding(paying: Paying, amount: int, reference: str) -> AccountFunding:
    """Money that was announced for the budget line that pays and approved, and is not there yet."""
    leg = await paying.case.leg()
    funding = AccountFunding(
        id=new_id(),
        payer_account_id=paying.desk.account.id,
        budget_line_id=leg.budget_line_id,
        treasury=TREASURY,
        reference=reference,
        currency=leg.currency,
        funding_source=leg.funding_source,
        amount=amount,
        document="江财库〔2020〕12号",
        proposed_by=MAKER,
        proposed_at=NOVEMBER,
        state=FundingState.APPROVED,
        decided_by=CHECKER,
        decided_at=NOVEMBER,
    )
    async with paying.database.begin() as connection:
        await fundings.add(connection, funding)
        line = await lines.lock(connection, leg.budget_line_id)
        await lines.save(connection, replace(line, funded=line.funded + amount))
    return funding


async def audited(database: Database) -> None:
    """Nothing between bank, payouts and books is amiss."""
    assert await findings(database) == []


async def findings(database: Database) -> list[Finding]:
    """Everything that the audit finds."""
    wings = (ledger.findings, payout_audit.findings, audit.findings, oversight.findings)
    async with database.read() as connection:
        return [finding for look in wings for finding in await look(connection)]
