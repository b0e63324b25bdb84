"""The steps that the wallet's tests take: through the API with the right role's token, jobs by an own worker."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx2

from services.chassis import jobs
from services.chassis.database import Database
from services.chassis.ids import new_id, show
from services.chassis.timers import Timetable
from services.voucher.app import HANDLERS
from services.voucher.directory.domain.change import Change
from services.voucher.directory.store import feed
from services.voucher.oversight.operations.audit import run_audit
from services.voucher.scheme.domain.doubts import Doubt
from services.voucher.wallet.operations.expiry import ExpiryTimer
from services.voucher.wallet.operations.finishing import FinishTimer
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.ledger import steps as ledger
from tests.voucher.ledger.samples import CHECKER, MAKER
from tests.voucher.ledger.steps import cny
from tests.voucher.scheme.samples import FILE, YEAR_2020
from tests.voucher.wallet.samples import BEFORE, CLOSED, OPEN

BUREAU = "jiangmen-sme"
TIMERS = Timetable([ExpiryTimer(), FinishTimer()])


def operator(**bound: Any) -> dict[str, str]:
    return calls("per_operator", "operator", **{"bureau": BUREAU, **bound})


def holder(organization: UUID, **bound: Any) -> dict[str, str]:
    return calls(f"per_{organization.hex}", "holder", **{"org": show("org", organization), **bound})


def done(answer: httpx2.Response, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def codes(answer: httpx2.Response) -> list[str]:
    """The codes of every reason of a refusal."""
    return [error["code"] for error in answer.json()["errors"]]


async def hear_calendar(database: Database, *, loaded: bool = True) -> None:
    """The working days of 2020, or in their place those of a year that no deadline lies in."""
    year = YEAR_2020 if loaded else {"year": 2019, "off": [], "worked": []}
    await _hear(database, [Change("calendar", "2020", year, "1")])


async def hear_policies(database: Database, **statuses: str) -> None:
    """Policy papers by id, as the registry would tell of them; an id is written with underscores."""
    told = {key.replace("_", "-"): status for key, status in statuses.items()}
    changes = [Change("policy", key, {"id": key, "status": status}, "1") for key, status in told.items()]
    await _hear(database, changes)


async def hear(database: Database, organization: UUID | None = None, **changes: Any) -> UUID:
    """A small firm of Pengjiang, as the registry would tell of it; later words replace earlier ones."""
    organization = organization or new_id()
    document = {
        "id": show("org", organization),
        "uscc": "91350100M000100Y43",
        "name": "江门一号公司",
        "region": "440703",
        "legal_form": "company",
        "size_class": "small",
        "registered_on": "2018-01-01",
        "status": "active",
        "priority_lists": [],
        "sanctions": [],
        "related_parties": [],
        "provider": None,
        "spaces": [],
        **changes,
    }
    await _hear(database, [Change("organization", show("org", organization), document, "1")])
    return organization


async def _hear(database: Database, changes: list[Change]) -> None:
    async with database.begin() as connection:
        await feed.keep(connection, changes, cursor=new_id().hex, complete=True)


async def a_published_scheme(api: httpx2.AsyncClient, file: str = FILE) -> str:
    """The version that says this: published now, unless it is already."""
    asked = await api.get("/v1/schemes", headers=operator())
    sha256 = hashlib.sha256(file.encode()).hexdigest()
    there = [one["id"] for one in done(asked)["items"] if (one["state"], one["sha256"]) == ("published", sha256)]
    if there:
        return str(there[0])
    kept = done(await api.post("/v1/schemes", headers=operator(), json={"file": file}), 201)
    done(await publish_scheme(api, kept["id"]))
    return str(kept["id"])


async def publish_scheme(api: httpx2.AsyncClient, version_id: str) -> httpx2.Response:
    """Published by two persons, past every warning, as that the basis of Jiangmen's scheme is a draft."""
    path, read = f"/v1/schemes/{version_id}/publish", {"accepted": [one.value for one in Doubt]}
    asked = await api.post(path, headers=operator(sub="per_first", per="per_first"), json=read)
    if asked.status_code != 200 or asked.json()["state"] == "published":
        return asked
    return await api.post(path, headers=operator(), json=read)


async def a_draft_round(api: httpx2.AsyncClient, file: str = FILE) -> str:
    version = await a_published_scheme(api, file)
    body = {"scheme_version_id": version, "name": "2020 第一批"}
    identifier: str = done(await api.post("/v1/rounds", headers=operator(), json=body), 201)["id"]
    return identifier


async def propose_funding(api: httpx2.AsyncClient, round_id: str, line_id: str, amount: str) -> httpx2.Response:
    body = {"budget_line_id": line_id, "amount": cny(amount), "document": "江财工〔2020〕58号"}
    return await api.post(f"/v1/rounds/{round_id}/fund", headers=calls(MAKER, "finance_maker"), json=body)


async def approve_funding(
    api: httpx2.AsyncClient, round_id: str, change_id: str, person: str = CHECKER
) -> httpx2.Response:
    headers = calls(person, "finance_checker")
    return await api.post(f"/v1/rounds/{round_id}/fundings/{change_id}/approve", headers=headers)


async def a_filled_line(api: httpx2.AsyncClient, amount: str, **changed: Any) -> str:
    line: str = (await ledger.make_line(api, **{"bureau": BUREAU, **changed}))["id"]
    change = await ledger.propose(api, line, amount)
    done(await ledger.approve(api, change["id"]))
    return line


async def fund(api: httpx2.AsyncClient, round_id: str, amount: str) -> None:
    line_id = await a_filled_line(api, amount)
    change = done(await propose_funding(api, round_id, line_id, amount), 201)
    done(await approve_funding(api, round_id, change["id"]))


async def a_round(api: httpx2.AsyncClient, database: Database, amount: str = "40000.00", file: str = FILE) -> str:
    """A published, funded round on the day before its window."""
    await hear_calendar(database)
    round_id = await a_draft_round(api, file)
    await fund(api, round_id, amount)
    done(await api.post(f"/v1/rounds/{round_id}/publish", headers=operator()))
    return round_id


async def draft(
    api: httpx2.AsyncClient, round_id: str, organization: UUID, amount: str = "20000.00"
) -> httpx2.Response:
    body = {"round_id": round_id, "amount": cny(amount)}
    return await api.post("/v1/applications", headers=holder(organization), json=body)


async def submit(api: httpx2.AsyncClient, application_id: str, organization: UUID) -> httpx2.Response:
    return await api.post(f"/v1/applications/{application_id}/submit", headers=holder(organization))


async def apply(api: httpx2.AsyncClient, round_id: str, organization: UUID, amount: str = "20000.00") -> dict[str, Any]:
    made = done(await draft(api, round_id, organization, amount), 201)
    return done(await submit(api, made["id"], organization))


async def verb(api: httpx2.AsyncClient, round_id: str, name: str) -> httpx2.Response:
    return await api.post(f"/v1/rounds/{round_id}/{name}", headers=operator())


async def work(database: Database) -> None:
    """Carry out every job that waits."""
    worker = jobs.Worker(database, HANDLERS, Timetable([]))
    while await worker.run_once():
        pass


async def rank(api: httpx2.AsyncClient, database: Database, round_id: str) -> dict[str, Any]:
    """Rank all that applied; the job's report."""
    return await issue(api, database, round_id, "rank")


async def issue(api: httpx2.AsyncClient, database: Database, round_id: str, name: str = "issue") -> dict[str, Any]:
    """Carry out the job that a verb of a round asks for, to its end; the job's report."""
    job = done(await verb(api, round_id, name), 202)
    await work(database)
    ended = done(await api.get(f"/v1/jobs/{job['id']}", headers=operator()))
    assert ended["state"] == "done", ended
    report: dict[str, Any] = ended["report"]
    return report


async def a_ranked_round(
    api: httpx2.AsyncClient, database: Database, set_clock: SetClock, *, firms: int, amount: str = "40000.00"
) -> tuple[str, list[UUID]]:
    """A round whose firms have applied one after another, closed and ranked."""
    await set_clock(BEFORE)
    round_id = await a_round(api, database, amount)
    organizations = [await hear(database) for _ in range(firms)]
    await set_clock(OPEN)
    for organization in organizations:
        await apply(api, round_id, organization)
    await set_clock(CLOSED)
    await rank(api, database, round_id)
    return round_id, organizations


async def move_to(set_clock: SetClock, database: Database, to: datetime) -> int:
    """Put the clock forward and carry out what is due by then; answers how much that was."""
    await set_clock(to)
    return await TIMERS.run_due(database)


async def seen(api: httpx2.AsyncClient, round_id: str) -> dict[str, Any]:
    return done(await api.get(f"/v1/rounds/{round_id}", headers=operator()))


async def all_is_well(database: Database) -> None:
    report = await run_audit(database)
    assert report.ok, report.findings
