"""Speaks HTTP for teams 团队."""

from datetime import date
from typing import Any

from fastapi import Response, status
from pydantic import ConfigDict, Field

from services.chassis.http import ExpectedVersion, router
from services.chassis.ids import DocumentId, OrganizationId
from services.chassis.models import Day, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import (
    DOCUMENT_EXAMPLE,
    ORGANIZATION_EXAMPLE,
    PERSON_EXAMPLES,
    SPACE_EXAMPLE,
    PersonId,
    RawText,
    ShownSpan,
    SpaceId,
    Span,
    TeamId,
)
from services.registry.catalogue.domain.dossier import Document
from services.registry.spaces.domain.team import Incorporation, TeamFacts, TeamStatus
from services.registry.spaces.operations import teams

teams_api = router()

MEMBERS_READ = 200


class Stay(Span):
    """Where the team lives, and since when."""

    space: SpaceId


class StayView(ShownSpan):
    """Where the team lives or lived."""

    space: SpaceId


class NewTeam(StrictModel):
    """A team to be recorded: its core members are references to persons, their data stays with the gateway."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "轨道检测小队",
                    "core_members": PERSON_EXAMPLES,
                    "residency": {"space": SPACE_EXAMPLE, "from": "2020-03-01", "until": None},
                }
            ]
        }
    )

    name: RawText
    core_members: list[PersonId] = Field(max_length=MEMBERS_READ)
    residency: Stay


class TeamChange(StrictModel):
    """What shall change; what is left out or null stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"core_members": PERSON_EXAMPLES}]})

    name: RawText | None = None
    core_members: list[PersonId] | None = Field(None, max_length=MEMBERS_READ)
    status: TeamStatus | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """What was sent, by name."""
        sent = {"name": self.name, "status": self.status}
        members = {} if self.core_members is None else {"core_members": tuple(self.core_members)}
        return {**{name: value for name, value in sent.items() if value is not None}, **members}


class NewFirm(StrictModel):
    """The organisation that a team became, the day on which it was registered, and the document that shows it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"organization": ORGANIZATION_EXAMPLE, "on": "2020-09-01", "document": DOCUMENT_EXAMPLE}]
        }
    )

    organization: OrganizationId
    on: Day
    document: DocumentId


class TeamView(StrictModel):
    """A team; `space` recorded it and may change it; `root` is the team with which its quota begins."""

    id: TeamId
    name: str
    region: str
    space: SpaceId
    status: str
    core_members: list[PersonId]
    residencies: list[StayView]
    incorporated_as: OrganizationId | None
    incorporated_on: date | None
    root: TeamId
    version: int


@teams_api.post("/v1/teams", status_code=status.HTTP_201_CREATED, tags=["teams"], response_model=TeamView)
async def create_team(body: NewTeam, asked: AskedBy, response: Response) -> Document:
    """Record a team that is resident in a space today."""
    facts = TeamFacts(body.name, tuple(body.core_members))
    stay = body.residency
    return tagged(response, await teams.record_team(asked, facts, space_id=stay.space, stay=stay.period))


@teams_api.get("/v1/teams", tags=["teams"], response_model=Page[TeamView])
async def list_teams(asked: AskedBy, after: After = None, limit: Limit = PAGE_DEFAULT) -> dict[str, Any]:
    """Teams that the caller may see."""
    items, cursor = await teams.list_teams(asked, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@teams_api.get("/v1/teams/{team_id}", tags=["teams"], response_model=TeamView)
async def get_team(team_id: TeamId, asked: AskedBy, response: Response) -> Document:
    """One team, with its ETag."""
    return tagged(response, await teams.read_team(asked, team_id))


@teams_api.patch("/v1/teams/{team_id}", tags=["teams"], response_model=TeamView)
async def update_team(
    team_id: TeamId, body: TeamChange, version: ExpectedVersion, asked: AskedBy, response: Response
) -> Document:
    """Change a team from the version that If-Match names."""
    return tagged(response, await teams.amend_team(asked, team_id, version=version, changes=body.changes))


@teams_api.post("/v1/teams/{team_id}/incorporate", tags=["teams"], response_model=TeamView)
async def incorporate_team(team_id: TeamId, body: NewFirm, asked: AskedBy, response: Response) -> Document:
    """Make a team the firm its people registered: its rooms and its quota go on in the firm's name."""
    firm = Incorporation(body.organization, body.on)
    return tagged(response, await teams.incorporate_team(asked, team_id, firm, document_id=body.document))
