"""The image is built from exact versions, holds what the commands need and no more, and runs as nobody special."""

import re
from fnmatch import fnmatch

import pytest

from tests.deploy.compose_file import ROOT, parsed, parts_of

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text().replace("\\\n", " ")
STEPS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
LAST_STAGE = STEPS[max(place for place, (word, _) in enumerate(STEPS) if word == "FROM") :]


def told(word: str) -> list[str]:
    return [rest for step, rest in STEPS if step == word]


def test_every_version_is_exact() -> None:
    assert told("ARG") == ["PYTHON_IMAGE=python:3.11.14-slim-bookworm"]
    assert told("FROM") == ["${PYTHON_IMAGE} AS build", "${PYTHON_IMAGE}"]
    installs = [rest for rest in told("RUN") if "install" in rest]
    assert all("==" in rest or "--frozen" in rest for rest in installs)


def test_the_bootstrap_and_the_image_use_the_same_uv() -> None:
    wanted = re.search(r"^uv_version=(\S+)", (ROOT / ".ci" / "bootstrap").read_text(), re.MULTILINE)
    assert wanted
    assert f"uv=={wanted[1]}" in DOCKERFILE


def test_it_runs_under_the_account_that_the_compose_file_names() -> None:
    assert ["USER", "10001:10001"] in LAST_STAGE
    assert not [rest for step, rest in LAST_STAGE if step == "RUN"]


def sources() -> list[str]:
    copied = [rest.split() for rest in told("COPY") if not rest.startswith("--from")]
    return [source for words in copied for source in words[:-1]]


@pytest.mark.parametrize("source", sources())
def test_what_is_copied_is_there_and_let_through(source: str) -> None:
    let_through = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert (ROOT / source).exists()
    assert any(fnmatch(source, pattern) for pattern in let_through)


def test_nothing_else_reaches_the_builder() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(sources())


def test_every_command_of_the_compose_file_is_in_an_image() -> None:
    parts = parts_of(parsed()).values()
    words = {part.command[0] for part in parts if part.command}
    words |= {part.health.command[0] for part in parts if part.health}
    assert words == {"innovoucher", "python", "pg_isready"}
