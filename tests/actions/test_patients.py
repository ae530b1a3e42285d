from __future__ import annotations

import pytest
from sqlalchemy import select, text

from fluffydesk.actions import patients
from fluffydesk.errors import InvalidValue, NotFound
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.pets import ClinicPatient, Pet
from fluffydesk.records.types import new_id, today
from tests.clinic_sample import Sample


def test_pet_client_and_link_are_one_unit_of_work(mirror: Mirror, sample: Sample) -> None:
    changes = patients.register_patient(
        mirror,
        {"name": "Comet", "species": "Dog"},
        client={"full_name": "Lena Marsh", "phone": "+31 20 555 0199"},
        file_number="C-77",
    )
    assert {name: len(ids) for name, ids in changes.items()} == {
        "pets": 1,
        "clinic_clients": 1,
        "clinic_patients": 1,
    }
    (pet,) = changes["pets"]
    (client,) = changes["clinic_clients"]
    with mirror.read() as connection:
        units = connection.execute(text("select title from units")).scalars().all()
        link = connection.execute(
            select(ClinicPatient.__table__).where(ClinicPatient.__table__.c.pet_id == pet)
        ).one()
        made = connection.execute(select(Pet.__table__).where(Pet.__table__.c.id == pet)).one()
    assert units == ["Register Comet"]
    assert (link.client_id, link.file_number) == (client, "C-77")
    assert made.registered_by == sample.organization


def test_a_known_client_is_only_linked(mirror: Mirror, sample: Sample) -> None:
    changes = patients.register_patient(
        mirror, {"name": "Comet", "species": "Dog"}, client_id=sample["Ivy Stone"]
    )
    assert "clinic_clients" not in changes


def test_nothing_is_kept_where_a_part_is_refused(mirror: Mirror, sample: Sample) -> None:
    with pytest.raises(InvalidValue) as refused:
        patients.register_patient(
            mirror, {"name": "Comet", "species": "Dog"}, client={"phone": "020 555 0199"}
        )
    assert refused.value.field == "full_name"
    with mirror.read() as connection:
        assert connection.execute(text("select count(*) from units")).scalar() == 0


def test_one_microchip_belongs_to_one_pet(mirror: Mirror, sample: Sample) -> None:
    chip = {"name": "Comet", "species": "Dog", "microchip": "528140000000001"}
    patients.register_patient(mirror, chip)
    with pytest.raises(InvalidValue, match="Comet already has") as refused:
        patients.register_patient(mirror, {**chip, "name": "Nova"})
    assert refused.value.field == "microchip"


def test_leaving_the_clinic_ends_the_link(mirror: Mirror, sample: Sample) -> None:
    patients.end_patient(mirror, sample["Rex"], today())
    with mirror.read() as connection:
        ended = connection.execute(
            text("select ended_on from clinic_patients where pet_id = :pet"),
            {"pet": str(sample["Rex"])},
        ).scalar()
    assert ended == str(today())
    with pytest.raises(NotFound):
        patients.end_patient(mirror, new_id(), today())
