"""Decides what every refusal of the voucher service means to a client: the wings' tables in one."""

from collections.abc import Mapping

from services.chassis.problems import Problem
from services.voucher.ledger.problems import PROBLEMS as LEDGER
from services.voucher.redemption.problems import PROBLEMS as REDEMPTION
from services.voucher.scheme.problems import PROBLEMS as SCHEME
from services.voucher.wallet.problems import PROBLEMS as WALLET

PROBLEMS: Mapping[str, Problem] = {**LEDGER, **SCHEME, **WALLET, **REDEMPTION}
