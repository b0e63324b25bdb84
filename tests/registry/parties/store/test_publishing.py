"""Every change goes into the feed whole, also when several change one organisation at once."""

import asyncio
from datetime import date

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.registry.catalogue.domain.period import Period
from services.registry.feed.operations.changes import read_changes
from services.registry.parties.domain.standing import PriorityListing, Sanction, SanctionKind
from services.registry.parties.operations.standing import record_listing, record_sanction
from tests.registry.samples import ELSEWHERE, asked, document, organization


async def test_what_was_recorded_at_once_all_stands_in_the_newest_document(registry: Database) -> None:
    firm, paper = await organization(registry), await document(registry)
    day = date(2020, 1, 1)
    listings = [PriorityListing(new_id(), firm, f"名单{n}", "priority", Period(day), paper) for n in range(4)]
    bans = [Sanction(new_id(), firm, kind, day, day.replace(year=2021), paper, **ELSEWHERE) for kind in SanctionKind]
    await asyncio.gather(
        *(record_listing(asked(registry, "create_priority_listing"), one) for one in listings),
        *(record_sanction(asked(registry, "create_sanction"), one) for one in bans),
    )
    told = await read_changes(asked(registry, "list_changes", "service"), after=None, seen=None, limit=200)
    *_, newest = told.entries
    document_told = newest.event.data
    assert (len(document_told["priority_lists"]), len(document_told["sanctions"]), document_told["version"]) == (
        4,
        3,
        8,
    )
