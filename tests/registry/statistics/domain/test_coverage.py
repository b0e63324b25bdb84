"""Full coverage is every county of the city, and nothing but its counties."""

from services.registry.catalogue.data import shipped
from services.registry.catalogue.domain.region import Region, RegionList
from services.registry.statistics.domain.coverage import counties_of, coverage_of

LISTED = [Region(**row) for row in shipped("regions")]
TIANSHUI = ["620502", "620503", "620521", "620522", "620523", "620524", "620525"]


def test_tianshui_has_two_districts_and_five_counties() -> None:
    assert counties_of("620500", LISTED) == TIANSHUI


def test_one_county_without_a_space_is_not_full_coverage() -> None:
    found = coverage_of("620500", LISTED, dict.fromkeys(TIANSHUI[1:], 2))
    assert (found.covered, found.full) == (6, False)


def test_a_space_in_each_county_is_full_coverage() -> None:
    found = coverage_of("620500", LISTED, dict.fromkeys(TIANSHUI, 1))
    assert (found.covered, found.full) == (7, True)


def test_a_space_recorded_at_the_city_covers_no_county() -> None:
    assert coverage_of("620500", LISTED, {"620500": 3}).covered == 0


def test_a_county_is_its_own_only_one() -> None:
    assert counties_of("110112", LISTED) == ["110112"]


def test_a_local_zone_within_a_county_leaves_the_county_a_county() -> None:
    zone = Region("jiangmen-hightech", "江门高新区", "Jiangmen high-tech zone", "440704", RegionList.LOCAL)
    assert "440704" in counties_of("440700", [*LISTED, zone])


def test_where_there_are_no_counties_nothing_is_full() -> None:
    assert coverage_of("999900", LISTED, {}).full is False
