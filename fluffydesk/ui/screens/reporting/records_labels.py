"""What is printed of a pet's papers: the label of a drug, and the card of its vaccinations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.prescriptions import lots_of
from fluffydesk.actions.rules.stores import expiry
from fluffydesk.figures.doses import amount_words
from fluffydesk.figures.health import drawn
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import PetVaccination, Prescription
from fluffydesk.records.enums.farm_resources import StockUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.organizations import Organization
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.types import today
from fluffydesk.records.users import Profile
from fluffydesk.ui.fields.texts import day_text, decimal_point, words
from fluffydesk.ui.screens.reading.records_scroll import directions
from fluffydesk.ui.screens.reporting.labels import Label
from fluffydesk.ui.screens.reporting.report import Column, Report, day, number
from fluffydesk.wording import apart

ONLY = "For animal treatment only. Keep out of the sight and reach of children."
_COLUMNS = (
    Column("Date"),
    Column("Vaccine", wide=True),
    Column("Against", wide=True),
    number("Dose"),
    Column("Lot"),
    Column("Expires"),
    Column("Valid until"),
    Column("Vet"),
)


def label_of(mirror: Mirror, prescription_id: UUID) -> Label | None:
    """Return the label of a prescription; None where it is gone."""
    with mirror.read() as connection:
        row = _row(connection, Prescription, prescription_id)
        return None if row is None else label_from(connection, row)


def label_from(connection: Connection, row: Any, lots: Sequence[str | None] = ()) -> Label:
    """Return the label of a prescription's columns, also of one that is not written yet: then
    `lots` are those it is going to be of, where they are several."""
    pet, client = _pet(connection, row.pet_id), _client(connection, row.pet_id)
    drug = " · ".join(part for part in (row.product, _handed(connection, row)) if part)
    several = lots if row.id is None else lots_of(connection, row.id)
    vet = _name(connection, row.veterinarian_id)
    made = " · ".join(part for part in (day_text(row.prescribed_on), vet) if part)
    who = f"{apart(pet.name)} ({pet.species})" if pet is not None else ""
    lines = (
        ("head", _clinic(connection)),
        ("strong", " · ".join(part for part in (who, apart(client)) if part)),
        ("strong", drug),
        ("main", directions(row)),
        ("plain", made),
        ("plain", _lots(connection, row, several)),
        ("plain", ONLY),
    )
    title = f"Label {row.product}"
    return Label(title, tuple((kind, text) for kind, text in lines if text))


def _lots(connection: Connection, row: Any, several: Sequence[str | None]) -> str:
    """Return the lots and their dates: "Lot A, expires 04 May 2027; lot B"."""
    if len(several) < 2:
        return _lot(row.lot, row.lot_expires_on)
    told = [_lot(one, expiry(connection, row.item_id, one)) for one in several if one]
    return "; ".join((told[0], *(one[0].lower() + one[1:] for one in told[1:])))


def _lot(name: str | None, ends: date | None) -> str:
    lot = f"Lot {name}" if name else ""
    return ", ".join(part for part in (lot, f"expires {day_text(ends)}" if ends else "") if part)


def certificate_of(mirror: Mirror, pet_id: UUID) -> Report | None:
    """Return a pet's vaccinations as they are printed; None where the pet is gone."""
    with mirror.read() as connection:
        pet = _pet(connection, pet_id)
        if pet is None:
            return None
        table = PetVaccination.__table__
        query = select(table).where(table.c.pet_id == pet_id)
        rows = connection.execute(query.order_by(table.c.given_on.desc(), table.c.id)).all()
        sex = "" if str(pet.sex) == "unknown" else words(pet.sex)
        born = f"born {day_text(pet.birth_date)}" if pet.birth_date else ""
        chip = f"Microchip {pet.microchip}" if pet.microchip else ""
        about = (pet.species, pet.breed, sex, pet.colour, born)
        passport = f"Passport {pet.passport_number}" if pet.passport_number else ""
        return Report(
            f"Vaccinations of {apart(pet.name)}",
            _COLUMNS,
            tuple(_shot(connection, row) for row in rows),
            notes=("Vet's signature and stamp: ________________________________",),
            empty="No vaccination is written down yet.",
            subtitle=(
                _clinic(connection),
                ", ".join(part for part in about if part),
                ", ".join(part for part in (chip, passport) if part),
                _client(connection, pet_id),
                f"Printed {day_text(today())}",
            ),
        )


def _shot(connection: Connection, row: Row[Any]) -> tuple[str, ...]:
    vet = _name(connection, row.veterinarian_id)
    return (
        day_text(row.given_on),
        row.vaccine,
        row.disease or "",
        str(row.dose_number),
        row.lot or "",
        day(row.lot_expires_on),
        day(row.next_due_on),
        vet,
    )


def _handed(connection: Connection, row: Any) -> str:
    """Return what is handed out: in the dose's unit, or packs where the store counts those."""
    if not row.quantity:
        return ""
    item = None if row.item_id is None else _row(connection, FarmInventory, row.item_id)
    unit = str(row.dose_unit)
    counted = item is not None and item.unit == StockUnit.COUNT
    if counted and drawn(row.quantity, unit, StockUnit.COUNT, 1, 1) is None:
        count = f"{row.quantity.normalize():f}"
        return f"{count} pack" if row.quantity == 1 else f"{count} packs"
    return amount_words(row.quantity, unit, decimal_point())


def _clinic(connection: Connection) -> str:
    kept = Mirror.state.get(connection, "organization") or {}
    home = kept.get("id")
    row = None if home is None else _row(connection, Organization, UUID(home))
    if row is None:
        return str(kept.get("name") or "")
    return " · ".join(apart(part) for part in (row.name, row.phone, row.address) if part)


def _row(connection: Connection, record: Any, row_id: UUID) -> Row[Any] | None:
    table = record.__table__
    return connection.execute(select(table).where(table.c.id == row_id)).first()


def _pet(connection: Connection, pet_id: UUID) -> Row[Any] | None:
    return _row(connection, Pet, pet_id)


def _client(connection: Connection, pet_id: UUID) -> str:
    links, clients = ClinicPatient.__table__, ClinicClient.__table__
    query = (
        select(clients.c.full_name)
        .join(links, links.c.client_id == clients.c.id)
        .where(links.c.pet_id == pet_id)
    )
    return str(connection.execute(query).scalar() or "")


def _name(connection: Connection, person: UUID | None) -> str:
    row = None if person is None else _row(connection, Profile, person)
    return "" if row is None else row.full_name or row.email
