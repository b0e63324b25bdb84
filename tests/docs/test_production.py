"""Holds docs/production.md to the truth as far as that needs no container engine: files, services, settings, words."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.standalone.cli import app
from services.standalone.configuration import page
from services.standalone.secret_files import make
from tests.deploy.compose_file import FILE, OURS, parsed

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"(?<!`)innovoucher ((?:secrets|admin create|doctor|audit|serve|migrate)\b)")
SERVICE = re.compile(r"docker compose (?:run --rm|exec -T|up --wait) ([a-z]+)")


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:tests|deploy)/[\w./]+)`", TEXT))))
def test_every_file_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("page_named", sorted(set(re.findall(r"\]\(([\w.-]+\.md)\)", TEXT))))
def test_every_page_that_is_linked_exists(page_named: str) -> None:
    assert (ROOT / "docs" / page_named).is_file()


def test_every_service_that_is_told_something_stands_in_the_compose_file() -> None:
    assert set(SERVICE.findall(TEXT)) <= parsed()["services"].keys()


@pytest.mark.parametrize("words", sorted(set(COMMAND.findall(TEXT))))
def test_every_command_exists(words: str) -> None:
    assert CliRunner().invoke(app, [*words.split(), "--help"]).exit_code == 0


def test_the_secrets_are_made_by_the_image_and_where_the_compose_file_looks_for_them() -> None:
    (line,) = re.findall(r"^docker run .*", TEXT, re.MULTILINE)
    assert f"#     {line}\n" in FILE.read_text(encoding="utf-8")
    assert line.endswith(f" {OURS['image']} innovoucher secrets /host/secrets")
    assert '-v "$PWD:/host"' in line
    assert all(one["file"].startswith("./secrets/") for one in parsed()["secrets"].values())


def test_every_setting_that_is_named_is_one() -> None:
    assert [name for name in re.findall(r"INNOVOUCHER_\w+[A-Z]", TEXT) if name not in page()] == []


def test_the_table_of_secrets_names_every_one_that_is_made(tmp_path: Path) -> None:
    table = TEXT.partition("\n## Secrets\n")[2].partition("\n## ")[0]
    named = [re.escape(name).replace(r"\*", r"\w+") for name in re.findall(r"`([\w*.]+)`", table)]
    made = make(tmp_path / "secrets", "db.example:5432")
    assert [name for name in made if not any(re.fullmatch(one, name) for one in named)] == []
