"""Remembers the five policy papers that ship with the product, each as read from its text."""

from functools import cache

from services.registry.catalogue.data import shipped_paper
from services.registry.catalogue.domain.policy import Paper
from services.registry.catalogue.domain.policy_text import parse

PAPERS = ("tongzhou-2018-5", "jiaxing-2015-90", "liaoning-2016-88", "tianshui-2015", "jiangmen-2016-draft")
"""Their ids, as other pages cite them: ``jiangmen-2016-draft 二(一)``."""


@cache
def paper(paper_id: str) -> Paper:
    """Read a shipped paper, with every numbered clause, chapters included, in the order of print."""
    return parse(shipped_paper(paper_id))
