"""What the feed tells of persons: by reference, where they live and of which classes they are, and nothing personal."""

from typing import Any

import pytest

from services.chassis.database import Database
from services.chassis.refusals import Refusal
from services.registry.feed.operations.changes import read_changes
from services.registry.parties.operations.founders import record_class, record_founding
from services.registry.parties.operations.people import amend_person, erase_person
from tests.registry.parties.operations.test_founders import founding, student
from tests.registry.parties.samples import VAULT, person, zhang
from tests.registry.samples import PENGJIANG, asked, document, organization


async def told(database: Database, kind: str) -> list[dict[str, Any]]:
    page = await read_changes(asked(database, "list_changes", "service"), after=None, seen=None, limit=200)
    return [entry.event.data for entry in page.entries if entry.event.subject_kind == kind]


async def test_a_person_is_told_by_reference(registry: Database) -> None:
    known, paper = await person(registry, region=PENGJIANG), await document(registry)
    await record_class(asked(registry, "create_founder_class"), student(known, paper))
    first, last = await told(registry, "person")
    assert first == {"id": f"per_{known.hex}", "status": "active", "region": PENGJIANG, "founder_classes": []}
    assert last["founder_classes"] == [{"class": "student", "from": "2020-01-01", "until": None}]
    assert not any(str(secret) in str(first) for secret in zhang().personal.values())


async def test_whoever_moves_or_is_erased_is_told_again(registry: Database) -> None:
    known = await person(registry, region=PENGJIANG)
    await amend_person(asked(registry, "update_person"), VAULT, known, version=1, changes={"region": None})
    await erase_person(asked(registry, "erase_registered_person"), VAULT, known, reason="本人申请")
    assert [(one["status"], one["region"]) for one in await told(registry, "person")] == [
        ("active", PENGJIANG),
        ("active", None),
        ("erased", None),
    ]


async def test_a_firm_is_told_with_its_founders(registry: Database) -> None:
    known, paper, firm = await person(registry), await document(registry), await organization(registry)
    await record_founding(asked(registry, "create_founding"), founding(known, paper, firm=firm))
    before, after = await told(registry, "organization")
    assert before["founders"] == []
    assert after["founders"] == [{"person": f"per_{known.hex}", "role": "founder", "from": "2020-01-01", "until": None}]
    assert after["version"] > before["version"]


async def test_where_a_person_lives_is_one_of_the_regions_that_are_listed(registry: Database) -> None:
    known = await person(registry, region=PENGJIANG)
    for refused in (
        person(registry, 125, region="nowhere"),
        amend_person(asked(registry, "update_person"), VAULT, known, version=1, changes={"region": "nowhere"}),
    ):
        with pytest.raises(Refusal, match=r"region\.unlisted"):
            await refused
