"""Decides what of the voucher service differs from one installation to the next."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from ``INNOVOUCHER_VOUCHER_…``; immutable afterwards, no default for a secret.

    database_url, test_database_url: the live database and the sandbox that test tokens choose, as the service's own
    role. gateway_url, registry_url: the neighbours; left out where they run in this process. client_id, client_secret:
    what this service proves itself with. works: whether this process also carries out jobs and timers.
    """

    model_config = SettingsConfigDict(
        env_prefix="INNOVOUCHER_VOUCHER_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: SecretStr | None = None
    test_database_url: SecretStr | None = None
    gateway_url: str = "http://gateway"
    registry_url: str = "http://registry"
    client_id: str = "cli_voucher"
    client_secret: SecretStr
    works: bool = True
