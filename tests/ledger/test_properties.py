"""Whatever is posted in whatever order: both books at zero, no place below zero, folded entries as stored."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from services.chassis.database import Database
from services.voucher.ledger.domain.built import BUILT
from services.voucher.ledger.domain.chart import Place, PlaceKind
from services.voucher.ledger.domain.posting import Funding
from services.voucher.ledger.store import accounts, audit, journals, lines
from services.voucher.ledger.store.accounts import AsOf
from tests.ledger.world import PAYING, STEPS, Step, World, a_world, folded, overdrawn, play
from tests.voucher.ledger.samples import journal

steps = st.builds(
    Step,
    name=st.sampled_from(STEPS),
    which=st.integers(0, 5),
    amount=st.integers(1, 1000),
    event=st.integers(0, 2),
)
likely = st.builds(lambda amount, which: Step("allot", which, amount), st.integers(500, 5000), st.integers(0, 1))


@st.composite
def paid(draw: st.DrawFn) -> list[list[Step]]:
    """Value that is claimed, and any steps from there to the bank and back: chance alone would hardly get so far."""
    third = draw(st.integers(0, 2))
    captured = [
        *(Step("allot", line, 5000) for line in range(2)),
        Step("fund_round", third, 4000),
        *(Step(name, third, 3000) for name in ("issue", "authorise", "capture_held")),
        *(Step("fund_account", line, 2000) for line in range(2)),
        Step("approve", third, 900),
        Step("send", third, 250),
    ]
    of_one_voucher = st.sampled_from((third, third + 3))
    settling = st.builds(Step, st.sampled_from(PAYING), of_one_voucher, st.integers(1, 300), st.integers(0, 2))
    return [captured, *draw(st.lists(st.lists(settling, max_size=20), max_size=4))]


batches = st.lists(st.lists(steps | likely, max_size=15), min_size=1, max_size=6) | paid()
on_one_database = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_steps_are_every_posting_that_is_built() -> None:
    assert {make.__name__ for makers in BUILT.values() for make in makers} == set(STEPS)


@on_one_database
@given(batches=batches)
async def test_any_sequence_keeps_every_book_at_zero_and_every_place_above(
    voucher_db: Database, batches: list[list[Step]]
) -> None:
    world = await a_world(voucher_db)
    for batch in batches:
        await play(voucher_db, world, batch)
    async with voucher_db.read() as connection:
        assert set((await accounts.imbalance(connection, AsOf())).values()) <= {0}
    stands = await folded(voucher_db, world)
    assert not overdrawn(stands)
    async with voucher_db.read() as connection:
        assert await audit.findings(connection) == []


@on_one_database
@given(batches=batches)
async def test_folded_entries_are_what_the_model_and_the_lines_say(
    voucher_db: Database, batches: list[list[Step]]
) -> None:
    world = await a_world(voucher_db)
    for batch in batches:
        await play(voucher_db, world, batch)
    stands = await folded(voucher_db, world)
    assert without_zeros(stands) == without_zeros(world.stands)
    async with voucher_db.read() as connection:
        for line in world.lines:
            stored = await lines.read(connection, line.id)
            given_away = sum(stored.rounds.values())
            assert stored == replace(line, rounds={key: amount for key, amount in line.rounds.items() if amount})
            assert (stored.free, stored.in_rounds) == (stands.get(Place(PlaceKind.LINE_FREE, line.id), 0), given_away)


@on_one_database
@given(batch=st.lists(steps, min_size=1, max_size=8), off=st.integers(-1000, 1000).filter(bool), at=st.integers(0))
async def test_a_batch_with_one_entry_off_by_anything_is_refused_whole(
    voucher_db: Database, batch: list[Step], off: int, at: int
) -> None:
    world = await a_world(voucher_db)
    booked = [journal(world.posting(step)) for step in batch]
    spoiled = booked[at % len(booked)].posting.entries[at % 2]
    object.__setattr__(spoiled, "amount", spoiled.amount + off or 2 * off)
    with pytest.raises(IntegrityError):
        async with voucher_db.begin() as connection:
            await journals.append(connection, booked)
    assert await folded(voucher_db, world) == {}


@on_one_database
@given(first=st.lists(steps | likely, max_size=15), last=steps)
async def test_a_line_refuses_exactly_what_would_take_it_below_zero(
    voucher_db: Database, first: list[Step], last: Step
) -> None:
    world = await a_world(voucher_db)
    await play(voucher_db, world, first)
    posting = world.posting(last)
    assert world.refuses(posting) == bool(overdrawn_lines(world, last))


def overdrawn_lines(world: World, step: Step) -> list[Place]:
    return [
        entry.place
        for entry in world.posting(step).entries
        if (
            entry.place.kind in (PlaceKind.LINE_FREE, PlaceKind.LINE_GRANTED)
            and world.stands[entry.place] + entry.amount < 0
        )
        or (step.name in ("return_to_line", "void_pool") and given_to(world, entry.funding) < step.amount)
    ]


def given_to(world: World, funding: Funding) -> int:
    (line,) = [line for line in world.lines if line.id == funding.line]
    return line.rounds.get(funding.round, 0)


def without_zeros(stands: Mapping[Place, int]) -> dict[Place, int]:
    return {place: amount for place, amount in stands.items() if amount}
