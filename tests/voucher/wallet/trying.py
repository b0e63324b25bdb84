"""Applicants of a simulation and the trial that they are put to."""

from datetime import date
from typing import Any

from services.voucher.scheme.domain.facts import PartyFacts
from services.voucher.wallet.domain.applicant import Applicant
from services.voucher.wallet.domain.simulation import Trial
from tests.voucher.scheme.samples import a_scheme

DAY = date(2020, 9, 15)


def an_applicant(number: int, asked: str = "20000.00", /, **changes: Any) -> Applicant:
    """A small firm of Pengjiang, with whatever else is known of it."""
    own = {name: changes.pop(name) for name in ("queue_class", "price", "points", "came_on") if name in changes}
    facts = PartyFacts(**{"as_of": DAY, "region": "440703", "size_class": "small", **changes})
    fen = int(asked.replace(".", ""))
    return Applicant(number=number, asked=fen, facts=facts, **{"came_on": DAY, **own})


def a_trial(budget: int | None = None, changes: dict[str, Any] | None = None, seed: str = "1") -> Trial:
    """The Jiangmen scheme, changed at some paths, with a budget in fen."""
    return Trial(a_scheme(changes), budget, DAY, seed)
