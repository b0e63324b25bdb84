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


@pytest.mark.parametrize(
    "url",
    [
        "https://data.example/extracts/{day}.csv",
        "https://data.example:8443/extracts?day={day}",
        "http://127.0.0.1:8080/{day}",
        "http://[::1]/{day}",
    ],
)
def test_extracts_lie_behind_tls_or_on_this_machine(url: str) -> None:
    assert Settings(**SECRETS, extract_url=url).extract_url == url


@pytest.mark.parametrize(
    "url",
    [
        "https://data.example/extracts.csv",
        "https://data.example/{day}/{day}.csv",
        "http://data.example/{day}.csv",
        "http://127.0.0.1.data.example/{day}.csv",
        "https://word@data.example/{day}.csv",
        "https://{day}.data.example/",
        "https://data.example:port/{day}",
        "https:///{day}",
        "ftp://data.example/{day}",
        "/extracts/{day}",
        "",
    ],
)
def test_an_address_that_would_show_the_token_around_or_names_no_day_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="an address of extracts has") as refused:
        Settings(**SECRETS, extract_url=url)
    assert "data.example" not in str(refused.value)


def test_the_token_of_the_platform_is_not_shown() -> None:
    assert "'word'" not in repr(Settings(**SECRETS, extract_token=SecretStr("word")))


@pytest.mark.parametrize("token", ["", "a word", "word\n", "口令"])
def test_a_token_that_no_header_could_have_is_refused(token: str) -> None:
    with pytest.raises(ValidationError, match="a bearer token is of visible ASCII"):
        Settings(**SECRETS, extract_token=SecretStr(token))
