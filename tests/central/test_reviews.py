"""Reviews, addresses and files at central: who decides what, and what is kept for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from fluffydesk.records.types import new_id
from tests.central.central_rows import insert

DENIED = psycopg.errors.InsufficientPrivilege
REFUSED = psycopg.errors.CheckViolation


class Street:
    """A clinic with its owner and a vet, a rival's owner, and Petra and Paul, its clients."""

    def __init__(self, central: Any) -> None:
        self.central, self.admin = central, central.admin()
        self.clinic: UUID = central.add_organization("Town Clinic", "veterinary_clinic")
        self.rival: UUID = central.add_organization("Other Clinic", "veterinary_clinic")
        self.ids = {
            name: central.add_user(name, organization, role)
            for name, organization, role in (
                ("olga", self.clinic, "owner"),
                ("vera", self.clinic, "veterinarian"),
                ("rita", self.rival, "owner"),
                ("petra", self.clinic, "viewer"),
                ("paul", self.clinic, "viewer"),
                ("mona", self.clinic, "viewer"),
            )
        }
        outside = [self.ids[name] for name in ("petra", "paul", "mona")]
        self.admin.execute("delete from organization_users where user_id = any(%s)", (outside,))
        self.logins = {name: central.login(name) for name in self.ids}

    def add(self, name: str | None, table: str, /, **values: Any) -> UUID:
        """Add a row as somebody, or as the administrator; return its id."""
        values = {"id": new_id(), **values}
        insert(self.logins[name] if name else self.admin, table, values)
        return UUID(str(values["id"]))

    def review(self, name: str, **values: Any) -> UUID:
        given = {"organization_id": self.clinic, "author_id": self.ids[name], "rating": 4}
        return self.add(name, "reviews", **{**given, **values})

    def one(self, query: str, *values: Any) -> Any:
        return self.admin.execute(query, values).fetchone()


@pytest.fixture
def street(central: Any) -> Street:
    return Street(central)


def answer(street: Street, name: str, review: UUID, text: str) -> None:
    street.logins[name].execute("select public.answer_review(%s, %s)", (review, text))


def test_one_review_for_one_author_and_target(street: Street) -> None:
    service = street.add(None, "services", organization_id=street.clinic, name="Check-up")
    street.review("petra")
    street.review("petra", service_id=service)
    street.review("paul")
    for target in ({}, {"service_id": service}):
        with pytest.raises(psycopg.errors.UniqueViolation):
            street.review("petra", **target)


def test_nobody_writes_in_anothers_name_or_rests_on_anothers_visit(street: Street) -> None:
    with pytest.raises(DENIED):
        street.review("petra", author_id=street.ids["paul"])
    clinic = {"organization_id": street.clinic}
    dog = street.add(None, "pets", name="Rex", species="dog", owner_id=street.ids["paul"])
    street.add(None, "clinic_patients", pet_id=dog, **clinic)
    visit = street.add(
        None,
        "appointments",
        pet_id=dog,
        scheduled_at="2026-05-04 09:00Z",
        ends_at="2026-05-04 09:30Z",
        **clinic,
    )
    with pytest.raises(DENIED):
        street.review("petra", appointment_id=visit)
    street.review("paul", appointment_id=visit)


def test_the_organizations_keepers_answer_and_change_nothing(street: Street) -> None:
    review = street.review("petra", body="Kind.")
    for name in ("vera", "rita", "petra"):
        with pytest.raises(DENIED):
            answer(street, name, review, "Thanks")
    answer(street, "olga", review, " Thanks ")
    told = street.one("select answer, answered_by, answered_at, edited_at from reviews")
    assert told[:2] == ("Thanks", street.ids["olga"])
    assert told[2] is not None
    assert told[3] is None
    done = street.logins["olga"].execute("update reviews set rating = 5 where id = %s", (review,))
    assert done.rowcount == 0
    answer(street, "olga", review, "  ")
    told = street.one("select answer, answered_by, answered_at from reviews")
    assert told == (None, None, None)


def test_an_edit_is_noted_and_the_target_stays(street: Street) -> None:
    service = street.add(None, "services", organization_id=street.clinic, name="Check-up")
    review, petra = street.review("petra"), street.logins["petra"]
    petra.execute("update reviews set rating = 2 where id = %s", (review,))
    assert street.one("select edited_at is not null, rating from reviews") == (True, 2)
    with pytest.raises(REFUSED):
        petra.execute("update reviews set service_id = %s where id = %s", (service, review))
    with pytest.raises(DENIED):
        petra.execute("update reviews set helpful_count = 100 where id = %s", (review,))


def test_who_works_there_is_marked(street: Street) -> None:
    street.review("vera")
    street.review("petra")
    found = street.admin.execute("select author_id, works_there from reviews").fetchall()
    assert dict(found) == {street.ids["vera"]: True, street.ids["petra"]: False}


def test_moderation_hides_a_review_for_good(street: Street) -> None:
    street.admin.execute(
        "update profiles set role = 'platform_admin' where id = %s", (street.ids["mona"],)
    )
    review = street.review("petra")
    query = "select public.moderate_review(%s, 'hidden', 'abuse')"
    for name in ("olga", "petra"):
        with pytest.raises(DENIED):
            street.logins[name].execute(query, (review,))
    street.logins["mona"].execute(query, (review,))
    assert street.one("select status, moderation_reason from reviews") == ("hidden", "abuse")
    seen = "select 1 from reviews where id = %s"
    assert street.logins["paul"].execute(seen, (review,)).rowcount == 0
    assert street.logins["petra"].execute(seen, (review,)).rowcount == 1
    # Neither edited nor deleted, so that it cannot be written anew.
    for verb in ("update reviews set rating = 1", "delete from reviews"):
        assert street.logins["petra"].execute(f"{verb} where id = %s", (review,)).rowcount == 0


def test_an_owner_has_one_default_address(street: Street) -> None:
    place = {"line1": "High Street 1", "city": "Town", "country": "PT"}
    petra, clinic = {"user_id": street.ids["petra"]}, {"organization_id": street.clinic}
    street.add("petra", "addresses", **place, **petra, is_default=True)
    second = street.add("petra", "addresses", **place, **petra, is_default=True)
    street.add("olga", "addresses", **place, **clinic, is_default=True)
    third = street.add("olga", "addresses", **place, **clinic)
    street.logins["olga"].execute("update addresses set is_default = true where id = %s", (third,))
    found = street.admin.execute("select id from addresses where is_default").fetchall()
    assert {row[0] for row in found} == {second, third}


def test_an_address_is_of_one_owner_and_a_persons_is_private(street: Street) -> None:
    place = {"line1": "High Street 1", "city": "Town", "country": "PT"}
    petra = {"user_id": street.ids["petra"]}
    for wrong in ({"country": "Portugal"}, {"is_public": True}, {"latitude": 38.7}):
        with pytest.raises(REFUSED):
            street.add("petra", "addresses", **{**place, **petra, **wrong})
    with pytest.raises(REFUSED):
        street.add(None, "addresses", **place, **petra, organization_id=street.clinic)
    with pytest.raises(DENIED):
        street.add("rita", "addresses", **place, organization_id=street.clinic)


def test_a_file_lies_in_a_folder_of_its_owner(street: Street) -> None:
    def put(path: str, **values: Any) -> UUID:
        given = {"owner_id": street.ids["vera"], "bucket": "media", "mime_type": "image/png"}
        return street.add("vera", "media_files", size_bytes=1, path=path, **given, **values)

    put(f"{street.ids['vera']}/me.png")
    put(f"{street.clinic}/logo.png", organization_id=street.clinic)
    for path in (f"{street.ids['petra']}/x.png", f"{street.clinic}/x.png", "x.png"):
        with pytest.raises(REFUSED):
            put(path)
    with pytest.raises(REFUSED):
        put(f"{street.ids['vera']}/../{street.ids['petra']}/x.png")
    with pytest.raises(DENIED):
        put(f"{street.rival}/x.png", organization_id=street.rival)


def test_a_private_file_stays_with_its_keepers_and_whoever_put_it_there(street: Street) -> None:
    file = street.add(
        "vera",
        "media_files",
        owner_id=street.ids["vera"],
        organization_id=street.clinic,
        bucket="media",
        path=f"{street.clinic}/{uuid4()}",
        mime_type="image/png",
        size_bytes=1,
    )
    seen = "select 1 from media_files where id = %s"

    def seers() -> set[str]:
        return {n for n, login in street.logins.items() if login.execute(seen, (file,)).rowcount}

    assert seers() == {"vera", "olga"}
    street.admin.execute("delete from organization_users where user_id = %s", (street.ids["vera"],))
    assert seers() == {"olga"}


def test_a_custom_field_holds_one_value_of_its_kind(street: Street) -> None:
    given = {
        "organization_id": street.clinic,
        "entity_table": "pets",
        "entity_id": uuid4(),
        "name": "Favourite toy",
    }
    street.add("vera", "custom_fields", **given, kind="text", text_value="ball")
    for wrong in (
        {"kind": "number", "text_value": "x"},
        {"kind": "text", "text_value": "x", "number_value": 1},
        {"kind": "boolean"},
    ):
        with pytest.raises(REFUSED):
            street.add("vera", "custom_fields", **{**given, "name": "Other", **wrong})
    with pytest.raises(psycopg.errors.UniqueViolation):
        street.add("vera", "custom_fields", **given, kind="number", number_value=1)


def test_a_reading_sent_twice_is_heard_once_and_never_changed(street: Street) -> None:
    given = {
        "organization_id": street.clinic,
        "device_serial": "F-1",
        "metric": "temperature",
        "value": 4.2,
        "measured_at": "2026-05-04 09:00Z",
    }
    street.add("vera", "iot_device_logs", **given)
    with pytest.raises(psycopg.errors.UniqueViolation):
        street.add("vera", "iot_device_logs", **given)
    with pytest.raises(DENIED):
        street.logins["olga"].execute("update iot_device_logs set value = 1")
    with pytest.raises(DENIED):
        street.add("rita", "iot_device_logs", **{**given, "metric": "humidity"})
