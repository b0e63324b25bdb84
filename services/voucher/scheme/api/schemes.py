"""Speaks HTTP for `/v1/schemes`: validate a file, keep it as a version, publish it, read what is published."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import ConfigDict, Field
from starlette.responses import Response

from services.chassis.attempts import reason_json
from services.chassis.http import Db, Permitted, answered, router, under_key
from services.chassis.idempotency import Keyed
from services.chassis.ids import Prefixed
from services.chassis.models import Instant, StrictModel
from services.chassis.pages import PAGE_DEFAULT, After, Limit, Page
from services.voucher.scheme.domain.versions import VersionState
from services.voucher.scheme.operations import reading, versions
from services.voucher.scheme.operations.reading import FILE_BYTES
from services.voucher.scheme.store.versions import SchemeVersion

SchemeVersionId = Annotated[UUID, Prefixed("scv")]
SchemeName = Annotated[str | None, Query(max_length=64, description="The scheme's name in its file.")]
EXAMPLE = "scheme: jiangmen-service-2020\ntitle:\n  zh: 江门市小微企业服务补贴券（2020年）\n"


class SchemeFile(StrictModel):
    """A scheme file: its YAML text, at most 64 KiB."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"file": EXAMPLE}]})

    file: str = Field(min_length=1, max_length=FILE_BYTES)


class SchemeFaultView(StrictModel):
    """A fault: where it stands in the document (JSON pointer) and in the text, line and column counted from 1."""

    code: str
    pointer: str | None
    line: int
    column: int
    numbers: dict[str, Any]


class ValidationView(StrictModel):
    """Whether a file may be kept, and every fault at once if not."""

    valid: bool
    faults: list[SchemeFaultView]


class SchemeVersionView(StrictModel):
    """A version of a scheme; `rules` is what its file says, `file` the text itself when one version is read."""

    id: SchemeVersionId
    scheme: str
    version: int
    state: VersionState
    bureau: str
    title_zh: str
    title_en: str
    sha256: str
    created_at: Instant
    published_at: Instant | None
    published_by: str | None
    ended_at: Instant | None
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
        title_zh=version.rules.title_zh,
        title_en=version.rules.title_en,
        sha256=version.sha256,
        created_at=version.created_at,
        published_at=version.published_at,
        published_by=version.published_by,
        ended_at=version.ended_at,
        rules=version.document,
        file=version.file if whole else None,
    )


def schemes_router(calendar: versions.Calendar) -> APIRouter:
    """The endpoints; `calendar` reads the working days that publishing needs."""
    routes = router()

    @routes.post("/v1/schemes:validate", tags=["schemes"])
    async def validate_scheme(body: SchemeFile) -> ValidationView:
        """Find every fault of a scheme file at once; nothing is kept."""
        read = reading.read(body.file)
        faults = [_fault_view(reason_json(reason)) for reason in read.reasons(read.faults)]
        return ValidationView(valid=not faults, faults=faults)

    @routes.post("/v1/schemes", status_code=201, response_model=SchemeVersionView, tags=["schemes"])
    async def create_scheme(
        body: SchemeFile, db: Db, permit: Permitted, keyed: Annotated[Keyed, under_key(version_view)]
    ) -> Response:
        """Keep a file as the next version of its scheme, a draft."""
        return answered(await versions.keep(db, keyed, permit=permit, file=body.file))

    @routes.post("/v1/schemes/{scheme_version_id}/publish", response_model=SchemeVersionView, tags=["schemes"])
    async def publish_scheme(
        scheme_version_id: SchemeVersionId,
        db: Db,
        permit: Permitted,
        keyed: Annotated[Keyed, under_key(version_view, status=200)],
    ) -> Response:
        """Publish a draft for good; the version published before it is superseded."""
        answer = await versions.publish(db, keyed, permit=permit, version_id=scheme_version_id, calendar=calendar)
        return answered(answer)

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


def _fault_view(reason: dict[str, Any]) -> SchemeFaultView:
    numbers = dict(reason["numbers"])
    line, column = numbers.pop("line"), numbers.pop("column")
    return SchemeFaultView(code=reason["code"], pointer=reason["pointer"], line=line, column=column, numbers=numbers)
