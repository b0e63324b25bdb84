"""The demonstration plays from an empty sandbox to figures that add up, the same ones for the same seed."""

import json
from decimal import Decimal
from typing import Any

import pytest

from services.standalone.demo.figures import Figures
from tests.standalone.conftest import Command

SEED_2020 = {
    "vouchers": 216,
    "waitlisted": 43,
    "backfilled": 28,
    "issued": "4854313.12",
    "captured": "4265145.69",
    "reclaimed": "589167.43",
    "open": "0.00",
    "pool": "43834.31",
    "refused": 5,
    "cost": "4265145.69",
    "paid": "4265145.69",
    "returned": "20000.00",
    "bank": "20512.34",
    "bank_lines": 265,
    "reconciled": 265,
    "exceptions_open": 0,
    "trial_balance": "0.00",
    "audit": "ok",
}


def played(innovoucher: Command, seed: int) -> dict[str, Any]:
    done = innovoucher("demo", "--json", "--seed", str(seed))
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1].startswith("`make run` serves an empty one")
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


@pytest.mark.slow
def test_the_round_of_2020_comes_to_the_same_figures_every_time(innovoucher: Command) -> None:
    assert played(innovoucher, 2020) == SEED_2020


@pytest.mark.slow
def test_another_seed_has_other_figures_and_the_equations_still_hold(innovoucher: Command) -> None:
    figures = Figures(**played(innovoucher, 7))
    assert figures.faults(Decimal(4_308_980)) == []
    assert (figures.vouchers, figures.waitlisted, figures.refused) == (216, 43, 5)
    assert figures.as_json() != SEED_2020


def test_figures_that_do_not_add_up_are_named() -> None:
    wrong = {
        **SEED_2020,
        "captured": "4265145.68",
        "paid": "4265145.68",
        "exceptions_open": 1,
        "audit": "journal.imbalance",
        "trial_balance": "0.01",
    }
    assert Figures(**wrong).faults(Decimal(4_308_980)) == [  # type: ignore[arg-type]
        "issued = captured + reclaimed + open",
        "budget = captured + open + pool",
        "paid = cost",
        "bank lines = reconciled + open exceptions",
        "no exception is open",
        "the trial balance is zero",
        "the audit is ok",
    ]
