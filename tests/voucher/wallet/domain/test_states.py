"""Every state that is not final has an owner or a timer."""

from services.voucher.wallet.domain.states import AWAITS, LIVE, ApplicationState, RoundState

FINAL = {
    RoundState.FINISHED,
    ApplicationState.ISSUED,
    ApplicationState.REJECTED,
    ApplicationState.WITHDRAWN,
    ApplicationState.UNSERVED,
}


def test_every_state_is_final_or_awaited_and_none_is_both() -> None:
    assert {*RoundState, *ApplicationState} == FINAL | AWAITS.keys()
    assert not FINAL & AWAITS.keys()


def test_a_party_has_a_live_application_until_it_is_turned_down() -> None:
    assert set(ApplicationState) - LIVE == FINAL - {RoundState.FINISHED, ApplicationState.ISSUED}
