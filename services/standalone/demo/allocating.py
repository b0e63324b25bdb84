"""The second act: the budget is allotted, the round published, firms apply, and vouchers are issued."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from services.standalone.demo.cast import Firm
from services.standalone.demo.stage import Stage, yuan

ZONE = ZoneInfo("Asia/Shanghai")
BUDGET = 430_898_000
VOUCHER = 2_000_000
DOCUMENT = "江财工〔2020〕58号"
SCHEME = Path(__file__).parents[3] / "schemes" / "jiangmen-service-2020.yaml"
WINDOW_OPENS = datetime(2020, 9, 15, 10, tzinfo=ZONE)
WINDOW_CLOSES = datetime(2020, 9, 15, 16, tzinfo=ZONE)


async def allocate(stage: Stage) -> None:
    """From an allotted budget to vouchers in wallets; the others wait."""
    await _publish(stage)
    drafts: dict[str, str] = {}
    eligible = [firm for index, firm in enumerate(stage.cast.firms) if index != stage.cast.sanctioned]
    await stage.each("firms draft their applications", eligible, lambda firm: _draft(stage, firm, drafts))
    await stage.move_clock(WINDOW_OPENS + timedelta(seconds=1))
    await stage.each("firms apply", eligible, lambda firm: _submit(stage, firm, drafts), at_a_time=1)
    await _refuse_some(stage)
    await stage.move_clock(WINDOW_CLOSES + timedelta(minutes=1))
    operator = stage.role("operator")
    await operator.job(await operator.post(f"/v1/rounds/{stage.round_id}/rank"))
    await operator.job(await operator.post(f"/v1/rounds/{stage.round_id}/issue"))


async def _publish(stage: Stage) -> None:
    operator, maker, checker = stage.role("operator"), stage.role("finance_maker"), stage.role("finance_checker")
    line = await maker.post(
        "/v1/budget-lines",
        {
            "fiscal_year": 2020,
            "bureau": "jiangmen-sme",
            "treasury": "jiangmen",
            "project": "小微企业服务补贴券",
            "function_class": "2150805",
            "economic_class": "31205",
            "allotment_document": DOCUMENT,
            "funding_source": "江门市财政局",
        },
    )
    money = {"amount": yuan(BUDGET), "document": DOCUMENT}
    allotment = await maker.post(f"/v1/budget-lines/{line['id']}/allot", money)
    await checker.post(f"/v1/budget-changes/{allotment['id']}/approve")
    version = await operator.post("/v1/schemes", {"file": SCHEME.read_text(encoding="utf-8")})
    for person in (operator, stage.role("second_operator")):  # its basis is a draft: it takes two
        await person.post(f"/v1/schemes/{version['id']}/publish", {"draft_basis_accepted": True})
    made = await operator.post("/v1/rounds", {"scheme_version_id": version["id"], "name": "2020年第一批"})
    stage.round_id = made["id"]
    stage.line_id = line["id"]
    funding = await maker.post(f"/v1/rounds/{stage.round_id}/fund", {"budget_line_id": line["id"], **money})
    await checker.post(f"/v1/rounds/{stage.round_id}/fundings/{funding['id']}/approve")
    await operator.post(f"/v1/rounds/{stage.round_id}/publish")


async def _draft(stage: Stage, firm: Firm, drafts: dict[str, str]) -> None:
    body = {"round_id": stage.round_id, "amount": yuan(VOUCHER)}
    draft = await (await stage.party(firm.organization)).post("/v1/applications", body)
    drafts[firm.organization.login] = draft["id"]


async def _submit(stage: Stage, firm: Firm, drafts: dict[str, str]) -> None:
    caller = await stage.party(firm.organization)
    await caller.post(f"/v1/applications/{drafts[firm.organization.login]}/submit")


async def _refuse_some(stage: Stage) -> None:
    """Two apply a second time and one is kept out: each is refused with its reason."""
    for index in (*stage.cast.twice, stage.cast.sanctioned):
        caller = await stage.party(stage.cast.firms[index].organization)
        await caller.refused("/v1/applications", {"round_id": stage.round_id, "amount": yuan(VOUCHER)})
