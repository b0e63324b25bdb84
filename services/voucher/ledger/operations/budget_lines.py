"""Makes budget lines and reads them: finance of a treasury its own, the operator its bureau's, the auditor all."""

from uuid import UUID

from services.chassis import clock, events, idempotency
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.events import Event
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.refusals import Refusal
from services.voucher.ledger.domain.budget import BudgetLine, Classification
from services.voucher.ledger.store import lines


async def create_line(database: Database, keyed: Keyed, *, permit: Permit, classification: Classification) -> Answer:
    """Make a budget line with nothing in it; an allotment fills it.

    Refusals: `auth.forbidden` for another treasury than the caller's, `budget_line.exists`.
    """
    if not permit.covers(treasury=classification.treasury, bureau=classification.bureau):
        raise Refusal("auth.forbidden", pointer="/treasury")
    async with database.begin() as connection:
        if (answer := await idempotency.replay(connection, keyed)) is not None:
            return answer
        line, now = BudgetLine(new_id(), classification), await clock.business_now(connection)
        await lines.create(connection, line, at=now, by=permit.caller.person)
        told = Event(
            "budget_line.created", "budget_line", show("bln", line.id), (), {"bureau": classification.bureau}, now
        )
        await events.append(connection, [told])
        return await idempotency.record(connection, keyed, line, line.id)


async def read_line(database: Database, *, permit: Permit, line_id: UUID) -> BudgetLine:
    """One line; NotFound `budget_line.unknown`, also for another treasury's."""
    async with database.read() as connection:
        line = await lines.read(connection, line_id)
        permit.require("budget_line.unknown", **line.belongs)
        return line


async def list_lines(
    database: Database, *, permit: Permit, fiscal_year: int | None, after: tuple[int, UUID] | None, limit: int
) -> list[BudgetLine]:
    """Up to `limit` of the lines that the caller may see, by fiscal year and id."""
    wanted = lines.Wanted(fiscal_year=fiscal_year, within=lines_within(permit))
    async with database.read() as connection:
        return await lines.find(connection, wanted, after=after, limit=limit)


def lines_within(permit: Permit) -> lines.Within:
    """What the caller's lists of lines are narrowed to."""
    if permit.everything:
        return lines.EVERYWHERE
    treasury, bureau = permit.bound("treasury"), permit.bound("bureau")
    return lines.Within(
        treasury=treasury if isinstance(treasury, str) else None, bureau=bureau if isinstance(bureau, str) else None
    )
