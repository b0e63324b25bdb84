"""Decides how an endpoint comes by what signs, by the keys that are believed, and by the heads that were seen."""

from typing import Annotated

from fastapi import Depends, Request

from services.voucher.heads import Heads
from services.voucher.signet import Signet


async def _signet(request: Request) -> Signet:
    signet: Signet = request.app.state.signet
    return signet


async def _heads(request: Request) -> Heads:
    heads: Heads = request.app.state.heads
    return heads


Seen = Annotated[Heads, Depends(_heads)]
Signs = Annotated[Signet, Depends(_signet)]
