"""A team and a person as the registry tells of them, and a voucher of theirs from the application to its captures."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import httpx2

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.voucher.directory.domain.change import Change
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.oversight.played import Play, the
from tests.voucher.redemption.samples import PROVIDER
from tests.voucher.redemption.stored import hear
from tests.voucher.settlement.claimed import NOW, Captured
from tests.voucher.wallet.samples import BEFORE
from tests.voucher.wallet.steps import a_round, done

SCHEMES = Path(__file__).parents[3] / "schemes"
APPLIED = datetime(2020, 9, 15, 2, 0, tzinfo=UTC)
WORKED = datetime(2020, 9, 21, 2, 0, tzinfo=UTC)
TEAM, SPACE = UUID(int=70), UUID(int=71)
MEMBERS = [UUID(int=number) for number in (72, 73, 74)]
YEARS = [Change("calendar", str(year), {"year": year, "off": [], "worked": []}, "1") for year in (2021, 2022)]
STUDENT = {"class": "student", "from": "2020-01-01", "until": None}


def a_file(name: str, *changes: tuple[str, str]) -> str:
    """A scheme of the house, in the year of the tests and of their bureau, here and there changed."""
    text = (SCHEMES / f"{name}.yaml").read_text(encoding="utf-8").replace("2026-", "2020-").replace("2027-", "2021-")
    bureau = next(line for line in text.splitlines() if line.startswith("bureau: "))
    for old, new in ((bureau, "bureau: jiangmen-sme"), *changes):
        assert old in text, old
        text = text.replace(old, new)
    return text.replace("310000", "440700")


def a_team(**changes: Any) -> Change:
    """Three members who live in a makerspace of Pengjiang."""
    document = {
        "id": show("tea", TEAM),
        "name": "飞鸟团队",
        "region": "440703",
        "space": show("spc", SPACE),
        "status": "active",
        "core_members": [show("per", one) for one in MEMBERS],
        "residencies": [{"space": show("spc", SPACE), "from": "2020-02-01", "until": None}],
        "incorporated_as": None,
        "incorporated_on": None,
        "root": show("tea", TEAM),
        "version": 1,
        **changes,
    }
    return Change("team", document["id"], document, "1")


def a_person(one: UUID = MEMBERS[0], **changes: Any) -> Change:
    document = {"id": show("per", one), "status": "active", "region": "440703", "founder_classes": [], **changes}
    return Change("person", document["id"], document, "1")


def a_space(level: str = "province", **changes: Any) -> Change:
    """A makerspace, recognised since 2019."""
    document = {
        "id": show("spc", SPACE),
        "name": "珠西创谷",
        "kind": "professional_service",
        "operator": show("org", UUID(int=75)),
        "region": "440703",
        "state": "recognised",
        "recognitions": [{"level": level, "decided_on": "2019-01-01", "ended_on": None}],
        "incubator_since": None,
        **changes,
    }
    return Change("space", document["id"], document, "1")


@dataclass
class Held:
    """One holder, known by its shown id, with everybody who has a part in its voucher."""

    api: httpx2.AsyncClient
    database: Database
    set_clock: SetClock
    holder: str
    round_id: str = ""

    def as_holder(self) -> dict[str, str]:
        return calls("per_account", "holder", org=self.holder)

    async def post(self, path: str, headers: dict[str, str], body: Any = None) -> dict[str, Any]:
        answer = await self.api.post(f"/v1/{path}", headers=headers, json=body)
        assert answer.is_success, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def open(self, file: str, *heard: Change) -> None:
        """A running round of a scheme, and what the registry told."""
        await hear(self.database, *YEARS)
        await self.set_clock(BEFORE)
        self.round_id = await a_round(self.api, self.database, "200000.00", file)
        await hear(self.database, *heard)
        await self.set_clock(APPLIED)

    async def draft(self, amount: dict[str, str]) -> httpx2.Response:
        body = {"round_id": self.round_id, "amount": amount}
        return await self.api.post("/v1/applications", headers=self.as_holder(), json=body)

    async def voucher(self, amount: dict[str, str]) -> dict[str, Any]:
        """What is issued to whoever comes first."""
        made = done(await self.draft(amount), 201)
        await self.post(f"applications/{made['id']}/submit", self.as_holder())
        (voucher,) = done(await self.api.get("/v1/vouchers", headers=self.as_holder()))["items"]
        shown: dict[str, Any] = voucher
        return shown

    async def proposed(self, voucher: dict[str, Any]) -> dict[str, Any]:
        """A contract of 30 000.00, as the provider proposes to be paid half of it by the voucher."""
        await self.set_clock(WORKED)
        contract = {"number": "JC-2020-117", "signed_on": "2020-09-18", "amount": cny("30000.00")}
        asked = {"voucher_id": voucher["id"], "provider_id": show("prv", PROVIDER), "category": "testing"}
        return await self.post("redemptions", the("provider"), {**asked, "contract": contract})

    async def captured(self, voucher: dict[str, Any]) -> dict[str, Any]:
        """The same confirmed, done and accepted."""
        red = f"redemptions/{(await self.proposed(voucher))['id']}"
        await self.post(f"{red}/confirm", self.as_holder())
        result = await self._document("provider", "result.txt")
        work = {"settlement": cny("30000.00"), "completed_on": "2020-09-20", "result_document_id": result}
        await self.post(f"{red}/deliver", the("provider"), work)
        await self.post(f"{red}/accept", self.as_holder(), {"rating": 5})
        return await self.post(f"{red}/capture", the("provider"))

    async def claimable(self, redemption: dict[str, Any]) -> Play:
        """The invoice to the holder and the slip of what it paid itself, as the provider hands them in."""
        await self.set_clock(NOW)
        whole = {"net": cny("30000.00"), "tax": cny("0.00")}
        invoice = {
            "number": "20442000000012345678",
            "seller": {"uscc": "11331021002687352Y", "name": "单位2"},
            "buyer": {"holder_id": redemption["holder_id"], "name": "飞鸟团队"},
            "issued_on": "2020-09-28",
            **whole,
            "total": cny("30000.00"),
            "lines": [{"description": "*研发和技术服务*检测费", **whole}],
        }
        slip = {
            "bank": "中国工商银行",
            "serial": "HQH000000012345",
            "paid_on": "2020-09-29",
            "payer": {"organization_id": redemption["holder_id"], "name": "张三", "account": "6222020200012345678"},
            "payee": {"organization_id": redemption["payee_id"], "name": "单位2", "account": "6222020200087654321"},
            "amount": cny("15000.00"),
            "document_id": await self._document("provider", "slip.txt"),
        }
        invoiced = await self.post("invoices", the("provider"), invoice)
        paid = await self.post("bank-slips", the("provider"), slip)
        assert invoiced["buyer"]["organization_id"] == paid["payer"]["organization_id"] == self.holder
        stands = SimpleNamespace(
            capture_id=uuid_of(redemption["captures"][0]["id"]),
            invoice=SimpleNamespace(id=uuid_of(invoiced["id"])),
            slip=SimpleNamespace(id=uuid_of(paid["id"])),
        )
        return Play(self.api, self.database, self.set_clock, cast(Captured, stands))

    async def _document(self, role: str, name: str) -> str:
        headers = {**the(role), "Content-Type": "text/plain"}
        answer = await self.api.post(f"/v1/documents?name={name}", headers=headers, content=new_id().bytes)
        shown: str = done(answer, 201)["id"]
        return shown


def uuid_of(shown: str) -> UUID:
    return UUID(hex=shown.partition("_")[2])


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}
