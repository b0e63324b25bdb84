"""What was supported twice, perhaps, is found across schemes and told to staff alone; what was looked at is kept."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.chassis import decisions, pages
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.chassis.refusals import NotFound, Refusal
from services.standards.spelling import compared
from services.voucher.oversight.domain.support import Channel, Match
from services.voucher.oversight.operations import support
from services.voucher.oversight.operations.support import clear
from services.voucher.settlement.domain.checking import Asked
from services.voucher.settlement.domain.claim import Allocation
from services.voucher.settlement.domain.evidence import Drawn
from tests.conftest import Begin, SetClock
from tests.voucher.awards.steps import OPERATOR, SPACE, a_document, a_space_office
from tests.voucher.redemption.samples import YUAN
from tests.voucher.redemption.stored import Stored, a_stored_voucher
from tests.voucher.settlement.claimed import NOW, a_capture, a_claim, keyed
from tests.voucher.settlement.papers import a_line, an_invoice, put
from tests.voucher.settlement.reviewed import city, reviewer

Says = Callable[..., Awaitable[None]]
OF_BEIJING = reviewer("per_beijing", "110000", "city")
ELSEWHERE = reviewer("per_elsewhere", "330100", "city")


@pytest.fixture
async def twins(voucher_db: Database) -> tuple[Stored, Stored]:
    """Two vouchers of one holder, of two schemes."""
    return await a_stored_voucher(voucher_db), await a_stored_voucher(voucher_db)


async def matches(database: Database, *, permit: Permit, of: str) -> list[Match]:
    """The first page of what is alike."""
    return (await support.matches(database, permit=permit, of=of, after=None, limit=200))[0]


def app(stored: Stored) -> str:
    return show("app", stored.voucher.application_id)


@pytest.fixture
async def said(twins: tuple[Stored, Stored], owner_url: str) -> Says:
    """Lets the two applications say what their projects are, and be two holders'."""

    async def says(*projects: str) -> None:
        connection = await asyncpg.connect(owner_url)
        for one, project in zip(twins, projects, strict=True):
            change = "UPDATE voucher.applications SET project = $1, quota_root_id = $2 WHERE id = $3"
            await connection.execute(change, compared(project), new_id(), one.voucher.application_id)
        await connection.close()

    return says


async def test_applications_of_one_holder_are_alike_across_schemes(twins: tuple[Stored, Stored]) -> None:
    one, other = twins
    (match,) = await matches(one.database, permit=city, of=app(one))
    assert (match.channel, match.other, match.cleared) == (Channel.PEOPLE, app(other), None)
    assert match.scheme.startswith("jiangmen-")


async def test_a_project_is_the_same_however_it_is_written(twins: tuple[Stored, Stored], said: Says) -> None:
    await said("新型 电池-A１", "新型电池a1")
    (match,) = await matches(twins[0].database, permit=city, of=app(twins[0]))
    assert match.channel is Channel.PROJECT


async def test_two_firms_with_one_project_in_one_round_are_alike(
    twins: tuple[Stored, Stored], said: Says, owner_url: str
) -> None:
    await said("新型电池", "新型电池")
    connection = await asyncpg.connect(owner_url)
    together = "UPDATE voucher.applications SET round_id = $1, number = number + 1000, rank = rank + 1000 WHERE id = $2"
    await connection.execute(together, twins[0].voucher.round_id, twins[1].voucher.application_id)
    await connection.close()
    (match,) = await matches(twins[0].database, permit=city, of=app(twins[0]))
    assert (match.channel, match.other) == (Channel.PROJECT, app(twins[1]))


async def test_two_teams_with_a_person_in_common_are_alike(
    twins: tuple[Stored, Stored], said: Says, owner_url: str
) -> None:
    await said("新型电池", "新型电机")
    connection = await asyncpg.connect(owner_url)
    for one, people in zip(twins, (["per_1", "per_2"], ["per_2", "per_3"]), strict=True):
        change = "UPDATE voucher.applications SET people = $1 WHERE id = $2"
        await connection.execute(change, people, one.voucher.application_id)
    await connection.close()
    (match,) = await matches(twins[0].database, permit=city, of=app(twins[0]))
    assert (match.channel, match.other) == (Channel.PEOPLE, app(twins[1]))


async def test_matches_are_turned_over_page_by_page(twins: tuple[Stored, Stored]) -> None:
    third = await a_stored_voucher(twins[0].database)
    found, after = [], None
    for _ in range(2):
        page, after = await support.matches(twins[0].database, permit=city, of=app(twins[0]), after=after, limit=1)
        found += [one.other for one in page]
    assert (found, after) == ([app(third), app(twins[1])], None)


@pytest.mark.parametrize("after", ["x", pages.encode("no instant", "app_1", "people")])
async def test_a_cursor_that_is_none_of_ours_is_refused(voucher_db: Database, after: str) -> None:
    with pytest.raises(Refusal, match=r"page\.cursor"):
        await support.matches(voucher_db, permit=city, of="app_1", after=after, limit=1)


async def test_another_project_of_another_holder_is_nothing_alike(twins: tuple[Stored, Stored], said: Says) -> None:
    await said("新型电池", "新型电机")
    assert await matches(twins[0].database, permit=city, of=app(twins[0])) == []


async def test_lines_of_two_claims_on_one_invoice_are_alike(voucher_db: Database, set_clock: SetClock) -> None:
    await set_clock(NOW)
    shared = an_invoice(a_line(20_000 * YUAN, 0))
    await put(voucher_db, shared)
    lines = []
    for _ in range(2):
        one = await a_capture(voucher_db, 10_000 * YUAN)
        slips = (Allocation(one.slip.id, None, one.slip.amount),)
        asked = Asked(one.capture_id, Drawn((Allocation(shared.id, 1, 10_000 * YUAN),), slips), "CNY")
        lines.append((await a_claim(voucher_db, asked))[1][0])
    (match,) = await matches(voucher_db, permit=city, of=show("cln", lines[0].id))
    assert (match.channel, match.other) == (Channel.INVOICE, show("cln", lines[1].id))


@pytest.mark.parametrize("of", ["app_1", "cln_1", "vch_1", show("app", UUID(int=9)), show("cln", UUID(int=9))])
async def test_what_is_not_there_has_no_matches(voucher_db: Database, of: str) -> None:
    with pytest.raises(NotFound):
        await matches(voucher_db, permit=city, of=of)


async def test_another_region_is_told_of_nothing(twins: tuple[Stored, Stored]) -> None:
    with pytest.raises(NotFound, match=r"support\.unknown"):
        await matches(twins[0].database, permit=ELSEWHERE, of=app(twins[0]))


async def cleared(of: Stored, other: str) -> None:
    request = replace(keyed("clear_support_match", city), render=lambda found: {"by": found.by})
    await clear(of.database, request, permit=city, of=app(of), other=other, reason="另一合同")


async def test_what_was_looked_at_is_told_so_from_both_sides(twins: tuple[Stored, Stored]) -> None:
    one, other = twins
    await cleared(one, app(other))
    for of in twins:
        (match,) = await matches(of.database, permit=city, of=app(of))
        assert match.cleared is not None
        assert (match.cleared.reason, match.cleared.by) == ("另一合同", "per_city")


async def test_a_pair_is_looked_at_once(twins: tuple[Stored, Stored]) -> None:
    one, other = twins
    await cleared(one, app(other))
    with pytest.raises(Refusal, match=r"support\.cleared"):
        await cleared(other, app(one))


async def test_only_a_match_is_cleared(twins: tuple[Stored, Stored]) -> None:
    for other in ("app_1", show("app", new_id()), show("osp", new_id())):
        with pytest.raises(Refusal, match=r"support\.no_match"):
            await cleared(twins[0], other)


async def test_what_was_found_names_its_clause(twins: tuple[Stored, Stored]) -> None:
    await cleared(twins[0], app(twins[1]))
    async with twins[0].database.read() as connection:
        application = twins[0].voucher.application_id
        made = (await decisions.of_subjects(connection, [application]))[application]
    assert {one.rule: bool(one.clause) for one in made if one.kind == "support_match"} == {"settlement.review": True}


async def test_awards_of_one_event_are_alike_and_so_are_those_on_one_document(begin: Begin) -> None:
    office = await begin(a_space_office)
    paper = (await a_document(office.database, OPERATOR),)
    said: dict[str, Any] = {"payee": OPERATOR, "space_id": SPACE, "document_ids": paper}
    one = await office.claim("recognition", facts={"level": "municipal", "event": "路演 A"}, **said)
    other = await office.claim("recognition", facts={"level": "national", "event": "路演Ａ"}, **said)
    of = show("cln", one.claim_line_id)
    found = await matches(office.database, permit=OF_BEIJING, of=of)
    assert {match.channel for match in found} == {Channel.DOCUMENT, Channel.PROJECT, Channel.PEOPLE}
    assert {match.other for match in found} == {show("cln", other.claim_line_id)}
