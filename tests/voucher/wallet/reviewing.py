"""The Jiangmen scheme as it would be with applications that are reviewed: as a document, values and a file."""

from typing import Any

import yaml

from services.voucher.scheme.domain import document
from services.voucher.scheme.domain.scheme import Scheme
from tests.voucher.scheme.samples import FILE, a_document

SOURCE = "jiangmen-2020 s5"
FORM: list[dict[str, Any]] = [
    {"field": "project", "kind": "text", "label": {"zh": "项目", "en": "Project"}, "required": True},
    {"field": "cost", "kind": "amount", "label": {"zh": "费用", "en": "Cost"}, "required": False},
    {"field": "staff", "kind": "whole_number", "label": {"zh": "人数", "en": "Staff"}, "required": False},
    {"field": "begins", "kind": "date", "label": {"zh": "开始", "en": "Begins"}, "required": False},
    {"field": "new", "kind": "yes_no", "label": {"zh": "新增", "en": "New"}, "required": False},
    {
        "field": "kind",
        "kind": "choice",
        "label": {"zh": "类别", "en": "Kind"},
        "required": False,
        "choices": ["testing", "design"],
    },
    {"field": "plan", "kind": "document", "label": {"zh": "方案", "en": "Plan"}, "required": False},
]


def applications(**changes: Any) -> dict[str, Any]:
    """The section of a file; each change is a rule's value, None leaves the rule out."""
    said: dict[str, Any] = {
        "form": FORM,
        "review": ["district", "city"],
        "review_within": {"working_days": 5},
        "correction_within": {"working_days": 3},
        "refusal_reasons": ["not_innovative", "incomplete"],
        "appeal_within": {"working_days": 10},
        **changes,
    }
    return {name: {"value": value, "source": SOURCE} for name, value in said.items() if value is not None}


def a_reviewing_scheme(**changes: Any) -> Scheme:
    return document.read({**a_document(), "applications": applications(**changes)})


def a_reviewing_file(**changes: Any) -> str:
    section = yaml.safe_dump({"applications": applications(**changes)}, allow_unicode=True, sort_keys=False)
    return f"{FILE.rstrip()}\n{section}"
