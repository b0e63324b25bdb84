"""The fourth act: providers prove and claim what they earned, and the districts and the city decide line by line."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from services.standalone.caller import Caller, Json, Unexpected
from services.standalone.demo.allocating import ZONE
from services.standalone.demo.cast import DISTRICTS, Organization
from services.standalone.demo.stage import PASSWORD, Stage, fen, yuan

CLAIMS_BEGIN = datetime(2020, 12, 2, 9, tzinfo=ZONE)
INVOICED_ON = date(2020, 12, 1)
TAX_PERCENT = 6
SHORT_BY = 10_000
"""What the first bank slip of all shows too little, in fen; a second one makes up for it."""


async def claim(stage: Stage) -> None:
    """Every provider claims what stands captured; one slip is short, and one fapiao is used by two."""
    await stage.move_clock(CLAIMS_BEGIN)
    desks = [Desk(stage, index) for index in range(len(stage.providers))]
    await stage.each("providers invoice and claim", desks, Desk.claim)
    await _use_a_fapiao_twice(desks[0], desks[1])
    reviewers = {region: await _reviewer(stage, region) for region in DISTRICTS}
    claims = [claim async for claim in stage.role("auditor").pages("/v1/claims")]
    await stage.each("districts review", claims, lambda one: _review_in_districts(stage, one["id"], reviewers))
    await stage.each("the city reviews", claims, lambda one: _review_in_city(stage, one["id"]))


@dataclass
class Desk:
    """The accounts department of one provider."""

    stage: Stage
    index: int
    invoices: list[Json] = field(default_factory=list)

    @property
    def organization(self) -> Organization:
        """Whose it is."""
        return self.stage.cast.providers[self.index]

    async def claim(self) -> None:
        """Register the evidence of all that may be claimed, have it checked, and submit it as one claim."""
        caller = await self.stage.party(self.organization)
        claimable = [one async for one in caller.pages("/v1/claimable")]
        lines = [await self._proven(caller, number, one) for number, one in enumerate(claimable)]
        body: Json = {"client_ref": "2020", "lines": lines}
        checked = await caller.post("/v1/claims:check", body)
        if not checked["ok"]:
            lines[0]["slips"].append(await self._makes_up(caller, claimable[0], checked))
        await caller.post("/v1/claims", body)

    async def _proven(self, caller: Caller, number: int, claimable: Json) -> Json:
        """A line of the claim: one capture, its invoice and the bank slip of what the holder paid himself."""
        holder = self.stage.holder(claimable["holder_id"])
        invoice = await caller.post("/v1/invoices", self._invoice(number, holder, fen(claimable["settlement"])))
        self.invoices.append(invoice)
        short = SHORT_BY if self.index == number == 0 else 0
        slip = await self._slip(caller, f"{number:04}", claimable, fen(claimable["self_paid"]) - short)
        return {
            "capture_id": claimable["capture_id"],
            "invoices": [{"invoice_id": invoice["id"], "line": 1, "amount": claimable["settlement"]}],
            "slips": [slip],
        }

    def _invoice(self, number: int, holder: Organization, total: int) -> Json:
        net = total * 100 // (100 + TAX_PERCENT)
        amounts = {"net": yuan(net), "tax": yuan(total - net)}
        return {
            "number": f"20440{self.index:05}{number:010}",
            "seller": {"uscc": self.organization.uscc, "name": self.organization.name},
            "buyer": {"uscc": holder.uscc, "name": holder.name},
            "issued_on": INVOICED_ON.isoformat(),
            **amounts,
            "total": yuan(total),
            "lines": [{"description": "*研发和技术服务*服务费", **amounts}],
        }

    async def _slip(self, caller: Caller, serial: str, claimable: Json, amount: int) -> Json:
        holder, payee = self.stage.holder(claimable["holder_id"]), self.organization
        ids = claimable["holder_id"], self.stage.organizations[payee.login]
        sides = [
            {"organization_id": identifier, "name": party.name, "account": account_of(party)}
            for identifier, party in zip(ids, (holder, payee), strict=True)
        ]
        body = {
            "bank": "中国工商银行",
            "serial": f"HQH{self.index:04}{serial}",
            "paid_on": INVOICED_ON.isoformat(),
            "payer": sides[0],
            "payee": sides[1],
            "amount": yuan(amount),
            "document_id": await caller.send("/v1/documents", "slip.txt", f"{self.index} {serial}".encode()),
        }
        slip = await caller.post("/v1/bank-slips", body)
        return {"bank_slip_id": slip["id"], "amount": yuan(amount)}

    async def _makes_up(self, caller: Caller, claimable: Json, checked: Json) -> Json:
        """The one fault that is expected, put right as its fix says: another slip over what is missing."""
        codes = [fault["code"] for line in checked["lines"] for fault in line["faults"]]
        if codes != ["claim.slip_short"]:
            raise Unexpected("POST /v1/claims:check", 200, checked)
        return await self._slip(caller, "0000-2", claimable, SHORT_BY)


def account_of(organization: Organization) -> str:
    """An account number that a bank could have given an organisation."""
    return f"6222{organization.uscc[2:8]}{organization.uscc[8:16]}"


async def _use_a_fapiao_twice(first: Desk, second: Desk) -> None:
    """A provider registers a number that another one has used: it is refused, whoever's it is."""
    used = {**second.invoices[0], "number": first.invoices[0]["number"]}
    names = ("number", "issued_on", "net", "tax", "total")
    parties = {side: {name: used[side][name] for name in ("uscc", "name")} for side in ("seller", "buyer")}
    lines = [{name: line[name] for name in ("description", "net", "tax")} for line in used["lines"]]
    caller = await second.stage.party(second.organization)
    problem = await caller.refused("/v1/invoices", {**{name: used[name] for name in names}, **parties, "lines": lines})
    if problem["code"] != "invoice.registered":
        raise Unexpected("POST /v1/invoices", 409, problem)


async def _reviewer(stage: Stage, region: str) -> Caller:
    """A reviewer of one district: one admin proposes him, another seconds it, he chooses a login."""
    if region == DISTRICTS[0]:
        return stage.role("district_reviewer")
    asked = {"name": f"{region} 审核", "role": "reviewer", "region": region, "stage": "district"}
    grant = await stage.role("admin").post("/v1/role-grants", asked)
    link = (await stage.role("second_admin").post(f"/v1/role-grants/{grant['id']}/second"))["activation_token"]
    login = f"reviewer{region}"
    await stage.nobody.post("/v1/auth/activate", {"token": link, "login": login, "password": PASSWORD})
    return await stage.nobody.log_in(login, PASSWORD)


async def _review_in_districts(stage: Stage, claim_id: str, reviewers: dict[str, Caller]) -> None:
    lines = (await stage.role("auditor").get(f"/v1/claims/{claim_id}"))["lines"]
    for region in sorted({line["region"] for line in lines}):
        await _approve(reviewers[region], claim_id, (line for line in lines if line["region"] == region))


async def _review_in_city(stage: Stage, claim_id: str) -> None:
    lines = (await stage.role("auditor").get(f"/v1/claims/{claim_id}"))["lines"]
    await _approve(stage.role("reviewer"), claim_id, lines)


async def _approve(reviewer: Caller, claim_id: str, lines: Iterable[Json]) -> None:
    verdicts = [{"line": line["line"], "decision": "approve"} for line in lines]
    await reviewer.post(f"/v1/claims/{claim_id}/review", {"lines": verdicts})
