"""Decides what every refusal of the voucher service means to a client: the wings' tables in one."""

from collections.abc import Mapping

from services.chassis.problems import Problem, spoken
from services.voucher.awards.problems import PROBLEMS as AWARDS
from services.voucher.ledger.problems import PROBLEMS as LEDGER
from services.voucher.oversight.problems import PROBLEMS as OVERSIGHT
from services.voucher.payout.problems import PROBLEMS as PAYOUT
from services.voucher.reconciliation.problems import PROBLEMS as RECONCILIATION
from services.voucher.redemption.problems import PROBLEMS as REDEMPTION
from services.voucher.scheme.case_problems import PROBLEMS as CASES
from services.voucher.scheme.problems import PROBLEMS as SCHEME
from services.voucher.scheme.publication_problems import PROBLEMS as PUBLICATION
from services.voucher.settlement.problems import PROBLEMS as SETTLEMENT
from services.voucher.wallet.problems import PROBLEMS as WALLET
from services.voucher.wallet.review_problems import PROBLEMS as REVIEWS
from services.voucher.wallet.round_problems import PROBLEMS as ROUNDS
from services.voucher.words import CHINESE

PROBLEMS: Mapping[str, Problem] = spoken(
    {
        **LEDGER,
        **SCHEME,
        **CASES,
        **PUBLICATION,
        **WALLET,
        **ROUNDS,
        **REVIEWS,
        **REDEMPTION,
        **SETTLEMENT,
        **AWARDS,
        **PAYOUT,
        **RECONCILIATION,
        **OVERSIGHT,
    },
    CHINESE,
)
