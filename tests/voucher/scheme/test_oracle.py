"""On files drawn from the schema the engine answers as a second evaluator does that shares nothing with it."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from services.voucher.scheme.domain.quote import quote
from tests.voucher.scheme import oracle
from tests.voucher.scheme.drawing import AWARD_CASES, BUDGETS, award_schemes, cases, over_issued, schemes

WORDS = ("base", "subsidy", "self_paid", "left_in_wallet", "split", "paid", "left", "reward")
many = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def both(document: dict[str, Any], case: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the engine and the second evaluator say of the same file."""
    found = quote(document, case)
    second = oracle.answer(json.dumps(document, ensure_ascii=False), case)
    return {word: found[word] for word in WORDS if word in found}, second


@pytest.mark.slow
@many
@given(data=some.data())
def test_what_a_voucher_pays(data: some.DataObject) -> None:
    document = data.draw(schemes())
    engine, second = both(document, data.draw(cases(document["caps"])))
    assert engine == second


@pytest.mark.slow
@many
@given(document=award_schemes(), case=AWARD_CASES)
def test_what_an_award_pays(document: dict[str, Any], case: dict[str, Any]) -> None:
    engine, second = both(document, case)
    assert engine == second


@pytest.mark.slow
@many
@given(document=over_issued(), case=BUDGETS)
def test_what_is_paid_pro_rata(document: dict[str, Any], case: dict[str, Any]) -> None:
    engine, second = both(document, case)
    assert engine == second
