"""A device is waited for half an hour, with no more than its member holds."""

from datetime import UTC, datetime

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.gateway.domain.client import make, rotate
from services.gateway.domain.pairing import await_device
from services.gateway.domain.standing import Membership

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
MEMBER = Membership(new_id(), new_id(), new_id(), ("holder", "provider"), "active", AT)


def test_a_device_is_waited_for_half_an_hour() -> None:
    waited = await_device(name="前台平板", roles=["provider", "provider"], maker=MEMBER, at=AT)
    assert waited.expires_at == datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
    assert (waited.person_id, waited.organization_id) == (MEMBER.person_id, MEMBER.organization_id)
    assert waited.roles == ("provider",)


def test_without_named_roles_a_device_has_its_members() -> None:
    assert await_device(name="前台平板", roles=None, maker=MEMBER, at=AT).roles == MEMBER.roles


@pytest.mark.parametrize("roles", [[], ["space"], ["holder", "admin"], ["finance_maker"]])
def test_a_device_never_has_more_than_its_member(roles: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        await_device(name="", roles=roles, maker=MEMBER, at=AT)
    assert [reason.code for reason in refused.value.reasons] == ["registration.name", "client.roles"]


def test_a_device_gets_no_other_secret() -> None:
    device = make(id=new_id(), name="前台平板", roles=["provider"], maker=MEMBER, at=AT, kind="device")
    with pytest.raises(Refusal, match=r"client\.device"):
        rotate(device, at=AT)
