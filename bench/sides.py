"""Lets every side redeem in turn, round by round, so that all figures come from the same minutes of the machine."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from bench import bulk
from bench.figures import Figure
from bench.growth import City
from bench.load import Load
from bench.stage import Stage
from bench.world import Size

Side = Callable[[], Awaitable[float]]
"""Redeems for one stretch; how many a second."""
Rates = Mapping[str, Sequence[float]]
"""What every side did in each round."""
NO_SLOWER = 0.9
"""What the rival must reach of its own statements sent bare."""


def of_stage(at: Stage, connections: int) -> dict[str, Side]:
    """The house and its rival over so many connections: upon all vouchers, and crowded upon ten."""
    return {
        _single(connections): partial(_house, at, at.load, connections, None),
        _rival(connections): partial(_rivals, at, connections, None),
        _hot(connections): partial(_house, at, at.load, connections, at.hot),
        _hot_rival(connections): partial(_rivals, at, connections, at.hot),
    }


def of_bare(at: Stage, connections: int) -> dict[str, Side]:
    """The rival's own statements sent bare: what it must not be much slower than."""
    return {_bare(connections): partial(_rivals, at, connections, None, bare=True)}


def of_others(at: Stage, apart: Load, cities: Sequence[City]) -> dict[str, Side]:
    """The services apart, batches, and other cities, over the usual connections."""
    grown = {_grown(city.load.world.size): partial(_city, city) for city in cities}
    return {"hop": partial(_house, at, apart, at.run.plan.connections, None), "batches": partial(_batches, at), **grown}


def _single(connections: int) -> str:
    return f"{connections} connections"


def _rival(connections: int) -> str:
    return f"rival, {connections} connections"


def _bare(connections: int) -> str:
    return f"bare statements, {connections} connections"


def _hot(connections: int) -> str:
    return f"hot, {connections} connections"


def _hot_rival(connections: int) -> str:
    return f"hot rival, {connections} connections"


def _grown(size: Size) -> str:
    return f"{size.vouchers} vouchers of {size.holders} holders"


async def _house(at: Stage, load: Load, connections: int, among: Size | None) -> float:
    return at.count(await load.stretch(at.run.plan.seconds, connections, among=among)).rate


async def _rivals(at: Stage, connections: int, among: Size | None, *, bare: bool = False) -> float:
    return (await at.rival.stretch(at.run.plan.seconds, connections, bare=bare, among=among)).rate


async def _batches(at: Stage) -> float:
    return at.count(await bulk.stretch(at, at.run.plan.seconds)).rate


async def _city(city: City) -> float:
    return (await city.stretch()).rate


async def in_turn(sides: Mapping[str, Side], rounds: int) -> dict[str, list[float]]:
    """What every side does in each round.

    Every other round goes backwards: what a side leaves behind (seals to make, pages to write) falls upon both its
    neighbours.
    """
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in list(sides) if number % 2 == 0 else list(sides)[::-1]:
            rates[name].append(await sides[name]())
    return rates


def figures(rates: Rates, stage: Size, connections: Sequence[int], sizes: Sequence[Size]) -> dict[str, list[Figure]]:
    """What the rates come to, by name. The usual number of connections comes first, the largest city last.

    stage: how much there is on it; sizes: of the other cities, with as many holders, or as many vouchers of more.
    """
    usual = rates[_single(connections[0])]
    grown = {one.vouchers: rates[_grown(one)] for one in sizes if one.holders == stage.holders}
    peopled = {one.holders: rates[_grown(one)] for one in sizes if one.holders != stage.holders}
    (least, first), *larger = sorted({**grown, stage.vouchers: usual}.items())
    return {
        "redeem": [
            Figure(f"redeem, {_single(one)}", rates[_single(one)], rates[_rival(one)], goal=0.6) for one in connections
        ],
        "hot": [Figure(_hot(one), rates[_hot(one)], rates[_hot_rival(one)], goal=2) for one in connections],
        "hop": [Figure("hop, against one process", rates["hop"], usual, goal=0.5)],
        "bulk": [Figure("bulk, against single calls", rates["batches"], usual, goal=3)],
        "growth": [Figure(f"growth, {least:,} to {many:,} vouchers", of, first, goal=0.9) for many, of in larger],
        "holders": [Figure(f"growth, {stage.holders} to {many:,} holders", of, usual) for many, of in peopled.items()],
        "rival": [
            Figure(f"the rival, against its {_bare(one)}", rates[_rival(one)], rates[_bare(one)], goal=NO_SLOWER)
            for one in connections
            if _bare(one) in rates
        ],
    }
