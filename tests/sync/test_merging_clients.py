"""Two desks of a clinic that merge the same clients apart."""

from __future__ import annotations

from uuid import UUID

from fluffydesk.actions.merged import kept_of
from fluffydesk.actions.merging_clients import astray, merge, put_right
from fluffydesk.actions.patients import register_patient
from fluffydesk.actions.saving import add, row_with
from fluffydesk.records.payments import Invoice
from fluffydesk.records.pets import ClinicPatient
from fluffydesk.records.types import today
from tests.sync.desks import Desk
from tests.sync.farms import Farm


def _clients(farm: Farm, desk: Desk) -> list[tuple[UUID, UUID]]:
    """Two cards of one person with a pet each: (client, pet), the one entered first."""
    made = []
    for name, pet in (("Noor Vale", "Biscuit"), ("N. Vale", "Mango")):
        changes = register_patient(
            desk.mirror,
            {"name": pet, "species": "Dog"},
            client={"full_name": name, "phone": "020 555 0101"},
        )
        [client], [pet_id] = changes["clinic_clients"], changes["pets"]
        made.append((client, pet_id))
    farm.settle()
    return made


def _whose(desk: Desk, pet: UUID) -> UUID:
    with desk.mirror.read() as connection:
        link = row_with(connection, ClinicPatient, pet_id=pet)
    assert link is not None
    client: UUID = link.client_id
    return client


def test_desks_that_merge_each_into_the_other_keep_the_card_entered_first(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    (first, biscuit), (second, mango) = _clients(farm, barn)
    merge(barn.mirror, first, second)
    merge(office.mirror, second, first)
    farm.settle()
    for desk in (barn, office):
        with desk.mirror.read() as connection:
            assert kept_of(connection, [first, second]) == {first: first, second: first}
            assert astray(connection)
        put_right(desk.mirror)
    farm.settle()
    farm.assert_quiet()
    for desk in (barn, office):
        assert desk.row("clinic_clients", first)["merged_into_id"] is None  # type: ignore[index]
        assert desk.row("clinic_clients", second)["merged_into_id"] == first  # type: ignore[index]
        assert {_whose(desk, biscuit), _whose(desk, mango)} == {first}
        assert not desk.quarantine()
        with desk.mirror.read() as connection:
            assert not astray(connection)


def test_what_a_desk_wrote_to_a_card_merged_elsewhere_is_found_with_the_one_kept(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    (first, _), (second, _) = _clients(farm, barn)
    merge(barn.mirror, first, second)
    bill, _ = add(office.mirror, Invoice, {"client_id": second, "issue_date": today()})
    farm.settle()
    with barn.mirror.read() as connection:
        assert astray(connection)
    put_right(barn.mirror)
    farm.settle()
    farm.assert_quiet()
    assert office.row("invoices", bill)["client_id"] == first  # type: ignore[index]
