"""Who redeems when, what is compared with what, and that the rival does nothing twice."""

import re
from functools import partial

from bench import rival, sides
from bench.world import Size

STAGE, CITIES = Size(100_000), [Size(10_000), Size(1_000_000), Size(100_000, holders=20_000)]


async def test_every_other_round_goes_backwards() -> None:
    asked: list[str] = []

    async def redeem(name: str) -> float:
        asked.append(name)
        return float(len(asked))

    rates = await sides.in_turn({name: partial(redeem, name) for name in "abc"}, rounds=3)
    assert "".join(asked) == "abc" + "cba" + "abc"
    assert rates == {"a": [1, 6, 7], "b": [2, 5, 8], "c": [3, 4, 9]}


def test_growth_is_told_by_vouchers_and_by_holders_apart() -> None:
    found = sides.figures(_Measured(), STAGE, (32, 128), CITIES)
    names = {name: [figure.name for figure in figures] for name, figures in found.items()}
    assert names["redeem"] == ["redeem, 32 connections", "redeem, 128 connections"]
    assert names["growth"] == ["growth, 10,000 to 100,000 vouchers", "growth, 10,000 to 1,000,000 vouchers"]
    assert names["holders"] == ["growth, 500 to 20,000 holders"]


def test_the_rival_asks_each_table_once() -> None:
    asked = re.findall(r"^(INSERT INTO|UPDATE|SELECT\b.*\bFROM) (\w+)", rival.STATEMENTS, re.MULTILINE)
    assert asked == [
        ("UPDATE", "cap_counters"),
        ("UPDATE", "vouchers"),
        *(("INSERT INTO", table) for table in WRITTEN),
    ]


def test_what_needs_no_table_is_no_statement_of_the_function() -> None:
    body = rival.function()
    assert body.count("INTO STRICT") == 2
    assert "the_day := " in body


WRITTEN = (
    *("redemptions", "captures", "journals", "entries", "redemption_transitions"),
    *("decisions", "events", "idempotency_keys", "attempts"),
)
"""The tables of which a redemption leaves rows."""


class _Measured(dict[str, list[float]]):
    """Every side did the same."""

    def __missing__(self, name: str) -> list[float]:
        return [1.0]
