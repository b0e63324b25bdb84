"""Speaks OAuth 2.0 for machines: token, revocation and introspection, in the forms and errors of their RFCs.

RFC 6749 (token), RFC 7009 (revocation), RFC 7662 (introspection). Bodies are forms, errors are ``{"error": …}``.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from fastapi import Request
from fastapi.responses import JSONResponse

from services.chassis.database import Database, Databases, Mode
from services.chassis.http import router, service_of
from services.chassis.ids import parse
from services.chassis.refusals import Refusal
from services.chassis.tokens import Caller
from services.gateway.api.acting import AllDatabases, Kept
from services.gateway.api.auth import BEARER, EXAMPLE, chosen_mode
from services.gateway.domain.roles import SERVICE_ROLE
from services.gateway.keeper import Keeper
from services.gateway.operations import clients, refresh, sessions
from services.gateway.operations.tokens import Issued

oauth2 = router()
FIELDS_MAX = 16
NO_STORE = {"Cache-Control": "no-store"}
GRANTS = ("client_credentials", "refresh_token")

_EXAMPLES = {
    "grant_type": "client_credentials",
    "client_id": "cli_01900000000070008000000000000000",
    "client_secret": f"sec{EXAMPLE}",
    "refresh_token": f"rt{EXAMPLE}",
    "token": f"rt{EXAMPLE}",
    "token_type_hint": "refresh_token",
    "mode": "test",
}

_ERRORS = {
    "client.failed": (401, "invalid_client"),
    "refresh.failed": (400, "invalid_grant"),
    "mode.unavailable": (400, "invalid_request"),
}


class OAuthError(Exception):
    """An error as RFC 6749 section 5.2 names it."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


def _form_body(required: str, *optional: str) -> dict[str, Any]:
    """The OpenAPI description of a form."""
    schema = {
        "type": "object",
        "required": [required],
        "properties": {name: {"type": "string", "examples": [_EXAMPLES[name]]} for name in (required, *optional)},
    }
    return {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


async def _form(request: Request) -> dict[str, str]:
    """The form's fields; OAuthError when it is no form or names a field twice."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "the body is a form")
    try:
        pairs = parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError as error:
        raise OAuthError("invalid_request", "the form is unreadable") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise OAuthError("invalid_request", "a field stands twice")
    return fields


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[UUID | None, str]:
    """Client id and secret from the Basic header (RFC 6749 section 2.3.1) or the form, not from both."""
    header = request.headers.get("authorization", "")
    if not header.lower().startswith("basic "):
        return _client_id(form.get("client_id", "")), form.get("client_secret", "")
    if "client_secret" in form:
        raise OAuthError("invalid_request", "the client proves itself twice")
    try:
        name, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise OAuthError("invalid_client", "the Basic header is unreadable", 401) from error
    return _client_id(unquote_plus(name)), unquote_plus(secret)


def _client_id(text: str) -> UUID | None:
    try:
        return parse("cli", text)
    except ValueError:
        return None


def _mode(databases: Databases, form: Mapping[str, str], *tokens: str) -> Mode:
    sent = form.get("mode")
    if sent not in (None, "live", "test"):
        raise OAuthError("invalid_request", "mode is live or test")
    asked: Mode | None = "live" if sent == "live" else "test" if sent == "test" else None
    return chosen_mode(databases, asked, *tokens)


def _told(error: OAuthError) -> JSONResponse:
    headers = dict(NO_STORE)
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="innovoucher"'
    return JSONResponse({"error": error.error, "error_description": error.description}, error.status, headers)


def _translated(refusal: Refusal) -> OAuthError:
    """Refusals that the RFCs have a name for; the others stay problem documents."""
    if refusal.code not in _ERRORS:
        raise refusal
    status, name = _ERRORS[refusal.code]
    return OAuthError(name, refusal.code, status)


@oauth2.post(
    "/oauth2/token",
    tags=["oauth2"],
    openapi_extra=_form_body("grant_type", "client_id", "client_secret", "refresh_token", "mode"),
)
async def issue_token(request: Request, databases: AllDatabases, keeper: Kept) -> JSONResponse:
    """An access token for a machine client (client_credentials), or a session's next pair (refresh_token)."""
    try:
        form = await _form(request)
        issued, mode = await _granted(request, form, databases, keeper)
    except OAuthError as error:
        return _told(error)
    except Refusal as refusal:
        return _told(_translated(refusal))
    body = {
        "access_token": issued.access_token,
        "token_type": BEARER,
        "expires_in": issued.expires_in,
        "scope": " ".join(issued.standing.roles),
        "mode": mode,
    }
    if issued.refresh_token is not None:
        body["refresh_token"] = issued.refresh_token
    return JSONResponse(body, headers=NO_STORE)


async def _granted(
    request: Request, form: Mapping[str, str], databases: Databases, keeper: Keeper
) -> tuple[Issued, Mode]:
    match form.get("grant_type"):
        case "client_credentials":
            client_id, secret = _credentials(request, form)
            mode = _mode(databases, form, secret)
            issued = await clients.issue_to_client(
                databases.of(mode), keeper.signer, client_id=client_id, secret=secret, mode=mode
            )
            return issued, mode
        case "refresh_token":
            token = form.get("refresh_token", "")
            mode = _mode(databases, {}, token)
            return await refresh.refresh(databases.of(mode), keeper, token, mode=mode), mode
        case None:
            raise OAuthError("invalid_request", "grant_type is missing")
        case _:
            raise OAuthError("unsupported_grant_type", f"one of {', '.join(GRANTS)}")


@oauth2.post("/oauth2/revoke", tags=["oauth2"], openapi_extra=_form_body("token", "token_type_hint"))
async def revoke_token(request: Request, databases: AllDatabases) -> JSONResponse:
    """End the session of a refresh token, or one access token; unknown tokens are answered alike (RFC 7009)."""
    try:
        token = (await _form(request)).get("token", "")
        if token.startswith("rt_"):
            mode = _mode(databases, {}, token)
            await sessions.end_by_refresh_token(databases.of(mode), token)
        elif (caller := await _live_caller(request, token)) is not None:
            await sessions.revoke_token(databases.of(caller.mode), caller.token_id)
    except OAuthError as error:
        return _told(error)
    except Refusal as refusal:
        return _told(_translated(refusal))
    return JSONResponse({}, headers=NO_STORE)


@oauth2.post(
    "/oauth2/introspect",
    tags=["oauth2"],
    openapi_extra=_form_body("token", "client_id", "client_secret", "mode"),
)
async def introspect_token(request: Request, databases: AllDatabases) -> JSONResponse:
    """Whether an access token is good now, for one of our services that proves itself (RFC 7662)."""
    try:
        form = await _form(request)
        client_id, secret = _credentials(request, form)
        await _refuse_stranger(databases.of(_mode(databases, form, secret)), client_id, secret)
        caller = await _live_caller(request, form.get("token", ""))
    except OAuthError as error:
        return _told(error)
    except Refusal as refusal:
        return _told(_translated(refusal))
    return JSONResponse({"active": False} if caller is None else _introspected(caller), headers=NO_STORE)


async def _refuse_stranger(database: Database, client_id: UUID | None, secret: str) -> None:
    client = await clients.authenticate(database, client_id, secret)
    if SERVICE_ROLE not in client.roles:
        raise OAuthError("invalid_client", "only services may ask", 401)


async def _live_caller(request: Request, token: str) -> Caller | None:
    """Who an access token stands for; None when it is not valid, expired or revoked."""
    service = service_of(request)
    try:
        caller = await service.verifier.verify(token)
        if service.revocations is not None:
            service.revocations.check(caller, writes=False)
    except Refusal:
        return None
    return caller


def _introspected(caller: Caller) -> dict[str, Any]:
    return {
        "active": True,
        "sub": caller.subject,
        "roles": sorted(caller.roles),
        "mode": caller.mode,
        "iat": caller.issued_at,
        "jti": caller.token_id,
        "token_type": BEARER,
    }
