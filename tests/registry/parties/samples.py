"""Sanction cases and persons as the tests of parties need them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.chassis.database import Database
from services.chassis.ids import parse
from services.registry.asked import Asked
from services.registry.parties.domain.person import IdKind, PersonFacts
from services.registry.parties.domain.sanction_case import Grounds, Ruling
from services.registry.parties.domain.standing import SanctionKind
from services.registry.parties.operations import people, sanction_cases
from services.registry.parties.store import people as people_store
from services.standards.resident_card import complete
from tests.registry.neighbours import MASTER_KEY
from tests.registry.samples import asked, document


def of_person(database: Database, operation: str, person: str = "per_1", **who: Any) -> Asked:
    """A request of one person, so that four eyes can be told apart."""
    request = asked(database, operation, **who)
    caller = replace(request.permit.caller, subject=person, person=person)
    return replace(request, permit=replace(request.permit, caller=caller))


async def charge(database: Database) -> Grounds:
    """False papers, with the document that shows it."""
    paper = await document(database, "evidence")
    return Grounds(kind=SanctionKind.BAN, grounds="提供虚假材料。", clause="办法 第二十条", document_id=paper)


async def ruling(database: Database, years: int = 2) -> Ruling:
    """A decision for two years."""
    paper = await document(database)
    return Ruling(years=years, number="江科〔2020〕15 号", document_id=paper, remedy="可申请行政复议。")


async def proposed(database: Database, organization_id: UUID, by: str = "per_1") -> UUID:
    """The id of a case that somebody proposed."""
    request = of_person(database, "create_sanction_case", by)
    told = await sanction_cases.propose_case(request, organization_id, await charge(database))
    return parse("sac", told["id"])


async def notified(database: Database, organization_id: UUID) -> UUID:
    """The id of a case that the organisation knows of."""
    case_id = await proposed(database, organization_id)
    await sanction_cases.notify_case(of_person(database, "notify_sanction_case"), case_id)
    return case_id


VAULT = people_store.vault_of(MASTER_KEY)
"""What the registry under test seals persons with."""


def zhang(order: int = 123, **changes: Any) -> PersonFacts:
    """A person with a phone; the order makes his card another's."""
    card = complete(f"44070319900307{order:03}")
    return PersonFacts(
        **{"name": "张三丰", "id_kind": IdKind.RESIDENT_CARD, "id_number": card, "phone": "13800138000", **changes}
    )


async def person(database: Database, order: int = 123, *, region: str | None = None, **changes: Any) -> UUID:
    """The id of a recorded person."""
    request = asked(database, "create_person")
    told, _ = await people.record_person(request, VAULT, zhang(order, **changes), region=region)
    return parse("per", told["id"])
