"""The third act: firms and providers redeem, in every way a contract can go, and what came back goes to the next."""

from datetime import date, datetime, timedelta

from services.standalone.caller import Caller, Json
from services.standalone.demo.allocating import ZONE
from services.standalone.demo.cast import PROVIDERS, Firm, category_of
from services.standalone.demo.stage import Stage, yuan

RESULTS = datetime(2020, 9, 18, 9, tzinfo=ZONE)
SILENCE_OVER = datetime(2020, 9, 30, 9, tzinfo=ZONE)
USE_BY_OVER = datetime(2020, 10, 16, 0, 1, tzinfo=ZONE)
ALLOCATION_OVER = datetime(2020, 10, 31, 0, 1, tzinfo=ZONE)
BACKFILLED_OVER = datetime(2020, 12, 1, 0, 1, tzinfo=ZONE)
CONTRACT_EXCEEDS_BY = 50_000
"""The contract is dearer than what is settled in the end (fen), so that something held is released."""


async def spend(stage: Stage) -> None:
    """Redeem the first allocation, let the unused expire, back-fill, redeem again, and close."""
    await stage.move_clock(RESULTS)
    await _redeem_all(stage, "firms redeem")
    await stage.move_clock(SILENCE_OVER)
    await _capture_what_silence_accepted(stage)
    await stage.move_clock(USE_BY_OVER)
    operator = stage.role("operator")
    await operator.job(await operator.post(f"/v1/rounds/{stage.round_id}/backfill"))
    await _redeem_all(stage, "back-filled firms redeem")
    await stage.move_clock(ALLOCATION_OVER)
    await stage.move_clock(BACKFILLED_OVER)


async def _redeem_all(stage: Stage, what: str) -> None:
    """Every firm with something to spend goes its own way."""
    by_holder = {stage.organizations[firm.organization.login]: firm for firm in stage.cast.firms}
    listed = stage.role("auditor").pages("/v1/vouchers", round_id=stage.round_id)
    spendable = [voucher async for voucher in listed if voucher["state"] == "active"]
    today = SILENCE_OVER if what == "firms redeem" else USE_BY_OVER
    order = sorted(spendable, key=lambda voucher: by_holder[voucher["holder_id"]].organization.login)
    await stage.each(
        what, order, lambda voucher: Story(stage, by_holder[voucher["holder_id"]], voucher, today.date()).play()
    )


async def _capture_what_silence_accepted(stage: Stage) -> None:
    accepted = [item async for item in stage.role("auditor").pages("/v1/redemptions", state="accepted")]
    for redemption in accepted:
        index = stage.providers.index(redemption["provider_id"])
        provider = await stage.party(stage.cast.providers[index])
        await provider.post(f"/v1/redemptions/{redemption['id']}/capture")


class Story:
    """What becomes of one voucher."""

    def __init__(self, stage: Stage, firm: Firm, voucher: Json, today: date) -> None:
        self.stage = stage
        self.firm = firm
        self.voucher = voucher
        self.signed_on = min(today, RESULTS.date()) - timedelta(days=2)

    async def play(self) -> None:
        """From a proposal to its end; a voucher that nobody uses has no story."""
        path = "accept" if self.voucher["backfilled"] else self.firm.path
        if path == "unused":
            return
        holder = await self.stage.party(self.firm.organization)
        index = self.firm.provider
        if self.stage.cast.firms[self.stage.cast.related] is self.firm:
            await holder.refused("/v1/redemptions", self._proposal(index))
            index = (index + len(PROVIDERS) // 2 + 1) % len(PROVIDERS)
        provider = await self.stage.party(self.stage.cast.providers[index])
        redemption = await holder.post("/v1/redemptions", self._proposal(index))
        item = f"/v1/redemptions/{redemption['id']}"
        await provider.post(f"{item}/confirm")
        if path == "void":
            await provider.post(f"{item}/void", {"reason": "设备检修，无法按期完成"})
            return
        for place, settlement in enumerate(self.firm.settlements, start=1):
            await self._deliver(provider, item, settlement, last=place == len(self.firm.settlements))
            if path == "silence":
                return
            state = await self._settle(holder, provider, item, disputed=path == "dispute")
            if state == "captured":  # a small voucher is used up before the last milestone
                return

    def _proposal(self, provider: int) -> Json:
        price = sum(self.firm.settlements) + CONTRACT_EXCEEDS_BY
        return {
            "voucher_id": self.voucher["id"],
            "provider_id": self.stage.providers[provider],
            "category": category_of(provider),
            "contract": {
                "number": f"HT-{self.firm.organization.login}",
                "signed_on": self.signed_on.isoformat(),
                "amount": yuan(price),
            },
        }

    async def _deliver(self, provider: Caller, item: str, settlement: int, *, last: bool) -> None:
        report = f"{item} {settlement} {last}".encode()
        body = {
            "settlement": yuan(settlement),
            "completed_on": self.signed_on.isoformat(),
            "result_document_id": await provider.send("/v1/documents", "report.txt", report),
            "last": last,
        }
        await provider.post(f"{item}/deliver", body)

    async def _settle(self, holder: Caller, provider: Caller, item: str, *, disputed: bool) -> str:
        if disputed:
            await holder.post(f"{item}/dispute", {"reason": "报告缺少疲劳试验"})
            ruling = {"outcome": "accepted", "reason": "合同未约定疲劳试验"}
            await self.stage.role("arbiter").post(f"{item}/decide", ruling)
        else:
            await holder.post(f"{item}/accept", {"rating": 5})
        state: str = (await provider.post(f"{item}/capture"))["state"]
        return state
