"""Imports over HTTP: a file is sent, taken in by a worker, and told line by line."""

import csv
import io
from typing import Any

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.registry.transfer.domain.sheets import CSV, XLSX
from tests.registry.neighbours import calls
from tests.registry.samples import code
from tests.registry.transfer.samples import HEAD, as_csv, as_xlsx, firms, work

Api = httpx2.AsyncClient
OPERATOR = calls("operator")


async def upload(api: Api, content: bytes, media_type: str = CSV) -> str:
    headers = {**OPERATOR, "Content-Type": media_type}
    answer = await api.post("/v1/registry/documents?name=list", content=content, headers=headers)
    name: str = answer.json()["id"]
    return name


async def ordered(api: Api, *files: str, role: str = "operator", **said: Any) -> Any:
    body = {"kind": "organizations", "documents": list(files), **said}
    return await api.post("/v1/imports", json=body, headers={**calls(role), "Idempotency-Key": new_id().hex})


async def taken(api: Api, database: Database, *rows: tuple[str, ...]) -> dict[str, Any]:
    answer = await ordered(api, await upload(api, as_csv([HEAD, *rows])))
    await work(database)
    shown: dict[str, Any] = (await api.get(f"/v1/imports/{answer.json()['id']}", headers=OPERATOR)).json()
    return shown


async def test_an_import_is_a_job_with_counts_and_progress(registry: Database, registry_api: Api) -> None:
    begun = await ordered(registry_api, await upload(registry_api, as_xlsx([HEAD, *firms(1, 2)]), XLSX))
    await work(registry)
    shown = (await registry_api.get(f"/v1/imports/{begun.json()['id']}", headers=OPERATOR)).json()
    job = (await registry_api.get(f"/v1/registry/jobs/{shown['job']}", headers=OPERATOR)).json()
    assert (begun.status_code, begun.json()["state"], begun.json()["job_state"]) == (202, "taken", "queued")
    assert (shown["state"], shown["total"], shown["counts"]["created"]) == ("done", 2, 2)
    assert (job["state"], job["done"], job["report"]["created"]) == ("done", 2, 2)


async def test_lines_are_told_in_the_readers_language_and_turned_over(registry: Database, registry_api: Api) -> None:
    shown = await taken(registry_api, registry, *firms(1, 1), (code(2), "", "蓬江区"), ("x", "甲", "440703"))
    params: dict[str, str | int] = {"outcome": "rejected", "limit": 1}
    address, headers = f"/v1/imports/{shown['id']}/lines", {**OPERATOR, "Accept-Language": "zh"}
    first = (await registry_api.get(address, params=params, headers=headers)).json()
    second = (await registry_api.get(address, params={**params, "after": first["next_cursor"]}, headers=headers)).json()
    assert [fault["message"] for fault in first["items"][0]["faults"]] == ["该列不能为空。"]
    assert (second["items"][0]["row"], second["next_cursor"]) == (4, None)


async def test_the_report_is_a_file_for_a_spreadsheet(registry: Database, registry_api: Api) -> None:
    shown = await taken(registry_api, registry, (code(1), "江門1號公司", "蓬江区"), ("=1+1", "甲", "440703"))
    answer = await registry_api.get(f"/v1/imports/{shown['id']}/report", headers={**OPERATOR, "Accept-Language": "zh"})
    head, created, rejected = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (answer.headers["content-type"], head[:4]) == (
        "text/csv; charset=utf-8",
        ["文件序号", "行号", "关键字", "结果"],
    )
    assert (created[3], created[5].split("\n")[0]) == ("新增", "单位名称：江門1號公司 → 江门1号公司（繁体字）")
    assert (rejected[2], rejected[6]) == ("'=1+1", "统一社会信用代码 统一社会信用代码应为 18 位。")


async def test_the_same_order_under_one_key_is_one_import(registry_api: Api) -> None:
    body = {"kind": "organizations", "documents": [await upload(registry_api, as_csv([HEAD]))]}
    headers = {**OPERATOR, "Idempotency-Key": "once"}
    both = [await registry_api.post("/v1/imports", json=body, headers=headers) for _ in range(2)]
    listed = (await registry_api.get("/v1/imports", headers=OPERATOR)).json()["items"]
    assert both[0].json() == both[1].json() == listed[0]
    assert len(listed) == 1


async def test_all_that_is_wrong_with_an_order_is_told_at_once(registry_api: Api) -> None:
    image, file = await upload(registry_api, b"x", "image/png"), await upload(registry_api, b"y")
    answer = await ordered(registry_api, image, file, file, "doc_" + "0" * 32, mapping={"甲": "magic"})
    assert {error["pointer"]: error["code"] for error in answer.json()["errors"]} == {
        "/documents/0": "import.file_type",
        "/documents/2": "import.file_twice",
        "/documents/3": "reference.unknown",
        "/mapping": "import.mapping",
    }


async def test_a_header_of_ones_own_is_mapped(registry: Database, registry_api: Api) -> None:
    rows = [("统一社会信用代码", "组织机构", "所属区县"), *firms(1, 1)]
    answer = await ordered(registry_api, await upload(registry_api, as_csv(rows)), mapping={"组织机构": "name"})
    await work(registry)
    shown = (await registry_api.get(f"/v1/imports/{answer.json()['id']}", headers=OPERATOR)).json()
    assert shown["counts"]["created"] == 1


async def refused(api: Api, database: Database, content: bytes, media_type: str = CSV) -> dict[str, Any]:
    """The one fault of an import that was refused as a whole, in Chinese."""
    answer = await ordered(api, await upload(api, content, media_type))
    await work(database)
    headers = {**OPERATOR, "Accept-Language": "zh-CN"}
    shown = (await api.get(f"/v1/imports/{answer.json()['id']}", headers=headers)).json()
    (fault,) = shown["faults"]
    return dict(fault)


async def test_why_an_import_was_refused_is_told_in_the_readers_language(registry: Database, registry_api: Api) -> None:
    fault = await refused(registry_api, registry, as_csv([("统一社会信用代码", "单位名称", "辖区")]))
    assert fault["message"].startswith("未找到表头，或缺少必要的列（可用表头）：所属区县、所属县区")
    assert "未识别的表头：辖区" in fault["message"]
    assert fault["remedy"] == "请更正所列字段后重新提交。"


async def test_no_library_speaks_in_a_chinese_message(registry: Database, registry_api: Api) -> None:
    fault = await refused(registry_api, registry, b"no zip", XLSX)
    assert fault["message"] == "文件第 0 行起无法读取：不是电子表格文件。"


async def test_headers_are_told_as_they_were_taken_and_not_known_ones_in_the_report_too(
    registry: Database, registry_api: Api
) -> None:
    rows = [(*HEAD, "备注"), (*firms(1, 1)[0], "甲")]
    answer = await ordered(registry_api, await upload(registry_api, as_csv(rows)))
    await work(registry)
    address = f"/v1/imports/{answer.json()['id']}"
    shown = (await registry_api.get(address, headers=OPERATOR)).json()
    report = (await registry_api.get(f"{address}/report", headers=OPERATOR)).content.decode("utf-8-sig")
    assert [(one["header"], one["field"]) for one in shown["headers"]][-2:] == [("所属区县", "region"), ("备注", None)]
    assert list(csv.reader(io.StringIO(report)))[1] == ["1", "", "备注", "未识别的表头，该列未导入", "", "", ""]


async def test_a_field_that_is_not_there_is_told_with_those_that_are(registry_api: Api) -> None:
    body = {"kind": "residencies", "documents": [await upload(registry_api, b"y")], "mapping": {"甲": "magic"}}
    headers = {**OPERATOR, "Idempotency-Key": "magic", "Accept-Language": "zh-CN"}
    answer = (await registry_api.post("/v1/imports", json=body, headers=headers)).json()
    assert answer["title"].startswith(
        "表头“甲”对应的“magic”不是可导入的列；可填：operator 运营单位统一社会信用代码, space"
    )


@pytest.mark.parametrize(
    ("kind", "field", "said"),
    [
        ("organizations", "industry", "工业"),
        ("organizations", "size_class", "微型企业"),
        ("spaces", "form", "创客空间"),
        ("spaces", "field", "工业机器人与专用机器人"),
    ],
)
async def test_the_columns_are_told_with_their_headers_and_what_cells_may_say(
    registry_api: Api, kind: str, field: str, said: str
) -> None:
    found = (await registry_api.get("/v1/imports/columns", params={"kind": kind}, headers=OPERATOR)).json()
    columns = {one["field"]: one for one in found["items"]}
    assert said in columns[field]["choices"]
    assert columns["region"] == {**columns["region"], "required": True, "choices": None}
    assert "所属区县" in columns["region"]["headers"]


@pytest.mark.parametrize("role", ["reviewer", "holder", "auditor", "service"])
async def test_only_an_operator_takes_lists_in(registry_api: Api, role: str) -> None:
    assert (await ordered(registry_api, "doc_" + "0" * 32, role=role)).status_code == 403


@pytest.mark.parametrize("rest", ["", "/lines", "/report"])
async def test_an_import_that_is_not_there_is_not_found(registry_api: Api, rest: str) -> None:
    answer = await registry_api.get(f"/v1/imports/imp_{'0' * 32}{rest}", headers=OPERATOR)
    assert (answer.status_code, answer.json()["code"]) == (404, "import.unknown")


@pytest.mark.parametrize("cursor", ["WyJ4Il0", "WyIxMjM0NTY3ODkwMTIzIl0", "WyIiXQ", "?"])
async def test_a_cursor_of_another_list_is_refused(registry: Database, registry_api: Api, cursor: str) -> None:
    shown = await taken(registry_api, registry, *firms(1, 1))
    address = f"/v1/imports/{shown['id']}/lines"
    answer = await registry_api.get(address, params={"after": cursor}, headers=OPERATOR)
    assert (answer.status_code, answer.json()["code"]) == (422, "page.cursor")
