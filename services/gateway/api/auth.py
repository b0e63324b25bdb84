"""Speaks HTTP for people: log in, refresh, log out, and set login and password through a one-time link."""

from typing import Annotated

from fastapi import Response
from pydantic import ConfigDict, Field

from services.chassis.database import Databases, Mode
from services.chassis.holders import HolderId
from services.chassis.http import Db, Permitted, router
from services.chassis.ids import parse
from services.chassis.models import StrictModel
from services.chassis.refusals import Refusal
from services.gateway.api.acting import ActingPerson, AllDatabases, Device, Kept, PersonId, acted_for
from services.gateway.operations import links, sessions
from services.gateway.operations import log_in as entry
from services.gateway.operations import refresh as renewal
from services.gateway.operations.tokens import Issued
from services.gateway.vault import mode_of

auth = router()
BEARER = "Bearer"
EXAMPLE = "_test_" + "0123456789abcdef" * 4
"""What follows the kind in an example of a token; it opens nothing."""

Secret = Annotated[str, Field(max_length=256, repr=False)]
"""Never repeated in an answer, an error or a log."""


class LoginAsked(StrictModel):
    """Who wants in. mode: which database, live where there is one.

    organization: for which organisation or team, or for himself; needed by who acts for several.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"login": "li.wei", "password": "correct horse battery", "mode": "test"}]}
    )
    login: str = Field(max_length=256)
    password: Secret
    organization: HolderId | None = None
    mode: Mode | None = None


class RefreshAsked(StrictModel):
    """The refresh token of the last answer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"refresh_token": f"rt{EXAMPLE}"}]})
    refresh_token: Secret


class ActivationAsked(StrictModel):
    """A one-time token, with the login and password that its person chooses."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"token": f"act{EXAMPLE}", "login": "chen.hua", "password": "nine rivers in delta"}]
        }
    )
    token: Secret
    login: str = Field(max_length=256)
    password: Secret


class TokenView(StrictModel):
    """Tokens. The access token lives ten minutes (expires_in, seconds); the refresh token works once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…",
                    "token_type": "Bearer",
                    "expires_in": 600,
                    "refresh_token": f"rt{EXAMPLE}",
                    "organization": None,
                    "roles": ["operator"],
                    "mode": "test",
                }
            ]
        }
    )
    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str | None
    organization: HolderId | None
    roles: list[str]
    mode: Mode


class ActivatedView(StrictModel):
    """Who may log in from now on."""

    person: PersonId


def chosen_mode(databases: Databases, mode: Mode | None, *tokens: str) -> Mode:
    """The mode that was asked for, or that a token was made in, or this installation's own."""
    return mode or next((found for token in tokens if (found := mode_of(token))), None) or databases.default_mode


def token_view(issued: Issued, mode: Mode) -> TokenView:
    """Issued tokens as shown."""
    return TokenView(
        access_token=issued.access_token,
        token_type=BEARER,
        expires_in=issued.expires_in,
        refresh_token=issued.refresh_token,
        organization=acted_for(issued.standing.kind, issued.standing.organization_id),
        roles=list(issued.standing.roles),
        mode=mode,
    )


@auth.post("/v1/auth/login", tags=["auth"])
async def log_in(body: LoginAsked, databases: AllDatabases, keeper: Kept, device: Device) -> TokenView:
    """Open a session with login and password; who has several organisations names one."""
    mode = chosen_mode(databases, body.mode)
    chosen = None if body.organization is None else body.organization.id
    asked = entry.Login(body.login, body.password, chosen, device, mode)
    return token_view(await entry.log_in(databases.of(mode), keeper, asked), mode)


@auth.post("/v1/auth/refresh", tags=["auth"])
async def refresh_tokens(body: RefreshAsked, databases: AllDatabases, keeper: Kept) -> TokenView:
    """The next pair of tokens; repeat the call if its answer was lost."""
    mode = mode_of(body.refresh_token)
    if mode is None:
        raise Refusal("refresh.failed")
    issued = await renewal.refresh(databases.of(mode), keeper, body.refresh_token, mode=mode)
    return token_view(issued, mode)


@auth.post("/v1/auth/logout", status_code=204, tags=["auth"])
async def log_out(db: Db, permit: Permitted, person_id: ActingPerson) -> Response:
    """End this session; its tokens count no more within two seconds."""
    await sessions.end_session(db, person_id, parse("ses", permit.caller.session))
    return Response(status_code=204)


@auth.post("/v1/auth/activate", tags=["auth"])
async def activate_account(body: ActivationAsked, databases: AllDatabases, keeper: Kept) -> ActivatedView:
    """Set login and password through a one-time link."""
    mode = chosen_mode(databases, None, body.token)
    person = await links.activate(databases.of(mode), keeper, body.token, login=body.login, password=body.password)
    return ActivatedView(person=person.id)
