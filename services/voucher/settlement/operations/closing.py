"""Ends disclosures as of the instant at which they are over: what no objection holds up may then be paid."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis import clock, decisions, events
from services.chassis.database import Database
from services.chassis.decisions import Decision
from services.chassis.events import Event
from services.chassis.falling_due import each
from services.chassis.ids import show
from services.voucher.directory.store import parties
from services.voucher.redemption.domain.orders import TIMER
from services.voucher.scheme.store import rulebooks
from services.voucher.settlement.domain import disclosure as domain
from services.voucher.settlement.domain.claim import ClaimLine
from services.voucher.settlement.domain.disclosure import Disclosure, DisclosureState
from services.voucher.settlement.domain.line_case import LineCase
from services.voucher.settlement.store import claim_lines, disclosures, line_steps, objections

BATCH = 50


class CloseTimer:
    """The end of each disclosure's last day."""

    name = "settlement.close"

    async def next_due(self, connection: AsyncConnection) -> datetime | None:
        """When the next disclosure is over."""
        return await disclosures.next_closing(connection)

    async def run(self, database: Database, upto: datetime) -> int:
        """Some of the disclosures that are over, one by one; answers how many.

        One that another worker closed meanwhile counts, one that fails does not.
        """
        async with database.read() as connection:
            due = await disclosures.over(connection, upto, limit=BATCH)
        return await each(self.name, due, partial(_close_one, database))


async def _close_one(database: Database, disclosure_id: UUID) -> None:
    """Its claim lines are locked before it, so an objection is either there or late."""
    async with database.begin() as connection:
        lines = await claim_lines.lock(connection, (await disclosures.read(connection, disclosure_id)).line_ids)
        standing = await disclosures.lock(connection, disclosure_id)
        if standing.state is DisclosureState.PUBLISHED:
            await _close(connection, domain.close(standing), lines)


async def _close(connection: AsyncConnection, closed: Disclosure, lines: Mapping[UUID, ClaimLine]) -> None:
    """Release what nothing holds up, and close the disclosure, all as of the instant at which it was over."""
    objected = await objections.objected(connection, closed.line_ids)
    free = domain.to_release(lines.values(), objected=objected)
    schemes = await rulebooks.read(connection, {line.scheme_version_id for line in free})
    calendar = await parties.working_days(connection)
    at = closed.over_at
    steps = [
        domain.released(
            LineCase(
                line=line,
                scheme=schemes[line.scheme_version_id],
                calendar=calendar,
                by=TIMER,
                at=at,
                takes_part=False,
            )
        )
        for line in free
    ]
    await disclosures.save(connection, closed)
    await line_steps.write(connection, steps, now=await clock.business_now(connection))
    numbers = {"released": len(free), "objected": len(objected), "lines": len(closed.lines)}
    decision = Decision(
        subject_kind="disclosure",
        subject_id=closed.id,
        kind="disclosure.close",
        outcome="closed",
        actor=TIMER.person,
        at=at,
        rule="disclosure",
        numbers=numbers,
        request_id=TIMER.request_id,
    )
    await decisions.record(connection, [decision])
    concerned = (one for line in lines.values() for one in (line.payee_id, line.holder_id))
    told = Event(
        "disclosure.closed",
        "disclosure",
        show("dsc", closed.id),
        tuple(dict.fromkeys(concerned)),
        {"treasury": closed.treasury, "state": closed.state.value, **numbers},
        at,
    )
    await events.append(connection, [told])
