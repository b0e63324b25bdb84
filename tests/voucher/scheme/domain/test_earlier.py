"""What the release before kept is read as what it meant then."""

from datetime import date
from typing import Any

from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.earlier import as_of_today
from tests.voucher.scheme.samples import a_document, a_scheme


def of_the_release_before() -> dict[str, Any]:
    """The Jiangmen document without what that release could not say, and with what it had to."""
    said = a_document()
    del said["effective"], said["allocation"]["waiting_list"], said["rate"]["tax"]
    return {**said, "rate": {**said["rate"], "kind": "flat"}, "review": {"value": [], "source": "x"}}


def test_it_counts_from_the_day_its_window_opens() -> None:
    assert document.read(as_of_today(of_the_release_before())).effective == date(2020, 9, 15)


def test_it_has_the_rate_and_the_waiting_list_that_it_had() -> None:
    read = document.read(as_of_today(of_the_release_before()))
    assert (read.rate, read.allocation.waiting_list.value) == (a_scheme().rate, True)


def test_a_document_of_today_stays_as_it_is() -> None:
    assert as_of_today(a_document()) == a_document()
