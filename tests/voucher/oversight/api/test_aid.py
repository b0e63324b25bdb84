"""The register of state aid over HTTP: the same rows as JSON, as a text sheet and as a workbook."""

from datetime import UTC, datetime

import httpx2
import pytest

from services.chassis.database import Database
from services.standards.sheets import CSV, tables_of
from services.standards.spreadsheet import XLSX
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.oversight.operations.test_aid import ceiling
from tests.voucher.redemption.samples import YUAN
from tests.voucher.redemption.stored import a_stored_voucher
from tests.voucher.wallet.steps import done

Api = httpx2.AsyncClient
STATE_AID = "/v1/reports/state-aid"


@pytest.fixture
async def granted(voucher_db: Database, set_clock: SetClock) -> None:
    """One grant under two regimes, which are two rows of the register."""
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    second = {**ceiling("7000.00"), "cap": "research", "regime": "research"}
    await (await a_stored_voucher(voucher_db, caps=[ceiling("7000.00"), second])).authorised(asked=1_000 * YUAN)


@pytest.mark.parametrize(("name", "media_type"), [("csv", CSV), ("xlsx", XLSX)])
async def test_a_sheet_tells_what_the_page_tells(voucher_api: Api, granted: None, name: str, media_type: str) -> None:
    auditor = calls("per_auditor", "auditor", treasury=None)
    page = done(await voucher_api.get(STATE_AID, headers=auditor))["items"]
    answer = await voucher_api.get(f"{STATE_AID}?format={name}", headers=auditor)
    assert answer.headers["content-type"].startswith(media_type)
    head, *rows = (row.cells for row in next(tables_of(answer.content, media_type)))
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(one["reference"], one["regime"], one["amount"]) for one in told] == [
        (one["redemption_id"], one["regime"], one["amount"]["amount"]) for one in page
    ]


async def test_a_sheet_names_the_next_one(voucher_api: Api, granted: None) -> None:
    auditor = calls("per_auditor", "auditor", treasury=None)
    first = await voucher_api.get(f"{STATE_AID}?format=xlsx&limit=1", headers=auditor)
    rest = await voucher_api.get(first.links["next"]["url"], headers=auditor)
    regimes = [[row.cells[7] for row in next(tables_of(one.content, XLSX))][1:] for one in (first, rest)]
    assert (regimes, rest.links) == ([["de-minimis"], ["research"]], {})
