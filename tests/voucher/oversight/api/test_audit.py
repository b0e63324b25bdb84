"""The auditor, and nobody else, has the audit run."""

import httpx2
import pytest

from tests.voucher.conftest import calls
from tests.voucher.ledger.steps import a_filled_line
from tests.voucher.oversight.tampering import tamper

AUDITOR = calls("per_a", "auditor", treasury=None)


async def test_the_audit_says_that_all_is_well_and_how_much_it_saw(voucher_api: httpx2.AsyncClient) -> None:
    await a_filled_line(voucher_api, "10.00")
    shown = (await voucher_api.get("/v1/audit", headers=AUDITOR)).json()
    assert (shown["ok"], shown["findings"]) == (True, [])
    assert shown["counted"] == {"journals": 1, "entries": 2, "operations": 3, "events": 3}


async def test_the_audit_names_what_is_wrong(voucher_api: httpx2.AsyncClient, superuser_url: str) -> None:
    line = await a_filled_line(voucher_api, "10.00")
    await tamper(superuser_url, "UPDATE budget_lines SET free = 1")
    shown = (await voucher_api.get("/v1/audit", headers=AUDITOR)).json()
    assert (shown["ok"], {one["subject"] for one in shown["findings"]}) == (False, {f"budget_line {line['id']}"})


@pytest.mark.parametrize("role", ["finance_maker", "finance_checker", "operator", "admin", "holder"])
async def test_nobody_else_runs_it(voucher_api: httpx2.AsyncClient, role: str) -> None:
    assert (await voucher_api.get("/v1/audit", headers=calls("per_x", role))).status_code == 403
