"""What the domain decides of names, ends, sizes and persons the database holds by itself, whoever writes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.database import Database
from tests.registry.parties.samples import person
from tests.registry.samples import organization

NAME = "INSERT INTO organization_names (id, organization_id, name, from_on, recorded_at, recorded_by)"
SIZE = (
    "INSERT INTO size_declarations"
    " (id, organization_id, year, industry, staff, size_class, standard, source, declared_at, declared_by)"
)
CLASS = "INSERT INTO founder_classes (id, person_id, class, from_on, until_on, employer, kept_until, document_id,"
FOUNDED = "INSERT INTO founders (id, person_id, role, from_on, document_id, organization_id, recorded_at, recorded_by)"
CHECK = (
    "INSERT INTO register_checks"
    " (id, organization_id, register, outcome, as_of, differences, entry_id, import_id, checked_at, checked_by)"
)
WHO = "business_now(), 'per_1'"


@pytest.mark.parametrize(
    ("statement", "guard"),
    [
        (f"{NAME} VALUES (uuidv7(), :firm, '名', '2020-10-01', {WHO})", "ex_organization_names_period"),
        ("UPDATE organization_names SET until_on = from_on - 1", "ck_organization_names_period"),
        ("DELETE FROM organization_names", "permission denied"),
        ("UPDATE organizations SET successor_id = id", "ck_organizations_succe"),
        ("UPDATE organizations SET succeeded_how = 'merger'", "ck_organizations_succession"),
        (
            "UPDATE organizations SET succeeded_how = 'bankruptcy', succeeded_on = '2020-01-01',"
            " succession_document_id = id",
            "ck_organizations_succession",
        ),
        (
            f"{SIZE} VALUES (uuidv7(), :firm, 2019, 'other', -1, 'micro', 'x', 'declared', {WHO})",
            "ck_size_declarations_figures",
        ),
        (
            f"{SIZE} VALUES (uuidv7(), :firm, 2019, 'x', NULL, 'micro', 'x', 'declared', {WHO})",
            "ck_size_declarations_some_figure",
        ),
        ("UPDATE size_declarations SET staff = 1", "permission denied"),
        ("UPDATE people SET wrapped_key = NULL", "ck_people_erased"),
        ("UPDATE people SET erased_at = recorded_at", "ck_people_erased"),
        ("DELETE FROM people", "permission denied"),
        (
            f"{CLASS} recorded_at, recorded_by) VALUES"
            f" (uuidv7(), :person, 'researcher', '2020-01-01', NULL, 'x', '2023-01-02', :firm, {WHO})",
            "ck_founder_classes_employment",
        ),
        (
            f"{CLASS} recorded_at, recorded_by) VALUES"
            f" (uuidv7(), :person, 'student', '2020-01-01', '2021-01-01', NULL, NULL, :firm, {WHO}),"
            f" (uuidv7(), :person, 'student', '2021-01-01', NULL, NULL, NULL, :firm, {WHO})",
            "ex_founder_classes_period",
        ),
        (
            f"{FOUNDED} VALUES (uuidv7(), :person, 'founder', '2020-01-01', :firm, NULL, {WHO})",
            "ck_founders_founded",
        ),
        (
            f"{FOUNDED} VALUES (uuidv7(), :person, 'founder', '2020-01-01', :firm, :firm, {WHO}),"
            f" (uuidv7(), :person, 'founder', '2020-06-01', :firm, :firm, {WHO})",
            "ex_founders_period",
        ),
        (
            f"{CHECK} VALUES (uuidv7(), :firm, 'business', 'equal', '2020-09-14', '[]', NULL, NULL, {WHO})",
            "ck_register_checks_entry",
        ),
        (
            f"{CHECK} VALUES (uuidv7(), :firm, 'business', 'not_found', '2020-09-14', '[1]', NULL, NULL, {WHO})",
            "ck_register_checks_differences",
        ),
        ("UPDATE register_checks SET outcome = 'equal'", "permission denied"),
        ("DELETE FROM register_entries", "permission denied"),
        ("UPDATE register_acceptances SET reason = ''", "permission denied"),
    ],
)
async def test_the_database_says_no_by_itself(registry: Database, statement: str, guard: str) -> None:
    known = {"firm": await organization(registry), "person": await person(registry)}
    given = {name: value for name, value in known.items() if f":{name}" in statement}
    with pytest.raises(DBAPIError, match=guard):
        async with registry.begin() as connection:
            await connection.execute(text(statement), given)


async def test_a_person_is_found_by_an_index_and_a_paper_stands_once(registry: Database) -> None:
    one, other = await person(registry, 121), await person(registry, 123)
    with pytest.raises(DBAPIError, match="uq_people_id_index"):
        async with registry.begin() as connection:
            await connection.execute(
                text("UPDATE people SET id_index = (SELECT id_index FROM people WHERE id = :one) WHERE id = :other"),
                {"one": one, "other": other},
            )
