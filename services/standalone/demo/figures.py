"""Reads back what a round came to, through the API with the auditor's token; knows nothing of how it was played."""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from decimal import Decimal

from services.standalone.caller import Caller, Json, Unexpected

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Figures:
    """Counts are integers, sums decimal text. vouchers counts the first allocation, issued both."""

    vouchers: int
    waitlisted: int
    backfilled: int
    issued: str
    captured: str
    reclaimed: str
    open: str
    pool: str
    refused: int
    cost: str
    paid: str
    returned: str
    bank: str
    bank_lines: int
    reconciled: int
    exceptions_open: int
    trial_balance: str
    audit: str

    def as_json(self) -> Json:
        """The figures by name."""
        return asdict(self)

    def faults(self, budget: Decimal) -> list[str]:
        """The equations of a round that do not hold."""
        issued, captured, reclaimed, still_open, pool = (
            Decimal(text) for text in (self.issued, self.captured, self.reclaimed, self.open, self.pool)
        )
        equations = {
            "issued = captured + reclaimed + open": issued == captured + reclaimed + still_open,
            "budget = captured + open + pool": budget == captured + still_open + pool,
            "paid = cost": self.paid == self.cost,
            "bank lines = reconciled + open exceptions": self.bank_lines == self.reconciled + self.exceptions_open,
            "no exception is open": self.exceptions_open == 0,
            "the trial balance is zero": Decimal(self.trial_balance) == 0,
            "the audit is ok": self.audit == "ok",
        }
        return [equation for equation, holds in equations.items() if not holds]


async def read(auditor: Caller, round_id: str) -> Figures:
    """What the API says of a round."""
    vouchers = [voucher async for voucher in auditor.pages("/v1/vouchers", round_id=round_id)]
    waitlisted = [event async for event in _events(auditor) if event["type"] == "application.waitlisted"]
    refused = [attempt async for attempt in auditor.pages("/v1/attempts", outcome="refused")]
    pool = (await auditor.get(f"/v1/rounds/{round_id}"))["pool"]["amount"]
    books = await auditor.get("/v1/ledger/accounts")
    audit = await auditor.get("/v1/audit")
    executions = [line async for line in auditor.pages("/v1/reports/budget-execution")]
    accounts = [await _reconciled(auditor, account["id"]) async for account in auditor.pages("/v1/payer-accounts")]
    return Figures(
        vouchers=sum(not voucher["backfilled"] for voucher in vouchers),
        waitlisted=len(waitlisted),
        backfilled=sum(voucher["backfilled"] for voucher in vouchers),
        issued=_sum(vouchers, "face"),
        captured=_sum(vouchers, "captured"),
        reclaimed=_sum(vouchers, "reclaimed"),
        open=_sum(vouchers, "available", "held"),
        pool=pool,
        refused=len(refused),
        cost=_sum(executions, "cost"),
        paid=_less(_sum(accounts, "paid"), _sum(accounts, "returned")),
        returned=_sum(accounts, "returned"),
        bank=_sum(accounts, "ledger_balance"),
        bank_lines=sum(account["lines"] for account in accounts),
        reconciled=sum(account["reconciled"] for account in accounts),
        exceptions_open=sum(account["exceptions_open"] for account in accounts),
        trial_balance=str(sum((Decimal(one["amount"]) for one in books["imbalance"]), Decimal(0)).quantize(CENT)),
        audit="ok" if audit["ok"] else "; ".join(finding["check"] for finding in audit["findings"]),
    )


async def _reconciled(auditor: Caller, account_id: str) -> Json:
    """How a payer account compares with its bank; Unexpected when the two balances are not the same."""
    account = await auditor.get("/v1/reconciliation", payer_account_id=account_id)
    if not account["agrees"]:
        raise Unexpected(f"GET /v1/reconciliation of {account_id}", 200, account)
    return account


def _sum(things: list[Json], *names: str) -> str:
    total = sum((Decimal(thing[name]["amount"]) for thing in things for name in names), Decimal(0))
    return str(total.quantize(CENT))


def _less(amount: str, taken: str) -> str:
    return str((Decimal(amount) - Decimal(taken)).quantize(CENT))


async def _events(auditor: Caller) -> AsyncIterator[Json]:
    cursor: dict[str, str] = {}
    while items := (page := await auditor.get("/v1/events", limit="200", **cursor))["items"]:
        for item in items:
            yield item
        cursor = {"after": page["next_cursor"]}
