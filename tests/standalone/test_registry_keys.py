"""On one machine the registry's master key is made once, unless somebody gives it."""

import base64
from pathlib import Path

import pytest

from services.standalone.registry_keys import master_key_of


def test_it_is_made_once(tmp_path: Path) -> None:
    made = master_key_of(tmp_path)
    assert master_key_of(tmp_path) == made
    assert len(base64.b64decode(made.get_secret_value())) == 32


def test_what_is_given_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = base64.b64encode(bytes(32)).decode()
    monkeypatch.setenv("INNOVOUCHER_REGISTRY_MASTER_KEY", given)
    assert master_key_of(tmp_path).get_secret_value() == given
    assert list(tmp_path.iterdir()) == []
