"""Decides what of the registry differs from one installation to the next."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from ``INNOVOUCHER_REGISTRY_…``; immutable afterwards, no default for a secret.

    database_url, test_database_url: the live database and the sandbox that test tokens choose, as the registry's own
    role. gateway_url: left out where the gateway runs in this process. client_id, client_secret: what this service
    proves itself with. works: whether this process also carries out
    timers. zone: where local dates are told. team_members_least: fewest core members of a team; a scheme may ask for
    more. review_days: calendar days that a reviewer has.
    """

    model_config = SettingsConfigDict(
        env_prefix="INNOVOUCHER_REGISTRY_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = None
    test_database_url: SecretStr | None = None
    gateway_url: str = "http://gateway"
    client_id: str = "cli_registry"
    client_secret: SecretStr
    works: bool = True
    zone: str = "Asia/Shanghai"
    team_members_least: int = Field(default=3, ge=1, le=50)
    review_days: int = Field(default=30, ge=1, le=365)
