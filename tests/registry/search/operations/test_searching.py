"""Whatever is recorded is found by its name, its pinyin and with a slip, page by page, by whoever may see it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.chassis import pages
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.registry.parties.operations.organizations import amend_organization
from services.registry.providers.domain.rating import Rating
from services.registry.providers.operations import offerings, providers
from services.registry.providers.store import ratings
from services.registry.search.domain.question import Narrowed
from services.registry.search.domain.spelling import fold, spelled
from services.registry.sight import Sight
from tests.conftest import SetClock
from tests.databases import START
from tests.registry.samples import (
    CITY,
    PENGJIANG,
    TAISHAN,
    admitted,
    asked,
    code,
    codes,
    organization,
    provider,
    space,
)
from tests.registry.search.samples import ANY, firms, found, listed, offering, page, provider_of, read_all

TIANSHUI = "620502"
NAMES = ("江门市检测中心", "江门检测", "蓬江區檢測技術（江门）有限公司", "ABC科技股份公司", "重庆行知科技", "新会陈皮")


def parts(name: str) -> Iterator[str]:
    """All parts of two or more characters."""
    for first in range(len(name)):
        yield from (name[first:last] for last in range(first + 2, len(name) + 1))


async def test_what_is_named_so_comes_first_then_what_begins_so_then_what_has_it_inside(registry: Database) -> None:
    await firms(registry, "蓬江区检测技术", "检测", "检测中心", "江门检测")
    assert await found(registry, "检测") == ["检测", "检测中心", "江门检测", "蓬江区检测技术"]


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_is_found_by_any_two_or_more_characters_of_it(registry: Database, name: str) -> None:
    await firms(registry, *NAMES)
    missed = [part for part in parts(name) if len(fold(part)) > 1 and name not in await found(registry, part)]
    assert missed == []


@pytest.mark.parametrize("name", NAMES)
async def test_a_name_is_found_by_its_pinyin_and_its_initials_as_people_read_them(
    registry: Database, name: str
) -> None:
    await firms(registry, *NAMES)
    assert [form for form in spelled(fold(name)) if name not in await found(registry, form)] == []


@pytest.mark.parametrize("name", [name for name in NAMES if len(name) > 4])
async def test_a_name_is_found_with_one_wrong_character_wherever_it_is(registry: Database, name: str) -> None:
    await firms(registry, *NAMES)
    typed = fold(name)
    wrong = [f"{typed[:place]}错{typed[place + 1 :]}" for place in range(len(typed))]
    assert [one for one in wrong if await found(registry, one) != [name]] == []


@pytest.mark.parametrize("typed", ["jiangmen jiance", "jmjc", "jiance", "JIANGMEN", "jmj"])
async def test_pinyin_is_taken_as_it_is_typed(registry: Database, typed: str) -> None:
    await firms(registry, "江门检测", "新会陈皮")
    assert await found(registry, typed) == ["江门检测"]


async def test_a_slip_in_pinyin_is_forgiven(registry: Database) -> None:
    await firms(registry, "江门检测", "新会陈皮")
    assert await found(registry, "jiangmne") == ["江门检测"]


async def test_words_may_stand_apart(registry: Database) -> None:
    await firms(registry, "江门市蓬江区检测中心", "江门市新会区陈皮")
    assert await found(registry, "江门 检测 中") == ["江门市蓬江区检测中心"]


async def test_one_character_is_looked_for_at_the_beginning_of_names_alone(registry: Database) -> None:
    await firms(registry, "江门检测", "蓬江检测")
    assert await found(registry, "江") == ["江门检测"]


async def test_a_firm_is_found_by_the_beginning_of_its_credit_code(registry: Database) -> None:
    await firms(registry, "江门检测", "新会陈皮")
    assert await found(registry, code(2)) == ["新会陈皮"]
    assert await found(registry, code(2)[:16].lower()) == ["新会陈皮"]


async def test_a_renamed_firm_is_found_by_its_new_name(registry: Database) -> None:
    (firm,) = await firms(registry, "江门检测")
    await read_all(registry)
    await amend_organization(asked(registry, "update_organization"), firm, version=1, changes={"name": "新会陈皮"})
    assert await found(registry, "新会陈皮") == ["新会陈皮"]


@pytest.mark.parametrize("typed", ["新%皮", "新_陈", "会\\陈皮%", "'; --江"])
async def test_nothing_that_is_typed_is_taken_for_a_pattern(registry: Database, typed: str) -> None:
    await firms(registry, "新会陈皮")
    wanted = ["新会陈皮"] if fold(typed) in fold("新会陈皮") else []
    assert await found(registry, typed) == wanted


@pytest.mark.parametrize("typed", ["%", "_ _", "\\", "★"])
async def test_a_text_with_nothing_in_it_is_refused(registry: Database, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        await page(registry, typed)
    assert codes(refused.value) == {"search.nothing_to_find"}


async def test_without_a_text_everything_in_sight_is_listed_as_names_are_read(registry: Database) -> None:
    await firms(registry, "新会陈皮", "江门检测", "蓬江检测")
    assert await found(registry, None) == ["江门检测", "蓬江检测", "新会陈皮"]


async def turned(registry: Database, typed: str | None, limit: int) -> list[str]:
    """What somebody sees who turns all pages while firms of every kind of fit are recorded."""
    seen: list[str] = []
    cursor, number = None, 100
    while True:
        shown, cursor = await page(registry, typed, after=cursor, limit=limit)
        seen += [one.name for one in shown]
        if cursor is None:
            return seen
        for name in ("检测", "检测中心", "白沙检测", "张三检测"):
            await organization(registry, number, name=name)
            number += 1
        await read_all(registry)


@pytest.mark.parametrize("typed", ["检测", "jiance", "检测 江门", None])
async def test_pages_show_everything_once_while_more_is_recorded(registry: Database, typed: str | None) -> None:
    known = [f"江门检测{number}" for number in range(7)]
    await firms(registry, *known)
    await read_all(registry)
    seen = [name for name in await turned(registry, typed, 2) if name.startswith("江门")]
    assert seen == known


async def test_what_nearly_fits_is_turned_over_as_well(registry: Database) -> None:
    known = [f"江门检测{number}" for number in range(5)]
    await firms(registry, *known)
    await read_all(registry)
    first, cursor = await page(registry, "江门检错", limit=2)
    rest, _ = await page(registry, "江门检错", after=cursor, limit=200)
    assert [one.name for one in (*first, *rest)] == known


@pytest.mark.parametrize(
    "cursor",
    [
        pages.encode("9", "a", "0" * 32),
        pages.encode("-1", "a", "0" * 32),
        pages.encode("x", "a", "0" * 32),
        pages.encode("0", "a", "x"),
        pages.encode("0", "\0", "0" * 32),
        pages.encode("0", "a"),
    ],
)
async def test_a_cursor_that_is_not_one_of_ours_is_refused(registry: Database, cursor: str) -> None:
    with pytest.raises(Refusal) as refused:
        await page(registry, "江门", after=cursor)
    assert codes(refused.value) == {"page.cursor"}


@pytest.mark.parametrize(
    ("narrowed", "kinds"),
    [
        (Narrowed(kind="provider"), ["provider"]),
        (Narrowed(category="testing"), ["provider", "offering"]),
        (Narrowed(category="inspection"), []),
        (Narrowed(region=PENGJIANG), ["organization", "provider", "offering"]),
        (Narrowed(region=CITY), ["organization", "provider", "offering"]),
        (Narrowed(region=TAISHAN), []),
        (Narrowed(scheme="any"), ["provider", "offering"]),
        (Narrowed(state="published"), ["offering"]),
        (Narrowed(level="city"), []),
    ],
)
async def test_a_search_is_narrowed(registry: Database, narrowed: Narrowed, kinds: list[str]) -> None:
    await listed(registry)
    await read_all(registry)
    shown, _ = await page(registry, None, narrowed)
    assert sorted(one.kind for one in shown) == sorted(kinds)


async def test_the_public_sees_no_organisation_no_draft_and_no_space_without_recognition(registry: Database) -> None:
    firm, provider_id, published = await listed(registry)
    await offering(registry, firm, provider_id, "草案", publish=False)
    await space(registry, firm)
    await read_all(registry)
    shown, _ = await page(registry, None, sight=None)
    assert {one.id for one in shown} == {provider_id, published}


async def test_the_public_sees_what_a_provider_lists_only_while_he_is_admitted(registry: Database) -> None:
    firm, provider_id, _ = await listed(registry)
    assert len(await found(registry, None, sight=None)) == 2
    await providers.withdraw_provider(provider_of(registry, "withdraw_provider", firm), provider_id)
    assert await found(registry, None, sight=None) == []


async def test_the_public_sees_a_provider_until_the_last_day_of_his_admission_is_over(
    registry: Database, set_clock: SetClock
) -> None:
    firm = await organization(registry)
    await offering(registry, firm, await admitted(registry, firm, date(2020, 9, 20)))
    await set_clock(datetime(2020, 9, 20, 15, 59, tzinfo=UTC))
    assert len(await found(registry, None, sight=None)) == 2
    await set_clock(datetime(2020, 9, 20, 16, 0, tzinfo=UTC))
    assert await found(registry, None, sight=None) == []
    assert await found(registry, None, Narrowed(category="testing")) == []


async def test_the_public_sees_no_more_of_what_was_taken_off_the_list(registry: Database) -> None:
    firm, _, published = await listed(registry)
    await offerings.retire_offering(provider_of(registry, "withdraw_offering", firm), published)
    assert await found(registry, "金属", sight=None) == []


async def test_an_applicant_is_seen_by_himself_his_county_and_nobody_else(registry: Database) -> None:
    firm = await organization(registry, 1, name="江门检测")
    await provider(registry, firm)
    both = ["江门检测", "江门检测"]
    assert await found(registry, "江门", sight=Sight(organization=firm)) == both
    assert await found(registry, "江门", sight=Sight(region=PENGJIANG)) == both
    assert await found(registry, "江门", sight=Sight(region=CITY)) == both
    assert await found(registry, "江门", sight=Sight(region=TAISHAN)) == []
    assert await found(registry, "江门检测", sight=Sight(organization=await organization(registry, 2))) == []
    assert await found(registry, "江门", sight=None) == []


async def test_what_is_near_comes_first(registry: Database) -> None:
    for number, (name, region) in enumerate([("白沙检测", TIANSHUI), ("新会检测", TAISHAN), ("蓬江检测", PENGJIANG)]):
        await organization(registry, number, name=name, region=region)
    near = Narrowed(near=PENGJIANG)
    assert await found(registry, None, near) == ["蓬江检测", "新会检测", "白沙检测"]
    assert await found(registry, "检测", near) == ["蓬江检测", "新会检测", "白沙检测"]
    assert await found(registry, "某检测某", near) == []
    assert await found(registry, "检测", Narrowed(near=PENGJIANG, region=CITY)) == ["蓬江检测", "新会检测"]
    assert await found(registry, "检测", Narrowed(near="nowhere")) == ["白沙检测", "蓬江检测", "新会检测"]


@pytest.mark.parametrize("typed", [None, "检测", "江门检错"])
async def test_what_is_near_is_turned_over_page_by_page(registry: Database, typed: str | None) -> None:
    for number, region in enumerate([TIANSHUI, TAISHAN, PENGJIANG] * 2):
        await organization(registry, number, name=f"江门检测{number}", region=region)
    await read_all(registry)
    seen, cursor = await page(registry, typed, Narrowed(near=PENGJIANG), limit=1)
    while cursor is not None:
        shown, cursor = await page(registry, typed, Narrowed(near=PENGJIANG), after=cursor, limit=1)
        seen += shown
    assert [one.name[-1] for one in seen] == ["2", "5", "1", "4", "0", "3"]


async def rate(registry: Database, rated: UUID, *stars: int) -> None:
    known = [Rating(f"red_{new_id().hex}", rated, "testing", one, START) for one in stars]
    async with registry.begin() as connection:
        await ratings.add_new(connection, known, at=START)


async def test_a_provider_and_what_he_lists_show_the_mean_of_five_ratings_and_more(registry: Database) -> None:
    _, provider_id, _ = await listed(registry)
    await read_all(registry)
    await rate(registry, provider_id, 5, 5, 4, 4)
    few, _ = await page(registry, None, sight=None)
    await rate(registry, provider_id, 5)
    enough, _ = await page(registry, None, sight=None)
    assert [one.rating for one in few] == [None, None]
    assert [one.rating.mean for one in enough if one.rating is not None] == ["4.60", "4.60"]


async def test_everybody_sees_what_is_public(registry: Database) -> None:
    await listed(registry)
    assert await found(registry, "金属成分检测", ANY, sight=Sight(region=TAISHAN)) == ["金属成分检测"]
