"""A regime of state aid has one limit in a file, one currency everywhere, and is told when it is dropped."""

from typing import Any

import pytest

from services.voucher.scheme.domain import document, doubts, regimes
from services.voucher.scheme.domain.checking.awards import awards
from services.voucher.scheme.domain.checking.fault import Fault
from tests.voucher.scheme.domain.test_award_quote import AID, ONLY_VOUCHERS
from tests.voucher.scheme.samples import a_document

CAP = {
    "cap": "aid",
    "counts": "authorised",
    "subject": "group",
    "period": "rolling",
    "months": 36,
    "regime": "de-minimis",
    "limit": "7000.00",
    "source": "a row",
}


def of(*said: dict[str, Any], caps: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {**a_document(), "caps": caps or [], "awards": list(said)}


@pytest.mark.parametrize(
    ("caps", "found"),
    [
        ([], []),
        ([CAP], []),
        ([{**CAP, "limit": "9000.00"}], ["scheme.regime_limits"]),
        ([{**CAP, "months": 12}], ["scheme.regime_limits"]),
    ],
)
def test_a_regime_has_one_limit_in_a_file(caps: list[dict[str, Any]], found: list[str]) -> None:
    faults = [one.code for one in awards(of(AID, caps=caps))]
    assert [one for one in faults if one == "scheme.regime_limits"] == found


def test_two_awards_of_one_regime_have_one_limit() -> None:
    other = {**AID, "award": "other", "regime": {**AID["regime"], "value": {**AID["regime"]["value"], "months": 12}}}
    faults = [one for one in awards(of(AID, other)) if one.code == "scheme.regime_limits"]
    assert [one.pointer for one in faults] == ["/awards/0/regime/value", "/awards/1/regime/value"]


def test_awards_of_another_regime_or_none_have_limits_of_their_own() -> None:
    farming = {**AID["regime"], "value": {**AID["regime"]["value"], "name": "farming", "months": 12}}
    plain = {name: value for name, value in AID.items() if name != "regime"}
    said = of(AID, {**AID, "award": "other", "regime": farming}, {**plain, "award": "plain"})
    assert "scheme.regime_limits" not in [one.code for one in awards(said)]


def test_a_regime_is_counted_in_one_currency() -> None:
    said = of(AID, caps=[CAP])
    assert list(regimes.faults(said, {"de-minimis": {"CNY"}, "other": {"EUR"}})) == []
    numbers = {"regime": "de-minimis", "currency": "EUR"}
    assert list(regimes.faults(said, {"de-minimis": {"CNY", "EUR"}})) == [
        Fault("/caps/0/regime", "scheme.regime_currency", numbers),
        Fault("/awards/0/regime/value/name", "scheme.regime_currency", numbers),
    ]


def test_an_award_that_is_no_longer_aid_is_told() -> None:
    def rules(*said: dict[str, Any]) -> Any:
        base = {name: value for name, value in a_document().items() if name not in ONLY_VOUCHERS}
        return document.read_awards({**base, "family": "award", "awards": list(said)})

    plain = {name: value for name, value in AID.items() if name != "regime"}
    (dropped,) = doubts.on_limits(rules(plain), rules(AID))
    assert dict(dropped.numbers) == {"cap": "bonus (de-minimis)"}
    assert list(doubts.on_limits(rules(AID), rules(AID))) == []
