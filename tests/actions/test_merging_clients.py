"""Cards of one client: found, looked at side by side, made one, and taken apart again."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from fluffydesk.actions.duplicates import pairs
from fluffydesk.actions.merged import kept_of
from fluffydesk.actions.merging_clients import MOVING, astray, merge, preview, put_right, unmerge
from fluffydesk.actions.saving import add, change
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.duplicates import are_alike, likeness
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import PatientPerson
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.payments import Invoice, Payment
from fluffydesk.records.pets import ClinicClient, ClinicPatient, EmergencyContact, Pet
from fluffydesk.records.vocabulary import Record
from tests.clinic_sample import Sample

_KEPT = frozenset({"created_at", "updated_at", "updated_by", "updated_device", "row_version"})
_ANEW: dict[str, frozenset[str]] = defaultdict(
    lambda: _KEPT, {"clinic_patient_people": _KEPT | {"id"}}
)
"""What stays of no interest: a row that was taken out comes back as another one."""


def put(mirror: Mirror, record: type[Record], **values: Any) -> UUID:
    with mirror.unit("Put") as unit:
        return unit.insert(record, values)


def got(mirror: Mirror, record: type[Record], row_id: UUID) -> Any:
    table = record.__table__
    with mirror.read() as connection:
        return connection.execute(select(table).where(table.c.id == row_id)).one()


def everything(mirror: Mirror) -> dict[str, list[Any]]:
    """All rows that a merge may touch."""
    found: dict[str, list[Any]] = {}
    with mirror.read() as connection:
        for record in {ClinicClient, *(record for record, _ in MOVING)}:
            table = record.__table__
            rows = connection.execute(select(table).order_by(table.c.id))
            found[table.name] = [
                {
                    name: value
                    for name, value in row._mapping.items()
                    if name not in _ANEW[table.name]
                }
                for row in rows
            ]
    return found


def test_cards_with_the_same_number_mail_or_nearly_the_same_name_are_suggested(
    mirror: Mirror, sample: Sample
) -> None:
    put(mirror, ClinicClient, full_name="N. Vale", phone="0205550101")
    put(mirror, ClinicClient, full_name="Cleo Marsh", email="C.Marsh@post.example")
    put(mirror, ClinicClient, full_name="C Marsh", email="c.marsh@post.example")
    for name, street in (("Berta Linn", "12 Mill Lane, Ash"), ("Linn Bertha", "12 Mill Ln, Ash")):
        put(mirror, ClinicClient, full_name=name, address=street)
    put(mirror, ClinicClient, full_name="Bruno Lund", address="12 Other Road, Elm")
    with mirror.read() as connection:
        found = {frozenset((pair.kept, pair.gone)): pair for pair in pairs(connection)}
    assert {names: pair.why for names, pair in found.items()} == {
        frozenset(("Noor Vale", "N. Vale")): "Same telephone",
        frozenset(("Cleo Marsh", "C Marsh")): "Same e-mail",
        frozenset(("Berta Linn", "Linn Bertha")): "Nearly the same name and address",
    }
    assert found[frozenset(("Noor Vale", "N. Vale"))].kept == "Noor Vale", "she has the pets"


def test_likeness_is_of_words_in_any_order() -> None:
    assert likeness("berta linn", "linn berta") == 1.0
    assert are_alike("12 mill lane", "12 mill ln")
    assert not are_alike("berta linn", "bruno lund")
    assert likeness("", "") == 0.0


def test_a_preview_counts_what_moves_and_says_which_values_stay(
    mirror: Mirror, sample: Sample
) -> None:
    noor, ivy = sample["Noor Vale"], sample["Ivy Stone"]
    put(mirror, Invoice, client_id=ivy, kind=InvoiceKind.ESTIMATE)
    put(mirror, Invoice, client_id=ivy)
    put(mirror, Invoice, client_id=ivy, status=InvoiceStatus.POSTED)
    put(mirror, Payment, client_id=ivy, amount=Decimal(5))
    change(mirror, ClinicClient, ivy, {"email": "ivy@post.example", "notes": "Rings twice"})
    change(mirror, ClinicClient, noor, {"notes": "Comes late"})
    told = preview(mirror, noor, ivy)
    assert dict(told.moved) == {
        "Pets": 1,
        "Visits": 2,
        "Estimates": 1,
        "Draft invoices": 1,
        "Payments": 1,
    }
    assert told.posted == 1
    values = {side.name: side.value for side in told.sides}
    assert values["full_name"] == "Noor Vale"
    assert values["email"] == "ivy@post.example", "the other's where there is none"
    assert values["other_phone"] == "+31 20 555 0103", "no number is lost"
    assert values["notes"] == "Comes late\nRings twice"


def test_a_merge_moves_all_but_posted_invoices_in_one_unit_and_is_taken_back_whole(
    mirror: Mirror, sample: Sample
) -> None:
    noor, ivy = sample["Noor Vale"], sample["Ivy Stone"]
    posted = put(mirror, Invoice, client_id=ivy, status=InvoiceStatus.POSTED)
    draft = put(mirror, Invoice, client_id=ivy)
    put(mirror, PatientPerson, pet_id=sample["Biscuit"], client_id=ivy, may_decide=True)
    before = everything(mirror)
    done = merge(mirror, noor, ivy, {"full_name": "Noor Stone"})
    assert got(mirror, ClinicPatient, sample["Rex, patient"]).client_id == noor
    assert got(mirror, Invoice, draft).client_id == noor
    assert got(mirror, Invoice, posted).client_id == ivy, "rule 23"
    kept, gone = got(mirror, ClinicClient, noor), got(mirror, ClinicClient, ivy)
    assert (kept.full_name, gone.merged_into_id) == ("Noor Stone", noor)
    assert len(done.dropped) == 1, "she brings that pet anyway"
    with mirror.read() as connection:
        assert kept_of(connection, [ivy]) == {ivy: noor}
        assert not astray(connection)
    change(mirror, ClinicClient, noor, {"tax_number": "NL1"})
    unmerge(mirror, done)
    change(mirror, ClinicClient, noor, {"tax_number": None})
    assert everything(mirror) == before


def test_a_card_merged_once_is_no_more_merged_and_no_circle_can_be_made(
    mirror: Mirror, sample: Sample
) -> None:
    noor, ivy, tomas = (sample[name] for name in ("Noor Vale", "Ivy Stone", "Tomas Reed"))
    merge(mirror, noor, ivy)
    for kept, gone in ((noor, ivy), (ivy, noor), (noor, noor)):
        with pytest.raises(Refusal):
            merge(mirror, kept, gone)
    with pytest.raises(InvalidValue, match="merged already"):
        change(mirror, ClinicClient, noor, {"merged_into_id": ivy})
    merge(mirror, tomas, noor)
    assert got(mirror, ClinicClient, ivy).merged_into_id == tomas, "a chain is made short"


def test_what_is_still_written_to_a_merged_card_is_moved_at_the_next_look(
    mirror: Mirror, sample: Sample
) -> None:
    noor, ivy = sample["Noor Vale"], sample["Ivy Stone"]
    merge(mirror, noor, ivy)
    late = put(mirror, Invoice, client_id=ivy)
    with mirror.read() as connection:
        assert astray(connection)
    put_right(mirror)
    assert got(mirror, Invoice, late).client_id == noor
    with mirror.read() as connection:
        assert not astray(connection)
    assert not put_right(mirror)


def test_a_client_with_an_account_or_a_farm_is_the_one_kept(mirror: Mirror, sample: Sample) -> None:
    noor, ivy = sample["Noor Vale"], sample["Ivy Stone"]
    with mirror.apply() as connection:
        table = ClinicClient.__table__
        own = (
            {"user_id": sample["staff"]}
            if "staff" in sample.ids
            else {"user_id": sample["Jo Linde"]}
        )
        connection.execute(table.update().where(table.c.id == ivy).values(**own))
    with pytest.raises(Refusal, match="account on the platform"):
        preview(mirror, noor, ivy)
    assert preview(mirror, ivy, noor).kept_id == ivy


@pytest.mark.parametrize(
    "number", ["ask her husband", "12", "+31 20 555 0101 (after six, he works)"]
)
def test_a_number_that_cannot_be_dialled_is_refused(
    mirror: Mirror, sample: Sample, number: str
) -> None:
    for record, values in (
        (ClinicClient, {"full_name": "Lena"}),
        (EmergencyContact, {"full_name": "Lena", "pet_id": sample["Rex"]}),
    ):
        with pytest.raises(InvalidValue, match="no telephone number") as refused:
            add(mirror, record, {**values, "phone": number})
        assert refused.value.field == "phone"


@pytest.mark.parametrize(
    "email", ["noor", "noor@post", "a b@post.example", "a@b.example, c@d.example"]
)
def test_an_email_that_cannot_arrive_is_refused(mirror: Mirror, sample: Sample, email: str) -> None:
    with pytest.raises(InvalidValue, match="no e-mail address"):
        change(mirror, ClinicClient, sample["Noor Vale"], {"email": email})
    change(mirror, ClinicClient, sample["Noor Vale"], {"email": "noor.vale+clinic@post.example"})


def test_a_chip_is_fifteen_digits_of_one_living_pet(mirror: Mirror, sample: Sample) -> None:
    rex, mango = sample["Rex"], sample["Mango"]
    change(mirror, Pet, rex, {"microchip": "528 140000123456"})
    assert got(mirror, Pet, rex).microchip == "528140000123456"
    with pytest.raises(InvalidValue, match="no microchip"):
        change(mirror, Pet, mango, {"microchip": "12345"})
    with pytest.raises(InvalidValue, match="Rex of Ivy Stone already has the microchip"):
        change(mirror, Pet, mango, {"microchip": "528140000123456"})
    change(mirror, Pet, rex, {"deceased_on": date(2026, 3, 1)})
    change(mirror, Pet, mango, {"microchip": "528140000123456"})
    with pytest.raises(InvalidValue, match="Mango of Noor Vale"):
        change(mirror, Pet, rex, {"deceased_on": None})


def test_who_brings_a_pet_is_not_named_beside_it_again(mirror: Mirror, sample: Sample) -> None:
    with pytest.raises(InvalidValue, match="Ivy Stone brings this pet already"):
        add(mirror, PatientPerson, {"pet_id": sample["Rex"], "client_id": sample["Ivy Stone"]})
    add(mirror, PatientPerson, {"pet_id": sample["Rex"], "client_id": sample["Noor Vale"]})
