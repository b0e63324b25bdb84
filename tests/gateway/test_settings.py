"""Settings come from one prefix, and a wrong master key is refused without being repeated."""

import base64
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from services.gateway import settings as module
from tests.gateway.conftest import MakeSettings


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INNOVOUCHER_GATEWAY_MASTER_KEY", base64.b64encode(b"k" * 32).decode())
    monkeypatch.setenv("INNOVOUCHER_GATEWAY_KEY_DIRECTORY", "/keys")
    monkeypatch.setenv("INNOVOUCHER_GATEWAY_CALLS_PER_CALLER", "7")
    read_from_environment: Any = module.Settings
    settings = read_from_environment()
    assert (settings.master_key_bytes, settings.calls_per_caller) == (b"k" * 32, 7)


@pytest.mark.parametrize("key", ["", "not base64!", base64.b64encode(b"short secret").decode()])
def test_a_master_key_is_32_bytes(settings_of: MakeSettings, key: str) -> None:
    with pytest.raises(ValidationError) as refused:
        settings_of(master_key=SecretStr(key))
    assert not key or key not in str(refused.value)


def test_settings_do_not_change(settings_of: MakeSettings) -> None:
    settings: Any = settings_of()
    with pytest.raises(ValidationError):
        settings.calls_per_caller = 1
