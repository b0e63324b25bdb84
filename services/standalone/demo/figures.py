"""Reads back what a round came to, through the API with the auditor's token; knows nothing of how it was played."""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from decimal import Decimal

from services.standalone.caller import Caller, Json

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
        trial_balance=str(sum((Decimal(one["amount"]) for one in books["imbalance"]), Decimal(0)).quantize(CENT)),
        audit="ok" if audit["ok"] else "; ".join(finding["check"] for finding in audit["findings"]),
    )


def _sum(vouchers: list[Json], *places: str) -> str:
    total = sum((Decimal(voucher[place]["amount"]) for voucher in vouchers for place in places), Decimal(0))
    return str(total.quantize(CENT))


async def _events(auditor: Caller) -> AsyncIterator[Json]:
    cursor: dict[str, str] = {}
    while items := (page := await auditor.get("/v1/events", limit="200", **cursor))["items"]:
        for item in items:
            yield item
        cursor = {"after": page["next_cursor"]}
