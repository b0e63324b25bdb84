"""Speaks HTTP for `/v1/schemes`: validate a file, keep it as a version, publish it, read what is published."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis import problems
from services.chassis.attempts import reason_json
from services.chassis.http import Db, Permitted, answered, router, service_of, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import Prefixed
from services.chassis.models import Day, Instant, Prose, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.chassis.refusals import Reason
from services.voucher.scheme.domain.doubts import Doubt
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.operations import reading, versions
from services.voucher.scheme.operations.files import check_scheme
from services.voucher.scheme.operations.reading import FILE_BYTES
from services.voucher.scheme.store.versions import SchemeVersion

SchemeVersionId = Annotated[UUID, Prefixed("scv")]
SchemeName = Annotated[str | None, Query(max_length=64, description="The scheme's name in its file.")]
EXAMPLE = "scheme: jiangmen-service-2020\ntitle:\n  zh: 江门市小微企业服务补贴券（2020年）\n"


class SchemeFile(StrictModel):
    """A scheme file: its YAML text, at most 64 KiB."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"file": EXAMPLE}]})

    file: str = Field(min_length=1, max_length=FILE_BYTES)


class PublicationBody(StrictModel):
    """Which warnings the caller has read, by their codes; where there are none, nothing needs to be said.

    draft_basis_accepted: the same as naming the first of them.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"accepted": ["scheme.effective_past"]}]})

    accepted: list[Doubt] = Field(default_factory=list, max_length=len(Doubt))
    draft_basis_accepted: bool = False

    @property
    def read(self) -> frozenset[str]:
        """The codes of what was read."""
        return frozenset(self.accepted) | ({Doubt.DRAFT_BASIS} if self.draft_basis_accepted else frozenset())


class WithdrawnDraft(StrictModel):
    """Why a version is withdrawn."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "比例以正式通知为准，另行起草。"}]})

    reason: Prose


class SchemeFaultView(StrictModel):
    """A fault: where it stands in the document (JSON pointer) and in the text, line and column counted from 1.

    message: what it says, in the reader's language.
    """

    code: str
    message: str
    pointer: str | None
    line: int
    column: int
    numbers: dict[str, Any]


class ValidationView(StrictModel):
    """Whether a file may be kept, and every fault at once if not; if so, what to know before it is published."""

    valid: bool
    faults: list[SchemeFaultView]
    warnings: list[SchemeFaultView]


class SchemeVersionView(StrictModel):
    """A version of a scheme; `rules` is what its file says, `file` the text itself when one version is read.

    effective: the local date from which it counts; publish_asked_by: who asked to publish it past a warning; accepted:
    what he, and who published it, were warned of; lineage: the first of the schemes that it follows, or itself.
    """

    id: SchemeVersionId
    scheme: str
    version: int
    state: VersionState
    bureau: str
    title_zh: str
    title_en: str
    sha256: str
    effective: Day
    created_at: Instant
    publish_asked_at: Instant | None
    publish_asked_by: str | None
    published_at: Instant | None
    published_by: str | None
    ended_at: Instant | None
    accepted: list[str]
    lineage: str
    rules: dict[str, Any]
    file: str | None = None


def version_view(version: SchemeVersion, *, whole: bool = True) -> SchemeVersionView:
    """A version as shown."""
    return SchemeVersionView(
        id=version.id,
        scheme=version.scheme_id,
        version=version.version,
        state=version.state,
        bureau=version.bureau,
        title_zh=version.said.title_zh,
        title_en=version.said.title_en,
        sha256=version.sha256,
        effective=version.said.effective,
        created_at=version.created_at,
        publish_asked_at=version.publish_asked_at,
        publish_asked_by=version.publish_asked_by,
        published_at=version.published_at,
        published_by=version.published_by,
        ended_at=version.ended_at,
        accepted=version.accepted or [],
        lineage=version.said.lineage,
        rules=version.document,
        file=version.file if whole else None,
    )


def schemes_router(beside: versions.Beside) -> APIRouter:
    """The endpoints, with what they need of other wings."""
    routes = router()

    @routes.post("/v1/schemes:validate", tags=["schemes"])
    async def validate_scheme(body: SchemeFile, request: Request) -> ValidationView:
        """Find every fault of a scheme file at once, and what nobody has published; nothing is kept."""
        found = await asyncio.to_thread(check_scheme, body.file)  # others are served meanwhile
        faults, warnings = ([_fault_view(request, one) for one in told] for told in (found.faults, found.warnings))
        return ValidationView(valid=not faults, faults=faults, warnings=warnings)

    @routes.post("/v1/schemes", status_code=201, response_model=SchemeVersionView, tags=["schemes"])
    async def create_scheme(
        body: SchemeFile, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(version_view)]
    ) -> Response:
        """Keep a file as the next version of its scheme, a draft."""
        return answered(await versions.keep(db, keyed, permit=permit, file=body.file))

    @routes.post("/v1/schemes/{scheme_version_id}/publish", response_model=SchemeVersionView, tags=["schemes"])
    async def publish_scheme(
        scheme_version_id: SchemeVersionId,
        body: Annotated[PublicationBody, Body(default_factory=PublicationBody)],
        db: Db,
        permit: Permitted,
        keyed: Annotated[Keyed, under_key(version_view, status=200)],
    ) -> Response:
        """Publish a draft for good; the version published before it is superseded.

        Where a basis is no policy in force, where it counts from a day that is over, or where a limit that outlives a
        year is dropped, two persons do so one after the other, each past the warning.
        """
        asked = versions.Publication(scheme_version_id, body.read)
        return answered(await versions.publish(db, keyed, permit=permit, asked=asked, beside=beside))

    @routes.post("/v1/schemes/{scheme_version_id}/withdraw", response_model=SchemeVersionView, tags=["schemes"])
    async def withdraw_scheme(
        scheme_version_id: SchemeVersionId,
        body: WithdrawnDraft,
        db: Db,
        permit: Permitted,
        keyed: Annotated[Keyed, under_key(version_view, status=200)],
    ) -> Response:
        """Withdraw a draft, or what was published while no round of its scheme is left unsettled, for a reason."""
        asked = versions.Withdrawal(scheme_version_id, body.reason)
        return answered(await versions.withdraw(db, keyed, permit=permit, asked=asked, beside=beside))

    @routes.get("/v1/schemes/schema", tags=["schemes"])
    async def get_scheme_schema() -> dict[str, Any]:
        """The JSON Schema of scheme files; needs no token."""
        return reading.SCHEMA_DOCUMENT

    @routes.get("/v1/schemes", tags=["schemes"])
    async def list_schemes(
        db: Db, permit: Permitted, scheme: SchemeName = None, after: After = None, limit: Limit = PAGE_DEFAULT
    ) -> Page[SchemeVersionView]:
        """Scheme versions, newest first."""
        found, cursor = await versions.list_versions(db, permit=permit, scheme_id=scheme, after=after, limit=limit)
        return Page(items=[version_view(version, whole=False) for version in found], next_cursor=cursor)

    @routes.get("/v1/schemes/{scheme_version_id}", tags=["schemes"])
    async def get_scheme(scheme_version_id: SchemeVersionId, db: Db, permit: Permitted) -> SchemeVersionView:
        """One version with its text."""
        return version_view(await versions.read_version(db, permit=permit, version_id=scheme_version_id))

    return routes


def _fault_view(request: Request, fault: Reason) -> SchemeFaultView:
    problem = service_of(request).all_problems[fault.code]
    language = problems.language_of(request.headers.get("accept-language"))
    message, reason = problems.message(problem, fault, language), reason_json(fault)
    numbers = dict(reason["numbers"])
    place = {name: numbers.pop(name) for name in ("line", "column")}
    return SchemeFaultView(code=fault.code, pointer=fault.pointer, message=message, numbers=numbers, **place)
