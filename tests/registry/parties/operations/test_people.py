"""Persons are kept sealed, shown masked, revealed with a reason and erased for good."""

import asyncio
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text

from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import parse
from services.chassis.refusals import NotFound, Refusal
from services.chassis.vault import Sealed
from services.registry.parties.operations.people import (
    amend_person,
    erase_person,
    list_people,
    read_person,
    record_person,
    reveal_person,
)
from services.registry.parties.store import people
from tests.registry.parties.samples import VAULT, person, zhang
from tests.registry.samples import asked, codes, places


async def test_a_person_is_recorded_once_and_shown_masked(registry: Database) -> None:
    told, is_new = await record_person(asked(registry, "create_person"), VAULT, zhang())
    again, is_again_new = await record_person(asked(registry, "create_person"), VAULT, zhang(phone=" 138 0013 8000 "))
    assert (told["name"], told["phone"], is_new) == ("张**", "138******00", True)
    assert (again, is_again_new) == (told, False)


async def test_all_faults_are_told_and_nobody_is_kept(registry: Database) -> None:
    with pytest.raises(Refusal) as refused:
        await record_person(asked(registry, "create_person"), VAULT, zhang(name="", phone="1"))
    assert places(refused.value) == {"/name": "name.empty", "/phone": "people.phone"}
    assert await list_people(asked(registry, "list_people"), VAULT, after=None, limit=5) == ([], None)


async def test_the_same_paper_with_other_facts_names_the_first_to_who_may_see_him(registry: Database) -> None:
    known = await person(registry)
    for role, numbers in (("operator", {"id": f"per_{known.hex}"}), ("service", {})):
        with pytest.raises(Refusal) as refused:
            await record_person(asked(registry, "create_person", role), VAULT, zhang(name="李四"))
        (reason,) = refused.value.reasons
        assert (reason.code, reason.pointer, reason.numbers) == ("people.duplicate", "/id_number", numbers)


async def test_the_same_person_twenty_times_at_once_is_one(registry: Database) -> None:
    request = asked(registry, "create_person", "service")
    told = await asyncio.gather(*(record_person(request, VAULT, zhang()) for _ in range(20)))
    assert len({document["id"] for document, _ in told}) == 1
    assert sum(is_new for _, is_new in told) == 1


async def test_nothing_personal_stands_in_the_table(registry: Database) -> None:
    await person(registry, email="zhang@example.com")
    async with registry.read() as connection:
        rows = str((await connection.execute(text("SELECT people::text FROM people"))).all())
    for personal in zhang(email="zhang@example.com").personal.values():
        assert personal not in rows
        assert personal.encode().hex() not in rows


async def test_a_person_is_changed_from_what_was_read(registry: Database) -> None:
    known = await person(registry)
    request = asked(registry, "update_person")
    told = await amend_person(request, VAULT, known, version=1, changes={"name": "李四", "phone": None})
    assert (told["name"], told["phone"], told["version"]) == ("李*", None, 2)
    assert (await reveal(registry, known))["name"] == "李四"
    for changes, version, code in (({}, 1, "edit.precondition"), ({"email": "x"}, 2, "people.email")):
        with pytest.raises(Refusal) as refused:
            await amend_person(request, VAULT, known, version=version, changes=changes)
        assert codes(refused.value) == {code}


async def reveal(database: Database, known: UUID, reason: str = "核对兑付申请") -> dict[str, object]:
    return await reveal_person(asked(database, "reveal_person", "auditor"), VAULT, known, reason=reason)


async def test_who_revealed_a_person_and_why_is_kept_without_naming_him(registry: Database) -> None:
    known = await person(registry)
    assert (await reveal(registry, known))["id_number"] == zhang().id_number
    async with registry.read() as connection:
        (kept,) = await decisions.of_subject(connection, known)
    assert (kept.kind, kept.actor, kept.numbers) == ("reveal", "per_1", {"reason": "核对兑付申请"})
    with pytest.raises(Refusal) as refused:
        await reveal(registry, known, "为张三丰办理")
    assert codes(refused.value) == {"people.named"}


async def test_what_is_erased_opens_no_more_and_keeps_its_id(registry: Database) -> None:
    known = await person(registry)
    async with registry.read() as connection:
        before = await people.read(connection, known)
    told = await erase_person(asked(registry, "erase_registered_person"), VAULT, known, reason="本人申请")
    assert (told["name"], told["id_number"], told["version"]) == (None, None, 2)
    assert await read_person(asked(registry, "get_person"), VAULT, known) == told
    async with registry.read() as connection:
        after = await people.read(connection, known)
    assert before is not None
    assert after is not None
    assert (after.sealed, after.opened(VAULT)) == (None, None)
    assert before.sealed is not None
    keyless = Sealed(VAULT.seal(known, {}).wrapped_key, before.sealed.personal)
    with pytest.raises(InvalidTag):
        VAULT.open(known, keyless)


async def test_an_erased_person_is_neither_revealed_nor_changed_nor_erased_again(registry: Database) -> None:
    known = await person(registry)
    erasing = asked(registry, "erase_registered_person")
    await erase_person(erasing, VAULT, known, reason="本人申请")
    for act in (
        reveal(registry, known),
        erase_person(erasing, VAULT, known, reason="再次"),
        amend_person(asked(registry, "update_person"), VAULT, known, version=2, changes={}),
    ):
        with pytest.raises(Refusal, match=r"people\.erased"):
            await act


async def test_who_was_erased_may_be_recorded_anew_as_somebody_else(registry: Database) -> None:
    known = await person(registry)
    await erase_person(asked(registry, "erase_registered_person"), VAULT, known, reason="本人申请")
    assert await person(registry) != known


async def test_of_an_erasure_and_a_change_at_once_the_erasure_stays(registry: Database) -> None:
    known = await person(registry)
    await asyncio.gather(
        erase_person(asked(registry, "erase_registered_person"), VAULT, known, reason="本人申请"),
        amend_person(asked(registry, "update_person"), VAULT, known, version=1, changes={"name": "李四"}),
        return_exceptions=True,
    )
    assert (await read_person(asked(registry, "get_person"), VAULT, known))["name"] is None


async def test_a_person_that_nobody_knows_is_not_found(registry: Database) -> None:
    unknown = uuid4()
    for act in (
        read_person(asked(registry, "get_person"), VAULT, unknown),
        reveal(registry, unknown),
        amend_person(asked(registry, "update_person"), VAULT, unknown, version=1, changes={}),
    ):
        with pytest.raises(NotFound):
            await act


async def test_a_list_is_turned_over_and_shows_the_erased(registry: Database) -> None:
    ids = [await person(registry, order) for order in (121, 123, 125)]
    await erase_person(asked(registry, "erase_registered_person"), VAULT, ids[0], reason="本人申请")
    request = asked(registry, "list_people", "auditor")
    seen, cursor = await list_people(request, VAULT, after=None, limit=2)
    more, end = await list_people(request, VAULT, after=cursor, limit=2)
    assert ([parse("per", one["id"]) for one in seen + more], end) == (ids, None)
    assert [one["name"] for one in seen + more] == [None, "张**", "张**"]
