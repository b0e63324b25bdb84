"""What docker-compose.yml promises: confined containers, one way in, secrets as files, each service its own login."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.gateway.settings import Settings as GatewaySettings
from services.registry.settings import Settings as RegistrySettings
from services.standalone import secret_files
from services.standalone.settings import StandaloneSettings
from services.voucher.settings import Settings as VoucherSettings
from tests.deploy.compose_file import NETWORKS, Part, parsed, parts_of
from tests.deploy.composition import SERVING

VOUCHER = {f"voucher_{field}" for field in VoucherSettings.model_fields}
GATEWAY = {f"gateway_{field}" for field in GatewaySettings.model_fields}
READ: dict[str, set[str]] = {
    "migrate": {*StandaloneSettings.model_fields, "gateway_master_key"},
    "gateway": GATEWAY | {"metrics_port"},
    "registry": {f"registry_{field}" for field in RegistrySettings.model_fields},
    "voucher": VOUCHER,
    "worker": VOUCHER,
}
"""The settings that each process reads, after the common prefix."""


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``innovoucher secrets`` makes."""
    made = tmp_path_factory.mktemp("made") / "secrets"
    secret_files.make(made, "postgres:5432")
    return made


def test_the_file_holds_nothing_that_is_neither_used_nor_checked() -> None:
    assert list(parts_of(parsed())) == ["postgres", "migrate", "gateway", "registry", "voucher", "worker"]


@pytest.mark.parametrize(
    ("service", "key", "value"),
    [
        ("gateway", "privileged", True),
        ("voucher", "env_file", [".env"]),
        ("registry", "read_only", False),
        ("worker", "user", "0:0"),
        ("voucher", "cap_drop", []),
        ("postgres", "ports", ["5432:5432"]),
        ("migrate", "restart", "always"),
    ],
)
def test_a_key_more_and_a_weaker_value_are_found(service: str, key: str, value: object) -> None:
    document = parsed()
    document["services"][service][key] = value
    with pytest.raises(AssertionError):
        only_the_gateway_is_published(parts_of(document))


def only_the_gateway_is_published(parts: dict[str, Part]) -> None:
    assert {name: part.ports for name, part in parts.items() if part.ports} == {"gateway": ("127.0.0.1:8000:8000",)}
    assert [name for name, part in parts.items() if "front" in part.networks] == ["gateway"]
    assert [name for name, how in NETWORKS.items() if not how.get("internal")] == ["front"]


def test_only_the_gateway_can_be_reached_from_outside() -> None:
    only_the_gateway_is_published(parts_of(parsed()))


def test_no_secret_stands_in_an_environment(secrets: Path) -> None:
    environments = str([part.environment for part in parts_of(parsed()).values()])
    assert [file.name for file in secrets.iterdir() if file.read_text() in environments] == []
    assert "postgresql://" not in environments


def test_every_secret_of_the_file_is_one_that_is_made(secrets: Path) -> None:
    named = {file for part in parts_of(parsed()).values() for file in part.secrets.values()}
    assert named == {file.name for file in secrets.iterdir()}


@pytest.mark.parametrize("name", ["migrate", *SERVING])
def test_every_setting_and_every_secret_is_one_that_the_process_reads(name: str) -> None:
    part = parts_of(parsed())[name]
    given = {key.removeprefix("INNOVOUCHER_").lower() for key in part.environment}
    given |= {target.partition("/innovoucher_")[2] for target in part.secrets if target.startswith("/run/secrets/")}
    assert given <= READ[name] | {"secrets_dir"}


def test_a_service_is_given_no_login_but_its_own() -> None:
    parts = parts_of(parsed())
    given = {name: {file for file in parts[name].secrets.values() if "database_url" in file} for name in SERVING}
    for name, files in given.items():
        role = {"worker": "voucher"}.get(name, name)
        assert files == {f"innovoucher_{role}_database_url", f"innovoucher_{role}_test_database_url"}


def test_the_worker_is_the_voucher_service_that_works() -> None:
    parts = parts_of(parsed())
    works = {"INNOVOUCHER_VOUCHER_WORKS": "true"}
    worker = replace(parts["worker"], name="voucher", needs={})
    assert parts["voucher"].environment["INNOVOUCHER_VOUCHER_WORKS"] == "false"
    api = replace(parts["voucher"], needs={}, environment={**parts["voucher"].environment, **works})
    assert worker == api


def test_a_health_check_asks_the_service_itself() -> None:
    for name in SERVING:
        check = parts_of(parsed())[name].health
        assert check is not None
        assert check.command[-1] == "http://127.0.0.1:8000/readyz"
