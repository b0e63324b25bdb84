"""Holds that the guards of make bite (planted secrets and imports are found) and that its verbs are those promised."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ROOT / ".ci" / "secrets.py"
PLANTED_IMPORTS = {
    "services": ("registry/app.py", "import services.voucher.wallet.domain\n"),
    "composition": ("standalone/demo.py", "import services.voucher.wallet.store\n"),
    "rooms": ("voucher/wallet/store/rounds.py", "import services.voucher.wallet.operations\n"),
    "wings": ("voucher/ledger/store/lines.py", "import services.voucher.wallet.domain\n"),
    "registry-wings": ("registry/parties/store/roles.py", "import services.registry.spaces.store\n"),
    "wings-below": ("voucher/wallet/operations/issue.py", "import services.voucher.ledger.operations\n"),
    "pure": ("voucher/ledger/domain/chart.py", "import sqlalchemy\n"),
    "http": ("voucher/ledger/operations/allot.py", "from fastapi import Request\n"),
    "sql": ("voucher/ledger/api/lines.py", "import sqlalchemy\n"),
}


def look_for_secrets(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SECRETS, file], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("AWS Access Key", "AKIA" + "QYLPMN5HHHFPZAM2"),
        ("Private Key", "-----BEGIN " + "EC PRIVATE KEY-----"),
        ("Secret Keyword", "password = '" + "correct-horse-battery-7'"),
    ],
)
def test_a_planted_secret_is_found(name: str, secret: str, tmp_path: Path) -> None:
    file = tmp_path / "planted.py"
    file.write_text(f"x = 1\n{secret}\n")
    found = look_for_secrets(file)
    assert (found.returncode, name in found.stderr) == (1, True)


def test_a_file_without_a_secret_is_clean(tmp_path: Path) -> None:
    file = tmp_path / "clean.py"
    file.write_text("password = read_password()\n")
    assert look_for_secrets(file).returncode == 0


def a_house(folder: Path) -> Path:
    """An empty house with the rooms that the import contracts name, and the contracts themselves."""
    for service in ("standards", "chassis", "registry", "gateway", "standalone", "voucher"):
        (folder / "services" / service).mkdir(parents=True)
    for wing in ("voucher/wallet", "voucher/ledger", "registry/parties", "registry/spaces"):
        for room in ("api", "operations", "store", "domain"):
            (folder / "services" / wing / room).mkdir(parents=True)
    for package in [path for path in folder.rglob("*") if path.is_dir()]:
        (package / "__init__.py").touch()
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.importlinter]")
    (folder / "pyproject.toml").write_text(contracts[1] + contracts[2], encoding="utf-8")
    return folder


def broken_contracts(folder: Path) -> str:
    command = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_every_import_contract_is_kept_by_an_empty_house_and_broken_by_a_planted_import(tmp_path: Path) -> None:
    house = a_house(tmp_path)
    contracts = tomllib.loads((house / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} == set(PLANTED_IMPORTS)
    assert f"Contracts: {len(contracts)} kept, 0 broken" in broken_contracts(house)
    for path, planted in PLANTED_IMPORTS.values():
        (house / "services" / path).write_text(planted)
    assert f"Contracts: 0 kept, {len(contracts)} broken" in broken_contracts(house)


def test_make_help_names_every_verb() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    verbs = ["help", "run", "demo", "bench", "tour", "test", "check", "format", "migrate", "migration", "clean"]
    assert re.findall(r"^  make ([a-z]+)", listed, re.MULTILINE) == verbs
