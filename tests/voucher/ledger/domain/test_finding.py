"""A finding says what was expected and what is there."""

from services.voucher.ledger.domain.finding import Finding


def test_two_figures_that_should_be_one_are_both_named() -> None:
    assert Finding.differs("a.check", "a row", expected=0, actual=5) == Finding(
        "a.check", "a row", "expected 0, actual 5"
    )
