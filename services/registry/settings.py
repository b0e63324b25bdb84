"""Decides what of the registry differs from one installation to the next."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    works: bool = Field(default=True, description="Whether this process also carries out what falls due.")
    zone: str = Field(default="Asia/Shanghai", description="The time zone in which local dates are told.")
    team_members_least: int = Field(
        default=3, ge=1, le=50, description="Fewest core members of a team; a scheme may ask for more."
    )
    review_days: int = Field(default=30, ge=1, le=365, description="Calendar days that a reviewer has.")
