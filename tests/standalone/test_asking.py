"""One call of the API from the command line: who asks, what is sent, and what is printed of the answer."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from services.standalone.asking import Order, Refused, ask
from services.standalone.installation import Installation, Unusable
from tests.databases import Urls
from tests.houses import House, installation_of
from tests.standalone.conftest import Command


class Asked(Protocol):
    """Asks the house, as a command in another process would."""

    async def __call__(self, method: str, path: str, body: str | None = None, /, **more: Any) -> str: ...


@pytest.fixture
def running(house: House, tmp_path: Path) -> Installation:
    """The house as another command on this machine finds it."""
    return replace(installation_of(house.urls, tmp_path), gateway_url=house.url)


@pytest.fixture
def asked(running: Installation) -> Asked:
    async def call(method: str, path: str, body: str | None = None, /, **more: Any) -> str:
        pick = more.pop("pick", None)
        return (await asyncio.to_thread(ask, running, Order(method, path, body, **more), pick)).decode()

    return call


async def test_a_demo_caller_asks_and_the_answer_is_readable(asked: Asked) -> None:
    told = await asked("get", "/v1/me", role="operator")
    assert json.loads(told)["roles"] == ["operator"]
    assert told.startswith('{\n  "subject": ')


async def test_one_value_is_printed_as_a_shell_wants_it(asked: Asked) -> None:
    assert await asked("GET", "/v1/me", role="operator", pick="roles[0]") == "operator\n"


async def test_without_a_role_nobody_asks(asked: Asked) -> None:
    assert "claim.state" in await asked("GET", "/v1/problems", pick="items:code")
    with pytest.raises(Refused, match=r"401 auth\.missing"):
        await asked("GET", "/v1/me")


async def test_a_refusal_is_told_in_words_with_every_reason_and_what_to_do(asked: Asked) -> None:
    with pytest.raises(Refused) as refused:
        await asked("POST", "/v1/applications", '{"round_id": 1}', role="holder")
    assert str(refused.value).splitlines() == [
        "POST /v1/applications was refused (422 request.invalid)",
        "  /round_id: an id of the form rnd_<32 hexadecimal digits> is expected.",
        "  /amount: Field required.",
        "What to do: Correct the named fields and send again.",
    ]


async def test_a_file_is_sent_as_what_it_is(asked: Asked, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes("名单".encode("gbk"))
    sent = json.loads(await asked("POST", "/v1/documents?name=list.csv", f"@{file}", role="provider"))
    assert (sent["media_type"], sent["size"]) == ("text/csv", 4)


async def test_a_body_is_filled_from_the_environment_when_asked(
    asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "calendar.json"
    file.write_text('{"year": $year, "off": [], "worked": []}')
    monkeypatch.setenv("year", "2031")
    assert await asked("POST", "/v1/calendars", f"@{file}", role="operator", filled=True, pick="year") == "2031\n"


async def test_a_job_is_waited_for_and_answered_by_its_report(asked: Asked) -> None:
    told = await asked("POST", "/v1/sandbox/clock", '{"to": "2031-01-01T00:00:00Z"}', role="admin", pick="to")
    assert told == "2031-01-01T00:00:00+00:00\n"


@pytest.mark.parametrize(
    ("body", "more", "fault"),
    [
        ("@nowhere.json", {}, "nowhere.json: No such file"),
        ('{"year": $nobody_set_this}', {"filled": True}, r"\$nobody_set_this, which is not in the environment"),
        ("$", {"filled": True}, "cannot be filled"),
        (None, {"pick": "name"}, "the answer has no name"),
    ],
)
async def test_an_order_that_cannot_be_carried_out_says_why(
    asked: Asked, body: str | None, more: dict[str, Any], fault: str
) -> None:
    with pytest.raises(Unusable, match=fault):
        await asked("POST" if body else "GET", "/v1/calendars", body, role="operator", **more)


async def test_a_gateway_that_is_gone_is_one_line(running: Installation) -> None:
    gone = replace(running, gateway_url="http://127.0.0.1:9")
    with pytest.raises(Unusable, match="does not answer"):
        await asyncio.to_thread(ask, gone, Order("GET", "/v1/problems"), None)


def test_the_command_calls_a_given_database_that_nobody_serves(innovoucher: Command, database_urls: Urls) -> None:
    services = ("gateway", "registry", "voucher")
    given = {f"INNOVOUCHER_{service.upper()}_DATABASE_URL": getattr(database_urls, service) for service in services}
    given["INNOVOUCHER_DATABASE_URL"] = database_urls.owner
    done = innovoucher("api", "--as", "holder", "GET", "/v1/me", "--pick", "roles[0]", **given)
    assert (done.returncode, done.stdout) == (0, "holder\n"), done.stderr
    refused = innovoucher("api", "GET", "/v1/me", **given)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("GET /v1/me was refused (401 auth.missing)")
