"""What differs from one installation to the next, and that no secret of it is shown."""

import base64

import pytest
from pydantic import SecretStr, ValidationError

from services.voucher.settings import Settings
from tests.voucher.neighbours import SECRETS


def test_the_keys_are_32_bytes_each() -> None:
    settings = Settings(**SECRETS)
    assert (settings.code_key_bytes, settings.pepper_bytes) == (bytes(range(32)), bytes(32))


@pytest.mark.parametrize("name", ["code_key", "pepper", "seal_key"])
@pytest.mark.parametrize("value", ["", "not base64!", base64.b64encode(bytes(31)).decode()])
def test_anything_else_is_no_key_and_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match="32 random bytes in base64") as refused:
        Settings(**{**SECRETS, name: SecretStr(value)})
    assert value == "" or value not in str(refused.value)


@pytest.mark.parametrize("name", ["client_secret", "code_key", "pepper", "seal_key"])
def test_a_secret_has_no_default_and_is_not_shown(name: str) -> None:
    assert SECRETS[name].get_secret_value() not in repr(Settings(**SECRETS))
    with pytest.raises(ValidationError, match=name):
        Settings(**{other: value for other, value in SECRETS.items() if other != name})


def test_older_keys_of_seals_are_named_by_their_public_half() -> None:
    settings = Settings(**SECRETS, retired_seal_keys=f"{'A' * 43}  {'B' * 42}A")
    assert [key.x[0] for key in settings.retired] == ["A", "B"]
    with pytest.raises(ValidationError, match="32 bytes in base64url"):
        Settings(**SECRETS, retired_seal_keys="AAAA")


def test_an_algorithm_that_the_machine_has_not_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hashlib.algorithms_available", {"sha256"})
    with pytest.raises(ValidationError, match="OpenSSL has no sm3"):
        Settings(**SECRETS, seal_algorithm="sm3")
