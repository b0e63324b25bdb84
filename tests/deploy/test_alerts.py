"""Each alarm names numbers that we count and a page that says what to do; each such page belongs to an alarm."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.deploy.compose_file import ROOT, parsed

RUNBOOKS = ROOT / "docs" / "runbooks"
PROMETHEUS = ROOT / "deploy" / "prometheus"
PAGES = sorted(page for page in RUNBOOKS.glob("*.md") if page.name != "README.md")
HEADINGS = (
    "## What it means for citizens",
    "## First look",
    "## What to do",
    "## What never to do",
    "## When it ends",
)
TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<text>"[^"]*")|(?P<number>\d+(\.\d+)?(e\d+)?(?![a-z]))|(?P<span>\d+[smhd])"""
    r"""|(?P<name>[a-z_][a-z0-9_:]*)|(?P<sign>[<>=!]=|=~|[-+*/<>=(){}\[\],])"""
)
FUNCTIONS = {"sum", "rate", "increase", "absent", "histogram_quantile"}
KEYWORDS = {"by", "and", "or", "offset"}
PAIRS = {")": "(", "}": "{", "]": "["}
OF_PROMETHEUS = {"up"}
"""What Prometheus itself says of every process that it asks."""
METRIC = re.compile(r'"(innovoucher_[a-z_]+)"')
PARTS = ("_bucket", "_count", "_sum", "_total")
SEVERITIES = {"page": "at night", "ticket": "next working day"}


def rules() -> list[dict[str, Any]]:
    document = YAML(typ="safe").load((PROMETHEUS / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


RULES = rules()


def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "services").rglob("*.py")))


@pytest.fixture(scope="module")
def written() -> str:
    return source()


def tokens(expression: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(expression):
        found = TOKEN.match(expression, place)
        assert found is not None, f"not PromQL from here on: {expression[place:]}"
        place = found.end()
        if found.lastgroup != "space":
            yield str(found.lastgroup), found[0]


def names(expression: str) -> set[str]:
    """The metrics of an expression, whose parentheses all close; names in braces and after ``by`` are labels."""
    depth: list[str] = []
    found, labels = set(), False
    for kind, token in tokens(expression):
        if token in PAIRS:
            assert depth.pop() == PAIRS[token]
            labels = False
        elif token in PAIRS.values():
            depth.append(token)
        elif kind == "name" and not labels and "{" not in depth and token not in FUNCTIONS | KEYWORDS:
            found.add(token)
        labels = labels or token == "by"
    assert depth == []
    return found


def base(metric: str) -> str:
    return next((metric.removesuffix(part) for part in PARTS if metric.endswith(part)), metric)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alarm_is_about_numbers_that_are_counted(rule: dict[str, Any], written: str) -> None:
    counted = set(METRIC.findall(written)) | OF_PROMETHEUS
    asked = names(rule["expr"])
    assert asked
    assert {metric for metric in asked if not {metric, base(metric)} & counted} == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alarm_says_how_urgent_it_is_and_what_is_wrong(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in SEVERITIES
    assert rule["annotations"]["summary"].endswith(".")


@pytest.mark.parametrize("expression", ["sum(rate(x[5m])", "sum(x]", "x > ?", "x{a=}b'"])
def test_what_is_no_expression_is_seen(expression: str) -> None:
    with pytest.raises((AssertionError, IndexError)):
        names(expression)


def test_a_label_is_no_metric() -> None:
    assert names('sum by (le) (rate(x_bucket{a="b", c=~"d|e"}[5m] offset 1d)) > 2.5e9 or y') == {"x_bucket", "y"}


def alarms(page: Path) -> list[dict[str, Any]]:
    return [rule for rule in RULES if rule["labels"]["runbook"] == page.relative_to(ROOT).as_posix()]


def test_every_alarm_has_its_page() -> None:
    assert [rule["alert"] for rule in RULES if not (ROOT / rule["labels"]["runbook"]).is_file()] == []


def listed(section: str) -> dict[str, str]:
    """The pages of a table of the index, and what stands beside each."""
    text = (RUNBOOKS / "README.md").read_text(encoding="utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| \[[a-z-]+\]\(([a-z-]+\.md)\) \| (.+) \|$", text, re.MULTILINE))


def test_the_index_lists_every_page_and_when_it_wakes() -> None:
    woken = {page.name: {SEVERITIES[rule["labels"]["severity"]] for rule in alarms(page)} for page in PAGES}
    procedures = listed("Procedures")
    assert {name: {when} for name, when in listed("Alarms").items()} == {
        name: when for name, when in woken.items() if name not in procedures
    }
    assert [name for name in procedures if woken[name]] == []


@pytest.mark.parametrize("page", [page for page in PAGES if alarms(page)], ids=lambda page: page.stem)
def test_a_page_of_an_alarm_says_the_same_five_things(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line in HEADINGS] == list(HEADINGS)


@pytest.mark.parametrize("page", [*PAGES, RUNBOOKS / "README.md"], ids=lambda page: page.stem)
def test_what_a_page_points_to_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)]
    assert [link for link in links if link and not (page.parent / link).is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_operation_that_a_page_names_is_one_of_the_api(page: Path) -> None:
    document = json.loads((ROOT / "docs" / "openapi" / "innovoucher.json").read_text(encoding="utf-8"))
    known = {
        f"{method.upper()} {re.sub('{[^}]*}', '{id}', path)}"
        for path, ways in document["paths"].items()
        for method in ways
    }
    named = re.findall(r"`((?:GET|POST|PUT) /v1/[^`? ]+)", page.read_text(encoding="utf-8"))
    assert {re.sub("{[^}]*}", "{id}", name) for name in named} <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_line_of_the_log_that_a_page_looks_for_is_one_that_is_written(page: Path, written: str) -> None:
    events = set(re.findall(r"(?:log\.\w+\(\s*|failed=)\"([a-z_.]+)\"", written))
    looked_for = re.findall(r"grep -E '([a-z_]+\\\.[^']*)'", page.read_text(encoding="utf-8"))
    for pattern in looked_for:
        assert [part for part in alternatives(pattern) if not any(re.search(part, event) for event in events)] == []


def alternatives(pattern: str) -> list[str]:
    """``a\\.(b|c)|d`` is ``a\\.b``, ``a\\.c`` and ``d``."""
    parts = re.findall(r"([^|(]+)(?:\(([^)]*)\))?(?:\||$)", pattern)
    return [f"{head}{tail}" for head, tails in parts for tail in tails.split("|")]


def test_prometheus_asks_every_service_where_it_answers() -> None:
    document = YAML(typ="safe").load((PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8"))
    (job,) = document["scrape_configs"]
    assert [rule["expr"] for rule in RULES if names(rule["expr"]) & OF_PROMETHEUS] == [
        f'up{{job="{job["job_name"]}"}} == 0'
    ]
    asked = dict(target.split(":") for target in job["static_configs"][0]["targets"])
    services = parsed()["services"]
    own = {name: services[name]["command"][-1] for name in ("registry", "voucher", "worker")}
    assert asked == {"gateway": services["gateway"]["environment"]["INNOVOUCHER_METRICS_PORT"], **own}
    assert document["rule_files"] == ["alerts.yml"]
