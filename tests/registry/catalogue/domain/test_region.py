"""Which regions there may be."""

import pytest

from services.registry.catalogue.domain.region import Region, RegionList, new_region_faults


@pytest.mark.parametrize(
    "region",
    [
        Region("440704", "江海区", "Jianghai", "440700"),
        Region("jiangmen-hightech", "高新区", "High-tech zone", None, RegionList.LOCAL),
    ],
)
def test_a_national_or_local_code_is_taken(region: Region) -> None:
    assert new_region_faults(region, regions={"440700"}) == []


@pytest.mark.parametrize("code", ["44070", "44070x", "jiangmen", "４４０７０４"])
def test_a_national_code_has_six_digits(code: str) -> None:
    faults = new_region_faults(Region(code, "江海区", "Jianghai", None), regions=())
    assert [fault.code for fault in faults] == ["region.code"]


def test_a_region_tells_all_its_faults() -> None:
    wrong = Region("440704", "", "\n", "990000", RegionList.LOCAL)
    pointers = {fault.pointer for fault in new_region_faults(wrong, regions={"440700"})}
    assert pointers == {"/code", "/name_zh", "/name_en", "/parent"}
