"""Decides how a service speaks HTTP: strict JSON in, a permit before anything is judged or done, problems out."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import to_json
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from services.chassis import attempts, problems, shapes
from services.chassis.attempts import Attempt
from services.chassis.authorisation import Permit, Table, permit
from services.chassis.bodies import StrictRequest, asked
from services.chassis.database import Database, Databases, clashed, lost, overran
from services.chassis.headers import bearer_of, problem_headers, unfollowed
from services.chassis.idempotency import Answer, Keyed, fingerprint
from services.chassis.ids import new_id
from services.chassis.metrics import Measured, count_refusal
from services.chassis.models import in_utc
from services.chassis.problems import CHASSIS_PROBLEMS, Problem
from services.chassis.refusals import Refusal
from services.chassis.revocations import RevocationList
from services.chassis.routing import Handler, Nouns, plan_of, served
from services.chassis.tokens import Caller, Verifier

BODY_MAX = 1024 * 1024
REQUEST_ID = re.compile(r"req_[0-9a-f]{32}")
REFUSED = {"4XX": "Refused.", "5XX": "Failed."}
KEY_FORM = re.compile(r"[\x21-\x7e]{1,255}")
KEY_SAYS = "The same key again for the same request, so that a retry has no second effect; a new one for a new request."
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Service:
    """All that the HTTP side of a service needs to know of it."""

    name: str
    databases: Databases
    verifier: Verifier
    authorisation: Table
    problems: Mapping[str, Problem]
    revocations: RevocationList | None = None
    ready: Sequence[Callable[[], Awaitable[Sequence[str]]]] = field(default=())
    fallen: list[str] = field(default_factory=list)
    """Names of what ran beside requests and has ended by itself."""

    @property
    def all_problems(self) -> Mapping[str, Problem]:
        """The service's own codes and the chassis's."""
        return {**CHASSIS_PROBLEMS, **self.problems}


REFUSALS: dict[int | str, dict[str, Any]] = {
    kind: {"model": problems.ProblemDocument, "content": {problems.MEDIA_TYPE: {}}, "description": description}
    for kind, description in REFUSED.items()
}


class Guarded(APIRoute):
    """A route that nobody passes without a permit, where the table asks for one, and that reads its body strictly."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.plan = plan_of(self)
        if self.plan is not None:
            self.app = served(_guard(self.plan.respond))

    def get_route_handler(self) -> Handler:
        """FastAPI's handler behind the guard; where there is a plan, that stands there in its place."""
        return _guard(super().get_route_handler())


def _guard(handler: Handler) -> Handler:
    """The only way to an endpoint: through `authorise`, with a StrictRequest."""

    async def guarded(request: Request) -> Response:
        strict = StrictRequest(request.scope, request.receive)
        await authorise(strict)
        return await handler(strict)

    return guarded


def router() -> APIRouter:
    """A router whose routes are guarded and named by their function."""
    return APIRouter(route_class=Guarded, responses=REFUSALS, generate_unique_id_function=lambda route: route.name)


# ── what an endpoint asks for: always async, since FastAPI sends whatever else it calls through a pool of threads ────


def service_of(request: Request) -> Service:
    """The service that this request came to."""
    service: Service = request.app.state.service
    return service


async def authorise(request: Request) -> None:
    """Runs before every endpoint: verifies the token and finds the permit in the authorisation table."""
    service = service_of(request)
    operation = request.scope["route"].name
    if b"%00" in request.scope["query_string"]:  # no text of ours has a NUL, and PostgreSQL takes none
        raise Refusal("request.malformed", numbers={"why": "NUL in the query"})
    if not service.authorisation[operation]:
        return
    caller = await service.verifier.verify(bearer_of(request.headers.raw))
    if service.revocations is not None:
        service.revocations.check(caller, writes=request.method not in ("GET", "HEAD"))
    request.state.permit = permit(service.authorisation, operation, caller)


async def _permit(request: Request) -> Permit:
    granted: Permit = request.state.permit
    return granted


async def _database(request: Request) -> Database:
    """The database of the caller's mode; of a public endpoint, which looks at no token, the one by default."""
    databases = service_of(request).databases
    granted: Permit | None = getattr(request.state, "permit", None)
    return databases.of(databases.default_mode if granted is None else granted.caller.mode)


def request_id_of(request: Request) -> str:
    """The gateway's request id, or a new one for a call that did not pass it."""
    if not hasattr(request.state, "request_id"):
        sent = request.headers.get("x-request-id", "")
        request.state.request_id = sent if REQUEST_ID.fullmatch(sent) else f"req_{new_id().hex}"
    name: str = request.state.request_id
    return name


async def _request_id(request: Request) -> str:
    return request_id_of(request)


async def _deadline(request_deadline: Annotated[str | None, Header(max_length=64)] = None) -> datetime | None:
    if request_deadline is None:
        return None
    try:
        return in_utc(datetime.fromisoformat(request_deadline))
    except ValueError as error:
        raise Refusal("request.deadline_form", pointer="/headers/Request-Deadline") from error


Permitted = Annotated[Permit, Depends(_permit)]
Db = Annotated[Database, Depends(_database)]
RequestId = Annotated[str, Depends(_request_id)]
RequestDeadline = Annotated[datetime | None, Depends(_deadline)]


def under_key(
    view: Callable[[Any], BaseModel],
    *,
    status: int = 201,
    subject: str | None = None,
    file: bool = False,
    unsaid: Collection[str] = (),
) -> Any:
    """``Depends`` for an endpoint that needs an Idempotency-Key; view turns the operation's result into its answer.

    subject: the field of the body, ``…_id``, that says what is tried upon where the path does not; file: the body is a
    file's bytes, and the query says what they are for; unsaid: the body's members that a retry may say otherwise.
    Refusal ``idempotency.missing`` or ``idempotency.malformed``.
    """

    async def keyed(
        request: StrictRequest,
        idempotency_key: Annotated[str | SkipJsonSchema[None], Header(description=KEY_SAYS)] = None,
    ) -> Keyed:
        if idempotency_key is None:
            raise Refusal("idempotency.missing", pointer="/headers/Idempotency-Key")
        if len(request.headers.getlist("idempotency-key")) > 1 or not KEY_FORM.fullmatch(idempotency_key):
            raise Refusal("idempotency.malformed", pointer="/headers/Idempotency-Key")
        operation = request.scope["route"].name
        named = {**request.path_params, **(request.query_params if file else {})}
        request.state.attempt = attempt_of(request, operation, idempotency_key, named)
        body = await (_file(request) if file else asked(request))
        if subject is not None and isinstance(body, dict):
            request.state.attempt = attempt_of(request, operation, idempotency_key, {subject: body.get(subject)})
        return Keyed(
            attempt=request.state.attempt,
            fingerprint=fingerprint(request.scope["path"], body, unsaid=unsaid),
            render=lambda result: view(result).model_dump(mode="json"),
            status=status,
        )

    return Depends(keyed)


async def _file(request: StrictRequest) -> Any:
    """What a file and the query beside it are, to tell one request from another."""
    content = await request.at_most(BODY_MAX)
    return [request.url.query, hashlib.sha256(content).hexdigest()]


def attempt_of(request: Request, operation: str, key: str, named: Mapping[str, Any]) -> Attempt:
    """A try of the caller's under a key, refused until it is done; named: where the id of its subject may stand."""
    caller: Caller = request.state.permit.caller
    kind, subject = _subject(named)
    return Attempt(
        operation=operation,
        caller=caller.subject,
        organization=caller.organization,
        subject_kind=kind,
        subject_id=subject,
        key=key,
        outcome="refused",
        request_id=request_id_of(request),
    )


def _subject(parameters: Mapping[str, Any]) -> tuple[str | None, UUID | None]:
    for name, value in parameters.items():
        digits = str(value).rpartition("_")[2]
        if name.endswith("_id") and re.fullmatch("[0-9a-f]{32}", digits):
            return name.removesuffix("_id"), UUID(hex=digits)
    return None, None


def answered(answer: Answer) -> Response:
    """The response of a keyed operation; a replay says so."""
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    return Response(to_json(answer.body), answer.status, headers, media_type="application/json")


def etag(version: int) -> str:
    """The entity tag of a version number."""
    return f'"{version}"'


async def expected_version(if_match: Annotated[str | None, Header(max_length=64)] = None) -> int:
    """The version an edit was made from; Refusal ``edit.unconditional`` without If-Match."""
    if if_match is None:
        raise Refusal("edit.unconditional", pointer="/headers/If-Match")
    match = re.fullmatch(r'"(\d{1,18})"', if_match)
    if match is None:
        raise Refusal("edit.precondition", pointer="/headers/If-Match")
    return int(match[1])


ExpectedVersion = Annotated[int, Depends(expected_version)]


# ── what goes out ────────────────────────────────────────────────────────────────────────────────────────────────


def problem_of(request: Request, refusal: Refusal, *, instance: str) -> dict[str, Any]:
    """The problem document of a refusal in the reader's language (RFC 9457); instance: the path that was refused."""
    count_refusal(service_of(request).name, refusal)
    return problems.document(
        service_of(request).all_problems,
        refusal,
        instance=instance,
        request_id=request_id_of(request),
        language=problems.language_of(request.headers.get("accept-language")),
    )


def problem_response(request: Request, refusal: Refusal) -> JSONResponse:
    """A refusal as application/problem+json in the reader's language (RFC 9457)."""
    body = problem_of(request, refusal, instance=request.url.path)
    language = problems.language_of(request.headers.get("accept-language"))
    headers = problem_headers(body["status"], refusal, language)
    return JSONResponse(body, body["status"], headers, media_type=problems.MEDIA_TYPE)


async def _on_refusal(request: Request, error: Exception) -> Response:
    refusal = cast(Refusal, error)
    await _keep_attempt(request, refusal)
    return problem_response(request, refusal)


async def _keep_attempt(request: Request, refusal: Refusal) -> None:
    """Every try under a key is kept, the refused ones too."""
    attempt: Attempt | None = getattr(request.state, "attempt", None)
    if attempt is not None:
        await attempts.keep_refused(await _database(request), [attempt.refused(refusal.reasons)])


async def _on_invalid(request: Request, error: Exception) -> Response:
    return await _on_refusal(request, ill_formed(request, cast(RequestValidationError, error).errors()))


def ill_formed(request: Request, faults: Sequence[Mapping[str, Any]]) -> Refusal:
    """Why what was sent cannot be read, from all faults that the validator found in it."""
    known = service_of(request).all_problems
    return Refusal.of([shapes.reason(fault, known) for fault in faults])


_STATUS_CODES = {404: "request.not_found", 405: "request.method", 413: "request.too_large"}


async def _on_http_error(request: Request, error: Exception) -> Response:
    raised = cast(HTTPException, error)
    if raised.status_code == 400:
        refusal = Refusal("request.malformed", numbers={"why": "unreadable"})
    else:
        refusal = Refusal(_STATUS_CODES.get(raised.status_code, "internal"))
    response = problem_response(request, refusal)
    response.headers.update(raised.headers or {})
    return response


async def _on_database_error(request: Request, error: Exception) -> Response:
    unserved = isinstance(error, OperationalError | InterfaceError) or lost(error) or overran(error) or clashed(error)
    log.error("request.failed", request_id=request_id_of(request), error=type(error).__name__, exc_info=not unserved)
    return problem_response(request, Refusal("service.unavailable" if unserved else "internal"))


async def _on_bug(request: Request, error: Exception) -> Response:
    log.error("request.failed", request_id=request_id_of(request), error=type(error).__name__, exc_info=error)
    return problem_response(request, Refusal("internal"))


def create_service(
    service: Service,
    routers: Sequence[APIRouter],
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """The ASGI app of a service: its routers, each endpoint behind the authorisation table."""
    app = FastAPI(
        title=f"Innovoucher {service.name}",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_tags=[{"name": "problems", "x-problems": problems.catalogue(service.all_problems)}],
        lifespan=lifespan,
        max_body_size=None,
        telemetry={"metrics": False, "logs": False, "auto_configure": False, "exclude": unfollowed},
    )
    app.add_middleware(Measured, service=service.name)
    app.state.service = service
    app.openapi = _as_it_is(app.openapi)  # type: ignore[method-assign]
    guarded = [_guarded(route) for one in routers for route in one.routes]
    app.router.routes += [Nouns(guarded), *guarded]  # behind it all once more: the document is written of them
    for kind, handler in (
        (Refusal, _on_refusal),
        (RequestValidationError, _on_invalid),
        (HTTPException, _on_http_error),
        (DBAPIError, _on_database_error),
        (PoolTimeout, _on_database_error),
        (OSError, _on_database_error),
        (Exception, _on_bug),
    ):
        app.add_exception_handler(kind, handler)
    return app


def _guarded(route: BaseRoute) -> Guarded:
    if not isinstance(route, Guarded):
        raise TypeError(f"{route} is no endpoint of `router()`: nobody would guard it")
    return route


def _as_it_is(describe: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """The app's OpenAPI document as the service behaves.

    An Idempotency-Key is required (a missing one is answered 428, not 422), and a refusal is a problem document and no
    other JSON.
    """

    def described() -> dict[str, Any]:
        document = describe()
        operations = (operation for path in document["paths"].values() for operation in path.values())
        for operation in operations:
            for parameter in operation.get("parameters", ()):
                parameter["required"] = parameter["required"] or parameter["name"] == "idempotency-key"
            for refused in (operation["responses"][kind] for kind in REFUSED):
                refused["content"] = {problems.MEDIA_TYPE: next(filter(None, refused["content"].values()))}
        return document

    return described
