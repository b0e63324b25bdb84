"""Finds what is wrong with forms and reviews: fields twice, choices without a question, samples of nothing."""

from collections.abc import Iterator

from services.voucher.scheme.domain.checking.fault import Document, Fault, nothing, twice


def applications(document: Document) -> Iterator[Fault]:
    """Faults of the section `applications`, where there is one."""
    said = document.get("applications")
    if said is None:
        return
    form, at = said["form"]["value"], "/applications/form/value"
    yield from twice(at, form, "field", "scheme.named_twice")
    for place, field in enumerate(form):
        if (field["kind"] == "choice") != ("choices" in field):
            pointer = f"{at}/{place}/choices" if "choices" in field else f"{at}/{place}"
            yield Fault(pointer, "scheme.field_choices", {"name": field["field"]})
    for name in ("audit_sample", "second_review"):
        if name in said:
            yield from nothing(f"/applications/{name}", said[name], "value")
    if "second_review" in said and not said["review"]["value"]:
        yield Fault("/applications/second_review", "scheme.second_without_first")
