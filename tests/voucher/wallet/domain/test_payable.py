"""No voucher is given out of a scheme that says more than the service does."""

from typing import Any

import pytest

from services.voucher.scheme.domain import document
from services.voucher.scheme.operations import reading
from services.voucher.wallet.domain import payable
from tests.voucher.scheme.asking import file_of
from tests.voucher.scheme.samples import a_scheme

OURS = "our default, not in the notice"
SPLIT = {"parts": [{"part": "city", "weight": 3}, {"part": "district", "weight": 7}], "source": OURS}


def a_case(word: str, value: str = "any") -> list[dict[str, Any]]:
    return [{"when": {word: [value]}, "share": "0.30", "source": OURS}]


def a_limit(word: str) -> list[dict[str, Any]]:
    return [{"when": {word: ["any"]}, "limit": "1.00", "source": OURS}]


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, []),
        ({"settlement/model/value": "holder_reimbursed"}, []),
        ({"settlement/model/value": "escrow"}, []),
        ({"settlement/model/value": "escrow", "settlement/split": SPLIT}, ["settlement.split"]),
        ({"settlement/payee/value": "space"}, ["settlement.payee"]),
        ({"rate/tax": "excluded"}, []),
        ({"rate/each": "line"}, []),
        ({"rate/as_of": "issue"}, []),
        ({"rate/cases": a_case("size_class")}, []),
        ({"rate/cases": a_case("founder_class")}, []),
        ({"caps/0/cases": a_limit("provider_level")}, []),
        ({"rate/cases": a_case("holder", "team")}, []),
        ({"rate/cases": a_case("holder", "space")}, ["rate.cases"]),
        ({"who/holders/value": ["team"]}, []),
        ({"who/holders/value": ["organization", "team", "person"]}, []),
        ({"who/holders/value": ["space"]}, ["who.holders"]),
        ({"who/holders/value": ["team"], "settlement/payee/value": "holder"}, ["settlement.payee"]),
    ],
)
def test_a_scheme_that_says_what_is_not_built_has_no_round(changes: dict[str, Any], rules: list[str]) -> None:
    found = list(payable.reasons(a_scheme(changes)))
    assert [one.rule for one in found] == rules
    assert {one.code for one in found} <= {"round.way_not_built"}


@pytest.mark.parametrize("scheme", ["uk-htg-digital", "ireland-standard", "ireland-cofunded"])
def test_a_published_scheme_that_pays_without_tax_has_its_rounds(scheme: str) -> None:
    read = document.read(reading.read(file_of(scheme).read_text(encoding="utf-8")).document)
    assert (list(payable.reasons(read)), read.rate.taxed) == ([], False)
