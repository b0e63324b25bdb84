"""The command ``innovoucher``: what it can be told, each handed to the module that does it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from migrations import runner
from migrations.schemas import SERVICES
from services.chassis import logging
from services.standalone import checkup, doctor, installation, parent, postgres
from services.standalone.account import NoAccount
from services.standalone.binaries import NoBinaries
from services.standalone.installation import Installation, Unusable
from services.standalone.schemes import scheme_app
from services.standalone.settings import NoSecrets, StandaloneSettings, secrets_dir

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
METRICS_PORT_NAMED_BY = "INNOVOUCHER_METRICS_PORT"
ACCOUNTS = "services.standalone.accounts"
GATEHOUSE = "services.standalone.gatehouse"
EXPECTED = (Unusable, postgres.AlreadyRunning, postgres.DidNotStart, NoBinaries, NoAccount, NoSecrets)
"""What can be wrong with a machine or an order, told in one line; anything else is a bug and shows its trace."""
FIRST_LINE = {
    "live": "LIVE: real time, no demo callers. Test tokens reach a sandbox beside it, where there is one.",
    "sandbox": "SANDBOX: demo callers, and a clock that an admin moves forward. Nothing in it is real.",
}
"""What kind of installation is served, said before anything else is done."""

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
admin_app = typer.Typer(no_args_is_help=True, help="The people who open accounts.")
client_app = typer.Typer(no_args_is_help=True, help="The programs that call by themselves.")
app.add_typer(scheme_app, name="scheme")
app.add_typer(admin_app, name="admin")
app.add_typer(client_app, name="client")

Live = Annotated[bool, typer.Option("--live", help="The real thing instead of a sandbox.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]
CountsAt = Annotated[
    int | None,
    typer.Option(
        "--metrics-port",
        envvar=METRICS_PORT_NAMED_BY,
        min=0,
        max=65535,
        help="Another port, for Prometheus: of this machine only (run), of the same address (serve); 0 is a free one.",
    ),
]
Port = Annotated[int | None, typer.Option(help="The port; by default 8000, or a free one when that is taken.")]


@app.command()
def run(live: Live = False, host: Host = DEFAULT_HOST, port: Port = None, counts_at: CountsAt = None) -> None:
    """Serve everything on this machine: a sandbox, unless --live or INNOVOUCHER_DATABASE_URL is given."""
    signal.signal(signal.SIGTERM, _end)
    with contextlib.suppress(KeyboardInterrupt):
        settings = _settings()
        typer.echo(FIRST_LINE[installation.kind(settings, live=live)])
        import_module("services.standalone.running").run(settings, live=live, host=host, port=port, counts_at=counts_at)
    typer.echo("stopped")


@app.command()
def serve(
    service: Annotated[str, typer.Argument(help="gateway, registry or voucher")],
    host: Host = DEFAULT_HOST,
    port: Annotated[int, typer.Option()] = DEFAULT_PORT,
    counts_at: CountsAt = None,
) -> None:
    """Serve one service by itself; everything it needs comes from the environment."""
    if service not in SERVICES:
        raise typer.BadParameter(f"choose one of {', '.join(SERVICES)}")
    import_module("services.standalone.serving").serve(service, host=host, port=port, counts_at=counts_at)


@app.command()
def migrate(
    live: Live = False,
    check: Annotated[bool, typer.Option("--check", help="Play all histories on a throw-away server instead.")] = False,
    new: Annotated[str | None, typer.Option(help="Write the next migration of this service instead.")] = None,
    message: Annotated[str, typer.Option(help="What the new migration does.")] = "",
) -> None:
    """Bring the database to the newest schema, and let services that run apart in by their client secrets."""
    settings = _settings()
    if check:
        _check_migrations(settings)
    elif new is not None:
        _write_migration(settings, new, message)
    else:
        with installation.opened(settings, live=live) as ready:
            if settings.client_secrets:
                asyncio.run(import_module(GATEHOUSE).provide_clients(ready, settings.client_secrets))
            for standing in asyncio.run(runner.standings(ready.main.owner)):
                typer.echo(f"{standing.history}: {standing.current}")


@app.command(name="secrets")
def make_secrets(
    folder: Annotated[Path, typer.Argument(help="Made new; each secret becomes a file in it.")],
    server: Annotated[
        str, typer.Option(help="Host and port of PostgreSQL, as the services call it.")
    ] = "postgres:5432",
) -> None:
    """Make the secrets of an installation of many machines, once: passwords, keys and what services prove."""
    for name in import_module("services.standalone.secret_files").make(folder, server):
        typer.echo(name)


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Another seed draws other firms and amounts.")] = 2020,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Play the Jiangmen round of 2020 through the public API, in a sandbox database made new for it."""
    logging.configure(_log_level("warning"))  # between what it shows, a line of each of its requests would be noise
    raise typer.Exit(import_module("services.standalone.demo.playing").play(_settings(), seed=seed, as_json=as_json))


@app.command()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer rounds and vouchers: under a minute.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Measure how fast the product is beside plain SQL, on a server of its own; wrk makes the load."""
    raise typer.Exit(import_module("bench.bench").main(quick=quick, as_json=as_json))


@app.command()
def audit(
    live: Live = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    head: Annotated[Path | None, typer.Option(help="A file with a head that was kept: it must still be there.")] = None,
) -> None:
    """Prove that the books add up and stand as they were sealed, or name what does not; the exit code says which."""
    with installation.attached(_settings(), live=live) as ready:
        verdict = asyncio.run(import_module("services.standalone.auditing").audit(ready, head))
    for line in [json.dumps(verdict.as_json(), ensure_ascii=False)] if as_json else verdict.as_lines():
        typer.echo(line)
    raise typer.Exit(0 if verdict.ok else 1)


@app.command(name="doctor")
def doctor_command(host: Host = DEFAULT_HOST, port: Port = None) -> None:
    """Look whether this machine can run Innovoucher, and say what to do about each fault."""
    settings = _settings()
    found = asyncio.run(doctor.look(settings, installation.known(settings), host, port or DEFAULT_PORT))
    if not doctor.print_findings(found, typer.echo):
        raise typer.Exit(1)


@admin_app.command("create")
def create_admins(
    first: Annotated[str, typer.Argument(help="What the first admin is called.")] = "First Admin",
    second: Annotated[str, typer.Argument(help="And the second: giving a staff role takes two.")] = "Second Admin",
    live: Live = False,
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Those of the sandbox beside a live database.")] = False,
) -> None:
    """Make the first two admins, once; prints a one-time link for each."""
    with installation.attached(_settings(), live=live) as ready:
        _tell(import_module(ACCOUNTS).create_admins(ready, first, second, "test" if sandbox else ready.modes[0]))


@client_app.command("create")
def create_client(
    name: Annotated[str, typer.Argument(help="What the client is called; made again, it gets a new secret.")],
    live: Live = False,
) -> None:
    """Make a client for a service of the city itself; its secret is shown once."""
    with installation.attached(_settings(), live=live) as ready:
        _tell(import_module(ACCOUNTS).create_client(ready, name))


@app.command()
def token(role: Annotated[str, typer.Option("--as", help="holder, provider, operator, …")]) -> None:
    """Print an access token of a demo caller; in a sandbox only."""
    with _sandbox() as ready:
        _tell(import_module(ACCOUNTS).token(ready, role))


@app.command(name="api")
def call_api(
    method: Annotated[str, typer.Argument(help="GET, POST, …")],
    path: Annotated[str, typer.Argument(help="Such as /v1/wallet, with its query.")],
    body: Annotated[str | None, typer.Argument(help="JSON, or @ and a file: JSON too, or a document.")] = None,
    role: Annotated[str | None, typer.Option("--as", help="holder, provider, operator, …; nobody without it.")] = None,
    pick: Annotated[str | None, typer.Option(help="a.b[0].c prints one value, items:id,state a line for each.")] = None,
    fill: Annotated[bool, typer.Option("--fill", help="In the body, $name is a variable of the environment.")] = False,
) -> None:
    """Call the API of a sandbox once as a demo caller; a job is waited for, a refusal told in words."""
    logging.configure(_log_level("warning"))  # a house that is opened for one call tells of nothing but faults
    asking = import_module("services.standalone.asking")
    with _sandbox() as ready:
        try:
            typer.echo(asking.ask(ready, asking.Order(method, path, body, role, fill), pick), nl=False)
        except asking.Refused as refused:
            typer.echo(refused, err=True)
            raise typer.Exit(1) from None


class Ended(KeyboardInterrupt):
    """SIGTERM while it still starts.

    After a plain KeyboardInterrupt that met it within an ``eval``, Python ends by SIGINT though it was caught.
    """


def _end(*_: object) -> None:
    raise Ended


def _tell(told: Any) -> None:
    for line in told.lines:
        typer.echo(line)


@contextlib.contextmanager
def _sandbox() -> Iterator[Installation]:
    """The installation to call; a server of our own is neither made nor started for it."""
    settings = _settings()
    if installation.known(settings) is None:
        raise Unusable(
            f"nobody serves {settings.data_dir.expanduser().resolve()}: start `make run` (`innovoucher run`)"
        )
    with installation.attached(settings) as ready:
        yield ready


def _settings() -> StandaloneSettings:
    try:
        return StandaloneSettings(_secrets_dir=secrets_dir())
    except ValidationError as error:
        raise Unusable("; ".join(f"{_variable(fault['loc'])}: {fault['msg']}" for fault in error.errors())) from None


def _log_level(usual: str = "info") -> str:
    level = os.environ.get(logging.LEVEL_NAMED_BY) or usual
    if level not in logging.LEVELS:
        raise Unusable(f"{logging.LEVEL_NAMED_BY}: choose one of {', '.join(logging.LEVELS)}")
    return level


def _variable(place: tuple[int | str, ...]) -> str:
    return "_".join(["INNOVOUCHER", *map(str, place)]).upper()


def _check_migrations(settings: StandaloneSettings) -> None:
    async def look(server: postgres.Server) -> list[str]:
        return await checkup.faults(await checkup.new_database(server, "checked"))

    with checkup.throw_away_server(settings.postgres_bin) as server:
        found = asyncio.run(look(server))
    for fault in found:
        typer.echo(fault, err=True)
    if found:
        raise typer.Exit(1)
    typer.echo("migrations: up, down, up again, and nothing declared otherwise")


def _write_migration(settings: StandaloneSettings, service: str, message: str) -> None:
    if service not in SERVICES or not message:
        raise Unusable(f"--new takes one of {', '.join(SERVICES)}, and --message says what the migration does")

    async def write(server: postgres.Server) -> str:
        owner = await checkup.new_database(server, "revised")
        await runner.upgrade(owner)
        return await runner.write(owner, service, message)

    with checkup.throw_away_server(settings.postgres_bin) as server:
        typer.echo(asyncio.run(write(server)))


def main() -> None:
    """The entry point: what is wrong with the order or the machine is one line, without a trace."""
    parent.follow()
    logging.configure()
    try:
        logging.configure(_log_level())
        app()
    except EXPECTED as error:
        typer.echo(f"innovoucher: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
