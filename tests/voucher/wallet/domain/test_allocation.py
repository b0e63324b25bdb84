"""The pool is given out in order, to the last fen and never beyond it."""

from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from services.voucher.scheme.domain.allocation import ClassShare
from services.voucher.wallet.domain.allocation import Allocated, Candidate, allocate, rooms_of

AMOUNT = some.integers(min_value=1, max_value=1000)


@some.composite
def lines(draw: some.DrawFn) -> list[Candidate]:
    size = draw(some.integers(min_value=0, max_value=30))
    return [
        Candidate(UUID(int=place), draw(AMOUNT), draw(some.integers(min_value=0, max_value=1000)))
        for place in range(size)
    ]


POOL = some.integers(min_value=0, max_value=20_000)
WAY = some.sampled_from(["partial", "whole"])


def in_batches(line: list[Candidate], *, pool: int, last_place: str, size: int) -> Allocated:
    """As the job does it: batch after batch, and once somebody waits, everybody after him does."""
    faces: list[tuple[UUID, int]] = []
    capped: list[UUID] = []
    waiting: list[UUID] = []
    for start in range(0, len(line), size):
        batch = line[start : start + size]
        if waiting:
            waiting += [one.id for one in batch]
            continue
        done = allocate(batch, pool=pool, last_place=last_place)
        faces += done.faces
        capped += done.capped
        waiting += done.waiting
        pool = done.left
    return Allocated(tuple(faces), tuple(capped), tuple(waiting), pool)


@given(lines(), POOL, WAY)
def test_what_is_issued_and_what_is_left_is_the_pool(line: list[Candidate], pool: int, way: str) -> None:
    done = allocate(line, pool=pool, last_place=way)
    assert sum(face for _, face in done.faces) + done.left == pool
    assert done.left >= 0


@given(lines(), POOL, WAY)
def test_everybody_has_one_outcome(line: list[Candidate], pool: int, way: str) -> None:
    done = allocate(line, pool=pool, last_place=way)
    told = [one for one, _ in done.faces] + list(done.capped) + list(done.waiting)
    assert sorted(told) == [one.id for one in line]


@given(lines(), POOL, WAY)
def test_nobody_overtakes_who_waits(line: list[Candidate], pool: int, way: str) -> None:
    done = allocate(line, pool=pool, last_place=way)
    served = [one.int for one, _ in done.faces]
    assert not done.waiting or all(place < done.waiting[0].int for place in served)


@given(lines(), POOL)
def test_a_partial_last_place_leaves_nothing_while_somebody_waits(line: list[Candidate], pool: int) -> None:
    done = allocate(line, pool=pool, last_place="partial")
    assert done.left == 0 or not done.waiting


@given(lines(), POOL)
def test_a_whole_last_place_gives_nobody_less_than_he_may_have(line: list[Candidate], pool: int) -> None:
    wanted = {one.id: min(one.asked, one.headroom) for one in line}
    assert all(face == wanted[one] for one, face in allocate(line, pool=pool, last_place="whole").faces)


@given(lines(), POOL, WAY, some.integers(min_value=1, max_value=7))
def test_batches_of_any_size_come_to_the_same(line: list[Candidate], pool: int, way: str, size: int) -> None:
    assert in_batches(line, pool=pool, last_place=way, size=size) == allocate(line, pool=pool, last_place=way)


def test_the_published_budget_makes_216_vouchers_the_last_of_8980() -> None:
    line = [Candidate(UUID(int=place), 2_000_000, 2_000_000) for place in range(259)]
    done = allocate(line, pool=430_898_000, last_place="partial")
    assert (len(done.faces), len(done.waiting), done.left) == (216, 43, 0)
    assert done.faces[-1][1] == 898_000


CLASSES = some.dictionaries(some.sampled_from(["first", "second"]), some.integers(min_value=0, max_value=3_000))


@some.composite
def mixed(draw: some.DrawFn) -> list[Candidate]:
    names = some.sampled_from(["first", "second", "general"])
    return [Candidate(one.id, one.asked, one.headroom, draw(names)) for one in draw(lines())]


@given(mixed(), POOL, WAY, CLASSES)
def test_no_class_gets_more_than_its_room_and_nobody_of_it_overtakes(
    line: list[Candidate], pool: int, way: str, rooms: dict[str, int]
) -> None:
    done = allocate(line, pool=pool, last_place=way, rooms=rooms)
    of_class = {one.id: one.queue_class for one in line}
    for name, room in rooms.items():
        served = [(one.int, face) for one, face in done.faces if of_class[one] == name]
        waiting = [one.int for one in done.waiting if of_class[one] == name]
        assert sum(face for _, face in served) <= room
        assert not waiting or all(place < min(waiting) for place, _ in served)


@given(mixed(), POOL, WAY, CLASSES)
def test_who_waits_for_his_class_alone_stops_nobody_else(
    line: list[Candidate], pool: int, way: str, rooms: dict[str, int]
) -> None:
    done = allocate(line, pool=pool, last_place=way, rooms=rooms)
    told = [one for one, _ in done.faces] + list(done.capped) + list(done.waiting)
    assert sorted(told) == [one.id for one in line]
    assert done.full <= set(done.waiting)
    assert done.stopped == bool(set(done.waiting) - done.full)
    assert all(line[one.int].queue_class in rooms for one in done.full)


def test_a_share_is_of_all_that_the_round_has_less_what_stands_issued() -> None:
    shares = [ClassShare("first", Fraction("0.20")), ClassShare("second", Fraction("0.333"))]
    assert rooms_of(shares, pool=500, standing={"first": 150, "general": 350}) == {"first": 50, "second": 333}
    assert rooms_of(shares, pool=0, standing={"first": 300}) == {"first": 0, "second": 99}
