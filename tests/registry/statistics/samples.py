"""Spaces, recognitions and activities by the dozen, as counting them needs."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.registry.catalogue.operations.policies import load_papers
from services.registry.parties.store.people_tables import People
from services.registry.spaces.store.tables import Activities, Investors, Mentors, Recognitions
from services.registry.statistics.operations.duties import Laid, lay_duties
from services.registry.statistics.operations.openly import Openly
from services.registry.statistics.operations.summaries import list_summaries
from services.registry.statistics.operations.supported import prepare_list
from services.registry.statistics.operations.year_end import YearEnd
from services.registry.statistics.store.summaries import SummaryFilter
from tests.registry.samples import asked, organization, space

RECORDED = datetime(2020, 9, 13, 12, tzinfo=UTC)
MARKS = {"recorded_at": RECORDED, "recorded_by": "per_1"}


def openly(database: Database) -> Openly:
    """A public request."""
    return Openly(database, asked(database, "create_target").settings)


async def spaces(database: Database, region: str, many: int, *, first: int = 1) -> list[UUID]:
    """So many spaces of a region, each run by a firm of its own."""
    numbers = range(first, first + many)
    return [await space(database, await organization(database, one), f"空间{one}", region) for one in numbers]


async def recognised(database: Database, space_id: UUID, decided_on: date, **changes: Any) -> UUID:
    """The id of a recognition of a space by its county."""
    recognition_id = new_id()
    row = {
        "id": recognition_id,
        "space_id": space_id,
        "track": "science",
        "level": "county",
        "document_number": "江科〔2020〕1号",
        "decided_on": decided_on,
        "document_id": new_id(),
        "clause": "五(二)",
        **changes,
    }
    await _write(database, Recognitions, [row])
    return recognition_id


async def activity(database: Database, space_id: UUID, held_on: date, **changes: Any) -> UUID:
    """The id of a training held in a space."""
    activity_id = new_id()
    row = {"id": activity_id, "space_id": space_id, "kind": "training", "title": "创业培训", "held_on": held_on}
    await _write(database, Activities, [{**row, "sessions": 1, "heads": 20, **changes}])
    return activity_id


async def person(database: Database) -> UUID:
    """The id of somebody of whom nothing personal is kept."""
    person_id = new_id()
    await _write(database, People, [{"id": person_id, "version": 1, "erased_at": RECORDED}])
    return person_id


async def mentor(database: Database, space_id: UUID, person_id: UUID) -> None:
    """Somebody who mentors in a space since New Year."""
    row = {"id": new_id(), "space_id": space_id, "person_id": person_id, "title": "导师", "fields": ["财务"]}
    await _write(database, Mentors, [{**row, "from_on": date(2020, 1, 1)}])


async def investor(database: Database, space_id: UUID, fund: str, managed: int | None) -> None:
    """A fund that invests in a space's residents since New Year."""
    row = {"id": new_id(), "space_id": space_id, "fund": fund, "fields": ["装备"], "managed": managed}
    await _write(database, Investors, [{**row, "from_on": date(2020, 1, 1)}])


async def _write(database: Database, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    async with database.begin() as connection:
        await connection.execute(insert(table.__table__), [{**MARKS, **row} for row in rows])


async def owed_at(database: Database, region: str) -> dict[str, str]:
    """What stands in the addresses of a region's work summary and of its prepared list; it has an admitted provider."""
    await load_papers(database)
    laid = Laid(region, (), 2020, "jiaxing-2015-90", "六(二)")
    (duty,) = await lay_duties(asked(database, "create_summary_duties"), laid)
    await YearEnd("Asia/Shanghai").run(database, datetime(2020, 12, 31, 16, tzinfo=UTC))
    asking = asked(database, "list_work_summaries")
    ((summary, _),), _ = await list_summaries(asking, SummaryFilter(), overdue=False, after=None, limit=1)
    prepared = await prepare_list(asked(database, "prepare_supported_objects"), region)
    shown = {"duty_id": show("sdu", duty.id), "summary_id": show("wsm", summary.id)}
    return {**shown, "list_id": show("sup", prepared.id)}
