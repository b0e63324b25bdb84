"""What is sealed opens only for its person, with the master key and in its service."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.ids import new_id
from services.chassis.vault import Sealed, Vault

PURPOSES = ("id", "phone")
VAULT, OTHER = (Vault(key * 32, service="registry", purposes=PURPOSES) for key in (b"1", b"2"))
PERSON = new_id()
SEALED = VAULT.seal(PERSON, {"name": "陈华"})


@given(st.dictionaries(st.text(), st.text(), max_size=3))
def test_what_was_sealed_is_what_opens(personal: dict[str, str]) -> None:
    try:
        sealed = VAULT.seal(PERSON, personal)
    except UnicodeEncodeError:
        return
    assert VAULT.open(PERSON, sealed) == personal


def test_another_person_another_master_key_and_another_service_open_nothing() -> None:
    for vault, person in (
        (VAULT, new_id()),
        (OTHER, PERSON),
        (Vault(b"1" * 32, service="gateway"), PERSON),
    ):
        with pytest.raises(InvalidTag):
            vault.open(person, SEALED)


@pytest.mark.parametrize("place", [1, 13, -1])
def test_an_altered_byte_opens_nothing(place: int) -> None:
    altered = bytearray(SEALED.personal)
    altered[place] ^= 1
    with pytest.raises(InvalidTag):
        VAULT.open(PERSON, Sealed(SEALED.wrapped_key, bytes(altered)))


def test_without_its_key_the_rest_opens_with_no_other() -> None:
    with pytest.raises(InvalidTag):
        VAULT.open(PERSON, Sealed(VAULT.seal(PERSON, {}).wrapped_key, SEALED.personal))


def test_two_seals_of_the_same_have_nothing_in_common() -> None:
    again = VAULT.seal(PERSON, {"name": "陈华"})
    assert again.wrapped_key != SEALED.wrapped_key
    assert again.personal != SEALED.personal


def test_a_text_is_found_again_only_with_the_key_and_for_its_purpose() -> None:
    assert VAULT.digest("id", "chen") == VAULT.digest("id", "chen")
    assert VAULT.digest("id", "chen") not in (OTHER.digest("id", "chen"), VAULT.digest("phone", "chen"))
