"""Records who invests in the residents of a space, and until when."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.chassis import pages
from services.chassis.clock import business_now
from services.chassis.refusals import NotFound, refuse_all
from services.registry.asked import Asked
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import clean
from services.registry.catalogue.domain.period import Period
from services.registry.evidence import missing
from services.registry.spaces import data
from services.registry.spaces.domain.dossier import investor_document
from services.registry.spaces.domain.investor import Investor, investor_faults
from services.registry.spaces.domain.recognition import NOT_CLOSED, state_faults
from services.registry.spaces.domain.residency import end_faults
from services.registry.spaces.store import investors
from services.registry.spaces.store.holding import hold_place, hold_space


async def record_investor(asked: Asked, investor: Investor) -> Document:
    """Record that an organisation or a fund invests in the residents of a space.

    NotFound ``space.unknown``; Refusal with all faults.
    """
    firm = investor.organization_id
    written = replace(investor, fund=None if investor.fund is None else clean(investor.fund))
    async with asked.database.begin() as connection:
        space, held = await hold_space(connection, asked, investor.space_id, also=firm)
        now = await business_now(connection)
        refuse_all(
            [
                *missing("organization", [("/organization", firm is None or firm in held)]),
                *investor_faults(written, await investors.of_space(connection, space.id), fields=data.fields()),
                *state_faults(space, NOT_CLOSED, "record_investor"),
            ]
        )
        await investors.add(connection, written, at=now, by=asked.actor)
        return investor_document(written)


async def end_investor(asked: Asked, investor_id: UUID, *, on: date) -> Document:
    """Say on which day an investor is the last time there.

    NotFound ``investor.unknown``; Refusal ``period.end`` unless that is one of its days.
    """
    async with asked.database.begin() as connection:
        seen = await investors.read(connection, investor_id)
        if seen is None:
            raise NotFound("investor.unknown")
        await hold_place(connection, asked, seen.space_id, unknown="investor.unknown")
        (investor,) = [one for one in await investors.of_space(connection, seen.space_id) if one.id == investor_id]
        refuse_all(end_faults(investor.period, on))
        await investors.end(connection, investor_id, on)
        return investor_document(replace(investor, period=Period(investor.period.start, on)))


async def list_investors(
    asked: Asked, *, space_id: UUID | None, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of the investors of spaces in sight, and its next cursor."""
    async with asked.database.read() as connection:
        key = pages.only_id(after)
        found = await investors.find(connection, asked.sight, space_id=space_id, after=key, limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [investor_document(one) for one in page], cursor
