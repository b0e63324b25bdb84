"""Decides which counts the public is not told, so that no small one can be computed from those that it is told.

A table is a flow: from the source through a row's sum into the row, through a cell into a column, through the column's
sum to the sink; the total is always known. A withheld count could be another one if, and only if, one unit can be
turned in a ring through withheld counts without any of them falling below what its reader knows it is at least. So to
each small count the cheapest ring is found, and what lies on it is withheld too. Which sums are withheld is decided
by each dimension alone: a table by kind shows the same sums as one by kind and region (decision 0026).
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from services.registry.statistics.domain.counted import Counted, Key, Line, Shown, in_order

MOST_DIMENSIONS = 2
"""Of more dimensions the public is shown no table: the rings are those of two."""

Node = tuple[str, str | None]
Edge = tuple[str, Key]
"""A count of the table: the room it stands in (`cell`, `row`, `column`), and of what it is."""
SOURCE, SINK = ("source", None), ("sink", None)


def for_the_public(counted: Counted, *, least: int) -> Shown:
    """The table with everything from 1 to below ``least`` withheld, and whatever would give that away."""
    dimensions = counted.dimensions
    if counted.total < least:
        return Shown(dimensions, [], [], None if counted.total else 0, whole=not counted.total)
    sums = [withheld_alone(counted.along(place), least=least) for place in range(len(dimensions))]
    hidden = [one for one in sums if one is not None]
    if len(hidden) < len(sums):
        return Shown(dimensions, [], [], counted.total, whole=False)
    if len(hidden) < MOST_DIMENSIONS:
        return Shown(dimensions, _lines(counted.cells, frozenset().union(*hidden)), [], counted.total)
    flow = _Flow.of(counted)
    withheld = _withheld_cells(flow, _small_and_tied(flow, counted, hidden, least), least)
    margins = [_lines(counted.along(place), hidden[place]) for place in range(MOST_DIMENSIONS)]
    return Shown(dimensions, _lines(flow.cells, withheld), margins, counted.total)


def withheld_alone(counts: Mapping[Key, int], *, least: int) -> frozenset[Key] | None:
    """Which counts of a table by one dimension are withheld; None when nothing but its total may be shown.

    With every small one goes at least a second, and all withheld ones together are more than they are many: of a
    table by one dimension its reader knows that each is one at least.
    """
    rising = sorted(counts, key=lambda key: (counts[key], in_order(key)))
    small = sum(many < least for many in counts.values())
    if not small:
        return frozenset()
    for many in range(max(2, small), len(rising) + 1):
        if sum(counts[key] for key in rising[:many]) > many:
            return frozenset(rising[:many])
    return None


def _lines(counts: Mapping[Key, int], withheld: frozenset[Key]) -> list[Line]:
    return [Line(key, None if key in withheld else counts[key]) for key in sorted(counts, key=in_order)]


@dataclass(frozen=True)
class _Flow:
    """A table by two dimensions with the sums by each: all its cells, those of nought too."""

    cells: Mapping[Key, int]
    rows: Mapping[Key, int]
    columns: Mapping[Key, int]

    @classmethod
    def of(cls, counted: Counted) -> "_Flow":
        """The flow of a table by two dimensions."""
        keys = product(counted.values(0), counted.values(1))
        return cls({key: counted.cells.get(key, 0) for key in keys}, counted.along(0), counted.along(1))

    @property
    def edges(self) -> Iterator[Edge]:
        """All cells, then the sums of rows and of columns."""
        yield from (("cell", key) for key in self.cells)
        yield from (("row", key) for key in self.rows)
        yield from (("column", key) for key in self.columns)

    def many(self, edge: Edge) -> int:
        """How many were counted there."""
        room, key = edge
        return {"cell": self.cells, "row": self.rows, "column": self.columns}[room][key]

    def may_fall(self, edge: Edge) -> bool:
        """Whether it could be one less: a cell may be nought, of a sum its reader knows that it is one at least."""
        return self.many(edge) > (0 if edge[0] == "cell" else 1)


def _ends(edge: Edge) -> tuple[Node, Node]:
    """Where the flow through a count comes from, and where it goes."""
    room, key = edge
    if room == "cell":
        return ("row", key[0]), ("column", key[1])
    return (SOURCE, ("row", key[0])) if room == "row" else (("column", key[0]), SINK)


def _small_and_tied(flow: _Flow, counted: Counted, hidden: list[frozenset[Key]], least: int) -> set[Edge]:
    """What is withheld before any ring is sought: the sums that are, small cells, and a line of cells across the sums.

    By that line the withheld sums of a dimension can be moved against each other, so that a table that shares this
    dimension does not hold still what this one leaves open.
    """
    out: set[Edge] = {("row", key) for key in hidden[0]} | {("column", key) for key in hidden[1]}
    out |= {("cell", key) for key, many in flow.cells.items() if 0 < many < least}
    for place, sums in enumerate(hidden):
        ties = [_across(place, sums, other) for other in counted.values(1 - place)]
        out |= min(ties, key=lambda tie: sum(_dear(flow, edge, out, least) for edge in tie))
    return out


def _across(place: int, sums: frozenset[Key], other: str | None) -> set[Edge]:
    """The cells of the withheld sums of one dimension at one value of the other."""
    return {("cell", (one, other) if place == 0 else (other, one)) for (one,) in sums}


def _dear(flow: _Flow, edge: Edge, out: set[Edge], least: int) -> int:
    """What it costs to withhold a count besides: nothing if it is, else as much as it tells; nought tells a little."""
    return 0 if edge in out else flow.many(edge) or least


def _withheld_cells(flow: _Flow, out: set[Edge], least: int) -> frozenset[Key]:
    """The keys of all cells that are withheld once each withheld count has its ring."""
    moved: set[Edge] = set()
    for edge in sorted(out, key=lambda edge: (flow.many(edge), edge[0], in_order(edge[1]))):
        if edge not in moved:
            ring = _ring(flow, edge, out, least)
            out |= ring
            moved |= ring
    return frozenset(key for room, key in out if room == "cell")


def _ring(flow: _Flow, edge: Edge, out: set[Edge], least: int) -> set[Edge]:
    """The cheapest ring through a count, with itself on it.

    There is one: where a row and a column have something besides, through the cell across from it; where the count is
    all there is of its row, that row's sum is withheld too, and can be moved against another one.
    """
    tail, head = _ends(edge)
    ways = [_way(flow, head, tail, (edge, out), least)]
    if flow.may_fall(edge):
        ways.append(_way(flow, tail, head, (edge, out), least))
    _, cheapest = min(way for way in ways if way is not None)
    return {edge, *cheapest}


def _way(
    flow: _Flow, start: Node, end: Node, around: tuple[Edge, set[Edge]], least: int
) -> tuple[int, list[Edge]] | None:
    """The cheapest way that one unit can take from node to node without the edge it is sought for (Dijkstra)."""
    avoided, out = around
    arcs = _arcs(flow, avoided, out)
    queue: list[tuple[int, int, Node, list[Edge]]] = [(0, 0, start, [])]
    done: set[Node] = set()
    pushed = 0
    while queue:
        cost, _, node, way = heapq.heappop(queue)
        if node == end:
            return cost, way
        if node in done:
            continue
        done.add(node)
        for edge, there in arcs.get(node, []):
            if there not in done:
                pushed += 1
                heapq.heappush(queue, (cost + _dear(flow, edge, out, least), pushed, there, [*way, edge]))
    return None


def _arcs(flow: _Flow, avoided: Edge, out: set[Edge]) -> dict[Node, list[tuple[Edge, Node]]]:
    """Where one unit can go from each node: forwards where a count rises, backwards where it falls.

    Through any cell, since it can be withheld if need be; through a sum only where it is withheld already.
    """
    arcs: dict[Node, list[tuple[Edge, Node]]] = {}
    for edge in flow.edges:
        if edge == avoided or (edge[0] != "cell" and edge not in out):
            continue
        tail, head = _ends(edge)
        arcs.setdefault(tail, []).append((edge, head))
        if flow.may_fall(edge):
            arcs.setdefault(head, []).append((edge, tail))
    return arcs
