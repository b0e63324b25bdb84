"""A login is found only with the key, a refresh token follows from its predecessor, what was sealed once opens."""

from uuid import UUID

import pytest

from services.chassis.vault import Sealed
from services.gateway.vault import Vault, fresh_token, hash_token, mode_of, same_hash

VAULT, OTHER = Vault(b"1" * 32), Vault(b"2" * 32)
KEPT = Sealed(
    bytes.fromhex(
        "01af9760e5f5fc19a0547b06a679bd8f35c74e6c5b0f424c12b0eaa00c15cb90c908db580f02905d7f651c77bd89b093384093"
        "29b159466119df30c1c5"
    ),
    bytes.fromhex("017af6d67978d1ccfc2e44a46305a1b7605fd089e0b9d4515ef4e89f903b5395cc94a8fa5ba1cf78cd284879c0b945"),
)
"""A person as an earlier release sealed it."""


def test_what_an_earlier_release_sealed_still_opens() -> None:
    assert VAULT.open(UUID(int=7), KEPT) == {"name": "陈华"}


def test_a_login_is_found_again_only_with_the_key() -> None:
    assert VAULT.login_index("chen").hex() == "092cb6c74e45f1357e9de2ae5d034c105900dd53cfe3da699c7145174ffec594"
    assert VAULT.login_index("chen") != OTHER.login_index("chen")


def test_a_successor_follows_from_its_predecessor_and_the_key() -> None:
    token = fresh_token("rt", "test")
    assert VAULT.successor(token) == VAULT.successor(token)
    assert VAULT.successor(token) not in (token, OTHER.successor(token))
    assert mode_of(VAULT.successor(token)) == "test"


@pytest.mark.parametrize(
    ("token", "mode"), [("rt_live_x", "live"), ("rt_test_x", "test"), ("rt_x_y", None), ("", None)]
)
def test_a_token_tells_its_mode(token: str, mode: str | None) -> None:
    assert mode_of(token) == mode


def test_a_token_is_known_by_its_hash() -> None:
    token = fresh_token("sec", "live")
    assert same_hash(token, hash_token(token))
    assert not same_hash(f"{token}x", hash_token(token))
