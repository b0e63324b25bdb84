"""Decides how an endpoint comes by what signs, and by the keys that are believed."""

from typing import Annotated

from fastapi import Depends, Request

from services.voucher.signet import Signet


async def _signet(request: Request) -> Signet:
    signet: Signet = request.app.state.signet
    return signet


Signs = Annotated[Signet, Depends(_signet)]
