"""The compose file beside the main one for backups gives PostgreSQL what the runbook asks for, and changes no more."""

import re

from tests.deploy.compose_file import ROOT, parsed

PAGE = (ROOT / "docs" / "runbooks" / "backup-and-restore.md").read_text(encoding="utf-8")
FILE = ROOT / "deploy" / "backups.yml"


def test_only_postgres_gets_folders_and_the_variables_that_name_them() -> None:
    assert parsed(FILE).keys() == {"services"}
    assert parsed(FILE)["services"].keys() == {"postgres"}
    postgres = parsed(FILE)["services"]["postgres"]
    assert postgres.keys() == {"environment", "volumes"}
    assert postgres["environment"] == {"BACKUPS": "/backups", "HOUSE": "/house", "PGUSER": "postgres"}


def test_what_keeps_the_log_lies_where_the_page_says() -> None:
    (path,) = set(re.findall(r"\$HOUSE/([\w/.]+)", PAGE))
    assert (ROOT / path).is_file()
    volumes = parsed(FILE)["services"]["postgres"]["volumes"]
    assert f"./{path}:/house/{path}:ro" in volumes
    assert any(volume.endswith(":/backups") for volume in volumes)
