"""Who is related to whom is read in one statement, for the days that count, and not without end."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.chassis.database import Database
from services.chassis.ids import show
from services.chassis.refusals import Refusal
from services.voucher.directory.domain.change import Change
from services.voucher.directory.domain.groups import MEMBERS_MAX
from services.voucher.directory.domain.party import Figures, Span
from services.voucher.directory.store import feed, outline, parties
from tests.voucher.redemption.stored import organization

DAY = date(2020, 9, 21)
FIRMS = [UUID(int=number) for number in range(1, 2 * MEMBERS_MAX)]


def link(to: UUID, since: str = "2020-01-01", until: str | None = None) -> dict[str, Any]:
    return {"organization": show("org", to), "kind": "ownership", "from": since, "until": until}


async def hear(database: Database, links: dict[UUID, list[dict[str, Any]]]) -> None:
    told = [organization(one, related_parties=of_one) for one, of_one in links.items()]
    async with database.begin() as connection:
        await feed.keep(connection, told, cursor="1", complete=True)


async def related(database: Database, *ids: UUID, days: tuple[date, ...] = (DAY,)) -> set[UUID]:
    async with database.read() as connection:
        return set(await parties.related(connection, ids, days=days))


async def test_links_are_followed_all_the_way_and_round(voucher_db: Database) -> None:
    mother, daughter, sister, stranger, *_ = FIRMS
    await hear(voucher_db, {mother: [link(daughter), link(sister)], daughter: [link(mother)], sister: [], stranger: []})
    assert await related(voucher_db, daughter) == {mother, daughter, sister}
    assert await related(voucher_db, sister, stranger) == {sister, stranger}


async def test_only_links_of_the_days_that_count_are_followed(voucher_db: Database) -> None:
    one, past, future, last_day, first_day, *_ = FIRMS
    links = [
        link(past, until="2020-09-20"),
        link(future, since="2020-09-22"),
        link(last_day, until="2020-09-21"),
        link(first_day, since="2020-09-21"),
    ]
    await hear(voucher_db, {one: links, **{other: [] for other in FIRMS[1:5]}})
    assert await related(voucher_db, one) == {one, last_day, first_day}
    assert future in await related(voucher_db, one, days=(DAY, date(2020, 9, 22)))


async def test_a_hub_that_everything_hangs_on_is_refused(voucher_db: Database) -> None:
    hub, *others = FIRMS
    await hear(voucher_db, {hub: [link(one) for one in others], **{one: [] for one in others}})
    with pytest.raises(Refusal, match=r"group\.too_large"):
        await related(voucher_db, hub)


async def names(database: Database, *ids: UUID) -> list[str]:
    """As whoever decides reads them: by the outline, which keeps them."""
    async with database.read() as connection:
        outlined, _ = await outline.read(connection)
        return [party.name for party in (await parties.heard(connection, ids, outlined)).values()]


async def is_called(database: Database, name: str, *, cursor: str | None) -> None:
    async with database.begin() as connection:
        await feed.keep(connection, [organization(FIRMS[0], name=name)], cursor=cursor, complete=True)


async def test_a_party_is_kept_as_long_as_the_cursor_stands(voucher_db: Database) -> None:
    await is_called(voucher_db, "旧名", cursor="1")
    assert await names(voucher_db, FIRMS[0]) == ["旧名"]
    await is_called(voucher_db, "新名", cursor="1")
    assert await names(voucher_db, FIRMS[0]) == ["旧名"]
    await is_called(voucher_db, "新名", cursor="2")
    assert await names(voucher_db, FIRMS[0]) == ["新名"]


async def test_nothing_is_kept_while_there_is_no_cursor(voucher_db: Database) -> None:
    await is_called(voucher_db, "旧名", cursor=None)
    assert await names(voucher_db, FIRMS[0]) == ["旧名"]
    await is_called(voucher_db, "新名", cursor=None)
    assert await names(voucher_db, FIRMS[0]) == ["新名"]


async def test_of_too_many_kept_the_one_goes_that_was_read_longest_ago(
    voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parties, "KEPT", 2)
    await hear(voucher_db, {one: [] for one in FIRMS[:3]})
    async with voucher_db.read() as connection:
        outlined, _ = await outline.read(connection)
        for one in FIRMS[:3]:
            await parties.heard(connection, [one], outlined)
        assert list(outlined.parties) == FIRMS[1:3]


async def test_names_are_read_as_they_were_told_and_none_of_a_registry_that_tells_none(voucher_db: Database) -> None:
    one, other, *_ = FIRMS
    names = [
        {"name": "旧名", "from": "2018-03-15", "until": "2020-05-31"},
        {"name": "单位1", "from": "2020-06-01", "until": None},
    ]
    async with voucher_db.begin() as connection:
        await feed.keep(connection, [organization(one, names=names), organization(other)], cursor="1", complete=True)
        found = await parties.read(connection, [one, other])
    assert [found[one].name_on(date(2020, month, 1)) for month in (5, 6)] == ["旧名", "单位1"]
    assert found[other].names == ()


SPACE, STAYS = UUID(int=77), UUID(int=78)


def a_space() -> Change:
    recognised = {"level": "city", "decided_on": "2019-01-01", "ended_on": "2020-06-01"}
    document = {"id": show("spc", SPACE), "kind": "maker_incubating", "incubator_since": "2020-01-15"}
    return Change("space", show("spc", SPACE), {**document, "recognitions": [recognised]}, "p1")


def a_stay(of: UUID) -> Change:
    document = {"space": show("spc", SPACE), "organization": show("org", of), "from": "2020-01-01", "until": None}
    return Change("residency", show("rsd", STAYS), document, "p1")


async def test_where_a_firm_resides_is_read_with_it(voucher_db: Database) -> None:
    firm, other, *_ = FIRMS
    async with voucher_db.begin() as connection:
        told = [organization(firm), organization(other), a_space(), a_stay(firm)]
        await feed.keep(connection, told, cursor="1", complete=True)
        outlined, _ = await outline.read(connection)
        found = await parties.read(connection, [firm, other])
        assert found == await parties.heard(connection, [firm, other], outlined)
    (stay,) = found[firm].residencies
    assert (stay.kind, stay.levels_on(date(2020, 5, 31)), stay.levels_on(date(2020, 6, 1))) == (
        "maker_incubating",
        ("city",),
        (),
    )
    assert (stay.span, stay.incubator_since) == (Span(date(2020, 1, 1)), date(2020, 1, 15))
    assert found[other].residencies == ()


async def test_what_a_firm_declared_is_read_year_by_year(voucher_db: Database) -> None:
    yuan = {"amount": "3000000.00", "currency": "CNY"}
    sizes = [{"year": 2019, "staff": 12, "revenue": yuan, "assets": None}]
    async with voucher_db.begin() as connection:
        await feed.keep(connection, [organization(FIRMS[0], sizes=sizes)], cursor="1", complete=True)
        found = await parties.read(connection, [FIRMS[0]])
    assert found[FIRMS[0]].figures == (Figures(2019, 12, 3_000_000_00, None),)
