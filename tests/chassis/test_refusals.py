"""A refusal carries every reason at once."""

import pytest

from services.chassis.refusals import NotFound, Reason, Refusal, refuse_all


def test_the_first_reason_names_the_refusal() -> None:
    refusal = Refusal.of([Reason("a.first", pointer="/x"), Reason("b.second")])
    assert refusal.code == "a.first"
    assert [reason.code for reason in refusal.reasons] == ["a.first", "b.second"]


def test_no_reason_is_no_refusal() -> None:
    refuse_all([])
    with pytest.raises(Refusal):
        refuse_all([Reason("a.first")])


def test_not_found_is_a_refusal() -> None:
    assert isinstance(NotFound.of([Reason("thing.unknown")]), Refusal)
