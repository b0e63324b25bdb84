"""What is doubted takes two persons past a warning, and a version counts from its own date, alone."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

import httpx2
import pytest
from sqlalchemy.pool import QueuePool

from migrations import runner
from services.chassis import decisions
from services.chassis.database import Database
from services.chassis.ids import new_id, parse, show
from services.chassis.refusals import NotFound
from services.voucher.scheme.operations import reading
from services.voucher.scheme.store import versions
from tests.conftest import SetClock
from tests.voucher.conftest import calls
from tests.voucher.scheme.samples import FILE, SCHEMES, spoilt
from tests.voucher.wallet.steps import (
    all_is_well,
    codes,
    done,
    hear,
    hear_calendar,
    hear_policies,
    operator,
    publish_scheme,
)

REGIME = spoilt(
    "  - cap: issued-per-year\n",
    "  - {cap: aid, counts: authorised, subject: group, period: rolling, months: 36, regime: de-minimis,"
    ' limit: "40000.00", source: row jiangmen-service-2020}\n  - cap: issued-per-year\n',
)
AWARDS = (SCHEMES / "tongzhou-space-award-2018.yaml").read_text(encoding="utf-8")


def at(year: int, month: int, day: int) -> datetime:
    """Nine in the morning there."""
    return datetime(year, month, day, 1, tzinfo=UTC)


async def kept(api: httpx2.AsyncClient, file: str = FILE, **bound: Any) -> str:
    made = done(await api.post("/v1/schemes", headers=operator(**bound), json={"file": file}), 201)
    return str(made["id"])


async def publish(api: httpx2.AsyncClient, version: str, person: str, **said: Any) -> httpx2.Response:
    headers = operator(sub=person, per=person)
    return await api.post(f"/v1/schemes/{version}/publish", headers=headers, json=said)


def id_of(version: str) -> UUID:
    return parse("scv", version)


async def tasks_of(api: httpx2.AsyncClient) -> list[str]:
    found = done(await api.get("/v1/tasks", headers=operator()))["items"]
    return [one["kind"] for one in found if one["subject_kind"] == "scheme_version"]


async def test_nobody_publishes_on_a_draft_without_saying_that_he_read_the_warning(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    refused = await publish(voucher_api, await kept(voucher_api), "per_a")
    assert (refused.status_code, codes(refused)) == (409, ["scheme.draft_basis"])
    assert refused.json()["errors"][0]["numbers"]["basis"] == "policy jiangmen-2016-draft（七）"


async def test_the_first_person_asks_and_a_second_publishes(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    version = await kept(voucher_api)
    asked = done(await publish(voucher_api, version, "per_a", draft_basis_accepted=True))
    assert (asked["state"], asked["publish_asked_by"], asked["published_by"]) == ("draft", "per_a", None)
    assert await tasks_of(voucher_api) == ["scheme.publish"]
    same = await publish(voucher_api, version, "per_a", draft_basis_accepted=True)
    assert (same.status_code, codes(same)) == (409, ["scheme.same_person"])
    shown = done(await publish(voucher_api, version, "per_b", draft_basis_accepted=True))
    assert (shown["state"], shown["publish_asked_by"], shown["published_by"]) == ("published", "per_a", "per_b")
    assert await tasks_of(voucher_api) == []
    await all_is_well(voucher_db)


async def test_of_two_second_persons_at_once_one_publishes(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    version = await kept(voucher_api)
    done(await publish(voucher_api, version, "per_a", draft_basis_accepted=True))
    both = [publish(voucher_api, version, person, draft_basis_accepted=True) for person in ("per_b", "per_c")]
    answers = await asyncio.gather(*both)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (late,) = [answer for answer in answers if answer.status_code == 409]
    assert codes(late) == ["scheme.not_draft"]


async def test_of_two_first_persons_at_once_one_asks_and_the_other_publishes(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    version = await kept(voucher_api)
    both = [publish(voucher_api, version, person, draft_basis_accepted=True) for person in ("per_a", "per_b")]
    shown = [done(answer) for answer in await asyncio.gather(*both)]
    assert sorted(one["state"] for one in shown) == ["draft", "published"]


async def test_the_second_person_is_warned_too(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    version = await kept(voucher_api)
    done(await publish(voucher_api, version, "per_a", draft_basis_accepted=True))
    assert codes(await publish(voucher_api, version, "per_b")) == ["scheme.draft_basis"]


async def test_both_decisions_stand_with_the_words_of_the_warning(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    version = await kept(voucher_api)
    done(await publish_scheme(voucher_api, version))
    async with voucher_db.read() as connection:
        found = await decisions.of_subject(connection, id_of(version))
    told = [(one.kind, one.actor, one.numbers.get("warning")) for one in found]
    warning = "a basis is a draft that was not in force"
    assert told == [
        ("drafted", "per_operator", None),
        ("publish_asked", "per_first", warning),
        ("published", "per_operator", warning),
    ]
    assert {one.clause for one in found} == {"policy jiangmen-2016-draft（七）"}


UNMARKED = spoilt("    draft: true\n", "")
SOURCE = "source: row jiangmen-service-2020"


async def test_on_a_basis_in_force_one_person_publishes(voucher_api: httpx2.AsyncClient, voucher_db: Database) -> None:
    await hear_calendar(voucher_db)
    await hear_policies(voucher_db, jiangmen_2016_draft="in_force")
    shown = done(await publish(voucher_api, await kept(voucher_api, UNMARKED), "per_a"))
    assert (shown["state"], shown["accepted"]) == ("published", [])


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("draft", "scheme.draft_basis"),
        ("abolished", "scheme.policy_not_in_force"),
        ("incomplete", "scheme.policy_not_in_force"),
        (None, "scheme.policy_unknown"),
    ],
)
async def test_the_register_of_policies_is_asked_and_not_the_file_alone(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, status: str | None, code: str
) -> None:
    await hear_calendar(voucher_db)
    if status is not None:
        await hear_policies(voucher_db, jiangmen_2016_draft=status)
    version = await kept(voucher_api, UNMARKED)
    refused = await publish(voucher_api, version, "per_a", draft_basis_accepted=code != "scheme.draft_basis")
    assert (refused.status_code, codes(refused)) == (409, [code])
    states = [done(await publish(voucher_api, version, one, accepted=[code]))["state"] for one in ("per_a", "per_b")]
    assert states == ["draft", "published"]


async def test_a_provider_that_the_file_names_and_the_registry_does_not_know_is_published_by_two(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    await hear_policies(voucher_db, jiangmen_2016_draft="in_force")
    provider = new_id()
    names = f"exclusions:\n  providers: {{value: [11331021002687352Y, {show('prv', provider)}], {SOURCE}}}\n"
    version = await kept(voucher_api, UNMARKED.replace("exclusions:\n", names))
    firm = await hear(voucher_db, uscc="11331021002687352Y")
    refused = await publish(voucher_api, version, "per_a")
    assert (refused.status_code, codes(refused)) == (409, ["scheme.name_unknown"] * 2)
    admitted = {"id": show("prv", provider), "state": "admitted", "admissions": []}
    await hear(voucher_db, firm, uscc="11331021002687352Y", provider=admitted)
    assert done(await publish(voucher_api, version, "per_a"))["state"] == "published"


@pytest.mark.parametrize("opens", ["2020-09-14", "2019-12-31"])
async def test_a_version_that_counts_from_a_day_that_is_over_is_published_by_two(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock, opens: str
) -> None:
    await hear_calendar(voucher_db)
    await hear_policies(voucher_db, jiangmen_2016_draft="in_force")
    version = await kept(voucher_api, UNMARKED.replace("effective: {value: 2020-09-15", f"effective: {{value: {opens}"))
    await set_clock(at(2020, 9, 15))
    refused = await publish(voucher_api, version, "per_a")
    assert (refused.status_code, codes(refused)) == (409, ["scheme.effective_past"])
    read = ["scheme.effective_past"]
    assert done(await publish(voucher_api, version, "per_a", accepted=read))["publish_asked_by"] == "per_a"
    assert codes(await publish(voucher_api, version, "per_a", accepted=read)) == ["scheme.same_person"]
    shown = done(await publish(voucher_api, version, "per_b", accepted=read))
    assert (shown["state"], shown["accepted"]) == ("published", read)


async def test_who_comes_upon_a_doubt_that_the_first_was_not_warned_of_asks_anew(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, set_clock: SetClock
) -> None:
    await hear_calendar(voucher_db)
    version = await kept(voucher_api)
    await set_clock(at(2020, 9, 15))
    done(await publish(voucher_api, version, "per_a", draft_basis_accepted=True))
    await set_clock(at(2020, 9, 16))
    read = ["scheme.draft_basis", "scheme.effective_past"]
    asked = done(await publish(voucher_api, version, "per_b", accepted=read))
    assert (asked["state"], asked["publish_asked_by"], asked["accepted"]) == ("draft", "per_b", read)
    assert done(await publish(voucher_api, version, "per_a", accepted=read))["state"] == "published"


async def test_whoever_asked_publishes_alone_once_the_policy_is_in_force(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    version = await kept(voucher_api, UNMARKED)
    done(await publish(voucher_api, version, "per_a", accepted=["scheme.policy_unknown"]))
    await hear_policies(voucher_db, jiangmen_2016_draft="in_force")
    shown = done(await publish(voucher_api, version, "per_a"))
    assert (shown["published_by"], shown["publish_asked_by"]) == ("per_a", None)


async def test_a_limit_that_outlives_a_year_is_dropped_by_two(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    done(await publish_scheme(voucher_api, await kept(voucher_api, REGIME)))
    later = REGIME.replace("de-minimis", "other").replace(
        "effective: {value: 2020-09-15", "effective: {value: 2020-10-01"
    )
    version = await kept(voucher_api, later)
    refused = await publish(voucher_api, version, "per_a", draft_basis_accepted=True)
    assert (refused.status_code, codes(refused)) == (409, ["scheme.limit_dropped"])
    assert refused.json()["errors"][0]["numbers"]["cap"] == "aid (de-minimis)"


async def test_a_regime_of_state_aid_is_counted_in_one_currency(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    done(await publish_scheme(voucher_api, await kept(voucher_api, REGIME)))
    other = REGIME.replace("scheme: jiangmen-service-2020", "scheme: elsewhere")
    version = await kept(voucher_api, other.replace("currency: CNY", "currency: EUR"))
    refused = await publish(voucher_api, version, "per_a", draft_basis_accepted=True)
    assert (refused.status_code, codes(refused)) == (422, ["scheme.regime_currency"])
    assert refused.json()["errors"][0]["numbers"]["currency"] == "CNY"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'published', published_by = 'per_a', published_at = now()", "draft_basis"),
        (
            "state = 'published', publish_asked_by = 'per_a', publish_asked_at = now(),"
            " published_by = 'per_a', published_at = now()",
            "two_persons",
        ),
        ("publish_asked_by = 'per_a'", "publish_asked"),
    ],
)
async def test_the_database_wants_two_persons_too(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, change: str, constraint: str
) -> None:
    await kept(voucher_api)
    with pytest.raises(Exception, match=f"ck_scheme_versions_{constraint}"):
        async with voucher_db.begin() as connection:
            await connection.exec_driver_sql(f"UPDATE scheme_versions SET {change}")


async def test_the_database_wants_two_persons_past_every_warning(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await kept(voucher_api, UNMARKED)
    change = (
        "accepted = '[\"scheme.effective_past\"]', state = 'published', published_by = 'per_a', published_at = now()"
    )
    with pytest.raises(Exception, match="ck_scheme_versions_accepted"):
        async with voucher_db.begin() as connection:
            await connection.exec_driver_sql(f"UPDATE scheme_versions SET {change}")


async def test_a_draft_is_withdrawn_with_its_task_and_nobody_publishes_it(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    version = await kept(voucher_api)
    done(await publish(voucher_api, version, "per_a", draft_basis_accepted=True))
    path, reason = f"/v1/schemes/{version}/withdraw", {"reason": "另行起草"}
    headers = operator(key="w")
    withdrawn = [done(await voucher_api.post(path, headers=headers, json=reason)) for _ in range(2)]
    assert [one["state"] for one in withdrawn] == ["withdrawn"] * 2
    assert await tasks_of(voucher_api) == []
    assert codes(await publish(voucher_api, version, "per_b", draft_basis_accepted=True)) == ["scheme.not_draft"]
    again = await voucher_api.post(path, headers=operator(), json=reason)
    assert (again.status_code, codes(again)) == (409, ["scheme.not_draft"])
    foreign = await voucher_api.post(path, headers=operator(bureau="another"), json=reason)
    assert foreign.status_code == 404


async def test_a_draft_that_was_withdrawn_is_told_to_its_bureau_alone(voucher_api: httpx2.AsyncClient) -> None:
    version = await kept(voucher_api)
    done(await voucher_api.post(f"/v1/schemes/{version}/withdraw", headers=operator(), json={"reason": "另行起草"}))
    for headers, told in ((operator(), 1), (operator(bureau="another"), 0)):
        one = await voucher_api.get(f"/v1/schemes/{version}", headers=headers)
        assert one.status_code == (200 if told else 404)
        assert len(done(await voucher_api.get("/v1/schemes", headers=headers))["items"]) == told


async def test_a_version_counts_from_its_own_date_and_the_first_before_it(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await hear_calendar(voucher_db)
    first = await kept(voucher_api)
    second = await kept(voucher_api, spoilt("effective: {value: 2020-09-15", "effective: {value: 2020-10-01"))
    for version in (first, second):
        done(await publish_scheme(voucher_api, version))
    days = {date(2019, 10, 2): first, date(2020, 9, 30): first, date(2020, 10, 1): second, date(2021, 1, 1): second}
    async with voucher_db.read() as connection:
        found = await versions.in_force(connection, "jiangmen-service-2020", days)
    assert found == {day: id_of(version) for day, version in days.items()}


async def test_of_a_scheme_that_was_never_published_nothing_is_in_force(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    await kept(voucher_api)
    async with voucher_db.read() as connection:
        with pytest.raises(NotFound, match=r"scheme\.unknown"):
            await versions.in_force(connection, "jiangmen-service-2020", [date(2020, 9, 15)])


@pytest.mark.parametrize("effective", ["2020-09-14", "2020-09-15"])
async def test_a_version_counts_from_no_day_from_which_a_published_one_does(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, effective: str
) -> None:
    await hear_calendar(voucher_db)
    done(await publish_scheme(voucher_api, await kept(voucher_api)))
    early = await kept(voucher_api, spoilt("effective: {value: 2020-09-15", f"effective: {{value: {effective}"))
    refused = await publish_scheme(voucher_api, early)
    assert (refused.status_code, codes(refused)) == (409, ["scheme.effective_before"])


async def test_a_malformed_scheme_is_not_published_though_it_lies_in_the_database(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, owner_url: str
) -> None:
    await hear_calendar(voucher_db)
    version = await kept(voucher_api)
    async with runner.connected(owner_url) as connection, connection.begin():
        await connection.exec_driver_sql(
            """UPDATE voucher.scheme_versions SET file = replace(file, '"0.50"', '"0.00"')"""
        )
    refused = await publish_scheme(voucher_api, version)
    assert (refused.status_code, codes(refused)) == (422, ["scheme.share_zero"])


async def test_a_scheme_of_awards_is_published_and_carries_no_round(
    voucher_api: httpx2.AsyncClient, voucher_db: Database
) -> None:
    bureau = next(line.split()[1] for line in AWARDS.splitlines() if line.startswith("bureau:"))
    version = await kept(voucher_api, AWARDS, bureau=bureau)
    both = [operator(bureau=bureau, sub=one, per=one) for one in ("per_a", "per_b")]
    path, accepted = f"/v1/schemes/{version}/publish", {"accepted": ["scheme.policy_unknown", "scheme.effective_past"]}
    published = [await voucher_api.post(path, headers=one, json=accepted) for one in both]
    shown = done(await voucher_api.get(f"/v1/schemes/{version}", headers=both[0]))
    assert (shown["state"], published[0].status_code) == ("published", 200)
    body = {"scheme_version_id": version, "name": "一"}
    refused = await voucher_api.post("/v1/rounds", headers=both[0], json=body)
    assert (refused.status_code, codes(refused)) == (409, ["scheme.no_vouchers"])


async def test_everybody_reads_the_schema_of_scheme_files(voucher_api: httpx2.AsyncClient) -> None:
    schema = done(await voucher_api.get("/v1/schemes/schema"))
    assert (schema["title"], schema["type"]) == ("Scheme file", "object")
    assert done(await voucher_api.get("/v1/schemes/schema", headers=calls("per_a", "auditor"))) == schema


async def test_a_file_is_read_again_for_its_publication_while_nothing_is_locked(
    voucher_api: httpx2.AsyncClient, voucher_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hear_calendar(voucher_db)
    version, read, held = await kept(voucher_api), reading.read, list[int]()

    def noted(file: str) -> Any:
        held.append(cast(QueuePool, voucher_db.engine.pool).checkedout())
        return read(file)

    monkeypatch.setattr(reading, "read", noted)
    assert codes(await publish(voucher_api, version, "per_a")) == ["scheme.draft_basis"]
    assert held == [0]
