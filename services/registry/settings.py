"""Decides what of the registry differs from one installation to the next."""

import re
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.chassis.models import checked_key, key_bytes

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
"""What this machine calls itself."""


class Settings(BaseSettings):
    """Read from ``INNOVOUCHER_REGISTRY_…``; immutable afterwards, no default for a secret."""

    model_config = SettingsConfigDict(
        env_prefix="INNOVOUCHER_REGISTRY_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = Field(default=None, description="The live database, as this service's own role.")
    test_database_url: SecretStr | None = Field(
        default=None, description="The sandbox that test tokens choose, as the same role."
    )
    gateway_url: str = Field(
        default="http://gateway",
        description="Where the gateway listens, which lets this service in and says whom to believe.",
    )
    client_id: str = Field(
        default="cli_registry", description="Under which id this service proves itself at the gateway."
    )
    client_secret: SecretStr = Field(description="What it proves itself with.")
    master_key: SecretStr = Field(
        description="32 random bytes in base64. It wraps the key of every person in the registry: lost, their data are."
    )
    works: bool = Field(default=True, description="Whether this process also carries out what falls due.")
    zone: str = Field(default="Asia/Shanghai", description="The time zone in which local dates are told.")
    team_members_least: int = Field(
        default=3, ge=1, le=50, description="Fewest core members of a team; a scheme may ask for more."
    )
    review_days: int = Field(default=30, ge=1, le=365, description="Calendar days that a reviewer has.")
    reply_days: int = Field(
        default=5, ge=1, le=60, description="Working days in which an organisation may answer before it is sanctioned."
    )
    answer_days: int = Field(
        default=10, ge=1, le=60, description="Working days that a provider has to answer a notice of suspension."
    )
    confirm_days: int = Field(
        default=5, ge=1, le=60, description="Working days after which an urgent suspension lapses unconfirmed."
    )
    papers_required: bool = Field(
        default=False, description="Whether a provider is admitted only with the papers that prove who it is."
    )
    paper_days: int = Field(
        default=30, ge=1, le=365, description="Calendar days before its end in which the next paper is asked for."
    )
    offerings_approved: bool = Field(
        default=True, description="Whether a reviewer approves offerings, and changes of their price or category."
    )
    statistics_least: int = Field(default=5, ge=2, le=50, description="Counts below this are withheld from the public.")
    extract_url: str | None = Field(
        default=None,
        description="Where a day's extract of the official registers lies, `{day}` being the day as in 2020-09-14;"
        " without it none is fetched.",
    )
    extract_token: SecretStr | None = Field(
        default=None, description="The bearer token that is shown there; never part of the address."
    )
    summary_return_days: int = Field(
        default=5, ge=1, le=60, description="Working days for a work summary that was sent back."
    )

    @field_validator("master_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr) -> SecretStr:
        """Base64 of exactly 32 bytes; the value itself is never in the message."""
        return checked_key(value, called="a master key")

    @field_validator("extract_url")
    @classmethod
    def _names_a_day_behind_tls(cls, value: str | None) -> str | None:
        """One `{day}`, behind TLS unless it is on this machine; the value itself is never in the message."""
        if value is not None and not (value.count("{day}") == 1 and _may_be_shown_a_token(value)):
            raise ValueError(
                "an address of extracts has {day} in it once, no name and no password, and begins with https,"
                " or with http where it is on this machine"
            )
        return value

    @field_validator("extract_token")
    @classmethod
    def _fits_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        """Visible ASCII, as a header has it; the value itself is never in the message."""
        if value is not None and not re.fullmatch(r"[\x21-\x7e]+", value.get_secret_value()):
            raise ValueError("a bearer token is of visible ASCII characters")
        return value

    @property
    def master_key_bytes(self) -> bytes:
        """The master key itself."""
        return key_bytes(self.master_key)


def _may_be_shown_a_token(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) and "@" not in parts.netloc and "{" not in parts.netloc and _is_private(parts)


def _is_private(parts: SplitResult) -> bool:
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
