"""Whoever has the server in his hands can change any row; the audit names it, and the seal that says so."""

from collections.abc import Callable
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from services.chassis.database import Database
from services.voucher.app import run_audit
from services.voucher.ledger.domain import merkle
from services.voucher.ledger.domain.finding import Finding
from services.voucher.ledger.domain.seal import START
from services.voucher.ledger.domain.tampering import head_after
from services.voucher.ledger.operations.sealer import Press
from services.voucher.ledger.store import sealed_rows
from services.voucher.oversight.operations.unsealing import Evidence, evidence_of, head_of
from services.voucher.signet import RECEIPT, NotOurs, Signet
from tests.voucher.conftest import calls
from tests.voucher.ledger.sealed import PRESS, SIGNET, chain, names, seal_all, write
from tests.voucher.oversight.tampering import tamper

OURS = Evidence(SIGNET.keys)


@pytest.fixture
async def sealed(voucher_db: Database) -> None:
    """Two transactions, each in a seal of its own."""
    for _ in range(2):
        await write(voucher_db)
        await seal_all(voucher_db)


async def found(database: Database, evidence: Evidence = OURS) -> list[Finding]:
    """What the seals say; what the other checks say of these made-up rows is theirs."""
    report = await run_audit(database, evidence)
    return [one for one in report.findings if one.check.startswith("seal")]


async def told(database: Database, evidence: Evidence = OURS) -> list[tuple[str, str]]:
    return [(one.check, one.subject) for one in await found(database, evidence)]


async def ids(database: Database, table: str) -> list[UUID]:
    async with database.read() as connection:
        rows = await connection.execute(text(f"SELECT id FROM {table} ORDER BY xact"))
        return list(rows.scalars())


PREFIX = {"journals": "journal jnl_", "decisions": "decision dec_", "attempts": "attempt att_"}
INDEX = {"attempts": 0, "decisions": 1, "journals": 2}


@pytest.mark.usefixtures("sealed")
async def test_all_is_well(voucher_db: Database) -> None:
    report = await run_audit(voucher_db, OURS)
    assert (await found(voucher_db), report.seals, report.head) == ([], 2, (await chain(voucher_db))[-1].jws)


async def test_nothing_sealed_yet_is_well_too(voucher_db: Database) -> None:
    await write(voucher_db)
    report = await run_audit(voucher_db)
    assert (await found(voucher_db), report.seals, report.head) == ([], 0, None)


ALTERED = {
    "journals": (
        "event = 'changed'",
        "booked_at = booked_at + interval '1 microsecond'",
        "document_id = gen_random_uuid()",
    ),
    "decisions": ("outcome = 'no'", "numbers = '{\"limit\": 1}'", "rule = ''"),
    "attempts": ("outcome = 'done'", "reasons = '[]'", "at = at + interval '1 day'"),
}


async def test_each_row_that_was_altered_is_named(voucher_db: Database, superuser_url: str) -> None:
    for _ in range(3):
        await write(voucher_db)
        await seal_all(voucher_db)
    said = []
    for table, changes in ALTERED.items():
        for seal, (row, change) in enumerate(zip(await ids(voucher_db, table), changes, strict=True), start=1):
            await tamper(superuser_url, f"UPDATE {table} SET {change} WHERE id = '{row}'")
            said.append(("sealed.altered", f"{PREFIX[table]}{row.hex}, seal {seal}, leaf {INDEX[table]}"))
    assert sorted(await told(voucher_db)) == sorted(said)


OF_ENTRIES = (
    "UPDATE entries SET amount = amount * 2 WHERE journal_id = '{}'",
    "UPDATE entries SET owner = gen_random_uuid() WHERE journal_id = '{}' AND position = 1",
    "UPDATE entries SET position = 3 - position + 10 WHERE journal_id = '{}'",
    "DELETE FROM entries WHERE journal_id = '{}' AND position = 2",
    "DELETE FROM entries WHERE journal_id = '{}'",
    "INSERT INTO entries SELECT journal_id, 3, book, place, owner, part, amount, currency, funding_source, round_id,"
    " budget_line_id FROM entries WHERE journal_id = '{}' AND position = 1",
)


async def test_each_journal_whose_entries_were_changed_is_named(voucher_db: Database, superuser_url: str) -> None:
    for _ in OF_ENTRIES:
        await write(voucher_db)
    await seal_all(voucher_db)
    journals = await ids(voucher_db, "journals")
    await tamper(superuser_url, ";".join(sql.format(row) for sql, row in zip(OF_ENTRIES, journals, strict=True)))
    said = [f"journal jnl_{row.hex}, seal 1, leaf {3 * place + 2}" for place, row in enumerate(journals)]
    assert await told(voucher_db) == [("sealed.altered", one) for one in said]


@pytest.mark.usefixtures("sealed")
async def test_each_row_that_was_deleted_is_named(voucher_db: Database, superuser_url: str) -> None:
    said = []
    for table, prefix in PREFIX.items():
        _, second = await ids(voucher_db, table)
        await tamper(superuser_url, f"DELETE FROM {table} WHERE id = '{second}'")
        said.append(("sealed.deleted", f"{prefix}{second.hex}, seal 2, leaf {INDEX[table]}"))
    assert sorted(await told(voucher_db)) == sorted(said)


@pytest.mark.usefixtures("sealed")
async def test_rows_of_truncated_tables_are_named(voucher_db: Database, superuser_url: str) -> None:
    rows = {table: await ids(voucher_db, table) for table in PREFIX}
    await tamper(superuser_url, ";".join(f"TRUNCATE {table} CASCADE" for table in PREFIX))
    said = [
        ("sealed.deleted", f"{PREFIX[table]}{row.hex}, seal {seal}, leaf {INDEX[table]}")
        for table, gone in rows.items()
        for seal, row in enumerate(gone, start=1)
    ]
    assert sorted(await told(voucher_db)) == sorted(said)


COPIED = {
    "journals": 'id, "row", event, booked_at, value_on, actor, request_id, document_id, subject_kind, subject_id, xact',
    "decisions": "id, subject_kind, subject_id, kind, outcome, numbers, actor, at, xact",
    "attempts": "id, operation, caller, outcome, reasons, at, xact",
}


@pytest.mark.usefixtures("sealed")
async def test_each_row_that_was_inserted_is_named(voucher_db: Database, superuser_url: str) -> None:
    """Into the first seal's transaction; a journal stands there behind all that was sealed of it."""
    said = []
    for table, seal in (("journals", 2), ("decisions", 1), ("attempts", 1)):
        before, values = set(await ids(voucher_db, table)), COPIED[table].replace("id,", "gen_random_uuid(),", 1)
        copied = f"SELECT {values} FROM {table} ORDER BY xact LIMIT 1"
        await tamper(superuser_url, f"INSERT INTO {table} ({COPIED[table]}) {copied}")
        (added,) = set(await ids(voucher_db, table)) - before
        said.append(("sealed.inserted", f"{PREFIX[table]}{added.hex}, seal {seal}"))
    assert sorted(await told(voucher_db)) == sorted(said)


@pytest.mark.parametrize("xact", ["0", "999999999", "18446744073709551615"])
async def test_a_row_of_a_transaction_that_never_was_is_named(
    voucher_db: Database, superuser_url: str, xact: str
) -> None:
    """Before the first of all or ahead of the count: no seal ever reaches it, also while there is none."""
    await write(voucher_db)
    rows = {table: (await ids(voucher_db, table))[0] for table in PREFIX}
    await write(voucher_db)
    await tamper(
        superuser_url, ";".join(f"UPDATE {table} SET xact = '{xact}' WHERE id = '{row}'" for table, row in rows.items())
    )
    said = sorted(("sealed.inserted", f"{PREFIX[table]}{row.hex}, no seal") for table, row in rows.items())
    assert sorted(await told(voucher_db)) == said
    assert [signed.seal.count for signed in await seal_all(voucher_db)] == [3]
    assert sorted(await told(voucher_db)) == said


async def test_rows_of_one_transaction_that_changed_places_are_named(voucher_db: Database, superuser_url: str) -> None:
    await write(voucher_db)
    await write(voucher_db)
    await tamper(superuser_url, "UPDATE journals SET xact = (SELECT min(xact::text)::xid8 FROM journals)")
    await seal_all(voucher_db)
    one, other = [name.id for name in await names(voucher_db) if name.kind == "journal"]
    await tamper(
        superuser_url,
        "ALTER TABLE journals ALTER sequence DROP IDENTITY;"
        f"UPDATE journals SET sequence = -1 WHERE id = '{one}';"
        f"UPDATE journals SET sequence = 1 WHERE id = '{other}';"
        f"UPDATE journals SET sequence = 2 WHERE id = '{one}'",
    )
    assert {(check, subject.partition(",")[0]) for check, subject in await told(voucher_db)} == {
        ("sealed.reordered", f"journal jnl_{row.hex}") for row in (one, other)
    }


@pytest.mark.usefixtures("sealed")
async def test_a_row_put_into_another_seals_time_is_named_once(voucher_db: Database, superuser_url: str) -> None:
    first, second = await ids(voucher_db, "decisions")
    await tamper(
        superuser_url,
        f"UPDATE decisions SET xact = (SELECT xact FROM decisions WHERE id = '{second}') WHERE id = '{first}'",
    )
    assert await told(voucher_db) == [("sealed.reordered", f"decision dec_{first.hex}, seal 1, leaf 1")]


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE seals SET root = names_digest WHERE number = 1", ["seal.altered"] * 3),
        ("UPDATE seals SET sealed_at = sealed_at + interval '1 s' WHERE number = 2", ["seal.altered"] * 2),
        ("UPDATE seals SET leaves = overlay(leaves PLACING '\\x00' FROM 5) WHERE number = 2", ["seal.altered"]),
        ("UPDATE seals SET names = overlay(names PLACING '\\x00' FROM 5) WHERE number = 2", ["seal.altered"]),
        ("UPDATE seals SET head = root WHERE number = 1", ["seal.altered", "seal.chain"]),
        ("UPDATE seals SET jws = replace(jws, '.', '..') WHERE number = 2", ["seal.signature"]),
        ("DELETE FROM seals WHERE number = 1", ["seal.chain"]),
    ],
)
async def test_a_seal_that_was_altered_or_deleted_is_named(
    voucher_db: Database, superuser_url: str, sql: str, said: list[str]
) -> None:
    await tamper(superuser_url, sql)
    checks = [check for check, _ in await told(voucher_db)]
    assert checks == said


TORN = (
    "ALTER TABLE seals ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY torn ON seals USING (number <> 2 OR current_query() !~ 'leaves')"
)
"""The second seal stands in the chain, and whoever asks for its leaves finds none: as where files are torn."""


@pytest.mark.usefixtures("sealed")
async def test_a_seal_whose_leaves_cannot_be_found_is_named(voucher_db: Database, superuser_url: str) -> None:
    await tamper(superuser_url, TORN)
    assert await told(voucher_db) == [("seal.altered", "seal 2")]
    assert [one.detail for one in await found(voucher_db)] == ["expected leaves that come to its root, actual none"]
    _, second = await ids(voucher_db, "attempts")
    await tamper(superuser_url, f"UPDATE attempts SET outcome = 'done' WHERE id = '{second}'")
    assert await told(voucher_db) == [("seal.altered", "seal 2")]


@pytest.mark.usefixtures("sealed")
async def test_a_leaf_made_to_fit_an_altered_row_is_seen_at_the_root(voucher_db: Database, superuser_url: str) -> None:
    first, _ = await ids(voucher_db, "attempts")
    await tamper(superuser_url, f"UPDATE attempts SET outcome = 'done' WHERE id = '{first}'")
    (one, *_) = await chain(voucher_db)
    async with voucher_db.read() as connection:
        after, upto = START, one.seal.upto
        rows = await sealed_rows.read(connection, after=after, upto=upto, algorithm="sha256")
    await tamper(superuser_url, f"UPDATE seals SET leaves = '\\x{rows.leaves.hex()}' WHERE number = 1")
    assert await told(voucher_db) == [("seal.altered", "seal 1")]


async def test_a_chain_that_was_cut_off_and_signed_again_is_seen_by_a_head_given_away(
    voucher_db: Database, superuser_url: str
) -> None:
    """Whoever has the server and the key can cut the end off and seal on; what was given away he cannot call back."""
    await write(voucher_db)
    await seal_all(voucher_db)
    await write(voucher_db)
    given_away = (await seal_all(voucher_db))[-1].jws
    behind = "xact > (SELECT upto_xact FROM seals WHERE number = 1)"
    cut = [f"DELETE FROM {table} WHERE {behind}" for table in PREFIX]
    cut += ["DELETE FROM entries WHERE journal_id NOT IN (SELECT id FROM journals)"]
    await tamper(superuser_url, ";".join([*cut, "DELETE FROM seals WHERE number = 2"]))
    evidence = Evidence(SIGNET.keys, head_of(given_away, SIGNET.keys))
    assert (await told(voucher_db), await told(voucher_db, evidence)) == ([], [("seal.head", "seal 2")])
    await write(voucher_db)
    await seal_all(voucher_db)
    (fault,) = await found(voucher_db, evidence)
    assert "the chain ends before it" not in fault.detail


@pytest.mark.usefixtures("sealed")
async def test_a_head_that_the_house_itself_has_seen_must_still_be_there(
    voucher_db: Database, superuser_url: str
) -> None:
    seen = head_after((await chain(voucher_db))[-1])
    evidence = Evidence(SIGNET.keys, seen=seen)
    assert await told(voucher_db, evidence) == []
    await tamper(superuser_url, "TRUNCATE seals")
    assert (await told(voucher_db), await told(voucher_db, evidence)) == ([], [("seal.head", "seal 2")])
    assert await told(voucher_db, Evidence(SIGNET.keys, seen, seen)) == [("seal.head", "seal 2")]


@pytest.mark.usefixtures("sealed")
async def test_a_seal_of_a_key_that_is_not_believed_is_named(voucher_db: Database) -> None:
    strange, later = Evidence(Signet(bytes(32)).keys), Evidence(Signet(bytes(32), [SIGNET.public]).keys)
    assert await told(voucher_db, strange) == [("seal.signature", "seal 1"), ("seal.signature", "seal 2")]
    assert (await told(voucher_db, later), await told(voucher_db, Evidence())) == ([], [])


async def test_no_more_than_two_hundred_rows_are_named(voucher_db: Database, superuser_url: str) -> None:
    for _ in range(70):
        await write(voucher_db)
    await seal_all(voucher_db)
    for table in PREFIX:
        await tamper(superuser_url, f"TRUNCATE {table} CASCADE")
    assert len(await told(voucher_db)) == 200


async def test_what_this_machine_cannot_hash_is_told(voucher_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await write(voucher_db)
    await seal_all(voucher_db, Press(SIGNET, "sm3"))
    assert await told(voucher_db) == []
    monkeypatch.setattr(merkle, "available", {"sha256": True, "sm3": False}.get)
    assert await told(voucher_db) == [("seal.altered", "seal 1")]


@pytest.mark.usefixtures("sealed")
async def test_a_counter_that_runs_behind_is_told(voucher_db: Database, superuser_url: str) -> None:
    await tamper(superuser_url, "UPDATE seals SET upto_xact = '9223372036854775807' WHERE number = 2")
    assert ("seal.counter", "seal 2") in await told(voucher_db)


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize(
    "made",
    [
        lambda jws: jws[:-4] + "AAAA",
        lambda _: SIGNET.sign(b"{}", RECEIPT),
        lambda _: SIGNET.sign(b"{}", "innovoucher-sandbox-seal+jwt"),
        lambda _: SIGNET.sign(b"[]", "innovoucher-sandbox-seal+jwt"),
        lambda _: "x",
    ],
)
async def test_only_a_seal_of_ours_is_a_head(voucher_db: Database, made: Callable[[str], str]) -> None:
    jws = (await chain(voucher_db))[-1].jws
    with pytest.raises(NotOurs):
        head_of(made(jws), SIGNET.keys)
    assert head_of(jws, None) == head_of(f"{jws}\n", None) == head_of(jws, SIGNET.keys)


@pytest.mark.parametrize("jws", ["x", "a.b.c", "..", "\udcff.\udcff.\udcff"])
def test_what_is_no_seal_at_all_is_no_head_without_keys_either(jws: str) -> None:
    with pytest.raises(NotOurs):
        head_of(jws, None)


async def test_where_no_service_runs_what_is_at_hand_is_the_evidence(voucher_db: Database) -> None:
    await write(voucher_db)
    (one,) = await seal_all(voucher_db)
    assert evidence_of(None, (), None) == Evidence()
    later = evidence_of(bytes(32), [SIGNET.public.x], one.jws)
    assert later.head == head_of(one.jws, SIGNET.keys)
    assert await told(voucher_db, later) == []
    public_alone = evidence_of(None, [SIGNET.public.x], one.jws)
    assert (public_alone.head, await told(voucher_db, public_alone)) == (later.head, [])
    for key, retired in ((bytes(32), []), (None, [Signet(bytes(32)).public.x])):
        with pytest.raises(NotOurs):
            evidence_of(key, retired, one.jws)


@pytest.mark.usefixtures("sealed")
async def test_the_auditor_gives_a_head_back_over_http(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    auditor = calls("per_a", "auditor")
    answer = (await voucher_api.get("/v1/audit", headers=auditor)).json()
    assert (answer["seals"], answer["head"]) == (2, (await chain(voucher_db))[-1].jws)
    again = (await voucher_api.get("/v1/audit", params={"head": answer["head"]}, headers=auditor)).json()
    assert [one for one in again["findings"] if one["check"].startswith("seal")] == []
    refused = await voucher_api.get("/v1/audit", params={"head": "x"}, headers=auditor)
    assert (refused.status_code, refused.json()["code"]) == (422, "seal.head")
    assert PRESS.limit == 10_000
