"""What a developer copies from the document is taken as it stands."""

from typing import Any

import pytest

from services.voucher.redemption.api.instant import InstantBody
from services.voucher.redemption.api.items import ITEMS
from services.voucher.redemption.api.quotes import QuoteBody
from services.voucher.redemption.domain.consent import Means

OF_ITEMS = [(name, one) for name, said in ITEMS.json_schema()["$defs"].items() for one in said.get("examples", ())]


@pytest.mark.parametrize("example", [one for name, one in OF_ITEMS if name.endswith("Item")])
def test_the_example_of_an_item_is_an_item_and_shows_no_pin(example: dict[str, Any]) -> None:
    assert ITEMS.validate_python(example).verb == example["verb"]
    assert "pin" not in example.get("consent", {})


def test_every_item_has_one() -> None:
    assert len([name for name, _ in OF_ITEMS if name.endswith("Item")]) == 8


def test_a_sale_is_shown_as_the_holder_and_as_a_till_sends_it() -> None:
    sales = [InstantBody.model_validate(one) for one in InstantBody.model_json_schema()["examples"]]
    assert [one.consent.presented.means for one in sales] == [Means.PROVIDER_CODE, Means.QR]


def test_a_quote_is_shown_for_a_contract_and_for_the_counter() -> None:
    quotes = [QuoteBody.model_validate(one) for one in QuoteBody.model_json_schema()["examples"]]
    assert [one.kind for one in quotes] == ["contract", "instant"]
