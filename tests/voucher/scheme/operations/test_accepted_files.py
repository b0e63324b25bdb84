"""Whatever is accepted works: a published file with anything changed is refused, or is read, explained and dated."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from services.voucher.scheme.domain import checks, document
from services.voucher.scheme.domain.deadlines import calendar_faults, voucher_dates
from services.voucher.scheme.domain.explaining.explain import paragraphs
from services.voucher.scheme.domain.house import filled
from services.voucher.scheme.domain.warnings import warnings
from services.voucher.scheme.domain.words import AWARD
from services.voucher.scheme.operations import reading
from services.voucher.scheme.operations.schema_faults import faults_of
from tests.voucher.scheme.samples import DAYS, SCHEMES

FILES = [reading.read(path.read_text(encoding="utf-8")).document for path in sorted(SCHEMES.glob("*.yaml"))]
Path = tuple[str | int, ...]


def leaves(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything that stands in a document, and where."""
    if path:
        yield path, node
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from leaves(value, (*path, key))


PLACES = [[path for path, _ in leaves(file)] for file in FILES]
VALUES = [
    *{repr(value): value for file in FILES for _, value in leaves(file)}.values(),
    *("0.00", "1.50", "1.00", "999999999999999.99", "2000-01-01", "2199-12-31", "2199-12-31 23:59", "CNY", "JPY"),
    *(None, True, 0, 1, 250, "", [], {}, "江门", {"months": 120}, {"days": 1000}),
]

OF_KEY: dict[str | int, list[Any]] = {}
"""What stands under the same key anywhere: changes that are likely to be accepted."""
for file in FILES:
    for place, value in leaves(file):
        OF_KEY.setdefault(place[-1], []).append(value)


def put(node: Any, path: Path, value: Any) -> None:
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value


def faults(said: dict[str, Any]) -> list[Any]:
    by_schema = [fault for error in reading.SCHEMA.iter_errors(said) for fault in faults_of(error)]
    return by_schema or checks.faults(filled(said))


@settings(max_examples=150)
@given(some.data())
def test_a_file_with_anything_changed_is_refused_or_works(data: some.DataObject) -> None:
    number = data.draw(some.integers(0, len(FILES) - 1))
    said = deepcopy(FILES[number])
    path = data.draw(some.sampled_from(PLACES[number]))
    put(said, path, data.draw(some.sampled_from(OF_KEY[path[-1]]) | some.sampled_from(VALUES)))
    if faults(said):
        return
    said = filled(said)
    warnings(said)
    assert all(paragraphs(said, language) for language in ("zh-CN", "en"))
    if said["family"] == AWARD:
        assert document.read_awards(said).awards
        return
    scheme = document.read(said)
    calendar_faults(scheme, DAYS)
    allocation = scheme.allocation
    for issued in (allocation.opens.value.date(), allocation.allocate_until.value - timedelta(days=1)):
        dates = voucher_dates(scheme, issued=issued, backfilled=False)
        assert dates.use_by <= dates.claim_by
