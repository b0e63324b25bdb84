"""Speaks HTTP for natural persons 自然人, who are shown masked."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response, status
from pydantic import ConfigDict, Field

from services.chassis.http import ExpectedVersion, router
from services.chassis.models import Instant, Prose, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.chassis.vault import Vault
from services.registry.api.asking import AskedBy, tagged
from services.registry.api.words import Code, PersonId, RawText
from services.registry.catalogue.domain.dossier import Document
from services.registry.parties.domain.person import IdKind, PersonFacts
from services.registry.parties.operations import people

people_api = router()


async def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.vault
    return vault


Sealing = Annotated[Vault, Depends(_vault)]


class NewPerson(StrictModel):
    """A person to be recorded. Everything here is sealed as soon as it has arrived."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "张三",
                    "id_kind": "resident_card",
                    "id_number": "440703199003071235",
                    "phone": "13800138000",
                    "region": "440703",
                }
            ]
        }
    )

    name: RawText = Field(repr=False)
    id_kind: IdKind = IdKind.RESIDENT_CARD
    id_number: RawText = Field(repr=False, description="Of a resident card: GB 11643-1999, 18 characters.")
    phone: RawText | None = Field(None, repr=False)
    email: RawText | None = Field(None, repr=False)
    region: Code | None = Field(
        None, description="Where the person lives, county-level: reviewers are bound to regions."
    )


class PersonChange(StrictModel):
    """What shall change; what is left out stays, and another paper is another person. Null empties phone or e-mail."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"phone": "13900139000"}]})

    name: RawText | None = Field(None, repr=False)
    phone: RawText | None = Field(None, repr=False)
    email: RawText | None = Field(None, repr=False)
    region: Code | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """What was sent, by name; null says nothing of the name."""
        sent = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in sent.items() if value is not None or name != "name"}


class WhyPerson(StrictModel):
    """Why, in words that name nobody: they are kept openly with the decision."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "核对兑付申请 clm_… 的经办人"}]})

    reason: Prose


class RegisteredPersonView(StrictModel):
    """A person, masked but for who has asked to have him revealed; all is null once he is erased."""

    id: PersonId
    name: str | None = Field(repr=False)
    id_kind: str | None
    id_number: str | None = Field(repr=False)
    phone: str | None = Field(repr=False)
    email: str | None = Field(repr=False)
    region: str | None
    erased_at: Instant | None
    version: int


@people_api.post(
    "/v1/people",
    status_code=status.HTTP_201_CREATED,
    tags=["people"],
    response_model=RegisteredPersonView,
    responses={200: {"model": RegisteredPersonView, "description": "Recorded already, with the same facts."}},
)
async def create_person(body: NewPerson, asked: AskedBy, vault: Sealing, response: Response) -> Document:
    """Record a person by his paper; the same paper again gives the same person."""
    document, is_new = await people.record_person(asked, vault, _facts(body), region=body.region)
    if not is_new:
        response.status_code = status.HTTP_200_OK
    return tagged(response, document)


def _facts(body: NewPerson) -> PersonFacts:
    return PersonFacts(**{name: value for name, value in body if name != "region"})


@people_api.get("/v1/people", tags=["people"], response_model=Page[RegisteredPersonView])
async def list_people(
    asked: AskedBy, vault: Sealing, after: After = None, limit: Limit = PAGE_DEFAULT
) -> dict[str, Any]:
    """All persons, masked, in the order of their recording."""
    items, cursor = await people.list_people(asked, vault, after=after, limit=limit)
    return {"items": items, "next_cursor": cursor}


@people_api.get("/v1/people/{person_id}", tags=["people"], response_model=RegisteredPersonView)
async def get_person(person_id: PersonId, asked: AskedBy, vault: Sealing, response: Response) -> Document:
    """One person, masked, with his ETag."""
    return tagged(response, await people.read_person(asked, vault, person_id))


@people_api.patch("/v1/people/{person_id}", tags=["people"], response_model=RegisteredPersonView)
async def update_person(
    person_id: PersonId,
    body: PersonChange,
    version: ExpectedVersion,
    asked: AskedBy,
    vault: Sealing,
    response: Response,
) -> Document:
    """Change a person's name, phone, e-mail or region from the version that If-Match names."""
    changed = await people.amend_person(asked, vault, person_id, version=version, changes=body.changes)
    return tagged(response, changed)


@people_api.post("/v1/people/{person_id}/reveal", tags=["people"], response_model=RegisteredPersonView)
async def reveal_person(person_id: PersonId, body: WhyPerson, asked: AskedBy, vault: Sealing) -> Document:
    """A person unmasked; who asked and why is kept."""
    return await people.reveal_person(asked, vault, person_id, reason=body.reason)


@people_api.post("/v1/people/{person_id}/erase", tags=["people"], response_model=RegisteredPersonView)
async def erase_registered_person(person_id: PersonId, body: WhyPerson, asked: AskedBy, vault: Sealing) -> Document:
    """Erase what is personal, for good: its key is dropped. The id stays, with the classes and teams that name it."""
    return await people.erase_person(asked, vault, person_id, reason=body.reason)
