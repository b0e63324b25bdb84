"""Organisations, documents and callers as the registry's tests need them."""

from datetime import date
from typing import Any
from uuid import UUID

from services.chassis import documents
from services.chassis.authorisation import permit
from services.chassis.database import Database
from services.chassis.documents import Sent
from services.chassis.ids import new_id, parse
from services.chassis.refusals import Refusal
from services.chassis.tokens import Caller
from services.registry.asked import Asked
from services.registry.authorisation import AUTHORISATION
from services.registry.catalogue.domain.period import Period
from services.registry.parties.domain.organization import OrganizationFacts
from services.registry.parties.operations import organizations
from services.registry.providers.domain.provider import Admission
from services.registry.providers.operations import providers
from services.registry.settings import Settings
from services.registry.spaces.domain.space import SpaceFacts, SpaceForm, SpaceKind
from services.registry.spaces.operations import spaces
from services.standards import uscc
from tests.registry.neighbours import SECRETS

TODAY = date(2020, 9, 14)
PENGJIANG, TAISHAN, CITY = "440703", "440781", "440700"


def code(number: int) -> str:
    """A valid credit code."""
    return uscc.complete(f"91440703{number:08d}")


def facts(number: int = 1, **changes: Any) -> OrganizationFacts:
    """The facts of a firm in Pengjiang."""
    return OrganizationFacts(**{"uscc": code(number), "name": f"江门{number}号公司", "region": PENGJIANG, **changes})


def asked(database: Database, operation: str, role: str = "operator", **bound: Any) -> Asked:
    """A request of somebody in a role for one operation, with the permit that the authorisation table gives him."""
    caller = Caller(
        subject="per_1",
        person="per_1",
        organization=bound.get("organization"),
        roles=frozenset({role}),
        mode="test",
        session="ses_1",
        token_id="tok_1",
        issued_at=0,
        region=bound.get("region"),
        bureau=bound.get("bureau"),
    )
    settings = Settings(**SECRETS, works=False)
    return Asked(database, permit(AUTHORISATION, operation, caller), "req_1", settings)


async def organization(database: Database, number: int = 1, **changes: Any) -> UUID:
    """The id of a recorded firm."""
    request = asked(database, "create_organization")
    told, _ = await organizations.record_organization(request, facts(number, **changes))
    return parse("org", told["id"])


async def document(database: Database, text: str = "decision") -> UUID:
    """The id of a document that was sent."""
    sent = Sent(text.encode(), "text/plain", "decision.txt")
    async with database.begin() as connection:
        return (await documents.keep(connection, sent, organization=None, sent_by="per_1")).id


async def space(database: Database, operator: UUID, name: str = "珠西创谷", region: str = PENGJIANG) -> UUID:
    """The id of a recorded space."""
    wanted = SpaceFacts(name, SpaceKind.PROFESSIONAL_SERVICE, SpaceForm.MAKER_SPACE, operator, region)
    told = await spaces.record_space(asked(database, "create_space"), wanted)
    return parse("spc", told["id"])


async def provider(database: Database, owner: UUID, *categories: str) -> UUID:
    """The id of a provider that applied."""
    told = await providers.record_provider(asked(database, "create_provider"), owner, categories or ("testing",))
    return parse("prv", told["id"])


async def admitted(database: Database, owner: UUID, until: date | None = None) -> UUID:
    """The id of a provider that is admitted for testing from today."""
    applied = await provider(database, owner)
    admission = Admission(new_id(), "testing", Period(TODAY, until), await document(database))
    reviewer = asked(database, "admit_provider", "reviewer", region=CITY)
    await providers.admit_provider(reviewer, applied, admission)
    return applied


ELSEWHERE: dict[str, Any] = {"authority": "江门市市场监督管理局", "decision_number": "江市监处〔2019〕31号"}
"""Who decided a sanction that was not decided here."""


def codes(refusal: Refusal) -> set[str]:
    """The codes of all reasons."""
    return {reason.code for reason in refusal.reasons}


def places(refusal: Refusal) -> dict[str | None, str]:
    """The code at each pointer."""
    return {reason.pointer: reason.code for reason in refusal.reasons}
