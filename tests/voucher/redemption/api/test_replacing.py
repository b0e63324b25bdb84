"""Over HTTP a contract goes to another provider: offered in the old one's place, let go by the region, confirmed."""

import httpx2

from services.chassis.ids import show
from tests.voucher.redemption.api.test_redemptions import a_body, money, the
from tests.voucher.redemption.operations.test_replacing import OTHER, OTHER_PROVIDER
from tests.voucher.redemption.operations.test_replacing import stored as stored_beside_another
from tests.voucher.redemption.stored import Stored
from tests.voucher.wallet.steps import codes, done

Api = httpx2.AsyncClient
stored = stored_beside_another
HERE = {"region": "440700", "org": None}


async def test_a_holder_goes_to_another_provider(voucher_api: Api, stored: Stored) -> None:
    old = show("red", await stored.authorised())
    body = a_body(stored, provider_id=show("prv", OTHER_PROVIDER), replaces=old)
    offered = done(await voucher_api.post("/v1/redemptions", headers=the("holder"), json=body), 201)
    assert (offered["replaces"], offered["let_go_by"]) == (old, None)
    path, other = f"/v1/redemptions/{offered['id']}", the("provider", org=show("org", OTHER), per="per_other")
    assert codes(await voucher_api.post(f"{path}/confirm", headers=other)) == ["replaces.let_go"]
    because = {"reason": "原服务机构已停业"}
    let_go = done(await voucher_api.post(f"{path}/let-go", headers=the("reviewer", **HERE), json=because))
    assert let_go["let_go_by"] == "per_reviewer"
    other = the("provider", org=show("org", OTHER), per="per_other")
    assert done(await voucher_api.post(f"{path}/confirm", headers=other))["held"] == money("15000.00")
    left = done(await voucher_api.get(f"/v1/redemptions/{old}", headers=the("holder")))
    assert (left["state"], [step["event"] for step in left["timeline"]][-1]) == ("voided", "replaced")


async def test_another_region_lets_nobody_go(voucher_api: Api, stored: Stored) -> None:
    old = show("red", await stored.authorised())
    body = a_body(stored, provider_id=show("prv", OTHER_PROVIDER), replaces=old)
    offered = done(await voucher_api.post("/v1/redemptions", headers=the("holder"), json=body), 201)
    headers = the("reviewer", region="330100", org=None)
    path = f"/v1/redemptions/{offered['id']}/let-go"
    assert codes(await voucher_api.post(path, headers=headers, json={"reason": "x"})) == ["redemption.unknown"]
