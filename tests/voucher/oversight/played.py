"""One claim walked through the API by everybody concerned, from its capture to its lines of the bank's statements."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx2

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.chassis.timers import Timetable
from services.standards import cnaps
from services.standards.money import format_amount
from services.voucher.reconciliation.domain.profiles import COLUMNS
from services.voucher.settlement.operations.closing import CloseTimer
from tests.chassis.signing import bearer
from tests.conftest import SetClock
from tests.voucher.redemption.samples import HOLDER, PAYEE
from tests.voucher.settlement.claimed import CLAIMED, SETTLEMENT, TREASURY, Captured

REVIEWED = datetime(2020, 10, 5, 2, 0, tzinfo=UTC)
DECIDED = datetime(2020, 10, 9, 2, 0, tzinfo=UTC)
PUBLISHED = datetime(2020, 10, 12, 2, 0, tzinfo=UTC)
CLOSES = datetime(2020, 10, 19, 16, 0, tzinfo=UTC)
SENT = datetime(2020, 10, 20, 2, 0, tzinfo=UTC)
BOOKED_ON, RETURNED_ON, PAID_AGAIN_ON = date(2020, 10, 20), date(2020, 10, 22), date(2020, 10, 23)
BANK_CODE = cnaps.complete("10258900001")
PAYER_NUMBER, PAYEE_NUMBER = "44001670101059000123", "2012002109024512345"
SIDES = {"holder": HOLDER, "provider": PAYEE}
Body = dict[str, Any]


def cny(fen: int) -> dict[str, str]:
    return {"amount": format_amount(fen), "currency": "CNY"}


def the(role: str, **claims: Any) -> dict[str, str]:
    """Headers of one person in a role under a new key: of a side, of the district, or of the treasury unless said."""
    org = show("org", SIDES[role]) if role in SIDES else None
    who = {"sub": f"per_{role}", "per": f"per_{role}", "org": org, "roles": [role], "treasury": TREASURY, **claims}
    return {**bearer(**who), "Idempotency-Key": str(new_id())}


DISTRICT: Body = {"region": "440703", "stage": "district"}
CITY: Body = {"region": "440700", "stage": "city", "sub": "per_city", "per": "per_city"}


@dataclass
class Play:
    """The world of one captured voucher, and what has become of its claim."""

    api: httpx2.AsyncClient
    database: Database
    set_clock: SetClock
    captured: Captured
    claim_id: str = ""
    line_id: str = ""
    disclosure: Body = field(default_factory=dict)
    payer_id: str = ""
    balance: int = 0

    async def post(self, path: str, headers: dict[str, str], body: Body | None = None) -> Body:
        answer = await self.api.post(f"/v1/{path}", headers=headers, json=body)
        assert answer.is_success, answer.text
        shown: Body = answer.json()
        return shown

    async def match(self, role: str = "auditor", **claims: Any) -> Body:
        return await self._get("match", role, **claims)

    async def timeline(self, role: str = "auditor", **claims: Any) -> Body:
        """The course of the one line."""
        (line,) = (await self._get("timeline", role, **claims))["lines"]
        shown: Body = line
        return shown

    async def _get(self, what: str, role: str, **claims: Any) -> Body:
        answer = await self.api.get(f"/v1/claims/{self.claim_id}/{what}", headers=the(role, **claims))
        assert answer.is_success, answer.text
        shown: Body = answer.json()
        return shown

    # ── is it owed? ─────────────────────────────────────────────────────────────────────────────────────────────

    async def submit(self) -> None:
        captured = self.captured
        invoiced = {"invoice_id": show("inv", captured.invoice.id), "line": 1, "amount": cny(SETTLEMENT)}
        slipped = {"bank_slip_id": show("slp", captured.slip.id), "amount": cny(SETTLEMENT - CLAIMED)}
        line = {"capture_id": show("cap", captured.capture_id), "invoices": [invoiced], "slips": [slipped]}
        claim = await self.post("claims", the("provider"), {"lines": [line]})
        self.claim_id, self.line_id = claim["id"], claim["lines"][0]["id"]

    async def judge(self, decision: str, by: Body, **said: Any) -> None:
        verdict = {"line": 1, "decision": decision, **said}
        await self.post(f"claims/{self.claim_id}/review", the("reviewer", **by), {"lines": [verdict]})

    async def approve(self) -> None:
        """The district passes it on, the city approves it."""
        await self.set_clock(REVIEWED)
        await self.judge("approve", DISTRICT)
        await self.set_clock(DECIDED)
        await self.judge("approve", CITY)

    async def disclose(self) -> None:
        await self.set_clock(PUBLISHED)
        self.disclosure = await self.post("disclosures", the("finance_maker"), {"line_ids": [self.line_id]})
        digest = {"digest": self.disclosure["digest"]}
        path = f"disclosures/{self.disclosure['id']}/publish"
        self.disclosure = await self.post(path, the("finance_checker"), digest)

    async def object(self) -> str:
        against = {"disclosure_id": self.disclosure["id"], "claim_line_id": self.line_id}
        said = {**against, "objector": "Liang Hui", "grounds": "There is no such machine."}
        objection: str = (await self.post("objections", the("holder", org=show("org", new_id())), said))["id"]
        return objection

    # ── is it paid? ─────────────────────────────────────────────────────────────────────────────────────────────

    async def name_account(self) -> None:
        """The payee's account, confirmed by a second person after it has cooled."""
        body = {"name": "单位2", "number": PAYEE_NUMBER, "bank_code": BANK_CODE, "bank_name": "工行江门分行"}
        account = await self.post("bank-accounts", the("provider"), body)
        await self.set_clock(PUBLISHED)
        await self.post(f"bank-accounts/{account['id']}/confirm", the("finance_checker"))

    async def open_payer(self) -> None:
        body = {"name": "江门市财政局", "number": PAYER_NUMBER, "bank_code": BANK_CODE, "bank_name": "建行江门分行"}
        payer = await self.post("payer-accounts", the("finance_maker"), {**body, "funding_source": "江门市财政局"})
        self.payer_id = payer["id"]

    async def prepare(self) -> Body:
        await self.set_clock(SENT)
        return await self.post("payout-batches", the("finance_maker"), {"payer_account_id": self.payer_id})

    async def send(self) -> None:
        """A batch from draft to the bank."""
        batch = await self.prepare()
        item = f"payout-batches/{batch['id']}"
        await self.post(f"{item}/submit", the("finance_maker"))
        await self.post(f"{item}/approve", the("finance_checker"), {"digest": batch["digest"]})
        await self.post(f"{item}/file", the("finance_maker"))
        await self.post(f"{item}/send", the("finance_checker"))

    async def book(self, amount: int, on: date) -> None:
        """The bank's statement of a day with one line, which names the newest payout."""
        (payout, *_) = (await self.api.get("/v1/payouts", headers=the("auditor"))).json()["items"]
        line = {
            "booked_on": on.isoformat(),
            "bank_reference": f"B{on:%m%d}",
            "side": "debit" if amount < 0 else "credit",
        }
        line |= {"amount": format_amount(abs(amount)), "text": payout["reference"]}
        file = self._file(on, amount, ",".join(line.get(name, "") for name in COLUMNS))
        query = f"payer_account_id={self.payer_id}&profile=csv-utf8"
        headers = {**the("finance_maker"), "Content-Type": "text/csv"}
        await self.set_clock(datetime(on.year, on.month, on.day, 10, tzinfo=UTC))
        answer = await self.api.post(f"/v1/statements?{query}", headers=headers, content=file)
        assert (answer.status_code, answer.json()["faults"]) == (201, []), answer.text
        self.balance += amount

    def _file(self, on: date, amount: int, line: str) -> bytes:
        head = {
            "account": PAYER_NUMBER,
            "currency": "CNY",
            "from": on.isoformat(),
            "until": on.isoformat(),
            "opening": format_amount(self.balance),
            "closing": format_amount(self.balance + amount),
        }
        rows = [*(f"{word},{value}" for word, value in head.items()), "", ",".join(COLUMNS), line, ""]
        return "\r\n".join(rows).encode()

    # ── as far as … ─────────────────────────────────────────────────────────────────────────────────────────────

    async def released(self) -> None:
        """Approved, disclosed, and free to be paid, with an account on either side."""
        await self.submit()
        await self.name_account()
        await self.approve()
        await self.disclose()
        await self.open_payer()
        await self.close()

    async def close(self) -> None:
        await self.set_clock(CLOSES)
        assert await Timetable([CloseTimer()]).run_due(self.database) == 1

    async def paid(self) -> None:
        """Sent, and booked by the bank on the same day."""
        await self.released()
        await self.send()
        await self.book(-CLAIMED, BOOKED_ON)
