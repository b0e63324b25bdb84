"""Fault 15: the registry is down, slow, lying or far behind. Vouchers are redeemed on what is known, never a guess."""

import asyncio
from collections.abc import AsyncGenerator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.chassis.neighbours import Neighbour, NeighbourFailed
from services.voucher.directory.domain import age
from services.voucher.directory.domain.change import Change
from services.voucher.directory.domain.party import Party
from services.voucher.directory.neighbours import PAGE, Registry
from services.voucher.directory.operations.listen import listen
from services.voucher.directory.store import feed, parties, replay
from services.voucher.directory.store.outline import Outline
from services.voucher.redemption.domain import orders
from tests.conftest import SetClock
from tests.databases import Urls
from tests.faults.served import NOWHERE, at_a_port, the, voucher_service
from tests.voucher.directory.told import Told, registry_at
from tests.voucher.redemption.samples import HOLDER, PAYEE, provider
from tests.voucher.redemption.stored import (
    CALENDAR,
    CATEGORIES,
    Stored,
    a_stored_voucher,
    admitted,
    age_directory,
    audited,
    carry_out,
    organization,
)

SUSPENDED = organization(PAYEE, provider={**admitted("testing", "design"), "state": "suspended"})
BEHIND = 2 * PAGE + 50
"""Three pages of the feed."""
LONG = 30.0


@pytest.fixture
async def stored(voucher_db: Database, set_clock: SetClock) -> Stored:
    """A voucher, and a directory that was complete a moment ago."""
    await set_clock(datetime(2020, 9, 21, 2, 0, tzinfo=UTC))
    stored = await a_stored_voucher(voucher_db)
    async with voucher_db.begin() as connection:
        await connection.execute(text("UPDATE directory_feed SET cursor = NULL"))
    return stored


@asynccontextmanager
async def calling(told: Told) -> AsyncGenerator[Registry]:
    """A registry as the directory calls it, over real HTTP."""
    async with at_a_port(told.app) as url:
        neighbour = Neighbour(url)
        yield registry_at(neighbour)
        await neighbour.close()


@pytest.fixture
async def proposed(stored: Stored) -> str:
    """A redemption that waits for its holder."""
    return show("red", await stored.propose())


async def confirm(url: str, proposed: str) -> httpx2.Response:
    """Authorise a redemption over HTTP: the moment at which facts are frozen."""
    async with httpx2.AsyncClient(base_url=url, timeout=LONG) as http:
        return await http.post(f"/v1/redemptions/{proposed}/confirm", headers=the("holder"))


def code_of(response: httpx2.Response) -> str:
    return str(response.json()["code"])


# ── down ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_while_the_registry_is_down_vouchers_are_redeemed_for_a_day(
    stored: Stored, proposed: str, root_db: Database, database_urls: Urls
) -> None:
    await age_directory(root_db, 23)
    async with voucher_service(database_urls.voucher) as url:
        assert (await confirm(url, proposed)).status_code == 200
    assert (await stored.now()).held > 0
    await audited(stored.database)


async def test_after_a_day_it_is_refused_and_nothing_is_held(
    stored: Stored, proposed: str, root_db: Database, database_urls: Urls
) -> None:
    await age_directory(root_db, 25)
    async with voucher_service(database_urls.voucher) as url:
        refused = await confirm(url, proposed)
    assert (refused.status_code, code_of(refused)) == (503, "directory.too_old")
    assert "Retry-After" in refused.headers
    assert (await stored.now()).held == 0
    await audited(stored.database)


async def test_without_the_limit_it_would_be_guessed(
    stored: Stored, proposed: str, root_db: Database, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    await age_directory(root_db, 25)
    monkeypatch.setattr(age, "REFUSE_AFTER", timedelta(days=365))
    async with voucher_service(database_urls.voucher) as url:
        assert (await confirm(url, proposed)).status_code == 200


async def test_once_the_registry_is_back_the_same_voucher_is_redeemed(
    stored: Stored, proposed: str, root_db: Database, database_urls: Urls
) -> None:
    await age_directory(root_db, 25)
    with pytest.raises(NeighbourFailed):
        await listen(stored.database, registry_at(Neighbour(NOWHERE)))
    async with calling(Told([])) as registry:
        assert await listen(stored.database, registry)
    async with voucher_service(database_urls.voucher) as url:
        assert (await confirm(url, proposed)).status_code == 200


# ── slow ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def slow() -> AsyncGenerator[Told]:
    """A registry that takes questions and answers none of them."""
    told = Told([])
    told.answers.clear()
    yield told
    told.answers.set()


async def asked(told: Told) -> None:
    """Wait until a question stands unanswered."""
    for _ in range(500):
        if told.asked:
            return
        await asyncio.sleep(0.01)
    pytest.fail("nobody asked")


async def test_a_redemption_is_done_while_the_registry_has_not_answered(
    stored: Stored, proposed: str, slow: Told, database_urls: Urls
) -> None:
    async with at_a_port(slow.app) as registry_url:
        async with voucher_service(database_urls.voucher, registry_url=registry_url) as url:
            await asked(slow)
            assert (await confirm(url, proposed)).status_code == 200
            assert not slow.answers.is_set()
        slow.answers.set()
    await audited(stored.database)


async def test_if_facts_were_asked_for_on_the_way_it_would_wait_as_long_as_the_registry_does(
    proposed: str, slow: Told, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = parties.heard

    async def from_the_registry(
        connection: AsyncConnection, ids: Collection[UUID], outlined: Outline
    ) -> dict[UUID, Party]:
        await slow.answers.wait()
        return await known(connection, ids, outlined)

    monkeypatch.setattr(parties, "heard", from_the_registry)
    async with voucher_service(database_urls.voucher) as url:
        waiting = asyncio.create_task(confirm(url, proposed))
        done, _ = await asyncio.wait([waiting], timeout=1)
        assert not done
        slow.answers.set()
        assert (await waiting).status_code == 200


# ── far behind ───────────────────────────────────────────────────────────────────────────────────────────────────


def many_changes(last: Change) -> list[Change]:
    """The holder's name changes again and again; the last change is the one that matters."""
    return [*(organization(HOLDER, name=f"第{number}名") for number in range(1, BEHIND)), last]


async def name_of_holder(database: Database) -> str:
    async with database.read() as connection:
        return (await parties.read(connection, [HOLDER]))[HOLDER].name


async def test_a_directory_that_is_far_behind_catches_up_in_order(stored: Stored) -> None:
    told = Told(many_changes(SUSPENDED))
    async with calling(told) as registry:
        complete = [(await listen(stored.database, registry), await name_of_holder(stored.database)) for _ in range(3)]
    assert complete == [(False, f"第{PAGE}名"), (False, f"第{2 * PAGE}名"), (True, f"第{BEHIND - 1}名")]
    assert told.asked == [None, str(PAGE), str(2 * PAGE)]


async def hear_one_page(stored: Stored, root_db: Database) -> None:
    """The directory was a day old, and has heard the first of three pages since."""
    await age_directory(root_db, 25)
    async with calling(Told(many_changes(SUSPENDED))) as registry:
        assert not await listen(stored.database, registry)


async def test_until_it_has_caught_up_it_counts_as_old_as_it_was(
    stored: Stored, proposed: str, root_db: Database, database_urls: Urls
) -> None:
    await hear_one_page(stored, root_db)
    async with voucher_service(database_urls.voucher) as url:
        assert code_of(await confirm(url, proposed)) == "directory.too_old"
    assert (await stored.now()).held == 0


async def test_if_any_page_made_it_young_a_suspended_provider_would_be_paid(
    stored: Stored, proposed: str, root_db: Database, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = feed.keep

    async def always_complete(*words: Any, **named: Any) -> None:
        await keep(*words, **{**named, "complete": True})

    monkeypatch.setattr(feed, "keep", always_complete)
    await hear_one_page(stored, root_db)
    async with voucher_service(database_urls.voucher) as url:
        assert (await confirm(url, proposed)).status_code == 200


async def test_once_it_has_caught_up_the_suspension_counts(stored: Stored, proposed: str, database_urls: Urls) -> None:
    async with calling(Told(many_changes(SUSPENDED))) as registry:
        while not await listen(stored.database, registry):
            pass
    async with voucher_service(database_urls.voucher) as url:
        refused = await confirm(url, proposed)
    assert (refused.status_code, code_of(refused)) == (422, "provider.not_admitted")
    assert (await stored.now()).held == 0
    await audited(stored.database)


# ── lying ────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_order(told: Told) -> Told:
    """The holder has changed three times."""
    told.changes = [organization(HOLDER, version=number, name=f"第{number}名") for number in (1, 2, 3)]
    return told


async def rewound(stored: Stored) -> Told:
    """A registry that was heard whole, and whose database was then put back: the last change never happened there."""
    told = in_order(Told([]))
    async with calling(told) as registry:
        assert await listen(stored.database, registry)
        told.history, told.changes = "restored", told.changes[:2]
        await listen(stored.database, registry)
    return told


async def test_a_registry_that_was_put_back_is_found_out_at_once_and_nothing_new_is_held(
    stored: Stored, proposed: str, database_urls: Urls
) -> None:
    await rewound(stored)
    async with voucher_service(database_urls.voucher) as url:
        refused = await confirm(url, proposed)
    assert (refused.status_code, code_of(refused)) == (503, "directory.distrusted")
    assert "Retry-After" in refused.headers
    assert (await stored.now()).held == 0
    assert await name_of_holder(stored.database) == "第3名"
    await audited(stored.database)


async def test_without_the_event_at_the_cursor_nobody_would_notice(
    stored: Stored, proposed: str, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Told, "event", lambda *_: None)
    told = in_order(Told([]))
    async with calling(told) as registry:
        assert await listen(stored.database, registry)
        told.changes = [*told.changes[:2], organization(UUID(int=77), version=1)]
        await listen(stored.database, registry)
    async with voucher_service(database_urls.voucher) as url:
        assert (await confirm(url, proposed)).status_code == 200


async def test_an_older_document_is_not_taken_for_a_newer_one(
    stored: Stored, proposed: str, database_urls: Urls
) -> None:
    told = in_order(Told([]))
    async with calling(told) as registry:
        await listen(stored.database, registry)
        told.changes.append(organization(HOLDER, version=2, name="旧名"))
        await listen(stored.database, registry)
    async with voucher_service(database_urls.voucher) as url:
        assert code_of(await confirm(url, proposed)) == "directory.distrusted"
    assert await name_of_holder(stored.database) == "第3名"


async def test_what_was_authorised_before_is_captured_while_the_registry_is_not_believed(stored: Stored) -> None:
    redemption_id = await stored.accepted()
    await rewound(stored)
    await carry_out(stored.database, orders.Capture(redemption_id=redemption_id, by=provider, capture_id=new_id()))
    assert (await stored.redemption(redemption_id)).captures
    await audited(stored.database)


async def test_once_it_was_heard_anew_the_same_voucher_is_redeemed(
    stored: Stored, proposed: str, database_urls: Urls
) -> None:
    told = await rewound(stored)
    told.changes = [organization(HOLDER, version=1), organization(PAYEE, provider=admitted("testing"), version=1)]
    told.changes += [*CATEGORIES, CALENDAR]
    async with stored.database.begin() as connection:
        await replay.ask(connection)
    async with calling(told) as registry:
        assert await listen(stored.database, registry)
    async with voucher_service(database_urls.voucher) as url:
        assert (await confirm(url, proposed)).status_code == 200
    await audited(stored.database)
