"""Decides how ids, names and periods look in the registry's bodies."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, JsonValue

from services.chassis.ids import Prefixed
from services.chassis.models import Day, StrictModel
from services.registry.catalogue.domain.period import Period

SpaceId = Annotated[UUID, Prefixed("spc")]
TeamId = Annotated[UUID, Prefixed("tea")]
PersonId = Annotated[UUID, Prefixed("per")]
ProviderId = Annotated[UUID, Prefixed("prv")]
OfferingId = Annotated[UUID, Prefixed("off")]
LinkId = Annotated[UUID, Prefixed("rel")]
SanctionId = Annotated[UUID, Prefixed("san")]
SanctionCaseId = Annotated[UUID, Prefixed("sac")]
LiftingId = Annotated[UUID, Prefixed("sli")]
RecognitionId = Annotated[UUID, Prefixed("rcg")]
ActivityId = Annotated[UUID, Prefixed("atv")]
MentorId = Annotated[UUID, Prefixed("mnt")]
InvestorId = Annotated[UUID, Prefixed("ivs")]
RevocationId = Annotated[UUID, Prefixed("rvc")]
ResidencyId = Annotated[UUID, Prefixed("rsd")]
FounderClassId = Annotated[UUID, Prefixed("fcl")]
FoundingId = Annotated[UUID, Prefixed("fnd")]
SizeDeclarationId = Annotated[UUID, Prefixed("siz")]
AdmissionId = Annotated[UUID, Prefixed("adm")]
QualificationId = Annotated[UUID, Prefixed("qua")]
SuspensionId = Annotated[UUID, Prefixed("sus")]
InstrumentId = Annotated[UUID, Prefixed("ins")]
BranchId = Annotated[UUID, Prefixed("brn")]

RawText = Annotated[str, Field(max_length=4096)]
"""Text whose characters and length are judged with everything else, so that all faults are told at once."""

Code = Annotated[str, Field(min_length=1, max_length=64)]
"""The id of a region or category."""

ORGANIZATION_EXAMPLE = "org_0190f3c8a1b27d3e8f00112233445566"
SPACE_EXAMPLE = "spc_0190f3c8a1b27d3e8f00112233445566"
DOCUMENT_EXAMPLE = "doc_0190f3c8a1b27d3e8f00112233445566"
PERSON_EXAMPLES: list[JsonValue] = [f"per_0190f3c8a1b27d3e8f0011223344556{digit}" for digit in (1, 2, 3)]


class Span(StrictModel):
    """A period in a request: its first day and its last, which is included; without a last day it is open."""

    from_: Day = Field(alias="from")
    until: Day | None = None

    @property
    def period(self) -> Period:
        """The period as the domain has it."""
        return Period(self.from_, self.until)


class ShownSpan(StrictModel):
    """A period in an answer: local days, the last one included; null is open."""

    from_: date = Field(alias="from")
    until: date | None
