"""Measures how long searches take among 100,000 organisations, beside a read of the same rows by their ids.

``python -m bench.search [organisations]`` starts a PostgreSQL of its own. The organisations go through the registry's
feed, as they do in life, and the run fails where a search does not find the name that it was made from.
"""

import asyncio
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from uuid import UUID

from sqlalchemy import select

from bench import machine
from bench.figures import Figure, percentile, table
from bench.run import QUICK, Run
from services.chassis import bulk
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.registry.catalogue.operations.catalogue import load_shipped
from services.registry.feed.store.publishing import tell
from services.registry.parties.domain.dossier import OrganizationDossier, organization_document
from services.registry.parties.domain.organization import Organization, OrganizationFacts
from services.registry.parties.store.organizations import ORGANIZATIONS
from services.registry.search.domain.question import Narrowed
from services.registry.search.domain.spelling import fold, spelled
from services.registry.search.operations.projection import read_on
from services.registry.search.operations.searching import Reader, search
from services.registry.search.store.entries import ENTRIES
from services.registry.search.store.finding import Found
from services.registry.sight import Sight
from services.standards import uscc

FIRMS, BATCH, PAGE = 100_000, 1_000, 50
ASKED, ROUNDS = 60, 5
"""Searches of each way in a round, and rounds."""
AT = datetime(2020, 9, 16, 2, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"
PLACES = {"江门市": "440704", "江门市蓬江区": "440703", "江海区": "440704", "新会区": "440705", "台山市": "440781"}
FIRST = "华东南中海天金宏恒鼎盛泰兴瑞博创新科远景明辉伟国大正信德诚和安康美佳利丰顺通达联众智慧云星光阳春"
SECOND = "源润泽林森木石山川河江湖洋波涛浪峰岭岳松柏竹梅兰菊荷莲凤龙虎豹鹰鹏翔飞跃腾升起航程路桥梁城市乡村"
TRADES = (
    *(
        "检测技术",
        "信息科技",
        "机电设备",
        "新材料",
        "环保科技",
        "生物医药",
        "软件开发",
        "工业设计",
        "知识产权服务",
        "五金制品",
    ),
    *(
        "摩托车配件",
        "造纸机械",
        "食品",
        "陈皮产业",
        "照明电器",
        "精密模具",
        "智能装备",
        "物联网技术",
        "企业管理咨询",
        "化工",
    ),
)
FORMS = ("有限公司", "有限责任公司", "股份有限公司", "（集团）有限公司", "合作社", "中心")
ALL = Sight(everything=True)
STRIDE = 1_000_003
"""A prime that no number of parts is a multiple of: names repeat only when all have been made."""
COMMON = ("公司", "江门", "科技", "有限公司", "jiangmen", "keji")
"""What very many names have."""


@dataclass
class Way:
    """One way to search: what is typed by turn, with the name that must then be on the first page, or None.

    rates: searches a second, round by round; beside: reads of as many rows by their ids; taken: milliseconds of each.
    """

    asked: Sequence[tuple[str | None, str | None]]
    narrowed: Narrowed = field(default_factory=Narrowed)
    rates: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    async def play(self, database: Database) -> None:
        """One round: search, then read what was found by its ids."""
        reader = Reader(database, ZONE, ALL)
        begun = time.perf_counter()
        pages = [await self._search(reader, *one) for one in self.asked]
        self.rates.append(len(pages) / (time.perf_counter() - begun))
        begun = time.perf_counter()
        for page in pages:
            await read_by_ids(database, [one.id for one in page])
        self.beside.append(len(pages) / (time.perf_counter() - begun))

    async def _search(self, reader: Reader, typed: str | None, name: str | None) -> list[Found]:
        begun = time.perf_counter()
        page, _ = await search(reader, typed, self.narrowed, after=None, limit=PAGE)
        self.taken.append((time.perf_counter() - begun) * 1000)
        if name is not None and name not in {one.name for one in page}:
            self.missed.append(f"{typed} does not find {name}")
        return page


async def read_by_ids(database: Database, ids: Sequence[UUID]) -> None:
    """What no search can be faster than: the same rows, already known."""
    async with database.read() as connection:
        (await connection.execute(select(ENTRIES).where(ENTRIES.c.id.in_(ids)))).all()


def names(count: int) -> list[str]:
    """So many different names as firms have them, the same each time: far from each other in what they are made of."""
    parts = (tuple(PLACES), FIRST, SECOND, FIRST, TRADES, FORMS)
    every = math.prod(map(len, parts))
    return [_name(number * STRIDE % every, parts) for number in range(count)]


def _name(number: int, parts: Sequence[Sequence[str]]) -> str:
    """One of all names that can be made of these parts."""
    chosen = []
    for part in parts:
        number, place = divmod(number, len(part))
        chosen.append(part[place])
    return "".join(chosen)


def ways(known: Sequence[str]) -> Mapping[str, Way]:
    """Every way to search, each with names of its own; of one that must be found so much is typed that few have it."""
    step = max(1, len(known) // 7 // ASKED)
    taken = iter(known[::step])

    def of(typed: Callable[[str], str]) -> Way:
        return Way([(typed(name), name) for name in islice(taken, ASKED)])

    return {
        "the whole name": of(lambda name: name),
        "its beginning": of(lambda name: name[: len(_place(name)) + 4]),
        "a part": of(lambda name: fold(name)[3:9]),
        "pinyin": of(lambda name: spelled(fold(name))[0]),
        "initials": of(lambda name: spelled(fold(name))[1]),
        "one wrong character": of(lambda name: f"{name[:4]}错{name[5:]}"),
        "two words": of(lambda name: f"{name[:2]} {name[len(_place(name)) : len(_place(name)) + 5]}"),
        "what very many have": Way([(text, None) for text in islice(cycle(COMMON), ASKED)]),
        "what nobody has": Way([("不存在的名字", None)] * ASKED),
        "all of a county": Way([(None, None)] * ASKED, Narrowed(region="440703")),
    }


async def fill(database: Database, known: Sequence[str]) -> None:
    """Record organisations of these names, and tell the feed, as the registry does it."""
    await load_shipped(database)
    for first in range(0, len(known), BATCH):
        firms = [_firm(number, known[number]) for number in range(first, min(first + BATCH, len(known)))]
        rows = [
            {
                **{name: getattr(firm.facts, name) for name in OrganizationFacts.__dataclass_fields__},
                "id": firm.id,
                "status": firm.status.value,
                "version": firm.version,
                "recorded_at": AT,
                "recorded_by": "bench",
            }
            for firm in firms
        ]
        async with database.begin() as connection:
            await bulk.insert_all(connection, ORGANIZATIONS, rows)
            documents = [organization_document(OrganizationDossier(firm)) for firm in firms]
            await tell(connection, "organization", documents, at=AT)


def _firm(number: int, name: str) -> Organization:
    region = PLACES[_place(name)]
    return Organization(new_id(), OrganizationFacts(uscc.complete(f"91{region}{number:08d}"), name, region))


def _place(name: str) -> str:
    """What a name begins with; the longest, where one begins like another."""
    return max((place for place in PLACES if name.startswith(place)), key=len)


async def measure(run: Run, count: int = FIRMS) -> Mapping[str, Way]:
    """Every way to search among so many organisations, played; a fault where a name was not found."""
    urls = await run.machine.database("search")
    database = Database(urls.registry, "registry")
    try:
        known = names(count)
        await fill(database, known)
        while await read_on(database):
            pass
        await machine.settle(urls)
        asked = ways(known)
        for _ in range(ROUNDS):
            for way in asked.values():
                await way.play(database)
    finally:
        await database.dispose()
        await run.machine.drop(urls)
    for fault in sorted({missed for way in asked.values() for missed in way.missed}):
        run.fault(fault)
    return asked


def figures(played: Mapping[str, Way]) -> list[Figure]:
    """Searches a second, one after another, against reads of what they found."""
    return [Figure(f"search, {name}", way.rates, way.beside) for name, way in played.items()]


async def main(count: int) -> int:
    """Play it and print its figures; 1 where something was not found."""
    async with machine.started() as server:
        run = Run(server, QUICK)
        played = await measure(run, count)
        about = await server.about()
    taken = [
        f"{name}: p50 {percentile(way.taken, 0.5):.1f} ms, p99 {percentile(way.taken, 0.99):.1f} ms"
        for name, way in played.items()
    ]
    sys.stdout.write("\n".join([about, "", table(figures(played)), "", *taken, *run.faults, ""]))
    return 1 if run.faults else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else FIRMS)))
