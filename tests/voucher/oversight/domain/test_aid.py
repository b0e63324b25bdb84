"""What a scheme says of state aid, by its caps and its awards."""

from dataclasses import replace

from services.voucher.oversight.domain.aid import Limit, ceilings
from services.voucher.scheme.domain.awards import Regime
from services.voucher.scheme.domain.document import read_awards
from services.voucher.scheme.domain.rule import Rule
from services.voucher.scheme.domain.scheme import AwardScheme
from services.voucher.scheme.operations import reading
from tests.voucher.scheme.samples import SCHEMES

SAID = Rule(Regime("de-minimis", 36, 700_000), "de-minimis 3(2)")


def the_top_up() -> AwardScheme:
    file = (SCHEMES / "jiangmen-topup-2021.yaml").read_text(encoding="utf-8")
    return read_awards(reading.read(file).document)


def test_only_the_award_that_is_state_aid_has_a_ceiling() -> None:
    scheme = the_top_up()
    plain = scheme.awards[0]
    mixed = replace(scheme, awards=(plain, replace(plain, id="aid", regime=SAID), replace(plain, id="last")))
    assert list(ceilings(mixed)) == [Limit("aid", "de-minimis", 36, 700_000, "de-minimis 3(2)")]
