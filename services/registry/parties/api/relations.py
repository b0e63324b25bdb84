"""Speaks HTTP for the question whether two organisations are related 关联关系."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import Field

from services.chassis.http import router
from services.chassis.ids import DocumentId, OrganizationId
from services.chassis.models import Day, StrictModel
from services.registry.api.asking import AskedBy
from services.registry.api.words import LinkId
from services.registry.catalogue.domain.dossier import Document
from services.registry.parties.domain.relation import RelationKind
from services.registry.parties.operations import relations

relations_api = router()


class RelationStep(StrictModel):
    """One fact on the way; of ownership, how much the first holds of the second."""

    from_: OrganizationId = Field(alias="from")
    to: OrganizationId
    share_basis_points: int | None
    link: LinkId | None
    document: DocumentId | None


class RelationWay(StrictModel):
    """One way in which the two are related.

    derived: from persons on both sides, whom it does not name; an organisation that asks of itself is not told of such.
    """

    kind: RelationKind
    share_basis_points: int | None
    through: OrganizationId | None = Field(description="The owner in common.")
    derived: bool
    steps: list[RelationStep]


class RelationsView(StrictModel):
    """Whether two organisations are related on a date, and every way in which they are."""

    a: OrganizationId
    b: OrganizationId
    on: date
    related: bool
    share_least_basis_points: int = Field(description="From which share on ownership counts.")
    ways: list[RelationWay]


@relations_api.get("/v1/relations", tags=["related parties"], response_model=RelationsView)
async def list_relations(
    asked: AskedBy,
    a: Annotated[OrganizationId, Query()],
    b: Annotated[OrganizationId, Query()],
    on: Annotated[Day | None, Query(description="A local date; today where it is left out.")] = None,
) -> Document:
    """Whether two organisations are related on a date, and how: through owners, or by what joins the two themselves."""
    return await relations.read_relations(asked, a, b, on=on)
