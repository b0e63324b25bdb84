"""On one machine the voucher service's keys are made once, unless somebody gives them."""

import base64
from pathlib import Path

import pytest

from services.standalone.voucher_keys import keys_of, seal_keys


def words(data: Path) -> dict[str, str]:
    return {name: key.get_secret_value() for name, key in keys_of(data).items()}


def test_they_are_made_once_and_differ(tmp_path: Path) -> None:
    made = words(tmp_path)
    assert words(tmp_path) == made
    assert {len(base64.b64decode(key)) for key in made.values()} == {32}
    assert len(set(made.values())) == 3


def test_what_is_given_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = base64.b64encode(bytes(32)).decode()
    monkeypatch.setenv("INNOVOUCHER_VOUCHER_PEPPER", given)
    assert words(tmp_path)["pepper"] == given
    assert words(tmp_path)["code_key"] != given


def test_the_sealing_key_is_found_and_never_made_by_who_only_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (seal_keys(tmp_path), list(tmp_path.iterdir())) == ((None, ()), [])
    made = words(tmp_path)["seal_key"]
    monkeypatch.setenv("INNOVOUCHER_VOUCHER_RETIRED_SEAL_KEYS", "older oldest")
    assert seal_keys(tmp_path) == (base64.b64decode(made), ("older", "oldest"))
    monkeypatch.setenv("INNOVOUCHER_VOUCHER_SEAL_KEY", base64.b64encode(bytes(32)).decode())
    assert seal_keys(tmp_path)[0] == bytes(32)
