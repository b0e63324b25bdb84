"""Decides which services there are to pay for, as a tree; which of them a scheme pays is the scheme's matter."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from services.chassis.refusals import Reason
from services.registry.catalogue.domain.names import name_faults

_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True)
class Category:
    """A category by its speaking id; ``parent`` is the broader one, None at the top."""

    id: str
    name_zh: str
    name_en: str
    parent: str | None


def new_category_faults(category: Category, *, categories: Collection[str]) -> list[Reason]:
    """List all that is wrong with a new category: the form of its id, names, a parent that is not there."""
    rule = "small letters, digits and hyphens"
    wrong_id = [Reason("category.id", rule=rule, pointer="/id", numbers={"category": category.id})]
    return [
        *([] if _ID.fullmatch(category.id) else wrong_id),
        *name_faults(category.name_zh, "/name_zh"),
        *name_faults(category.name_en, "/name_en"),
        *_parent_faults(category.parent, categories),
    ]


def _parent_faults(parent: str | None, categories: Collection[str]) -> list[Reason]:
    if parent is None or parent in categories:
        return []
    rule = "categories are those listed"
    return [Reason("category.unlisted", rule=rule, pointer="/parent", numbers={"category": parent})]


def category_faults(category: str, *, categories: Collection[str], pointer: str) -> list[Reason]:
    """List what is wrong with a category: the registry has none of that id."""
    if category in categories:
        return []
    rule = "categories are those listed"
    return [Reason("category.unlisted", rule=rule, pointer=pointer, numbers={"category": category})]
