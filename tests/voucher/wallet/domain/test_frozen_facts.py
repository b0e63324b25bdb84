"""What is kept of a party comes back as it was, through JSON, whatever is known of it."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from services.voucher.scheme.domain.facts import Ban, Figures, Listing, PartyFacts, Residence
from services.voucher.wallet.domain.frozen_facts import frozen, thawed

WORDS = some.text(alphabet="abc_-", min_size=1, max_size=8)
DAYS = some.dates(date(2000, 1, 1), date(2030, 12, 31))
FEN = some.none() | some.integers(0, 10**15)
FACTS = some.builds(
    PartyFacts,
    as_of=DAYS,
    region=some.none() | WORDS,
    registered_on=some.none() | DAYS,
    bans=some.lists(some.builds(Ban, WORDS, some.none() | DAYS), max_size=3).map(tuple),
    listings=some.lists(some.builds(Listing, WORDS, WORDS), max_size=3).map(tuple),
    figures=some.lists(some.builds(Figures, some.integers(2000, 2030), FEN, FEN, FEN), max_size=3).map(tuple),
    residences=some.lists(some.builds(Residence, WORDS, some.lists(WORDS, max_size=2).map(tuple)), max_size=2).map(
        tuple
    ),
    members=some.none() | some.integers(1, 9),
    founder_classes=some.lists(WORDS, max_size=3).map(tuple),
)


@given(FACTS)
def test_facts_come_back_from_json_as_they_were(facts: PartyFacts) -> None:
    assert thawed(json.loads(json.dumps(frozen(facts)))) == facts


def test_what_a_later_release_knew_besides_is_left_out() -> None:
    said = {"as_of": "2020-09-15", "shoe_size": 43, "bans": [{"kind": "a", "until": None, "by": "them"}]}
    assert thawed(said) == PartyFacts(as_of=date(2020, 9, 15), bans=(Ban("a"),))
