"""Limits are counted in whole minutes, leased in tenths, and paid by an address that cannot be multiplied."""

import pytest

from services.gateway.domain.slices import payer_of, seconds_to_next, slice_of, window_of


@pytest.mark.parametrize(("seconds", "window", "rest"), [(0, 0, 60), (59.9, 0, 1), (60, 1, 60), (61.5, 1, 59)])
def test_a_window_is_a_minute(seconds: float, window: int, rest: int) -> None:
    assert (window_of(seconds), seconds_to_next(seconds)) == (window, rest)


@pytest.mark.parametrize(("limit", "amount"), [(1, 1), (9, 1), (10, 1), (600, 60)])
def test_a_slice_is_a_tenth_and_never_nothing(limit: int, amount: int) -> None:
    assert slice_of(limit) == amount


@pytest.mark.parametrize(
    ("address", "payer"),
    [
        ("192.0.2.1", "address:192.0.2.1"),
        ("2001:db8::1", "address:2001:db8::/64"),
        ("2001:db8::ffff:1", "address:2001:db8::/64"),
        ("", "address:unknown"),
        ("testclient", "address:unknown"),
    ],
)
def test_a_subscriber_pays_once_however_many_addresses_he_has(address: str, payer: str) -> None:
    assert payer_of(address) == payer
