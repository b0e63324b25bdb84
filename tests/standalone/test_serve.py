"""``innovoucher serve``: three services as three processes, each reached over HTTP through the forwarding gateway."""

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from migrations.schemas import SERVICES
from services.standalone import gatehouse, voucher_keys
from services.standalone.caller import Caller
from services.standalone.folders import Secrets
from services.standalone.installation import Installation
from services.standalone.logins import over, remembered
from services.standalone.registry_keys import master_key_of
from tests.databases import TestServer
from tests.houses import Seeded, installation_of
from tests.standalone.conftest import environment

Serve = Callable[..., None]
PATIENCE_SECONDS = 60


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts a service and waits until it takes requests; at the end each is asked to stop, and does."""
    started: list[subprocess.Popen[str]] = []

    def begin(service: str, port: int, **settings: str) -> None:
        more = {f"INNOVOUCHER_{service.upper()}_{name.upper()}": value for name, value in settings.items()}
        command = [sys.executable, "-m", "services.standalone", "serve", service, "--port", str(port)]
        process = subprocess.Popen(command, env=environment(tmp_path, **more), stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        assert any(line.startswith(f"{service} at ") for line in process.stdout)

    yield begin
    for process in started:
        process.send_signal(signal.SIGTERM)
    try:
        assert [process.wait(PATIENCE_SECONDS) for process in started] == [0] * len(started)
    finally:
        for process in started:
            process.kill()
            process.communicate()


async def service_settings(ready: Installation, service: str) -> dict[str, str]:
    """The database of the sandbox, and what the service proves itself with."""
    secret = Secrets(ready.data / "services.json").of(service)
    client_id = await gatehouse.make_service_client(ready, service, secret, "test")
    return {
        "test_database_url": ready.url(service, "test") or "",
        "client_id": client_id,
        "client_secret": secret,
    }


def free_port() -> int:
    """A port that nobody listens on: each of them needs the others' addresses before they are there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


async def test_three_processes_are_one_system(postgres_server: TestServer, seeded: Seeded, serve: Serve) -> None:
    ready = installation_of(await postgres_server.clone(seeded.database), seeded.data)
    ports = {service: free_port() for service in SERVICES}
    at = {service: f"http://127.0.0.1:{port}" for service, port in ports.items()}
    own = gatehouse.settings_of(ready)
    secrets = {"master_key": own.master_key.get_secret_value(), "key_directory": str(own.key_directory)}
    secrets["calls_per_address"] = str(own.calls_per_address)
    url = ready.url("gateway", "test") or ""
    forwards = {"registry_url": at["registry"], "voucher_url": at["voucher"]}
    serve("gateway", ports["gateway"], test_database_url=url, **forwards, **secrets)
    neighbours = {"gateway_url": at["gateway"]}
    sealing = {"master_key": master_key_of(ready.data).get_secret_value()}
    serve("registry", ports["registry"], **neighbours, **sealing, **await service_settings(ready, "registry"))
    neighbours["registry_url"] = at["registry"]
    keys = {name: key.get_secret_value() for name, key in voucher_keys.keys_of(ready.data).items()}
    serve("voucher", ports["voucher"], **neighbours, **keys, **await service_settings(ready, "voucher"))
    logins = remembered(ready.data)
    assert logins is not None
    async with over(at["gateway"]) as http:
        holder = await Caller(http).log_in(logins.by_role["holder"], logins.password)
        mine = await holder.get("/v1/organizations")
        assert [one["name"] for one in mine["items"]] == ["江门市示范科技有限公司"]
        assert (await holder.get("/v1/vouchers"))["items"] == []
