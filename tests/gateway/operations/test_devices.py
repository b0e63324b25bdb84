"""A PIN makes one device of one member, for half an hour, and guessing ends it."""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.chassis.database import Databases
from services.chassis.ids import show
from services.chassis.refusals import Refusal
from services.gateway.domain import client as clients_domain
from services.gateway.domain import pairing as domain
from services.gateway.domain.client import Client
from services.gateway.domain.pairing import PIN_TRIES
from services.gateway.domain.registration import Registration
from services.gateway.operations import clients
from services.gateway.operations import devices as operations
from services.gateway.operations.memberships import end_membership, list_memberships
from services.gateway.operations.people import disable_person
from services.gateway.operations.revocations import list_revocations
from tests.gateway.cast import Cast

AtOnce = Callable[..., Coroutine[Any, Any, list[Any]]]
OTHER = "11331021002687352Y"


async def offered(cast: Cast, case: Registration, *roles: str) -> str:
    assert case.organization_id is not None
    pin, _ = await operations.offer_pin(
        cast.database,
        cast.keeper.vault,
        person_id=case.person_id,
        organization_id=case.organization_id,
        name="前台平板",
        roles=roles or None,
    )
    return pin


async def paired(cast: Cast, pin: str) -> tuple[Client, str]:
    return await operations.pair(cast.database, cast.keeper.vault, pin, mode="test")


def wrong(pin: str) -> str:
    """A PIN beside this one."""
    return f"{(int(pin) + 1) % 10**8:08d}"


async def refused(cast: Cast, pin: str) -> str:
    with pytest.raises(Refusal) as told:
        await paired(cast, pin)
    return told.value.code


async def leaves(cast: Cast, case: Registration) -> None:
    held, _ = await list_memberships(cast.database, organization_id=case.organization_id, after=None, limit=10)
    await end_membership(cast.database, held[0].id, actor="per_operator")


async def devices_of(cast: Cast, case: Registration) -> list[Client]:
    found, _ = await clients.list_clients(
        cast.database, organization_id=case.organization_id, kind="device", after=None, limit=50
    )
    return found


async def tries(cast: Cast) -> list[int]:
    async with cast.database.read() as connection:
        return list((await connection.execute(text("SELECT tries FROM pairings ORDER BY tries"))).scalars())


async def test_a_paired_device_acts_for_the_organisation_as_its_member(cast: Cast) -> None:
    case = await cast.member(roles=("holder", "provider"))
    device, secret = await paired(cast, await offered(cast, case, "provider"))
    assert (device.kind, device.made_by, device.organization_id) == ("device", case.person_id, case.organization_id)
    issued = await clients.issue_to_client(
        cast.database, cast.keeper.signer, client_id=device.id, secret=secret, mode="test"
    )
    assert issued.standing.roles == ("provider",)


async def test_a_device_is_listed_with_when_it_was_last_used(cast: Cast) -> None:
    case = await cast.member()
    device, secret = await paired(cast, await offered(cast, case))
    assert [one.last_used_at for one in await devices_of(cast, case)] == [None]
    await clients.issue_to_client(cast.database, cast.keeper.signer, client_id=device.id, secret=secret, mode="test")
    (used,) = await devices_of(cast, case)
    assert used.last_used_at is not None
    assert used.last_used_at >= used.made_at


async def test_programs_are_not_listed_among_devices(cast: Cast) -> None:
    case = await cast.member()
    assert case.organization_id is not None
    await clients.make_client(
        cast.database,
        person_id=case.person_id,
        organization_id=case.organization_id,
        name="ERP",
        roles=["holder"],
        mode="test",
    )
    assert await devices_of(cast, case) == []


async def test_a_pin_is_kept_only_as_a_keyed_hash(cast: Cast) -> None:
    pin = await offered(cast, await cast.member())
    async with cast.database.read() as connection:
        row = (await connection.execute(text("SELECT pairings::text, pin_hash FROM pairings"))).one()
    assert pin not in row[0]
    assert row.pin_hash == cast.keeper.vault.digest("pairing-pin", pin)


async def test_a_pin_is_used_once(cast: Cast) -> None:
    pin = await offered(cast, await cast.member())
    await paired(cast, pin)
    assert await refused(cast, pin) == "pairing.failed"


async def test_the_same_pin_twenty_times_at_once_is_one_device(cast: Cast, at_once: AtOnce) -> None:
    case = await cast.member()
    pin = await offered(cast, case)
    results = await at_once(*(paired(cast, pin) for _ in range(20)))
    codes = [one.code for one in results if isinstance(one, Refusal)]
    assert codes == ["pairing.failed"] * 19
    assert len(await devices_of(cast, case)) == 1


async def test_an_expired_pin_is_worth_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "PIN_LIFE", timedelta(0))
    assert await refused(cast, await offered(cast, await cast.member())) == "pairing.failed"


async def test_a_pin_outlives_99_wrong_tries_of_anybody_and_not_100(cast: Cast) -> None:
    first, second = await cast.member(), await cast.member("other.person", OTHER)
    pins = [await offered(cast, first), await offered(cast, second)]
    guess = next(one for one in map(wrong, pins) if one not in pins)
    for _ in range(PIN_TRIES - 1):
        assert await refused(cast, guess) == "pairing.failed"
    assert (await paired(cast, pins[0]))[0].made_by == first.person_id
    await refused(cast, guess)
    assert await refused(cast, pins[1]) == "pairing.failed"
    assert await devices_of(cast, second) == []


async def test_no_wrong_try_escapes_its_count(cast: Cast, at_once: AtOnce) -> None:
    pin = await offered(cast, await cast.member())
    await at_once(*(paired(cast, wrong(pin)) for _ in range(20)))
    assert await tries(cast) == [20]


async def test_a_member_waits_for_one_device_at_a_time(cast: Cast, at_once: AtOnce) -> None:
    case = await cast.member()
    pins = await at_once(*(offered(cast, case) for _ in range(5)))
    results = await at_once(*(paired(cast, pin) for pin in pins))
    assert sorted(isinstance(one, Refusal) for one in results) == [False, True, True, True, True]


async def test_two_who_wait_never_have_the_same_pin(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = await cast.member(), await cast.member("other.person", OTHER)
    drawn = iter(["00000007", "00000007", "00000008"])
    monkeypatch.setattr(operations, "fresh_pin", lambda: next(drawn))
    assert [await offered(cast, first), await offered(cast, second)] == ["00000007", "00000008"]


async def test_a_pin_of_one_who_left_makes_no_device(cast: Cast) -> None:
    case = await cast.member()
    pin = await offered(cast, case)
    await leaves(cast, case)
    assert await refused(cast, pin) == "client.not_member"


async def test_a_pin_of_one_who_was_disabled_makes_no_device(cast: Cast) -> None:
    case = await cast.member()
    pin = await offered(cast, case)
    await disable_person(cast.database, case.person_id, by=(await cast.admins())[0])
    assert await refused(cast, pin) == "client.not_member"


async def test_a_member_who_leaves_takes_his_devices_with_him(cast: Cast) -> None:
    case = await cast.member()
    device, secret = await paired(cast, await offered(cast, case))
    await leaves(cast, case)
    with pytest.raises(Refusal, match=r"client\.failed"):
        await clients.authenticate(cast.database, device.id, secret)
    heard, _ = await list_revocations(Databases(test=cast.database), after=None)
    assert show("cli", device.id) in {one.subject for one in heard}


async def test_whoever_pairs_while_his_member_leaves_ends_with_him_or_comes_too_late(
    cast: Cast, at_once: AtOnce
) -> None:
    for number in range(5):
        case = await cast.member(f"member{number}")
        pin = await offered(cast, case)
        results = await at_once(paired(cast, pin), leaves(cast, case))
        assert results[1] is None
        assert [one for one in await devices_of(cast, case) if one.state == "active"] == []


async def test_a_device_disabled_between_proof_and_token_gets_none(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await cast.member()
    device, secret = await paired(cast, await offered(cast, case))
    await clients.disable_client(cast.database, device.id)

    async def proved_before(*_: object) -> Client:
        return device

    monkeypatch.setattr(clients, "authenticate", proved_before)
    with pytest.raises(Refusal, match=r"client\.failed"):
        await clients.issue_to_client(
            cast.database, cast.keeper.signer, client_id=device.id, secret=secret, mode="test"
        )


async def test_devices_count_among_the_organisations_clients(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await cast.member()
    monkeypatch.setattr(clients_domain, "CLIENTS_PER_ORGANIZATION", 1)
    await paired(cast, await offered(cast, case))
    with pytest.raises(Refusal, match=r"client\.too_many"):
        await offered(cast, case)
