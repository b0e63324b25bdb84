"""What differs from one installation to the next."""

import pytest
from pydantic import SecretStr, ValidationError

from services.registry.settings import Settings


def test_settings_are_read_once_and_never_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INNOVOUCHER_REGISTRY_TEAM_MEMBERS_LEAST", "5")
    monkeypatch.setenv("INNOVOUCHER_REGISTRY_CLIENT_SECRET", "of the tests")
    settings = Settings()
    assert (settings.team_members_least, settings.zone) == (5, "Asia/Shanghai")
    name = "zone"
    with pytest.raises(ValidationError):
        setattr(settings, name, "UTC")


def test_a_database_url_is_not_shown() -> None:
    settings = Settings(database_url=SecretStr("postgresql://a:secret@b/c"), client_secret=SecretStr("word"))
    assert "a:secret" not in repr(settings)
    assert "'word'" not in repr(settings)
