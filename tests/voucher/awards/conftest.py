"""Begins a test of awards with a scheme of them whose budget is in order."""

import pytest

from tests.conftest import Begin
from tests.voucher.awards.steps import Office, a_match_office, a_space_office, a_top_up_office


@pytest.fixture
async def office(begin: Begin) -> Office:
    """The top-up of Jiangmen, borne by the city and a district."""
    return await begin(a_top_up_office)


@pytest.fixture
async def spaces(begin: Begin) -> Office:
    """Tongzhou's award to a space that was recognised twice."""
    return await begin(a_space_office)


@pytest.fixture
async def match(begin: Begin) -> Office:
    """Jiaxing's match of an upper award, for running costs only."""
    return await begin(a_match_office)
