"""What is kept of a PIN is of no use without the pepper and in no other wallet, and costs nobody a core."""

import time
from uuid import UUID

from services.voucher.redemption.operations.sealing import Seal
from tests.voucher.redemption.consented import PIN, SEAL, WRONG
from tests.voucher.redemption.samples import HOLDER

PEPPERED = Seal(bytes(range(32)), bytes(range(32)))


def test_a_pin_is_kept_by_wallet_pin_and_pepper() -> None:
    kept = SEAL.pin_digest(PIN, HOLDER)
    assert kept == SEAL.pin_digest(PIN, HOLDER)
    assert kept not in {SEAL.pin_digest(WRONG, HOLDER), SEAL.pin_digest(PIN, UUID(int=50))}
    assert PEPPERED.pin_digest(PIN, HOLDER) != kept


def test_a_thousand_pins_that_are_sent_cost_less_than_one_slow_hash_each() -> None:
    begun = time.process_time()
    for number in range(1_000):
        SEAL.pin_digest(f"{number:06}", HOLDER)
    assert time.process_time() - begun < 1
