"""The rival: plain SQL that redeems as the product does, in one function that pgbench calls.

Its statements stand in rival.sql. They are sent bare, too, so that it can be seen that the function does not slow them.
"""

import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from bench import processes
from bench.machine import Urls
from bench.processes import Fell
from bench.world import Size
from services.chassis.ids import new_id
from services.standalone import binaries, provision

STATEMENTS = Path(__file__).with_name("rival.sql").read_text(encoding="utf-8")
GIVEN = {
    "the_run": "text",
    "the_client": "bigint",
    "the_turn": "bigint",
    "the_place": "bigint",
    "the_holders": "bigint",
    "the_providers": "bigint",
}
"""What a call says: a word of its stretch, who calls the how manieth time, and which voucher of how many parties."""
FOUND = {
    **dict.fromkeys(("the_voucher", "the_holder", "the_payee", "the_provider", "the_redemption"), "uuid"),
    **dict.fromkeys(("the_journal", "the_round", "the_version"), "uuid"),
    **dict.fromkeys(("the_voucher_hex", "the_holder_hex", "the_payee_hex", "the_provider_hex"), "text"),
    **dict.fromkeys(("the_number", "the_request", "the_redemption_hex", "the_now_told"), "text"),
    **dict.fromkeys(("the_source", "the_left"), "text"),
    **dict.fromkeys(("the_used", "the_rest"), "bigint"),
    **dict.fromkeys(("the_claim_by", "the_now"), "timestamptz"),
    "the_day": "date",
}
"""What the statements find out on the way."""
SCHEMA = """
CREATE SCHEMA IF NOT EXISTS rival;
GRANT USAGE ON SCHEMA rival TO innovoucher_voucher;
CREATE OR REPLACE FUNCTION rival.hex(uuid) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT replace($1::text, '-', '') $$;
CREATE OR REPLACE FUNCTION rival.id_of(text, bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT ($1 || '-0000-7000-8000-' || lpad(to_hex($2), 12, '0'))::uuid $$;
"""
NEW_ID = "CREATE OR REPLACE FUNCTION rival.new_id() RETURNS uuid LANGUAGE sql VOLATILE AS $$ SELECT {} $$"
SINCE_18 = "uuidv7()"
BEFORE_18 = """
    encode(overlay(uuid_send(gen_random_uuid())
           PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
           'hex')::uuid
"""
"""An id in the order of time, so that it finds its place in an index as quickly as the product's."""
TURN = """
\\set the_client :client_id
\\set the_turn :the_turn + 1
\\set the_place (:the_client + :the_turn * :the_clients) % :the_vouchers
"""
WARM_SECONDS = 1
"""Beside those of a stretch: new connections read catalogues and make plans first, and the product's have done so."""
CALL = f"SELECT rival.redeem({', '.join(f':{name}' for name in GIVEN)});"


@dataclass(frozen=True)
class Done:
    """What pgbench did in so many seconds."""

    redeemed: int
    failed: int
    rate: float


def function() -> str:
    """The statements as one function without an exception block."""
    statements = (_stored(one) for one in re.split(r"(?:;|\\gset)\n", STATEMENTS) if _is_one(one))
    found = "".join(f"    {name} {kind};\n" for name, kind in FOUND.items())
    given = ", ".join(f"{name} {kind}" for name, kind in GIVEN.items())
    body = "\n\n".join(statements)
    return (
        f"CREATE OR REPLACE FUNCTION rival.redeem({given}) RETURNS void LANGUAGE plpgsql AS $rival$\n"
        f"DECLARE\n{found}BEGIN\n{body}\nEND\n$rival$"
    )


def _is_one(text: str) -> bool:
    return any(line and not line.startswith("--") for line in text.splitlines())


def _stored(statement: str) -> str:
    """A statement as it stands in the function: what it finds goes into variables, and there must be such a row.

    What asks no table is assigned, which costs PL/pgSQL no execution of a statement.
    """
    said = re.sub(r"(?<!:):(the_\w+)", r"\1", statement.strip())
    found = re.findall(r"AS (the_\w+)", said)
    if not found:
        return f"{said};"
    if re.search(r"\b(?:FROM|RETURNING)\b", said):
        return f"{said}\nINTO STRICT {', '.join(found)};"
    _, _, reckoned = said.partition("SELECT\n")
    return re.sub(r"\s*(.+?) AS (the_\w+),?", r"    \2 := \1;\n", reckoned, flags=re.DOTALL)


async def make(urls: Urls) -> None:
    """Put the rival into a database, for the voucher service's own role and its rights."""
    async with provision.connected(urls.superuser) as connection:
        version = int(await connection.fetchval("SHOW server_version_num"))
        await connection.execute(SCHEMA)
        await connection.execute(NEW_ID.format(SINCE_18 if version >= 180_000 else BEFORE_18))
        await connection.execute(f"SET search_path TO voucher, business; {function()}")


def pgbench() -> str:
    """The program that comes with the server, else the one of the machine."""
    beside = binaries.locate().folder / "pgbench"
    return str(beside) if beside.exists() else (shutil.which("pgbench") or "pgbench")


@dataclass
class Rival:
    """The rival in one database."""

    urls: Urls
    size: Size
    folder: Path
    turns: int = 0

    async def stretch(self, seconds: float, connections: int, *, bare: bool = False, among: Size | None = None) -> Done:
        """Redeem for so long over so many connections; bare: the same statements one by one in a transaction.

        among: how many of the vouchers, holders and providers take part, all of them unless told. Fell where it did
        nothing, or anything else.
        """
        script = self.folder / ("bare.sql" if bare else "call.sql")
        script.write_text(TURN + (f"BEGIN;\n{STATEMENTS}\nCOMMIT;\n" if bare else CALL), encoding="utf-8")
        size = among or self.size
        turn = f"r{new_id().hex[-7:]}"
        given = {
            "the_run": turn,
            "the_turn": self.turns,
            "the_clients": connections,
            "the_vouchers": size.vouchers,
            "the_holders": size.holders,
            "the_providers": size.providers,
        }
        log = self.folder / turn
        lasts = ["-n", "-M", "prepared", f"-c{connections}", "-j1", f"-T{seconds + WARM_SECONDS:.0f}"]
        command = [pgbench(), *lasts, "-f", str(script), "-l", f"--log-prefix={log}"]
        command += [word for name, value in given.items() for word in ("-D", f"{name}={value}")]
        env = processes.environment(PGOPTIONS="-c search_path=voucher,business")
        done = read(await processes.output([*command, self.urls.voucher], env))
        self.turns += done.redeemed // connections + 2
        if not done.redeemed or done.failed:
            raise Fell(f"the rival redeemed {done.redeemed} times in {seconds:.0f} s, and failed {done.failed} times")
        return replace(done, rate=warm_rate(log))


def warm_rate(prefix: Path) -> float:
    """Redemptions a second from when every connection had carried out its first, as pgbench logged them."""
    logs = list(prefix.parent.glob(f"{prefix.name}.*"))
    lines = [line.split() for log in logs for line in log.read_text().splitlines()]
    for log in logs:
        log.unlink()
    ended = sorted((int(line[4]) + int(line[5]) / 1e6, line[1] == "1") for line in lines)
    begun = max(at for at, first in ended if first)
    return sum(at > begun for at, _ in ended) / (ended[-1][0] - begun)


def read(output: str) -> Done:
    """What pgbench says at its end; it names no rate where it did nothing."""
    said = dict(re.findall(r"^(number of [\w ]+|tps)(?::| =) ([\d.]+)", output, re.MULTILINE))
    return Done(
        redeemed=int(said["number of transactions actually processed"]),
        failed=int(said.get("number of failed transactions", "0")),
        rate=float(said.get("tps", "0")),
    )
