"""Files, and imports of them, as the tests of this wing need them."""

import io
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import xlsxwriter

from services.chassis import documents
from services.chassis.attempts import Attempt
from services.chassis.database import Database
from services.chassis.documents import Sent
from services.chassis.idempotency import Answer, Keyed
from services.chassis.ids import new_id, show
from services.chassis.jobs import Worker
from services.chassis.timers import Timetable
from services.registry.catalogue.operations.policies import load_papers
from services.registry.parties.operations.register_checks import check_register
from services.registry.transfer.domain.importing import ImportKind
from services.registry.transfer.domain.sheets import CSV, XLSX
from services.registry.transfer.operations import imports
from services.registry.transfer.operations.handlers import handlers
from services.registry.transfer.operations.imports import Progress, Wanted
from services.registry.transfer.store.imports import LineFilter, Told
from tests.registry.samples import TODAY, asked, code

ZONE = "Asia/Shanghai"
HEAD = ("统一社会信用代码", "单位名称", "所属区县")
EVERY = LineFilter()
Rows = Sequence[Sequence[Any]]


def firms(first: int, count: int) -> list[tuple[str, str, str]]:
    """Sound lines of so many firms."""
    return [(code(number), f"江门{number}号公司", "440703") for number in range(first, first + count)]


def as_csv(rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A table as CSV."""
    return "".join(delimiter.join(str(cell) for cell in row) + "\r\n" for row in rows).encode(encoding)


def as_xlsx(rows: Rows, *, sheets: Sequence[Rows] = ()) -> bytes:
    """A table as a workbook; sheets: more of them before it."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as workbook:
        for table in (*sheets, rows):
            sheet = workbook.add_worksheet()
            for place, row in enumerate(table):
                sheet.write_row(place, 0, row)
    return out.getvalue()


async def sent(database: Database, content: bytes, media_type: str = CSV) -> UUID:
    """The id of a file that was sent."""
    async with database.begin() as connection:
        kept = await documents.keep(connection, Sent(content, media_type, "list"), organization=None, sent_by="per_1")
    return kept.id


async def sheet(database: Database, rows: Rows) -> UUID:
    """The id of a workbook that was sent."""
    return await sent(database, as_xlsx(rows), XLSX)


def keyed(operation: str, key: str | None = None) -> Keyed:
    """A request under a key of its own."""
    attempt = Attempt(
        operation=operation,
        caller="per_1",
        organization=None,
        subject_kind=None,
        subject_id=None,
        key=key or new_id().hex,
        outcome="refused",
        request_id="req_1",
    )
    return Keyed(attempt=attempt, fingerprint="f", render=lambda told: {"id": str(told.of.id)}, status=202)


async def order(database: Database, *files: UUID, **said: Any) -> Answer:
    """An order for an import, by an operator."""
    kind = said.pop("kind", ImportKind.ORGANIZATIONS)
    told = {"mapping": {}, "dry_run": False, **said}
    wanted = Wanted(kind, files, told["mapping"], told["dry_run"], told.get("as_of"))
    return await imports.request(asked(database, "create_import"), keyed("create_import"), wanted)


async def work(database: Database) -> None:
    """Carry out all that waits."""
    worker = Worker(database, handlers(ZONE), Timetable([]))
    while await worker.run_once():
        pass


async def taken(database: Database, *files: UUID, **said: Any) -> Progress:
    """An import that was carried out."""
    answer = await order(database, *files, **said)
    await work(database)
    return await shown(database, answer)


async def shown(database: Database, answer: Answer) -> Progress:
    """An import as it stands."""
    return await imports.read_import(asked(database, "get_import"), UUID(answer.body["id"]))


async def lines(database: Database, one: Progress, wanted: LineFilter = EVERY) -> list[Told]:
    """The lines of an import."""
    _, found, _ = await imports.list_lines(
        asked(database, "list_import_lines"), one.of.id, wanted, after=None, limit=200
    )
    return found


def counted(one: Progress) -> dict[str, int]:
    """The counts that are not nought."""
    return {name: count for name, count in one.of.counts.items() if count}


async def imported_at(database: Database) -> dict[str, str]:
    """An import and a paper, as they stand in an address."""
    await load_papers(database)
    one = await taken(database, await sent(database, as_csv([HEAD])))
    return {"import_id": f"imp_{one.of.id.hex}", "policy_id": "jiangmen-2016-draft"}


async def looked_at(database: Database, firm: UUID) -> str:
    """A look into the register that found nothing of a firm, as it stands in an address."""
    extract = await sent(database, as_csv([HEAD[:2], (code(9), "别家")]))
    await taken(database, extract, kind=ImportKind.REGISTER_ENTRIES, as_of=TODAY)
    return show("rgc", (await check_register(asked(database, "create_register_check"), firm)).id)
