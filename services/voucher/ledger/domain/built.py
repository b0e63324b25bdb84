"""Which rows of the postings table are built, and which postings each of them makes."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from services.voucher.ledger.domain import granting, paying, posting
from services.voucher.ledger.domain.posting import Posting

# Rows 5 (a proposal freezes no value), 12 (a claim is no debt yet), 15 (a stop moves nothing) and 17 (a file is no
# payment) are built and post nothing. Row 24, to pay again, is rows 18 and 21 with another payout; row 39, a voucher
# paid at its face, is row 7 with more than the price.
BUILT: Mapping[int, tuple[Callable[..., Posting], ...]] = MappingProxyType(
    {
        1: (posting.allot, posting.cut),
        2: (posting.fund_round, posting.return_to_line),
        3: (posting.over_issue, posting.void_over_issue),
        4: (posting.issue, posting.top_up, posting.reissue),
        5: (),
        6: (posting.authorise,),
        7: (posting.capture_held, posting.capture_available),
        8: (posting.release,),
        9: (posting.release,),
        10: (posting.reclaim,),
        11: (posting.refund, posting.expire_claim),
        12: (),
        13: (paying.approve,),
        14: (paying.cut_pro_rata,),
        15: (),
        16: (paying.uphold_objection,),
        17: (),
        18: (paying.send,),
        21: (paying.settle,),
        22: (paying.fund_account,),
        23: (paying.take_return,),
        24: (paying.send, paying.settle),
        34: (granting.grant, granting.take_back),
        35: (granting.grant, granting.take_back),
        36: (paying.take_deposit,),
        37: (paying.approve,),
        38: (paying.refund_deposit, paying.settle_refund),
        39: (posting.capture_available,),
        42: (
            paying.suspend,
            *(paying.settle, paying.fund_account, paying.take_return, paying.set_apart, paying.charge),
            *(paying.take_deposit, paying.settle_refund),
        ),
        43: (paying.set_apart, paying.charge),
        45: (posting.reclaim, posting.void_pool, posting.lapse),
    }
)
