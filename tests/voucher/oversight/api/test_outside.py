"""What other cities supported is sent as a sheet, told row by row, and found beside our own; a slip is withdrawn."""

from typing import Any, cast

import asyncpg
import httpx2
import pytest
from sqlalchemy.pool import QueuePool

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.standards.spelling import compared
from services.standards.spreadsheet import XLSX, workbook
from services.voucher.oversight.domain.outside import of_file
from services.voucher.oversight.operations import outside
from tests.voucher.conftest import calls
from tests.voucher.redemption.stored import Stored, a_stored_voucher
from tests.voucher.wallet.steps import codes, done, operator

Api = httpx2.AsyncClient
LISTS = "/v1/outside-lists"
PROGRAMME = "省级科技创新券2019年度兑付名单"
ROWS = [["单位名称", "项目名称", "金额"], ["广州乙公司", "新型 电池", "5000"], ["广州丙公司", "其他", "100"]]


async def sent(api: Api, rows: list[list[str]], headers: dict[str, str] | None = None) -> str:
    said = {**(headers or operator()), "Content-Type": XLSX}
    answer = await api.post("/v1/documents?name=outside.xlsx", headers=said, content=workbook(rows))
    return str(done(answer, 201)["id"])


async def taken(api: Api, rows: list[list[str]] = ROWS, file: str | None = None) -> httpx2.Response:
    body = {"programme": PROGRAMME, "file": file or await sent(api, rows)}
    return await api.post(LISTS, headers=operator(), json=body)


@pytest.fixture
async def applied(voucher_db: Database, owner_url: str) -> Stored:
    """An application whose project an outside list names as well."""
    stored = await a_stored_voucher(voucher_db)
    connection = await asyncpg.connect(owner_url)
    change = "UPDATE voucher.applications SET project = $1 WHERE id = $2"
    await connection.execute(change, compared("新型电池"), stored.voucher.application_id)
    await connection.close()
    return stored


def app(stored: Stored) -> str:
    return show("app", stored.voucher.application_id)


async def matches(api: Api, stored: Stored) -> list[dict[str, Any]]:
    answer = await api.get(f"/v1/support-matches?of={app(stored)}", headers=operator())
    items: list[dict[str, Any]] = done(answer)["items"]
    return items


async def test_a_list_is_told_row_by_row(voucher_api: Api) -> None:
    one = done(await taken(voucher_api), 201)
    assert (one["programme"], one["rows"], one["state"]) == (PROGRAMME, 2, "standing")
    first = done(await voucher_api.get(f"{LISTS}/{one['id']}/rows?limit=1", headers=operator()))
    rest = await voucher_api.get(f"{LISTS}/{one['id']}/rows?after={first['next_cursor']}", headers=operator())
    told = [*first["items"], *done(rest)["items"]]
    assert [(row["number"], row["project"], row["amount"]["amount"]) for row in told] == [
        (2, "新型 电池", "5000.00"),
        (3, "其他", "100.00"),
    ]


async def test_what_others_supported_is_found_beside_our_own(voucher_api: Api, applied: Stored) -> None:
    one = done(await taken(voucher_api), 201)
    (match,) = await matches(voucher_api, applied)
    assert (match["channel"], match["scheme"], match["beneficiary"]) == ("project", PROGRAMME, "广州乙公司")
    body = {"of": app(applied), "other": match["other"], "reason": "同名不同项目"}
    done(await voucher_api.post("/v1/support-matches:clear", headers=operator(), json=body))
    assert [found["cleared"]["reason"] for found in await matches(voucher_api, applied)] == ["同名不同项目"]
    withdrawn = f"{LISTS}/{one['id']}/withdraw"
    done(await voucher_api.post(withdrawn, headers=operator(), json={"reason": "名单有误"}))
    assert await matches(voucher_api, applied) == []


async def test_a_file_stands_once(voucher_api: Api) -> None:
    one = done(await taken(voucher_api), 201)
    assert codes(await taken(voucher_api, file=one["document_id"])) == ["outside.there"]
    withdrawn = f"{LISTS}/{one['id']}/withdraw"
    assert (
        done(await voucher_api.post(withdrawn, headers=operator(), json={"reason": "名单有误"}))["reason"] == "名单有误"
    )
    again = await voucher_api.post(withdrawn, headers=operator(), json={"reason": "名单有误"})
    assert codes(again) == ["outside.withdrawn"]
    done(await taken(voucher_api, file=one["document_id"]), 201)


async def test_a_faulty_list_leaves_nothing_behind(voucher_api: Api) -> None:
    assert codes(await taken(voucher_api, [["项目名称"], ["—"], ["－"]])) == ["outside.cell"] * 2
    assert done(await voucher_api.get(LISTS, headers=operator()))["items"] == []


async def test_lists_are_told_newest_first(voucher_api: Api) -> None:
    ids = [done(await taken(voucher_api, [["项目名称"], [name]]), 201)["id"] for name in "甲乙"]
    page = done(await voucher_api.get(f"{LISTS}?limit=1", headers=operator()))
    rest = done(await voucher_api.get(f"{LISTS}?after={page['next_cursor']}", headers=operator()))
    assert [one["id"] for one in (*page["items"], *rest["items"])] == ids[::-1]


async def test_whoever_sent_no_such_file_takes_no_list(voucher_api: Api) -> None:
    theirs = await sent(voucher_api, ROWS, calls("per_second", "operator", bureau="jiangmen-sme", treasury=None))
    assert codes(await taken(voucher_api, file=theirs)) == ["document.unknown"]
    assert codes(await taken(voucher_api, file=show("doc", new_id()))) == ["document.unknown"]


async def test_another_bureau_withdraws_nothing(voucher_api: Api) -> None:
    one = done(await taken(voucher_api), 201)
    other = calls("per_other", "operator", bureau="another", treasury=None)
    answer = await voucher_api.post(f"{LISTS}/{one['id']}/withdraw", headers=other, json={"reason": "名单有误"})
    assert codes(answer) == ["outside.unknown"]


async def test_a_list_that_is_not_there_has_no_rows(voucher_api: Api) -> None:
    path = f"{LISTS}/{show('osl', new_id())}/rows"
    assert codes(await voucher_api.get(path, headers=operator())) == ["outside.unknown"]


async def test_a_cursor_that_is_none_of_ours_is_refused(voucher_api: Api) -> None:
    one = done(await taken(voucher_api), 201)
    answer = await voucher_api.get(f"{LISTS}/{one['id']}/rows?after=WyJ4Il0", headers=operator())
    assert codes(answer) == ["page.cursor"]


async def test_the_same_request_does_nothing_twice(voucher_api: Api, applied: Stored) -> None:
    take, clear, back = operator(), operator(), operator()
    body = {"programme": PROGRAMME, "file": await sent(voucher_api, ROWS)}
    one, again = [done(await voucher_api.post(LISTS, headers=take, json=body), 201) for _ in range(2)]
    (match,) = await matches(voucher_api, applied)
    said = {"of": app(applied), "other": match["other"], "reason": "同名不同项目"}
    looked = [await voucher_api.post("/v1/support-matches:clear", headers=clear, json=said) for _ in range(2)]
    path = f"{LISTS}/{one['id']}/withdraw"
    left = [await voucher_api.post(path, headers=back, json={"reason": "名单有误"}) for _ in range(2)]
    assert one == again
    assert done(looked[0]) == done(looked[1])
    assert done(left[0]) == done(left[1])


async def test_who_belongs_to_no_bureau_takes_no_list(voucher_api: Api) -> None:
    body = {"programme": PROGRAMME, "file": await sent(voucher_api, ROWS)}
    answer = await voucher_api.post(LISTS, headers=operator(bureau=None), json=body)
    assert codes(answer) == ["auth.forbidden"]


async def test_a_list_is_read_while_nothing_is_locked(
    voucher_api: Api, voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []

    def noted(*said: Any, **how: Any) -> Any:
        held.append(cast(QueuePool, voucher_db.engine.pool).checkedout())
        return of_file(*said, **how)

    monkeypatch.setattr(outside, "of_file", noted)
    done(await taken(voucher_api), 201)
    assert held == [0]
