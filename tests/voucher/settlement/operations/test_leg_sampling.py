"""A sample of what may be paid is stopped until somebody has looked: by a promised seed, and by another person."""

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest

from services.chassis.authorisation import Permit, permit
from services.chassis.database import Database
from services.chassis.ids import new_id
from services.chassis.refusals import NotFound, Refusal
from services.chassis.tokens import Caller
from services.voucher.scheme.operations import reading
from services.voucher.settlement.authorisation import AUTHORISATION
from services.voucher.settlement.domain.leg_sample import LegSample, SampledLine
from services.voucher.settlement.operations import leg_sampling
from services.voucher.settlement.operations.leg_sampling import Asked
from services.voucher.wallet.domain.draw import Promised, digest, order, seed_of
from tests.conftest import Begin, SetClock
from tests.voucher.redemption.samples import NOW as CAPTURED
from tests.voucher.redemption.stored import FILE, Stored, a_stored_voucher, audited
from tests.voucher.settlement.approved import PUBLISHED, Case, approved_on, disclosed, keyed, refused

SECRET, TEXT = "a secret", "02 09 16 21 25 31 + 07"
SHARE = {"value": "0.40", "source": "our default, not in the notice"}


def operator(person: str, operation: str, bureau: str = "jiangmen-sme") -> Permit:
    one = Caller(person, person, None, frozenset({"operator"}), "test", "ses_1", "tok_1", 0, bureau=bureau)
    return permit(AUTHORISATION, operation, one)


@dataclass(frozen=True)
class Round:
    """A round with three disclosed lines of one voucher."""

    stored: Stored
    cases: tuple[Case, ...]

    @property
    def database(self) -> Database:
        return self.stored.database

    def _named(self, by: Permit) -> dict[str, Any]:
        return {"permit": by, "round_id": self.stored.voucher.round_id}

    async def promise(self, person: str = "per_first", secret: str = SECRET) -> None:
        by = operator(person, "promise_leg_sample")
        request = replace(keyed(by, "promise_leg_sample"), render=lambda made: {"turn": made.turn})
        promised = Promised(digest(secret), "开奖号码", TEXT)
        await leg_sampling.promise(self.database, request, **self._named(by), promised=promised)

    async def draw(self, person: str = "per_second", secret: str = SECRET, **bound: str) -> None:
        by = operator(person, "draw_leg_sample", **bound)
        request = replace(keyed(by, "draw_leg_sample"), render=lambda made: {"id": str(made.id)})
        await leg_sampling.draw(self.database, request, **self._named(by), asked=Asked(secret, TEXT))

    async def samples(self) -> list[LegSample]:
        by = operator("per_first", "list_leg_samples")
        return await leg_sampling.list_samples(self.database, **self._named(by))

    async def places(self, sample_id: UUID) -> list[SampledLine]:
        by = operator("per_first", "list_leg_sample_lines")
        return await leg_sampling.list_places(self.database, **self._named(by), sample_id=sample_id, after=0, limit=9)

    async def stopped(self) -> list[list[str]]:
        return [await case.stops() for case in self.cases]


def rules() -> dict[str, Any]:
    document = reading.read(FILE.read_text(encoding="utf-8")).document
    return {"settlement": {**document["settlement"], "audit_sample": SHARE}}


async def who_may_be_paid(database: Database, set_clock: SetClock) -> Round:
    await set_clock(CAPTURED)
    stored = await a_stored_voucher(database, rules=rules())
    cases = tuple([await approved_on(stored) for _ in range(3)])
    await set_clock(PUBLISHED)
    await disclosed(database, *cases)
    return Round(stored, cases)


@pytest.fixture
async def paid(begin: Begin) -> Round:
    return await begin(who_may_be_paid)


async def test_two_of_five_by_count_and_amount_are_stopped_by_the_promised_seed(paid: Round) -> None:
    await paid.promise()
    await paid.draw()
    (made,) = await paid.samples()
    assert (made.population, made.drawn, made.share, made.seed) == (3, 2, Fraction(2, 5), seed_of(SECRET, TEXT))
    assert made.drawn_amount * 5 >= made.amount * 2
    places = await paid.places(made.id)
    assert [one.number for one in places] == order(made.seed, [1, 2, 3])
    picked = {one.claim_line_id for one in places if one.picked}
    assert await paid.stopped() == [["audit_sample"] if case.line_id in picked else [] for case in paid.cases]
    await audited(paid.database)


async def codes(asked: Awaitable[Any]) -> str:
    try:
        return await refused(asked)
    except NotFound as unknown:
        return unknown.code


async def test_nobody_draws_what_was_not_promised_or_what_he_promised_himself(paid: Round) -> None:
    assert await codes(paid.draw()) == "draw.unknown"
    await paid.promise()
    assert await codes(paid.draw("per_first")) == "draw.same_person"
    assert await codes(paid.draw(secret="another")) == "draw.secret_differs"
    assert await codes(paid.promise()) == "draw.promised"
    assert await codes(paid.draw(bureau="tianshui-sme")) == "round.unknown"
    assert await paid.stopped() == [[], [], []]


async def test_a_line_is_drawn_from_once(paid: Round) -> None:
    await paid.promise()
    await paid.draw()
    await paid.promise(secret="the next")
    assert await codes(paid.draw(secret="the next")) == "sample.nobody"
    assert await codes(paid.places(new_id())) == "leg_sample.unknown"


async def test_where_the_file_asks_none_none_is_drawn(voucher_db: Database, set_clock: SetClock) -> None:
    await set_clock(CAPTURED)
    plain = Round(await a_stored_voucher(voucher_db), ())
    with pytest.raises(Refusal, match=r"sample\.not_asked"):
        await plain.promise()
