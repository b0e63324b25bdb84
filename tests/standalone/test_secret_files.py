"""The secrets of many machines are made once, all together, each a file that only the one who is given it can reach."""

import stat
from pathlib import Path

import pytest

from services.gateway.keys import load
from services.gateway.settings import Settings
from services.registry.settings import Settings as RegistrySettings
from services.standalone import provision, secret_files
from services.standalone.installation import Unusable
from services.standalone.settings import FOLDER_NAMED_BY, NoSecrets, StandaloneSettings, secrets_dir
from services.voucher.settings import Settings as VoucherSettings
from tests.standalone.conftest import Command


@pytest.fixture
def made(tmp_path: Path) -> Path:
    secret_files.make(tmp_path / "secrets", "db.city:5433")
    return tmp_path / "secrets"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_passes_the_folder_and_a_container_reads_what_it_is_given(made: Path) -> None:
    assert mode(made) == 0o700
    assert {mode(file) for file in made.iterdir()} == {0o444}


def test_each_login_is_its_own_role_in_both_databases(made: Path) -> None:
    found = {file.name: file.read_text() for file in made.glob("innovoucher_*database_url")}
    logins = {name: provision.role_of(url) for name, url in found.items()}
    assert {url.rpartition("@")[2] for url in found.values()} == {
        "db.city:5433/innovoucher",
        "db.city:5433/innovoucher_sandbox",
    }
    assert logins["innovoucher_voucher_database_url"] == logins["innovoucher_voucher_test_database_url"]
    assert len({password for _, password in logins.values()}) == 4
    owner = ("innovoucher_owner", (made / "postgres_owner_password").read_text())
    assert logins["innovoucher_database_url"] == owner


def test_they_are_made_once(made: Path) -> None:
    before = (made / "innovoucher_gateway_master_key").read_text()
    with pytest.raises(Unusable, match="exists already"):
        secret_files.make(made, "postgres:5432")
    assert (made / "innovoucher_gateway_master_key").read_text() == before
    assert [path.name for path in made.parent.iterdir()] == ["secrets"]


def test_a_service_reads_its_own(made: Path) -> None:
    read = VoucherSettings(_secrets_dir=made)
    assert read.client_secret.get_secret_value() == (made / "innovoucher_voucher_client_secret").read_text()
    assert read.database_url is not None
    assert provision.role_of(read.database_url.get_secret_value())[0] == "innovoucher_voucher"


def test_the_gateway_gets_a_master_key_and_a_key_that_signs(made: Path) -> None:
    read = Settings(_secrets_dir=made, key_directory=made)
    assert len(read.master_key_bytes) == 32
    assert [key.public["crv"] for key in load(made).keys] == ["P-256"]


def test_the_registry_gets_a_master_key_of_its_own(made: Path) -> None:
    read = RegistrySettings(_secrets_dir=made)
    assert len(read.master_key_bytes) == 32
    assert read.master_key != Settings(_secrets_dir=made, key_directory=made).master_key


def test_migrate_reads_the_owner_and_what_services_prove(made: Path) -> None:
    read = StandaloneSettings(_secrets_dir=made)
    assert set(read.client_secrets) == {"registry", "voucher"}
    assert set(read.service_urls) == {"gateway", "registry", "voucher"}


def test_a_folder_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, innovoucher: Command
) -> None:
    monkeypatch.setenv(FOLDER_NAMED_BY, str(tmp_path / "nowhere"))
    with pytest.raises(NoSecrets, match="nowhere"):
        secrets_dir()
    told = innovoucher("serve", "voucher", INNOVOUCHER_SECRETS_DIR="/nowhere")
    assert (told.returncode, told.stderr) == (1, "innovoucher: INNOVOUCHER_SECRETS_DIR: there is no folder /nowhere\n")


def test_the_command_names_what_it_made(innovoucher: Command, tmp_path: Path) -> None:
    done = innovoucher("secrets", str(tmp_path / "made here"))
    assert done.stdout.splitlines() == sorted(file.name for file in (tmp_path / "made here").iterdir())
    assert "@postgres:5432/" in (tmp_path / "made here" / "innovoucher_database_url").read_text()
