"""The wallet over HTTP."""

from services.voucher.wallet.api import allocation, applications, lists, lives, rounds, statement, use, vouchers

ROUTERS = (
    rounds.routes,
    lists.routes,
    allocation.routes,
    applications.routes,
    vouchers.routes,
    lives.routes,
    statement.routes,
    use.routes,
)
