"""Providers, certificates and persons as the tests of the providers need them."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.chassis import tasks
from services.chassis.authorisation import Permit
from services.chassis.database import Database
from services.chassis.ids import new_id, parse
from services.chassis.tasks import Wanted
from services.registry.asked import Asked
from services.registry.catalogue.domain.period import Period
from services.registry.providers.domain.branch import BranchFacts
from services.registry.providers.domain.instrument import InstrumentFacts
from services.registry.providers.domain.qualification import Qualification
from services.registry.providers.operations.branches import record_branch
from services.registry.providers.operations.instruments import record_instrument
from services.registry.providers.operations.qualifications import confirm_qualification, send_qualification
from services.registry.providers.operations.suspensions import Charge, propose_suspension
from tests.registry.samples import PENGJIANG, TODAY, asked, document


def by(person: str, request: Asked) -> Asked:
    """The same request from another person."""
    caller = replace(request.permit.caller, subject=person, person=person)
    return replace(request, permit=Permit(caller, request.permit.granted))


def reviewing(database: Database, operation: str, person: str = "per_2", region: str = PENGJIANG) -> Asked:
    """A request of a reviewer of Pengjiang, by default a second person."""
    return by(person, asked(database, operation, "reviewer", region=region))


async def open_tasks(database: Database, role: str = "reviewer", organization: UUID | None = None) -> list[str]:
    """The kinds of the open tasks of a role in Pengjiang, oldest first."""
    async with database.read() as connection:
        wanted = Wanted(frozenset({role}), PENGJIANG, organization=organization)
        found, _ = await tasks.find(connection, wanted, after=None, limit=99)
    return [task.kind for _, task in found]


def certificate(provider_id: UUID, paper: UUID, until: date | None = None, kind: str = "CMA") -> Qualification:
    """A certificate that began a year ago."""
    period = Period(TODAY.replace(year=2019), until)
    return Qualification(new_id(), provider_id, kind, "201919000000", "广东省市场监督管理局", period, paper, "per_1")


async def confirmed(
    database: Database, firm: UUID, provider_id: UUID, until: date | None = None, kind: str = "CMA"
) -> UUID:
    """The id of a certificate that a firm's provider sent and a second person confirmed."""
    own = asked(database, "create_qualification", "provider", organization=firm)
    sent = certificate(provider_id, await document(database), until, kind)
    told = await send_qualification(own, sent)
    made = parse("qua", told["id"])
    await confirm_qualification(reviewing(database, "confirm_qualification"), provider_id, made)
    return made


async def opened_at(database: Database, firm: UUID, provider_id: UUID) -> dict[str, str]:
    """One of each thing that stands beside a provider, as it is named in an address."""
    paper = await document(database)
    own = asked(database, "create_branch", "provider", organization=firm)
    branch = await record_branch(own, provider_id, BranchFacts("窗口", "高新西路1号", PENGJIANG))
    instrument = await record_instrument(own, provider_id, InstrumentFacts("instrument-use", "电镜", PENGJIANG))
    sent = await send_qualification(own, certificate(provider_id, paper))
    notice = reviewing(database, "propose_suspension")
    case = await propose_suspension(notice, provider_id, Charge("报告失实", paper))
    return {
        "branch_id": branch["id"],
        "instrument_id": instrument["id"],
        "qualification_id": sent["id"],
        "suspension_id": case["id"],
    }
