"""Shows everybody which grades were published, and records what help followed a warning."""

from uuid import UUID

from services.chassis import pages, tasks
from services.chassis.clock import business_now
from services.chassis.database import Database
from services.chassis.ids import show
from services.chassis.refusals import refuse_all
from services.registry.asked import Asked
from services.registry.assessment.domain.assessment import help_faults
from services.registry.assessment.store import assistance, published
from services.registry.assessment.store.assistance import Help
from services.registry.assessment.store.holding import hold_assessment, see_assessment
from services.registry.catalogue.domain.dossier import Document
from services.registry.catalogue.domain.names import TEXT_LENGTH, name_faults
from services.registry.catalogue.domain.period import future_faults
from services.registry.evidence import document_faults


async def list_published(
    database: Database, *, year: int | None, region: str | None, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Show a page of what was published, without whose space it is and what it reported, and its next cursor."""
    last = pages.only_id(after)
    async with database.read() as connection:
        found = await published.find(connection, year=year, region=region, after=last, limit=limit + 1)
    page, cursor = pages.cut(found, limit, lambda one: (one.id.hex,))
    return [{name: value for name, value in vars(one).items() if name != "id"} for one in page], cursor


async def record_help(asked: Asked, given: Help) -> Document:
    """Record help that a warned space was given; its reviewer's task is done with it.

    NotFound ``assessment.unknown``; Refusal with all faults: nobody was warned, account, day, document.
    """
    async with asked.database.begin() as connection:
        case = await hold_assessment(connection, asked, given.assessment_id)
        now = await business_now(connection)
        refuse_all(
            [
                *help_faults(case.assessment),
                *name_faults(given.account, "/account", limit=TEXT_LENGTH),
                *future_faults(given.given_on, today=asked.day_of(now), pointer="/given_on"),
                *await document_faults(connection, given.document_id),
            ]
        )
        await assistance.add_help(connection, given, at=now, by=asked.actor)
        await tasks.close_tasks(connection, [given.assessment_id], at=now)
        return _help_document(given)


async def list_help(asked: Asked, assessment_id: UUID) -> list[Document]:
    """Show the help that followed an assessment, the oldest first; NotFound ``assessment.unknown``."""
    async with asked.database.read() as connection:
        await see_assessment(connection, asked, assessment_id)
        return [_help_document(one) for one in await assistance.help_of(connection, assessment_id)]


def _help_document(given: Help) -> Document:
    return {
        "id": show("hlp", given.id),
        "assessment": show("asm", given.assessment_id),
        "given_on": given.given_on.isoformat(),
        "account": given.account,
        "document": show("doc", given.document_id),
    }
