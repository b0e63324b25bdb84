"""A file and a case are two texts; what is wrong with either is said whole."""

import json

import pytest

from services.chassis.refusals import Refusal
from services.voucher.scheme.operations.quoting import quote_scheme
from tests.voucher.scheme.samples import FILE, spoilt


def test_a_file_answers_a_case() -> None:
    assert quote_scheme(FILE, json.dumps({"invoice": "12345.67", "wallet": "20000.00"}))["self_paid"] == "6172.84"


@pytest.mark.parametrize("case", ["", "[]", '"invoice"', "{"])
def test_a_case_is_a_json_object(case: str) -> None:
    with pytest.raises(Refusal, match=r"case\.no_object"):
        quote_scheme(FILE, case)


def test_a_file_with_a_fault_answers_nothing() -> None:
    with pytest.raises(Refusal) as caught:
        quote_scheme(spoilt('share: "0.50"', 'share: "half"'), "{}")
    assert "line" in caught.value.reasons[0].numbers
