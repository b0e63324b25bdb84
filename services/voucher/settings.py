"""Decides what of the voucher service differs from one installation to the next."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from ``INNOVOUCHER_VOUCHER_…``; immutable afterwards, no default for a secret."""

    model_config = SettingsConfigDict(
        env_prefix="INNOVOUCHER_VOUCHER_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = Field(default=None, description="The live database, as this service's own role.")
    test_database_url: SecretStr | None = Field(
        default=None, description="The sandbox that test tokens choose, as the same role."
    )
    gateway_url: str = Field(
        default="http://gateway",
        description="Where the gateway listens, which lets this service in and says whom to believe.",
    )
    registry_url: str = Field(
        default="http://registry", description="Where the registry listens, whose news this service follows."
    )
    client_id: str = Field(
        default="cli_voucher", description="Under which id this service proves itself at the gateway."
    )
    client_secret: SecretStr = Field(description="What it proves itself with.")
    works: bool = Field(
        default=True, description="Whether this process also hears the registry, carries out jobs and what falls due."
    )
