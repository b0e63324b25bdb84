"""Whom a paragraph names at its end, in the three ways of the papers."""

import pytest

from services.registry.catalogue.domain.bureaus import charges_of
from services.registry.catalogue.domain.policy import Part


def named(paragraph: str) -> dict[str, Part]:
    return {charge.bureau: charge.part for charge in charges_of(paragraph)}


def test_a_list_of_the_responsible_stands_behind_its_word() -> None:
    assert named("推广。（责任单位：市科技局、各市（区）政府）") == {
        "市科技局": Part.RESPONSIBLE,
        "各市（区）政府": Part.RESPONSIBLE,
    }


def test_leaders_and_supporters_are_told_apart() -> None:
    assert named("研发。(牵头单位:各市政府,配合单位:省科技厅、省农委)") == {
        "各市政府": Part.LEAD,
        "省科技厅": Part.SUPPORT,
        "省农委": Part.SUPPORT,
    }


def test_the_word_may_stand_behind_the_list() -> None:
    assert named("建設。(區科委、區財政局牽頭,區發展改革委配合)") == {
        "區科委": Part.LEAD,
        "區財政局": Part.LEAD,
        "區發展改革委": Part.SUPPORT,
    }


def test_one_bureau_may_be_responsible_alone() -> None:
    assert named("登記。(通州工商分局負責)") == {"通州工商分局": Part.RESPONSIBLE}


def test_the_brackets_may_stand_before_the_full_stop() -> None:
    assert named("建设平台(牵头单位:各市政府,省企业服务局)。") == {"各市政府": Part.LEAD, "省企业服务局": Part.LEAD}


def test_a_short_name_borrows_the_end_of_the_next() -> None:
    assert list(named("支撑。(牵头单位:沈阳、大连市政府,省科技厅)")) == ["沈阳市政府", "大连市政府", "省科技厅"]


def test_a_last_name_of_unknown_kind_stays_as_it_is() -> None:
    assert list(named("支持。(牵头单位:某某联盟)")) == ["某某联盟"]


def test_and_parts_names_as_a_comma_does() -> None:
    assert list(named("落实。（责任单位：市经信局及市有关部门）")) == ["市经信局", "市有关部门"]


@pytest.mark.parametrize("paragraph", ["没有括号。", "（此件公开发布）", "研究(含检测)。", "只有右括号)", ""])
def test_a_paragraph_may_name_nobody(paragraph: str) -> None:
    assert charges_of(paragraph) == ()
