"""The Jiangmen scheme as it would be with applications that are reviewed, and the steps of their review."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2

from services.chassis.database import Database
from services.chassis.ids import new_id
from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.scheme import Scheme
from services.voucher.wallet.domain.draw import digest, seed_of
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.scheme.samples import FILE, a_document
from tests.voucher.wallet.samples import BEFORE, OPEN
from tests.voucher.wallet.steps import a_round, done, draft, hear, holder, operator

CORRECTED_BY = datetime(2020, 9, 18, 16, tzinfo=UTC)
"""When the time for a correction asked for while the window is open is over."""
OPENED = {"secret": "a secret that is promised", "public_text": "02 09 16 21 25 31 + 07"}
"""What a promised sample is drawn with."""
PROMISE = {
    "commitment": digest(OPENED["secret"]),
    "public_source": "双色球第2020091期",
    "public_form": "00 00 00 00 00 00 + 00",
}
SEED = seed_of(*OPENED.values())
SOURCE = "our default, not in the notice"
FORM: list[dict[str, Any]] = [
    {"field": "project", "kind": "text", "label": {"zh": "项目", "en": "Project"}, "required": True},
    {"field": "cost", "kind": "amount", "label": {"zh": "费用", "en": "Cost"}, "required": False},
    {"field": "staff", "kind": "whole_number", "label": {"zh": "人数", "en": "Staff"}, "required": False},
    {"field": "begins", "kind": "date", "label": {"zh": "开始", "en": "Begins"}, "required": False},
    {"field": "new", "kind": "yes_no", "label": {"zh": "新增", "en": "New"}, "required": False},
    {
        "field": "kind",
        "kind": "choice",
        "label": {"zh": "类别", "en": "Kind"},
        "required": False,
        "choices": ["testing", "design"],
    },
    {"field": "plan", "kind": "document", "label": {"zh": "方案", "en": "Plan"}, "required": False},
]


def applications(**changes: Any) -> dict[str, Any]:
    """The section of a file; each change is a rule's value, None leaves the rule out."""
    said: dict[str, Any] = {
        "form": FORM,
        "review": ["district", "city"],
        "review_within": {"working_days": 5},
        "correction_within": {"working_days": 3},
        "refusal_reasons": ["not_innovative", "evidence_missing"],
        "appeal_within": {"working_days": 10},
        **changes,
    }
    return {name: {"value": value, "source": SOURCE} for name, value in said.items() if value is not None}


def a_reviewing_scheme(**changes: Any) -> Scheme:
    return document.read({**a_document(), "applications": applications(**changes)})


def a_reviewing_file(**changes: Any) -> str:
    section = json.dumps(applications(**changes), ensure_ascii=False)
    return f"{FILE.rstrip()}\napplications: {section}\n"


def reviewer(stage: str, person: str | None = None, *, region: str = "440700") -> dict[str, str]:
    """Headers of a reviewer of a stage; without a name he is one whom nobody has seen before."""
    return calls(person or f"per_{new_id().hex}", "reviewer", region=region, stage=stage)


async def answer(
    api: httpx2.AsyncClient, application_id: str, stage: str, person: str | None = None, **said: Any
) -> httpx2.Response:
    return await api.post(f"/v1/applications/{application_id}/review", headers=reviewer(stage, person), json=said)


def second() -> dict[str, str]:
    """Headers of another operator than the one who promises."""
    return operator(per="per_second", sub="per_second")


async def promise(
    api: httpx2.AsyncClient, round_id: str, kind: str, headers: dict[str, str] | None = None, **more: Any
) -> httpx2.Response:
    path, body = f"/v1/rounds/{round_id}/samples/promise", {"kind": kind, **PROMISE, **more}
    return await api.post(path, headers=operator() if headers is None else headers, json=body)


async def draw_sample(api: httpx2.AsyncClient, round_id: str, kind: str, **more: Any) -> httpx2.Response:
    """A sample, promised by one operator if the scheme asks for it, and drawn by another."""
    promised = await promise(api, round_id, kind)
    if promised.status_code == 422:
        return promised
    return await api.post(f"/v1/rounds/{round_id}/samples", headers=second(), json={"kind": kind, **OPENED, **more})


async def submit_with(
    api: httpx2.AsyncClient, application_id: str, firm: UUID, answers: dict[str, Any] | None
) -> httpx2.Response:
    path, headers = f"/v1/applications/{application_id}/submit", holder(firm)
    return await api.post(path, headers=headers, json={} if answers is None else {"answers": answers})


async def one_more(api: httpx2.AsyncClient, database: Database, round_id: str) -> tuple[UUID, dict[str, Any]]:
    """A firm that applies in a reviewing round, and its application."""
    firm = await hear(database)
    made = done(await draft(api, round_id, firm), 201)
    return firm, done(await submit_with(api, made["id"], firm, {"project": "Spindle test"}))


async def a_reviewing_round(
    api: httpx2.AsyncClient, database: Database, set_clock: SetClock, *, file: str | None = None
) -> tuple[str, UUID, dict[str, Any]]:
    """An open round of a scheme that reviews, a firm, and its submitted application."""
    await set_clock(BEFORE)
    round_id = await a_round(api, database, file=file or a_reviewing_file())
    await set_clock(OPEN)
    firm, made = await one_more(api, database, round_id)
    return round_id, firm, made


async def a_paper(api: httpx2.AsyncClient, firm: UUID) -> str:
    """A paper that a firm has sent."""
    headers = {**holder(firm), "Content-Type": "application/pdf"}
    sent = done(await api.post("/v1/documents?name=plan.pdf", headers=headers, content=b"%PDF-plan"), 201)
    identifier: str = sent["id"]
    return identifier
