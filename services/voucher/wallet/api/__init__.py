"""The wallet over HTTP."""

from services.voucher.wallet.api import allocation, applications, lists, lives, rounds, statement, take_up, vouchers

ROUTERS = (
    rounds.routes,
    lists.routes,
    allocation.routes,
    applications.routes,
    vouchers.routes,
    lives.routes,
    statement.routes,
    take_up.routes,
)
