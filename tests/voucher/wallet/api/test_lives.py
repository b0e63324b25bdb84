"""One person of the bureau suspends, resumes and activates; whoever has the voucher sees who did it and why."""

import httpx2
import pytest

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.wallet.lived import PAPER, Lived, a_lived_voucher, as_draft, second
from tests.voucher.wallet.samples import USE_BY_ENDS
from tests.voucher.wallet.steps import all_is_well, codes, done, holder, operator

Api = httpx2.AsyncClient


@pytest.fixture
async def lived(voucher_api: Api, voucher_db: Database, set_clock: SetClock) -> Lived:
    return await a_lived_voucher(voucher_api, voucher_db, set_clock)


async def test_a_suspended_voucher_cannot_be_spent_until_it_is_resumed(lived: Lived) -> None:
    shown = done(await lived.verb("suspend", document=PAPER))
    assert (shown["state"], shown["spendable"]["amount"]) == ("suspended", "0.00")
    assert (await lived.now())["suspended_at"] == shown["suspended_at"]
    shown = done(await lived.verb("resume"))
    assert (shown["state"], shown["spendable"]["amount"], shown["suspended_at"]) == ("active", "15000.00", None)
    await all_is_well(lived.database)


async def test_a_draft_is_activated_once(lived: Lived, superuser_url: str, set_clock: SetClock) -> None:
    await as_draft(superuser_url, lived.uuid)
    assert (await lived.now())["state"] == "draft"
    shown = done(await lived.verb("activate"))
    assert (shown["state"], shown["spendable"]["amount"]) == ("active", "15000.00")
    assert codes(await lived.verb("activate")) == ["voucher.not_draft"]


async def test_what_was_done_is_seen_with_who_and_why(lived: Lived) -> None:
    done(await lived.verb("suspend", reason="The certificates are being checked.", document=PAPER))
    done(await lived.verb("resume", second(), reason="They are in order."))
    first, last = (await lived.now())["history"]
    assert (first["kind"], first["from_state"], first["to_state"]) == ("suspended", "active", "suspended")
    assert (first["reason"], first["document"], first["made_by"]) == (
        "The certificates are being checked.",
        PAPER,
        "per_operator",
    )
    assert (last["kind"], last["made_by"], last["amount"]["amount"]) == ("resumed", "per_second", "0.00")
    assert (await lived.told())[-2:] == ["voucher.suspended", "voucher.resumed"]


async def test_a_retry_has_one_effect_and_another_reason_is_another_request(lived: Lived) -> None:
    headers = {**operator(), "Idempotency-Key": "s1"}
    first = await lived.verb("suspend", headers)
    again = await lived.verb("suspend", headers)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert codes(await lived.verb("suspend", headers, reason="another")) == ["idempotency.mismatch"]
    assert await lived.history() == ["suspended"]


async def test_nobody_but_the_bureau_does_it_and_a_refused_try_is_kept(lived: Lived) -> None:
    assert (await lived.verb("suspend", operator(bureau="another"))).status_code == 404
    assert (await lived.verb("suspend", holder(lived.firm))).status_code == 403
    assert codes(await lived.verb("resume")) == ["voucher.not_suspended"]
    tries = done(await lived.api.get("/v1/attempts", headers=calls("per_a", "auditor")))["items"]
    assert ("resume_voucher", "refused") in {(one["operation"], one["outcome"]) for one in tries}
    unknown = await lived.api.post(
        f"/v1/vouchers/{show('vch', new_id())}/suspend", headers=operator(), json={"reason": "x"}
    )
    assert unknown.status_code == 404


async def test_a_reason_is_required(lived: Lived) -> None:
    answer = await lived.api.post(f"/v1/vouchers/{lived.id}/suspend", headers=operator(), json={})
    assert answer.status_code == 422


async def test_every_state_is_listed_and_may_be_asked_for(lived: Lived, set_clock: SetClock) -> None:
    done(await lived.verb("suspend"))
    for state, number in (("suspended", 1), ("active", 0), ("expired", 0)):
        found = done(await lived.api.get(f"/v1/vouchers?state={state}", headers=holder(lived.firm)))
        assert len(found["items"]) == number
    await set_clock(USE_BY_ENDS)
    (found,) = done(await lived.api.get("/v1/vouchers?state=expired", headers=holder(lived.firm)))["items"]
    assert (found["state"], found["ends_by"], found["ends_at"]) == ("expired", "use_by", "2020-10-15T16:00:00Z")


async def test_a_wallet_says_what_is_held_and_what_ends_next(lived: Lived, set_clock: SetClock) -> None:
    wallet = done(await lived.api.get("/v1/wallet", headers=holder(lived.firm)))
    assert wallet["held"] == [{"amount": "0.00", "currency": "CNY"}]
    assert wallet["ends_next"] == {
        "voucher_id": lived.id,
        "ends_at": "2020-10-15T16:00:00Z",
        "spendable": {"amount": "15000.00", "currency": "CNY"},
    }
    done(await lived.verb("suspend"))
    wallet = done(await lived.api.get("/v1/wallet", headers=holder(lived.firm)))
    assert (wallet["ends_next"], wallet["spendable"][0]["amount"]) == (None, "0.00")
    assert [one["state"] for one in wallet["vouchers"]] == ["suspended"]
