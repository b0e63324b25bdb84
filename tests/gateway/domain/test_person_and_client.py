"""An account serves one kind of work; a client is never more than its maker."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.chassis.ids import new_id
from services.chassis.refusals import Refusal
from services.gateway.domain import client as clients
from services.gateway.domain import person as persons
from services.gateway.domain.client import Client
from services.gateway.domain.person import Person
from services.gateway.domain.roles import Duty
from services.gateway.domain.standing import Membership

AT = datetime(2026, 1, 1, tzinfo=UTC)
SOMEBODY = Person(new_id(), Duty.NONE, "active", AT)
MAKER = Membership(new_id(), SOMEBODY.id, new_id(), ("holder", "provider"), "active", AT)


def test_an_account_takes_up_one_kind_of_work_and_lays_it_down() -> None:
    member = persons.take_up(SOMEBODY, Duty.MEMBER)
    assert persons.take_up(member, Duty.MEMBER) == member
    with pytest.raises(Refusal, match="duty_conflict"):
        persons.take_up(member, Duty.ADMIN)
    assert persons.lay_down(member) == SOMEBODY


def test_the_erased_are_neither_disabled_nor_enabled() -> None:
    erased = persons.erase(persons.disable(SOMEBODY, by=new_id()))
    with pytest.raises(Refusal, match="erased"):
        persons.enable(erased)
    with pytest.raises(Refusal, match="erased"):
        persons.disable(erased, by=new_id())
    assert persons.enable(persons.disable(SOMEBODY, by=new_id())) == SOMEBODY


def test_a_clients_faults_are_named_together() -> None:
    with pytest.raises(Refusal) as refused:
        clients.make(id=new_id(), name="", roles=["space"], maker=MAKER, at=AT)
    assert [reason.code for reason in refused.value.reasons] == ["registration.name", "client.roles"]


def test_a_client_belongs_to_its_makers_organisation() -> None:
    made = clients.make(id=new_id(), name="ERP", roles=["provider", "provider"], maker=MAKER, at=AT)
    assert (made.organization_id, made.made_by, made.roles, made.service) == (
        MAKER.organization_id,
        SOMEBODY.id,
        ("provider",),
        False,
    )


def test_disabling_twice_changes_nothing() -> None:
    client = Client(new_id(), "voucher", ("service",), "active", AT)
    once = clients.disable(client, at=AT)
    assert clients.disable(once, at=replace(once).made_at) == once
    assert client.service


def test_nobody_disables_himself_and_nothing_live_is_erased() -> None:
    with pytest.raises(Refusal, match=r"person\.own"):
        persons.disable(SOMEBODY, by=SOMEBODY.id)
    with pytest.raises(Refusal, match="still_active"):
        persons.erase(SOMEBODY)


def test_a_secret_is_rotated_while_the_client_is_active() -> None:
    client = Client(new_id(), "voucher", ("service",), "active", AT)
    assert clients.rotate(client, at=AT).rotated_at == AT
    with pytest.raises(Refusal, match=r"client\.disabled"):
        clients.rotate(clients.disable(client, at=AT), at=AT)


def test_an_organisation_has_at_most_fifty_active_clients() -> None:
    clients.refuse_crowd(49)
    with pytest.raises(Refusal, match="too_many"):
        clients.refuse_crowd(50)
