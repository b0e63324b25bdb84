"""What was found out of applicants is kept small, read again, and forgotten where others are looked at."""

from datetime import date

from services.voucher.wallet.domain.judged import Judged, digest
from services.voucher.wallet.domain.outlook import outlook
from services.voucher.wallet.domain.population import Population, populate
from services.voucher.wallet.domain.simulation import Trial
from tests.voucher.scheme.samples import a_scheme

TRIAL = Trial(a_scheme(), 10_000_000, date(2020, 9, 15), "1")
PEOPLE = Population(
    holders=90,
    asks_from=500_000,
    asks_to=2_000_000,
    step=50_000,
    sizes={"micro": 2, "large": 1},
    regions={"440703": 2, "310000": 1},
)
LINE = populate(PEOPLE, TRIAL.scheme, day=TRIAL.day, seed="1")


def test_what_is_kept_says_what_looking_at_everybody_says() -> None:
    half = Judged().more(TRIAL, LINE[:45])
    whole = Judged.read(half.kept(line=digest(LINE)), line=digest(LINE)).more(TRIAL, LINE[45:])
    assert outlook(TRIAL, LINE, whole.against(LINE)) == outlook(TRIAL, LINE)
    assert len(whole.sets) == 4


def test_what_was_kept_of_others_is_forgotten() -> None:
    kept = Judged().more(TRIAL, LINE).kept(line=digest(LINE))
    assert Judged.read(kept, line=digest(LINE[1:])) == Judged() == Judged.read({}, line=digest([]))


def test_what_was_kept_is_forgotten_where_one_came_and_another_went() -> None:
    kept = Judged().more(TRIAL, LINE[:-1]).kept(line=digest(LINE[:-1]))
    assert Judged.read(kept, line=digest(LINE[1:])) == Judged()
