"""The fifth act: what was approved is disclosed, paid through the bank, and found again in its statements."""

from collections.abc import Sequence
from datetime import date, datetime

from services.standalone.caller import Caller, Json, Unexpected
from services.standalone.demo.allocating import DOCUMENT, ZONE
from services.standalone.demo.bank import Bank, Line, Party
from services.standalone.demo.cast import Organization
from services.standalone.demo.claiming import account_of
from services.standalone.demo.stage import Stage, fen
from services.standards import cnaps

TREASURY = Party("江门市财政局", "44001670101059000001")
ACCOUNT = "44001670101059000123"
STRANGER = Party("江门市蓬江区一路顺风物流有限公司", "6222000044440000")
STRAYED = 51_234
"""What somebody sends to the account by mistake, in fen."""

DISCLOSURE_OVER = datetime(2020, 12, 10, 9, tzinfo=ZONE)
PAID_ON = date(2020, 12, 10)
RETURNED_ON = date(2020, 12, 14)
RETURN_SEEN = datetime(2020, 12, 15, 9, tzinfo=ZONE)
PAID_AGAIN_ON = date(2020, 12, 15)
YEAR_OVER = datetime(2020, 12, 31, 23, tzinfo=ZONE)


async def pay(stage: Stage) -> None:
    """From approved lines to a year in which ledger and bank say the same."""
    await stage.each("providers name their accounts", stage.cast.providers, lambda one: _account(stage, one))
    till = Till(stage, Bank(ACCOUNT))
    await till.open()
    await _disclose(stage)
    await stage.move_clock(DISCLOSURE_OVER)
    till.bank.credit(PAID_ON, till.funded, TREASURY, f"拨款 {till.funding['reference']}")
    paid = await till.pay(PAID_ON)
    await till.read_statement(date(2020, 12, 1), PAID_ON)
    await stage.move_clock(RETURN_SEEN)
    till.bank.give_back(RETURNED_ON, _largest(paid))
    till.bank.credit(RETURNED_ON, STRAYED, STRANGER, "货款")
    await till.read_statement(date(2020, 12, 11), RETURNED_ON)
    await till.resolve_exceptions()
    await till.pay(PAID_AGAIN_ON)
    await stage.move_clock(YEAR_OVER)
    await till.read_statement(PAID_AGAIN_ON, YEAR_OVER.date())


def _largest(paid: Sequence[Line]) -> Line:
    """The largest payment: rows of a batch stand in the order of claims, which came in side by side."""
    return min(paid, key=lambda line: line.amount)


async def _account(stage: Stage, provider: Organization) -> None:
    """A provider names its account, and a second person confirms it while it cools."""
    body = {
        "name": provider.name,
        "number": account_of(provider),
        "bank_code": cnaps.complete("10258900001"),
        "bank_name": "中国工商银行江门分行",
    }
    submitted = await (await stage.party(provider)).post("/v1/bank-accounts", body)
    await stage.role("finance_checker").post(f"/v1/bank-accounts/{submitted['id']}/confirm")


async def _disclose(stage: Stage) -> None:
    """Finance shows the approved lines; a firm objects to one of them, and is found right."""
    maker = stage.role("finance_maker")
    prepared = await maker.post("/v1/disclosures")
    shown = await maker.post(f"/v1/disclosures/{prepared['id']}/publish", {"digest": prepared["digest"]})
    objection = {
        "disclosure_id": shown["id"],
        "claim_line_id": shown["lines"][0]["claim_line_id"],
        "objector": "江门市诚信检测有限公司",
        "contact": "0750-0000000",
        "grounds": "报告所列设备当日在我方租用",
    }
    filed = await (await stage.party(stage.cast.providers[-1])).post("/v1/objections", objection)
    ruling = {"outcome": "upheld", "reason": "租用合同与设备记录属实", "holder_at_fault": False}
    await stage.role("arbiter").post(f"/v1/objections/{filed['id']}/decide", ruling)


class Till:
    """The treasury's account: its money, its batches and its statements."""

    def __init__(self, stage: Stage, bank: Bank) -> None:
        self.bank = bank
        self.maker: Caller = stage.role("finance_maker")
        self.checker: Caller = stage.role("finance_checker")
        self.line_id = stage.line_id
        self.funding: Json = {}
        self.account_id = ""

    @property
    def funded(self) -> int:
        """What the treasury was asked for, in fen."""
        return fen(self.funding["amount"])

    async def open(self) -> None:
        """Open the account, and ask the treasury for all that is owed."""
        body = {
            "name": "江门市科技创新券专户",
            "number": ACCOUNT,
            "bank_code": cnaps.complete("10558900001"),
            "bank_name": "中国建设银行江门分行",
            "funding_source": "江门市财政局",
            "file_profile": "csv-gbk",
        }
        self.account_id = (await self.maker.post("/v1/payer-accounts", body))["id"]
        (execution,) = (await self.maker.get("/v1/reports/budget-execution"))["items"]
        asked = {"budget_line_id": self.line_id, "amount": execution["payable"], "document": DOCUMENT}
        proposed = await self.maker.post(f"/v1/payer-accounts/{self.account_id}/fundings", asked)
        self.funding = await self.checker.post(f"/v1/fundings/{proposed['id']}/approve")

    async def pay(self, on: date) -> list[Line]:
        """Everything payable, by two persons: as the file says, which the bank takes once however often it is sent."""
        batch = await self.maker.post("/v1/payout-batches", {"payer_account_id": self.account_id})
        item = f"/v1/payout-batches/{batch['id']}"
        await self.maker.post(f"{item}/submit")
        await self.checker.post(f"{item}/approve", {"digest": batch["digest"]})
        await self.maker.post(f"{item}/file")
        await self.checker.post(f"{item}/send")
        paid = self.bank.carry_out(await self.maker.download(f"{item}/file"), on)
        if self.bank.carry_out(await self.maker.download(f"{item}/file"), on):
            raise Unexpected(f"GET {item}/file a second time", 200, {"lines": len(paid)})
        return paid

    async def read_statement(self, since: date, until: date) -> None:
        """Send a statement in, twice: the second time nothing is new."""
        content = self.bank.statement(since, until)
        for added in (sum(since <= line.booked_on <= until for line in self.bank.lines), 0):
            answer = await self.maker.upload(
                "/v1/statements", content, "text/csv", payer_account_id=self.account_id, profile="csv-gbk"
            )
            if (answer["state"], answer["added"]) != ("imported", added):
                raise Unexpected("POST /v1/statements", 201, answer)

    async def resolve_exceptions(self) -> None:
        """What nobody expected is not ours: a person says so, and why."""
        listed = self.checker.pages("/v1/statement-lines", payer_account_id=self.account_id, state="exception")
        for line in [one async for one in listed]:
            verdict = {"as": "not_ours", "reason": "付款人来函：误汇"}
            await self.checker.post(f"/v1/statement-lines/{line['id']}/resolve", verdict)
