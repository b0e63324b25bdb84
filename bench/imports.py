"""Measures how long a list of 100,000 organisations takes to be taken in, 2 % of its lines dirty, beside a bare COPY.

``python -m bench.imports [organisations]`` starts a PostgreSQL of its own. The list goes the way it goes in life: sent
as a document, put on the table of jobs, carried out by a worker. The run fails where a line comes to anything else than
it must. COPY writes the same organisations into the same table, names and feed left out, and is rolled back.
"""

import asyncio
import csv
import io
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from uuid import UUID

from bench import machine
from bench.figures import Figure, table
from bench.run import QUICK, Run
from bench.search import AT, PLACES, names
from services.chassis import documents, jobs
from services.chassis.database import Database
from services.chassis.documents import Sent
from services.chassis.ids import new_id
from services.chassis.jobs import Worker
from services.chassis.timers import Timetable
from services.registry.catalogue.operations.catalogue import load_shipped
from services.registry.parties.store.organizations import ORGANIZATIONS
from services.registry.transfer.domain.importing import Import, ImportKind
from services.registry.transfer.domain.sheets import CSV
from services.registry.transfer.operations import taking
from services.registry.transfer.operations.handlers import handlers
from services.registry.transfer.store import imports
from services.standalone import provision
from services.standards import uscc

FIRMS, DIRTY_EVERY = 100_000, 50
HEAD = ("统一社会信用代码", "单位名称", "所属区县", "成立日期")
ZONE = "Asia/Shanghai"
Line = tuple[str, str, str, str]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
DIRT: Sequence[tuple[str, Callable[[Line], Line]]] = (
    ("rejected", lambda line: (line[0][:-1] + ("0" if line[0][-1] != "0" else "1"), *line[1:])),
    ("rejected", lambda line: (line[0], line[1], "无此区", line[3])),
    ("created", lambda line: (line[0].lower().translate(WIDE), *line[1:])),
    ("created", lambda line: (line[0], line[1].replace("公司", " 公司"), "广东省江门市蓬江区", "2018年3月15日")),
)
"""What a dirty line comes to, and how a sound one becomes dirty."""


def lines(count: int) -> tuple[list[Line], Counter[str]]:
    """So many lines, each fiftieth dirty in one of four ways by turn; and what they must come to."""
    told, wanted = [], Counter[str]()
    for number, name in enumerate(names(count)):
        region = PLACES[max((place for place in PLACES if name.startswith(place)), key=len)]
        line: Line = (uscc.complete(f"91{region}{number:08d}"), name, region, "2018-03-15")
        outcome = "created"
        if number % DIRTY_EVERY == 0:
            outcome, soil = DIRT[number // DIRTY_EVERY % len(DIRT)]
            line = soil(line)
        told.append(line)
        wanted[outcome] += 1
    return told, wanted


def as_csv(told: Sequence[Line]) -> bytes:
    """The list as it is sent."""
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *told])
    return out.getvalue().encode()


async def send(database: Database, content: bytes) -> UUID:
    """The id of the list, once it was sent."""
    async with database.begin() as connection:
        kept = await documents.keep(connection, Sent(content, CSV, "list"), organization=None, sent_by="bench")
    return kept.id


async def take(database: Database, file: UUID, *, dry_run: bool = False) -> tuple[Import, float]:
    """Let a worker take the list in; gives the import and the seconds it took."""
    async with database.begin() as connection:
        identifier = new_id()
        job = await jobs.enqueue(connection, taking.JOB, {"import_id": str(identifier)}, actor="bench")
        asked = Import(
            id=identifier,
            kind=ImportKind.ORGANIZATIONS,
            documents=(file,),
            mapping={},
            dry_run=dry_run,
            job_id=job.id,
            client="bench",
            requested_by="bench",
            requested_at=AT,
        )
        await imports.add(connection, asked)
    worker = Worker(database, handlers(ZONE), Timetable([]))
    begun = time.perf_counter()
    while await worker.run_once():
        pass
    lasted = time.perf_counter() - begun
    async with database.read() as connection:
        return await imports.known(connection, identifier), lasted


async def copied(url: str, told: Sequence[Line]) -> float:
    """Seconds that PostgreSQL takes to COPY the same organisations into the same table; they do not stay."""
    rows = [(new_id(), *line[:3], "active", 0, AT, "bench") for line in told]
    columns = ("id", "uscc", "name", "region", "status", "version", "recorded_at", "recorded_by")
    async with provision.connected(url) as connection:
        await connection.execute("SET search_path TO registry, business")
        transaction = connection.transaction()
        await transaction.start()
        begun = time.perf_counter()
        await connection.copy_records_to_table(ORGANIZATIONS.name, columns=columns, records=rows)
        lasted = time.perf_counter() - begun
        await transaction.rollback()
    return lasted


async def measure(run: Run, count: int) -> list[Figure]:
    """A dry run, the list itself, and the same list once more; a fault where a line came to something else."""
    urls = await run.machine.database("imports")
    database = Database(urls.registry, "registry")
    told, wanted = lines(count)
    figures = []
    try:
        await load_shipped(database)
        file = await send(database, as_csv(told))
        sound = [line for number, line in enumerate(told) if number % DIRTY_EVERY]
        bare = len(sound) / await copied(urls.registry, sound)
        again = Counter({"unchanged": wanted["created"], "rejected": wanted["rejected"]})
        for name, dry_run, must in (
            ("dry run", True, wanted),
            ("taken in", False, wanted),
            ("once more", False, again),
        ):
            one, lasted = await take(database, file, dry_run=dry_run)
            figures.append(Figure(f"import, {name}", [len(told) / lasted], [bare], "lines a second"))
            came = {outcome: one.counts[outcome] for outcome in ("created", "changed", "unchanged", "rejected")}
            if came != {outcome: must[outcome] for outcome in came}:
                run.fault(f"{name}: {came} instead of {dict(must)}")
    finally:
        await database.dispose()
        await run.machine.drop(urls)
    return figures


async def main(count: int) -> int:
    """Play it and print its figures; 1 where a line came to something else than it must."""
    async with machine.started() as server:
        run = Run(server, QUICK)
        figures = await measure(run, count)
        about = await server.about()
    sys.stdout.write("\n".join([about, "", table(figures), "", *run.faults, ""]))
    return 1 if run.faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else FIRMS)))
