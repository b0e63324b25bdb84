"""What is sealed opens only for its person and with the master key."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.gateway.domain.person import Sealed
from services.gateway.vault import Vault, fresh_token, hash_token, mode_of, same_hash

VAULT, OTHER = Vault(b"1" * 32), Vault(b"2" * 32)
PERSON = new_id()
SEALED = VAULT.seal(PERSON, {"name": "陈华"})


@given(st.dictionaries(st.text(), st.text(), max_size=3))
def test_what_was_sealed_is_what_opens(personal: dict[str, str]) -> None:
    try:
        sealed = VAULT.seal(PERSON, personal)
    except UnicodeEncodeError:
        return
    assert VAULT.open(PERSON, sealed) == personal


def test_another_person_or_another_master_key_opens_nothing() -> None:
    with pytest.raises(InvalidTag):
        VAULT.open(new_id(), SEALED)
    with pytest.raises(InvalidTag):
        OTHER.open(PERSON, SEALED)


@pytest.mark.parametrize("place", [1, 13, -1])
def test_an_altered_byte_opens_nothing(place: int) -> None:
    altered = bytearray(SEALED.personal)
    altered[place] ^= 1
    with pytest.raises(InvalidTag):
        VAULT.open(PERSON, Sealed(SEALED.wrapped_key, bytes(altered)))


def test_two_seals_of_the_same_have_nothing_in_common() -> None:
    again = VAULT.seal(PERSON, {"name": "陈华"})
    assert again.wrapped_key != SEALED.wrapped_key
    assert again.personal != SEALED.personal


def test_a_login_is_found_again_only_with_the_key() -> None:
    assert VAULT.login_index("chen") == VAULT.login_index("chen")
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
