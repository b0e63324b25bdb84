"""No password, token or secret is found in a log or in an error, whatever goes wrong."""

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
import structlog

from services.chassis.ids import new_id
from services.chassis.neighbours import Credentials
from services.gateway.app import create_app
from services.gateway.domain.person import Person
from services.gateway.domain.roles import Duty
from services.gateway.domain.standing import Standing
from services.gateway.operations.log_in import Login
from services.gateway.operations.register import Claimant
from services.gateway.operations.tokens import Issued
from services.gateway.store.people import Account
from tests.gateway.cast import PASSWORD, Cast
from tests.gateway.conftest import MASTER_KEY, MakeSettings, client_of, running
from tests.gateway.echo import echo


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged, by whatever logger, at every level."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(stream))
    yield stream
    structlog.reset_defaults()
    root.removeHandler(handler)
    root.setLevel(level)


async def test_no_secret_is_logged_or_told(
    api: httpx2.AsyncClient, cast: Cast, logged: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    await cast.member()
    issued = await cast.login("chen.hua")
    headers = {"Authorization": f"Bearer {issued.access_token}"}
    made = await api.post("/v1/clients", json={"name": "ERP", "roles": ["holder"]}, headers=headers)
    secret = made.json()["client_secret"]
    offered = await api.post("/v1/me/devices", json={"name": "tablet"}, headers=headers)
    pin = offered.json()["pin"]
    told = [
        await api.post("/v1/auth/login", json={"login": "chen.hua", "password": f"{PASSWORD}!"}),
        await api.post("/v1/auth/login", json={"login": "chen.hua", "password": [PASSWORD]}),
        await api.post("/v1/auth/login", content=f'{{"password": "{PASSWORD}", "login": '.encode()),
        await api.post("/v1/auth/refresh", json={"refresh_token": issued.refresh_token, "x": 1}),
        await api.post("/v1/auth/activate", json={"token": "t" * 300, "login": "x", "password": PASSWORD}),
        await api.post("/v1/auth/devices", json={"pin": pin, "x": 1}),
        await api.post("/v1/auth/devices", json={"pin": f"{pin}0"}),
        await api.post("/v1/registrations", json={"person": {"password": PASSWORD}}),
        await api.post("/oauth2/token", data={"grant_type": "x", "client_secret": secret}),
        await api.get("/v1/me", headers={"Authorization": f"Bearer {issued.access_token}x"}),
    ]
    out = "".join([logged.getvalue(), *capsys.readouterr(), *(reply.text for reply in told)])
    secrets = (PASSWORD, secret, pin, issued.refresh_token, issued.access_token, "chen.hua", "陈华", MASTER_KEY.hex())
    assert [one for one in secrets if one and one in out] == []
    assert all(reply.status_code >= 400 for reply in told)


@pytest.mark.filterwarnings("ignore")
async def test_a_failure_behind_the_door_is_logged_without_the_token(
    settings_of: MakeSettings, cast: Cast, logged: io.StringIO
) -> None:
    await cast.member()
    token = (await cast.login("chen.hua")).access_token
    async with running(create_app(settings_of(), {"voucher": echo})) as app, client_of(app) as client:
        await client.get("/v1/echo/raises", headers={"Authorization": f"Bearer {token}"})
    assert token not in logged.getvalue()


def test_settings_hide_their_secrets(settings_of: MakeSettings) -> None:
    settings: Any = settings_of()
    shown = f"{settings!r} {settings}"
    assert "only-for-tests" not in shown
    assert settings.master_key.get_secret_value() not in shown


def test_what_holds_a_secret_does_not_show_it_in_a_trace() -> None:
    person = Person(new_id(), Duty.NONE, "active", datetime.now(UTC))
    holders = (
        Login("chen.hua", PASSWORD, None, "a device", "test"),
        Claimant("陈华", "chen.hua", PASSWORD),
        Issued(PASSWORD, Standing(roles=()), refresh_token=PASSWORD),
        Account(person, PASSWORD),
        Credentials("cli_x", PASSWORD),
    )
    assert [holder for holder in holders if PASSWORD in repr(holder)] == []
