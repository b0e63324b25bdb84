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


def of_stage(at: Stage, connections: int) -> dict[str, Side]:
    """The house and its rival over so many connections: upon all vouchers, and crowded upon ten."""
    return {
        _single(connections): partial(_house, at, at.load, connections, None),
        _rival(connections): partial(_rivals, at, connections, None),
        _hot(connections): partial(_house, at, at.load, connections, at.hot),
        _hot_rival(connections): partial(_rivals, at, connections, at.hot),
    }


def of_others(at: Stage, apart: Load, cities: Mapping[int, City]) -> dict[str, Side]:
    """The services apart, batches, and cities by their number of vouchers, over the usual connections."""
    grown = {_grown(vouchers): partial(_city, city) for vouchers, city in cities.items()}
    return {"hop": partial(_house, at, apart, at.run.plan.connections, None), "batches": partial(_batches, at), **grown}


def _single(connections: int) -> str:
    return f"{connections} connections"


def _rival(connections: int) -> str:
    return f"rival, {connections} connections"


def _hot(connections: int) -> str:
    return f"hot, {connections} connections"


def _hot_rival(connections: int) -> str:
    return f"hot rival, {connections} connections"


def _grown(vouchers: int) -> str:
    return f"{vouchers} vouchers"


async def _house(at: Stage, load: Load, connections: int, among: Size | None) -> float:
    return at.count(await load.stretch(at.run.plan.seconds, connections, among=among)).rate


async def _rivals(at: Stage, connections: int, among: Size | None) -> float:
    return (await at.rival.stretch(at.run.plan.seconds, connections, among=among)).rate


async def _batches(at: Stage) -> float:
    return at.count(await bulk.stretch(at, at.run.plan.seconds)).rate


async def _city(city: City) -> float:
    return (await city.stretch()).rate


async def in_turn(sides: Mapping[str, Side], rounds: int) -> dict[str, list[float]]:
    """What every side does in each round."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, redeem in sides.items():
            rates[name].append(await redeem())
    return rates


def figures(rates: Rates, vouchers: int, connections: Sequence[int], sizes: Sequence[int]) -> dict[str, list[Figure]]:
    """What the rates come to, by name. The usual number of connections comes first, the largest city last.

    vouchers: how many there are on the stage; sizes: of the other cities.
    """
    usual = rates[_single(connections[0])]
    (least, first), *larger = sorted({**{one: rates[_grown(one)] for one in sizes}, vouchers: usual}.items())
    return {
        "redeem": [Figure(f"redeem, {_single(one)}", rates[_single(one)], rates[_rival(one)]) for one in connections],
        "hot": [Figure(_hot(one), rates[_hot(one)], rates[_hot_rival(one)]) for one in connections],
        "hop": [Figure("hop, against one process", rates["hop"], usual)],
        "bulk": [Figure("bulk, against single calls", rates["batches"], usual)],
        "growth": [Figure(f"growth, {least:,} to {many:,} vouchers", of, first) for many, of in larger],
    }
