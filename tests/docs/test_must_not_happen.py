"""Holds docs/must-not-happen.md to the truth: its tests are there, and the clock of a device decides nothing."""

import json
import re

from tests.docs.test_features import NAMED, ROOT, is_there

PAGE = (ROOT / "docs" / "must-not-happen.md").read_text(encoding="utf-8")
LINES = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| ")][1:]


def test_every_failure_is_kept_out_by_a_test_that_is_there() -> None:
    named = [NAMED.findall(cells[-1]) for cells in LINES]
    assert all(named)
    assert [one for tests in named for one in tests if not is_there(one)] == []


def test_no_body_on_the_way_of_a_redemption_carries_an_instant() -> None:
    document = json.loads((ROOT / "docs" / "openapi" / "innovoucher.json").read_text(encoding="utf-8"))
    bodies = [
        json.dumps(call["requestBody"])
        for path, calls in document["paths"].items()
        for call in calls.values()
        if path.startswith(("/v1/redemptions", "/v1/quotes")) and "requestBody" in call
    ]
    asked, schemas = set(re.findall(r"schemas/(\w+)", "".join(bodies))), document["components"]["schemas"]
    while more := set(re.findall(r"schemas/(\w+)", json.dumps([schemas[name] for name in asked]))) - asked:
        asked |= more
    assert len(bodies) > 10
    assert [name for name in sorted(asked) if "date-time" in json.dumps(schemas[name])] == []
