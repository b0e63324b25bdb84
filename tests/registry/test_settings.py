"""What differs from one installation to the next."""

import base64

import pytest
from pydantic import SecretStr, ValidationError

from services.registry.settings import Settings
from tests.registry.neighbours import SECRETS

DATABASE = "postgresql://a:secret@b/c"


def test_settings_are_read_once_and_never_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INNOVOUCHER_REGISTRY_TEAM_MEMBERS_LEAST", "5")
    monkeypatch.setenv("INNOVOUCHER_REGISTRY_CLIENT_SECRET", "of the tests")
    monkeypatch.setenv("INNOVOUCHER_REGISTRY_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    settings = Settings()
    assert (settings.team_members_least, settings.zone) == (5, "Asia/Shanghai")
    assert settings.master_key_bytes == b"k" * 32
    name = "zone"
    with pytest.raises(ValidationError):
        setattr(settings, name, "UTC")


def test_a_database_url_is_not_shown() -> None:
    settings = Settings(**{**SECRETS, "client_secret": SecretStr("word")}, database_url=SecretStr(DATABASE))
    assert "a:secret" not in repr(settings)
    assert "'word'" not in repr(settings)
    assert SECRETS["master_key"].get_secret_value() not in repr(settings)


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(b"k" * 31).decode()])
def test_a_master_key_is_32_bytes(key: str) -> None:
    with pytest.raises(ValidationError, match="a master key is 32 random bytes"):
        Settings(**{**SECRETS, "master_key": SecretStr(key)})
