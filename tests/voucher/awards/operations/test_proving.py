"""What a claim to an award says is proven: its day, its level, figures, ground, and that it is the first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.chassis.database import Database
from services.voucher.awards.domain.claiming import Matter, year_of
from services.voucher.awards.operations import claiming
from services.voucher.settlement.store import award_lines
from tests.conftest import Begin, SetClock
from tests.voucher.awards.operations.test_claiming import LEVEL, REJECT
from tests.voucher.awards.steps import (
    MATCH,
    NOW,
    TOP_UP,
    YUAN,
    Office,
    a_top_up_office,
    an_office,
    hear_space,
    refused,
)

NATIONAL: dict[str, Any] = {**LEVEL, "facts": {"level": "national"}}
FIGURES = TOP_UP["figures"]


async def test_a_day_of_completion_is_told_and_shown(office: Office) -> None:
    assert "award.day_missing" in await refused(office.claim("top-up", figures=FIGURES))
    unproven = await refused(office.claim("top-up", **TOP_UP, document_ids=(), answers={}))
    assert unproven == ["award.unproven", *["form.missing"] * 4]


async def test_the_day_of_a_recognition_is_the_registrys(spaces: Office) -> None:
    chosen = spaces.claim("recognition", **NATIONAL, on=date(2021, 1, 1))
    assert await refused(chosen) == ["award.other_day"]
    same = await spaces.claim("recognition", **NATIONAL, on=date(2020, 11, 2))
    assert same.on == date(2020, 11, 2)


async def test_a_match_of_a_space_counts_on_the_day_of_its_recognition(match: Office) -> None:
    claim = await match.claim("match", **MATCH)
    assert claim.on == date(2019, 5, 6)
    assert "award.fact_missing" in await refused(match.claim("match", **{**MATCH, "facts": {}}))


async def test_what_the_registry_knows_needs_no_paper(spaces: Office) -> None:
    claim = await spaces.claim("recognition", **NATIONAL, document_ids=())
    assert claim.amount == 500_000 * YUAN


async def test_nobody_but_a_space_has_a_level(office: Office) -> None:
    codes = await refused(office.claim("top-up", **TOP_UP, facts={"level": "national"}))
    assert codes == ["award.level_unproven"]


async def test_a_space_that_was_revoked_is_not_awarded(spaces: Office) -> None:
    await hear_space(spaces.database, state="revoked")
    assert await refused(spaces.claim("recognition", **NATIONAL)) == ["award.space_state"]


@pytest.mark.parametrize("year", ["0", "²", "20", "9999", "二〇二〇", "２０２７", "02027", "2027.0"])
def test_a_year_is_four_digits_that_we_count_in(year: str) -> None:
    assert year_of({"year": year}) is None


@given(some.integers(1900, 2199))
def test_a_year_is_read_as_it_is_written(year: int) -> None:
    assert year_of({"year": str(year)}) == year


def given_once_per(fact: str) -> Callable[[str], str]:
    """The top-up, given once for each of something."""
    once = f"    once_per: {{value: [{fact}], source: row jiangmen-topup-2021}}\n"
    return lambda text: text.replace("    base: upper_award\n", f"    base: upper_award\n{once}")


async def an_office_of_events(database: Database, set_clock: SetClock) -> Office:
    """Each event is matched once."""
    return await a_top_up_office(database, set_clock, change=given_once_per("event"))


async def test_once_is_once_whatever_its_payee_writes(begin: Begin) -> None:
    office = await begin(an_office_of_events)
    await office.claim("top-up", **TOP_UP, facts={"event": "路演 A"})
    for said in ("路演A", "路演 ａ", "路演-a"):
        assert await refused(office.claim("top-up", **TOP_UP, facts={"event": said})) == ["award.given"]
    assert await refused(office.claim("top-up", **TOP_UP, facts={"event": "—"})) == ["award.fact_missing"]


async def an_office_of_years(database: Database, set_clock: SetClock) -> Office:
    """One in each year."""
    return await a_top_up_office(database, set_clock, change=given_once_per("year"))


async def test_the_year_of_what_is_given_once_a_year_is_that_of_its_day(begin: Begin) -> None:
    office = await begin(an_office_of_years)
    assert await refused(office.claim("top-up", **TOP_UP, facts={"year": "2020"})) == ["award.other_day"]
    claim = await office.claim("top-up", **TOP_UP)
    assert claim.facts["year"] == "2021"
    assert await refused(office.claim("top-up", **TOP_UP)) == ["award.given"]


async def test_a_year_that_turns_while_a_claim_waits_is_the_one_that_counts(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await begin(an_office_of_the_day)
    read, turns = claiming._matter, iter([datetime(2021, 12, 31, 15, 59, tzinfo=UTC)])

    async def waiting(*args: Any) -> Matter:
        matter = await read(*args)
        return replace(matter, now=next(turns, matter.now))

    monkeypatch.setattr(claiming, "_matter", waiting)
    claim = await office.claim("top-up", units=120)
    async with office.database.read() as connection:
        takes = await award_lines.takes(connection, [claim.claim_line_id])
    assert [take.key.period for take in takes[claim.claim_line_id]] == ["2022"]


async def an_office_of_the_day(database: Database, set_clock: SetClock) -> Office:
    """So much for each square metre, up to a limit in the year of the claim."""

    def by_area(text: str) -> str:
        head, _, tail = text.partition("    base: upper_award\n")
        after = tail.partition("    as_of: completion\n")[2]
        limit = '    limit: {value: "500000.00", source: row jiangmen-topup-2021}\n    period: year\n'
        return f'{head}    base: added_area\n    amount: "100.00"\n{limit}    as_of: submission\n{after}'

    await set_clock(NOW)
    office = await an_office(database, "jiangmen-topup-2021", treasuries={"1": "jiangmen"}, change=by_area)
    await office.fund("top-up", "1", "440700")
    return office


async def test_an_award_rests_on_no_more_than_stands_of_another(office: Office) -> None:
    upper = await office.claim("top-up", **TOP_UP)
    resting: dict[str, Any] = {"on": TOP_UP["on"], "rests_on": upper.id}
    more = office.claim("top-up", figures={"deal": 100_000 * YUAN, "upper_award": 15_001 * YUAN}, **resting)
    assert await refused(more) == ["award.rests_on_less"]
    await office.review(upper, REJECT, stage="district")
    nothing = office.claim("top-up", figures={"deal": 100_000 * YUAN, "upper_award": 1 * YUAN}, **resting)
    assert await refused(nothing) == ["award.rests_on_less"]


async def test_an_award_is_matched_once_as_long_as_its_match_lives(office: Office) -> None:
    upper = await office.claim("top-up", **TOP_UP)
    figures = {"deal": 100_000 * YUAN, "upper_award": 15_000 * YUAN}
    resting: dict[str, Any] = {"on": TOP_UP["on"], "rests_on": upper.id, "figures": figures}
    first = await office.claim("top-up", **resting)
    assert await refused(office.claim("top-up", **resting)) == ["award.rests_on_taken"]
    await office.review(first, REJECT, stage="district")
    assert (await office.claim("top-up", **resting)).rests_on == upper.id


async def test_what_is_fixed_rests_on_no_other_award(spaces: Office) -> None:
    upper = await spaces.claim("recognition", **NATIONAL)
    lower = spaces.claim("recognition", **LEVEL, facts={"level": "municipal"}, rests_on=upper.id)
    assert await refused(lower) == ["award.rests_on_nothing"]


async def test_the_split_of_the_settlement_counts_where_an_award_names_none(begin: Begin) -> None:
    office = await begin(an_office_split_by_its_settlement)
    claim = await office.claim("top-up", **TOP_UP)
    await office.approve(claim)
    assert [(leg.part, leg.amount) for leg in await office.legs(claim)] == [
        ("city", 3_000 * YUAN),
        ("district", 12_000 * YUAN),
    ]


async def an_office_split_by_its_settlement(database: Database, set_clock: SetClock) -> Office:
    """Two to eight, said where the way of the money is said."""

    def elsewhere(text: str) -> str:
        head, _, tail = text.partition("    split:\n")
        tail = tail.partition("    as_of: completion\n")[2]
        parts = "{parts: [{part: city, weight: 2}, {part: district, weight: 8}], source: row jiangmen-topup-2021}"
        whole = f"{head}    as_of: completion\n{tail}"
        return whole.replace("  claims: {value", f"  split: {parts}\n  claims: {{value")

    return await a_top_up_office(database, set_clock, change=elsewhere)
