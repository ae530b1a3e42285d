"""Signed records, who reads what is confidential, reminders, insights, withdrawal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from fluffydesk.figures.withdrawal import free_from
from tests.central.test_booking import DENIED, Town

REFUSED = psycopg.errors.RaiseException


@pytest.fixture
def town(central: Any) -> Town:
    town = Town(central)
    town.add("clinic_patients", organization_id=town.clinic, pet_id=town.dog)
    return town


def record(town: Town, login: Any = None, **values: Any) -> UUID:
    given = {"organization_id": town.clinic, "pet_id": town.dog, "diagnosis": "Well"}
    return town.add("medical_records", login or town.vet, **{**given, **values})


def test_a_signed_record_is_amended_and_not_edited(town: Town) -> None:
    first = record(town)
    with pytest.raises(REFUSED, match="only a signed record"):
        record(town, amends_id=first)
    town.vet.execute("update medical_records set diagnosis = 'Ill'")
    town.vet.execute("update medical_records set signed_at = now()")
    assert town.one("select signed_by from medical_records") == town.vet_id
    for change in ("diagnosis = 'Well'", "signed_at = null", "reason = 'x'", "weight_kg = 1"):
        with pytest.raises(REFUSED, match="not changed"):
            town.vet.execute(f"update medical_records set {change}")
    with pytest.raises(REFUSED, match="not deleted"):
        town.vet.execute("delete from medical_records")
    town.vet.execute("update medical_records set shared = false, diagnosis = 'Ill'")
    second = record(town, amends_id=first)
    cat = town.add("pets", name="Tom", species="cat", registered_by=town.clinic)
    with pytest.raises(REFUSED, match="same pet"):
        record(town, amends_id=first, pet_id=cat)
    town.vet.execute("delete from medical_records where id = %s", (second,))
    # Only with its organization does it go.
    town.admin.execute("update pets set registered_by = null")
    town.admin.execute("delete from organizations where id = %s", (town.clinic,))
    assert town.one("select count(*) from medical_records") == 0


def test_nobody_signs_in_anothers_name(town: Town) -> None:
    with pytest.raises(DENIED):
        record(town, signed_by=town.petra_id)
    record(town, signed_at="2026-05-04 09:00Z")
    assert town.one("select signed_by from medical_records") == town.vet_id


def test_a_record_goes_with_the_patient_and_what_is_confidential_stays(town: Town) -> None:
    shared = record(town)
    own = record(town, shared=False, confidential_notes="Bites")
    with pytest.raises(psycopg.errors.CheckViolation):
        record(town, confidential_notes="Bites")
    other = town.central.add_organization("Other Clinic", "veterinary_clinic")
    town.central.add_user("otto", other, "owner")
    otto = town.central.login("otto")

    def read_by(login: Any) -> set[UUID]:
        return {row[0] for row in login.execute("select id from medical_records")}

    assert read_by(town.vet) == {shared, own}
    assert read_by(town.petra) == {shared}
    assert read_by(otto) == set()
    town.add("clinic_patients", organization_id=other, pet_id=town.dog)
    assert read_by(otto) == {shared}
    assert otto.execute("update medical_records set reason = 'x'").rowcount == 0
    town.admin.execute("update clinic_patients set ended_on = current_date")
    assert read_by(otto) == set()
    assert read_by(town.vet) == {shared, own}
    # No clinic writes of a pet that is not its patient, in its own name or another's.
    with pytest.raises(DENIED):
        record(town, otto, organization_id=other)
    with pytest.raises(DENIED):
        record(town, otto)


def test_a_reminder_is_the_clinics_or_the_owners(town: Town) -> None:
    plain = {"pet_id": town.dog, "title": "Worms", "due_on": "2199-05-04"}
    hers = town.add("reminders", town.petra, **plain)
    ours = town.add("reminders", town.vet, **plain, organization_id=town.clinic)
    inner = town.add("reminders", town.vet, **plain, organization_id=town.clinic, tells_owner=False)

    def read_by(login: Any) -> set[UUID]:
        return {row[0] for row in login.execute("select id from reminders")}

    assert read_by(town.vet) == {ours, inner}
    assert read_by(town.petra) == {hers, ours}
    assert town.one("select user_id from reminders where id = %s", hers) == town.petra_id
    assert town.petra.execute("update reminders set status = 'done'").rowcount == 1
    logged = "select count(*) from sync.changes where table_name = 'reminders'"
    assert town.one(logged) == 2
    _, stranger = town.outsider("stranger")
    for values in ({}, {"organization_id": town.clinic}):
        with pytest.raises(DENIED):
            town.add("reminders", stranger, **plain, **values)
    with pytest.raises(DENIED):
        town.add("reminders", town.petra, **plain, organization_id=town.clinic)


def test_a_reminder_names_no_animal_of_another_farm(town: Town) -> None:
    farm = town.central.add_organization("Hill Farm")
    species = town.one("select id from livestock_species limit 1")
    cow = town.add("livestock", organization_id=farm, tag_number="1", species_id=species)
    for animal in (cow, uuid4()):
        with pytest.raises(DENIED):
            town.add(
                "reminders",
                town.vet,
                organization_id=town.clinic,
                animal_id=animal,
                title="x",
                due_on="2199-05-04",
            )


def test_nobody_is_reminded_of_a_pet_that_has_died(town: Town) -> None:
    town.admin.execute("update pets set deceased_on = '2026-05-04'")
    with pytest.raises(REFUSED, match="has died"):
        town.add("reminders", town.petra, pet_id=town.dog, title="x", due_on="2199-05-04")


def test_an_insight_is_reviewed_and_its_words_stay(town: Town) -> None:
    said = {
        "pet_id": town.dog,
        "kind": "risk",
        "title": "Weight",
        "body": "Rises",
        "confidence": "0.8",
        "model_name": "m",
        "model_version": "1",
    }
    ours = town.add("ai_insights", **said, organization_id=town.clinic)
    hers = town.add("ai_insights", **said)

    def read_by(login: Any) -> set[UUID]:
        return {row[0] for row in login.execute("select id from ai_insights")}

    assert (read_by(town.vet), read_by(town.petra)) == ({ours}, {hers})
    with pytest.raises(DENIED):
        town.vet.execute("update ai_insights set body = 'Falls'")
    review = "select review_insight(%s, %s)"
    for login, id in ((town.petra, ours), (town.vet, hers), (town.vet, uuid4())):
        with pytest.raises(DENIED):
            login.execute(review, (id, "rejected"))
    town.vet.execute(review, (ours, "confirmed"))
    assert read_by(town.petra) == {ours, hers}
    town.petra.execute("select review_insight(%s, null, true)", (hers,))
    query = "select verdict, is_dismissed, reviewed_by from ai_insights where id = %s"
    found = town.admin.execute(query, (hers,)).fetchone()
    assert found == ("open", True, town.petra_id)


def test_withdrawal_ends_with_the_last_dose_and_an_open_course_has_no_end(town: Town) -> None:
    farm = town.central.add_organization("Hill Farm")
    species = town.one("select id from livestock_species limit 1")
    cow = town.add("livestock", organization_id=farm, tag_number="1", species_id=species)
    given = {
        "organization_id": farm,
        "animal_id": cow,
        "reason": "Mastitis",
        "product": "P",
        "dose": 5,
        "given_at": "2026-03-15 08:00Z",
        "milk_hours": 96,
        "meat_hours": 336,
    }

    def ends(id: UUID) -> Any:
        query = "select milk_until, meat_until, eggs_until from health_treatments where id = %s"
        return town.admin.execute(query, (id,)).fetchone()

    def day(number: int) -> datetime:
        return datetime(2026, 3, number, 8, tzinfo=UTC)

    # The trade's own example: 15 March, meat 14 days, milk 4 days.
    assert ends(town.add("health_treatments", **given)) == (day(19), day(29), None)
    course = town.add("health_treatments", **given, doses=3)
    assert ends(course) == (None, None, None)
    town.admin.execute(
        "update health_treatments set last_dose_at = '2026-03-17 08:00Z' where id = %s", (course,)
    )
    assert ends(course) == (day(21), day(31), None)
    central = town.central
    central.add_user("farmer", farm, "owner")
    login = central.login("farmer")
    with pytest.raises(DENIED):
        login.execute("update health_treatments set milk_until = null")
    with pytest.raises(DENIED):
        login.execute("delete from health_treatments")
    with pytest.raises(psycopg.errors.CheckViolation):
        login.execute("update health_treatments set last_dose_at = '2026-03-01 08:00Z'")


def test_rule_16_central_and_the_pc_reckon_the_same_ends(town: Town) -> None:
    farm = town.central.add_organization("Hill Farm")
    species = town.one("select id from livestock_species limit 1")
    cow = town.add("livestock", organization_id=farm, tag_number="1", species_id=species)
    # Over the change of the clock in Europe, at the end of March.
    start = datetime(2026, 3, 27, 22, 30, tzinfo=UTC)
    kept = "select milk_until, meat_until, eggs_until from health_treatments where id = %s"
    for doses, last, hours in (
        (1, None, (96, 336, 0)),
        (3, None, (96, 336, 24)),
        (3, start + timedelta(days=2), (1, 8760, 0)),
        (1, start + timedelta(minutes=1), (0, 12, 5)),
    ):
        row = {
            "organization_id": farm,
            "animal_id": cow,
            "reason": "Mastitis",
            "product": "P",
            "dose": 5,
            "given_at": start,
            "doses": doses,
            "last_dose_at": last,
            **dict(zip(("milk_hours", "meat_hours", "egg_hours"), hours, strict=True)),
        }
        found = town.admin.execute(kept, (town.add("health_treatments", **row),)).fetchone()
        assert found == tuple(free_from(start, doses, last, period) for period in hours)
