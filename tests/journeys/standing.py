"""Two vouchers of one holder and scheme, in a voucher service of their own, called as its clients call it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any, Self

import httpx2
from pydantic import SecretStr

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.chassis.neighbours import Neighbour
from services.voucher.app import TIMETABLE, create_app
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.settings import Settings
from tests import databases
from tests.chassis.signing import bearer
from tests.databases import Urls
from tests.journeys.model import PAIR_MOST, PAIR_TIMES
from tests.journeys.purse import YUAN
from tests.voucher.neighbours import SECRETS, gateway_app
from tests.voucher.redemption.samples import HOLDER, PAYEE, PROVIDER
from tests.voucher.redemption.stored import a_stored_voucher
from tests.voucher.wallet.steps import done

FACES, SPARES = {"a": 12_000 * YUAN, "b": 6_000 * YUAN}, {"a": 3_000 * YUAN, "b": 0}
"""What the vouchers are worth, and what is left in the pools of their rounds."""
PAIR = {"subject": "pair", "period": "year", "year_of": "authorise", "source": "our default, not in the notice"}
CAPS = [
    {**PAIR, "cap": "pair", "counts": "authorised", "limit": f"{PAIR_MOST // YUAN}.00"},
    {**PAIR, "cap": "pair-times", "counts": "authorised_times", "limit": str(PAIR_TIMES)},
]
PROVIDER_ID = show("prv", PROVIDER)
ORGANIZATIONS = {"holder": show("org", HOLDER), "provider": show("org", PAYEE)}
BOUND = {"reviewer": {"region": "440700"}, "operator": {"bureau": "jiangmen-sme"}}


class Standing:
    """The service on a database of its own, from an instant on; clock and timers move when they are told to."""

    def __init__(self, urls: Urls, at: datetime) -> None:
        self.urls, self.at = urls, at
        self.database = Database(urls.voucher, "voucher")
        settings = Settings(test_database_url=SecretStr(urls.voucher), works=False, **SECRETS)
        self.app = create_app(settings, gateway=Neighbour("http://gateway", app=gateway_app))
        self.api = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url="http://voucher")
        self.vouchers: dict[str, str] = {}
        self.numbers: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as closing:
            service = self.app.state.service
            for close in (self.database.dispose, service.databases.dispose, self.api.aclose):
                closing.push_async_callback(close)
            await service.revocations.hear()
            await self.set_clock(self.at)
            await self._issue()
            made = await self.post("/v1/provider-codes", self.headers("provider"), {"label": "till"})
            self.code = made.json()["code"]
            self.closing = closing.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.closing.aclose()

    async def _issue(self) -> None:
        version: dict[str, Any] = {}
        for name, face in FACES.items():
            one = await a_stored_voucher(self.database, caps=CAPS, available=face, spare=SPARES[name], **version)
            version = {"scheme_version_id": one.voucher.scheme_version_id}
            self.vouchers[name], self.numbers[name] = show("vch", one.voucher.id), one.voucher.number
            self.result = show("doc", one.result)

    async def set_clock(self, at: datetime) -> None:
        await databases.set_clock(self.urls.owner, at)

    async def run_timers(self) -> None:
        await TIMETABLE.run_due(self.database)

    async def audited(self) -> list[Any]:
        return list((await run_audit(self.database)).findings)

    def headers(self, role: str, person: str | None = None, **claims: Any) -> dict[str, str]:
        """Of the holder, the provider, a reviewer of the region or an operator of the bureau, under a new key."""
        name = f"per_{person or role}"
        who = {"sub": name, "per": name, "org": ORGANIZATIONS.get(role), "roles": [role], **BOUND.get(role, {})}
        return {**bearer(**{**who, **claims}), "Idempotency-Key": str(new_id())}

    async def post(self, path: str, headers: dict[str, str], body: Any) -> httpx2.Response:
        return await self.api.post(path, headers=headers, json=body)

    async def get(self, path: str) -> Any:
        return done(await self.api.get(path, headers=self.headers("holder")))
