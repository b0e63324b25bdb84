"""A provider's code names the provider as it stands today, until it is retired."""

from dataclasses import replace

import pytest

from services.chassis.refusals import Refusal
from services.voucher.redemption.domain.provider_code import ProviderCode, named, normal
from tests.voucher.redemption.samples import NOW, PAYEE, PROVIDER, VOUCHER, a_payee

CODE = ProviderCode(VOUCHER, "IVP1:ABCD", PROVIDER, PAYEE, "前台", NOW, "per_provider")


def test_it_names_the_provider_and_what_it_is_admitted_for() -> None:
    told = named(CODE, a_payee(), NOW.date())
    assert (told.name, told.categories) == ("检测所", ("design", "testing"))


def test_a_suspended_provider_is_named_with_no_category() -> None:
    payee = a_payee()
    assert payee.provider is not None
    suspended = replace(payee, provider=replace(payee.provider, state="suspended"))
    assert named(CODE, suspended, NOW.date()).categories == ()
    assert named(CODE, replace(payee, provider=None), NOW.date()).categories == ()


def test_it_is_retired_once() -> None:
    retired = CODE.retired(at=NOW, by="per_other")
    assert (retired.retired_at, retired.retired_by) == (NOW, "per_other")
    with pytest.raises(Refusal, match=r"provider_code\.retired"):
        retired.retired(at=NOW, by="per_other")


@pytest.mark.parametrize("written", ["IVP1:ABCD", "ivp1:ab-cd", " ABCD ", "ＩＶＰ１：ＡＢＣＤ"])
def test_it_is_read_however_it_was_written(written: str) -> None:
    assert normal(written) == "IVP1:ABCD"
