"""Clients and pets are found by anything known of either, also on a card that was merged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fluffydesk.mirror import finding, loading, queries
from fluffydesk.mirror.borrowed import CLIENT
from fluffydesk.mirror.dialled import dialled, number_of
from fluffydesk.mirror.engine import bare
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import ONCE, Filter, Listing, Order, choices, keys, page
from fluffydesk.records.clinic import PatientPerson
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.vocabulary import Record
from tests.clinic_sample import Sample, fill
from tests.mirrors import make_mirror, new_mirror


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    path: Path = tmp_path_factory.mktemp("found") / "clinic.db"
    with new_mirror(path) as opened:
        sample = fill(opened)
        _know_more(opened, sample)
        while opened.make_missing_index():
            pass
        yield opened


def _know_more(mirror: Mirror, sample: Sample) -> None:
    with mirror.unit("Know more") as unit:
        noor = {"address": "12 Mill Lane", "other_phone": "020-555 99 88"}
        unit.update(ClinicClient, sample["Noor Vale"], noor)
        unit.update(Pet, sample["Rex"], {"microchip": "528140000123456"})
        unit.update(ClinicPatient, sample["Rex, patient"], {"file_number": "24-0017"})
        old = {"full_name": "Nora Wale", "merged_into_id": sample["Noor Vale"]}
        unit.insert(ClinicClient, old)
        shared = {"pet_id": sample["Rex"], "client_id": sample["Tomas Reed"]}
        unit.insert(PatientPerson, shared)


def found(mirror: Mirror, record: type[Record], typed: str) -> dict[str, str]:
    kept = (Filter("merged_into_id", "empty", True),) if record is ClinicClient else ()
    name = record.__label__[0]
    listing = Listing(record, typed, kept, (Order(name),))
    with mirror.read() as connection:
        rows = page(connection, listing, 0, 50)
        assert len(keys(connection, listing)) == len(rows)
    return {getattr(row, name): row._mapping[ONCE] for row in rows}


@pytest.mark.parametrize(
    "typed",
    [
        *("+31 20 555 0101", "0205550101", "020 555 0101", "0031 20 5550101", "020/555-01.01"),
        *("5550101", "+31 (0)20 555 0101", "noor", "mill lane", "020 5559988", "+31 20 555 9988"),
        *("biscuit", "vale mango", "wale"),
    ],
)
def test_a_client_is_found_by_any_part_of_what_is_known(clinic: Mirror, typed: str) -> None:
    assert list(found(clinic, ClinicClient, typed)) == ["Noor Vale"]


@pytest.mark.parametrize(
    "typed",
    [
        *("528140000123456", "528 140 000 123 456", "0123456", "24-0017", "stone rex"),
        *("555 0103", "020 555 0103", "+31205550103"),
    ],
)
def test_a_pet_is_found_by_chip_file_number_and_its_client(clinic: Mirror, typed: str) -> None:
    assert list(found(clinic, Pet, typed)) == ["Rex"]


def test_both_ways_say_by_what_a_row_was_found(clinic: Mirror) -> None:
    assert found(clinic, ClinicClient, "528140000123456") == {"Ivy Stone": "Rex", "Tomas Reed": ""}
    assert found(clinic, ClinicClient, "nora") == {"Noor Vale": "was Nora Wale"}
    assert found(clinic, Pet, "ivy") == {"Rex": ""}, "its client stands beside every pet"
    assert found(clinic, Pet, "nora") == {"Biscuit": "", "Mango": ""}
    assert "Rex" in found(clinic, Pet, "tomas"), "somebody who shares the pet"


def test_a_word_that_many_have_is_looked_for_row_by_row_with_the_same_answer(
    clinic: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [found(clinic, ClinicClient, typed) for typed in ("rex", "020", "nora", "24-0017")]
    pets = [found(clinic, Pet, typed) for typed in ("stone", "555 01", "tomas")]
    monkeypatch.setattr(finding, "FEW", 0)
    assert few == [found(clinic, ClinicClient, one) for one in ("rex", "020", "nora", "24-0017")]
    assert pets == [found(clinic, Pet, typed) for typed in ("stone", "555 01", "tomas")]


@pytest.mark.parametrize(("few", "looked_at"), [(2, 0), (2, 500), (3, 0), (40_000, 0)])
def test_words_that_many_have_are_put_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int, looked_at: int
) -> None:
    """Whether a word is looked up or looked for row by row, who has one by a pet is there, too."""
    monkeypatch.setattr(finding, "FEW", few)
    monkeypatch.setattr(finding, "LOOKED_AT", looked_at)
    with make_mirror(tmp_path / "many.db", "veterinary_clinic") as mirror:
        with mirror.unit("Many") as unit:
            names = ("Anna Stone", "Anna Reed", "Anna Mill", "Bert Stone", "Cleo Stone")
            ids = {name: unit.insert(ClinicClient, {"full_name": name}) for name in names}
            pet = unit.insert(Pet, {"name": "Stone", "species": "Dog"})
            patient = {"pet_id": pet, "client_id": ids["Anna Reed"], "file_number": "7"}
            unit.insert(ClinicPatient, patient)
        assert list(found(mirror, ClinicClient, "anna stone")) == ["Anna Reed", "Anna Stone"]
        assert list(found(mirror, ClinicClient, "st ann")) == ["Anna Reed", "Anna Stone"]
        assert list(found(mirror, ClinicClient, "7 a n")) == ["Anna Reed"]
        assert list(found(mirror, ClinicClient, "stone ann mill")) == []
        assert list(found(mirror, ClinicClient, "ne be")) == ["Bert Stone"]
        assert list(found(mirror, Pet, "st re")) == ["Stone"]
        assert list(found(mirror, Pet, "st q")) == []


@pytest.mark.parametrize("few", [0, 40_000])
def test_who_is_found_by_whom_follows_what_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """A link that comes before what it links, changes, or goes with it."""
    monkeypatch.setattr(finding, "FEW", few)
    with make_mirror(tmp_path / "links.db", "veterinary_clinic") as mirror:

        def both() -> tuple[list[str], list[str]]:
            return [*found(mirror, ClinicClient, "re")], [*found(mirror, Pet, "ann")]

        with mirror.unit("Two") as unit:
            first, other = (unit.insert(ClinicClient, {"full_name": n}) for n in ("Ann", "Bo"))
            pet = unit.insert(Pet, {"name": "Rex", "species": "Dog"})
            link = unit.insert(ClinicPatient, {"pet_id": pet, "client_id": first})
        assert both() == (["Ann"], ["Rex"])
        with mirror.unit("Moved") as unit:
            unit.update(ClinicPatient, link, {"client_id": other})
            shared = unit.insert(PatientPerson, {"pet_id": pet, "client_id": first})
        assert both() == (["Ann", "Bo"], ["Rex"])
        with mirror.unit("Alone") as unit:
            unit.delete(PatientPerson, shared)
        assert both() == (["Bo"], [])
        with mirror.apply() as connection:
            driver = bare(connection)
            driver.execute("CREATE TEMP TABLE kept AS SELECT * FROM pets")
            driver.execute("DELETE FROM pets")
            fresh = (
                "INSERT INTO pets (id, name, species, row_version) VALUES ('x', 'Rey', 'Cat', 1)"
            )
            driver.execute(fresh)
        assert both() == ([], [])
        with mirror.apply() as connection:
            bare(connection).execute("INSERT INTO pets SELECT * FROM kept")
            loading.strip(connection, "clinic_patient_people")
            mirror.state.put(connection, loading.BARE, "clinic_patient_people")
        assert both() == (["Bo"], []), "without the numbers"
        while mirror.make_missing_index():
            pass
        assert both() == (["Bo"], [])


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("+31 (0)20 555 0101", "31205550101"),
        ("0031-20-5550101", "31205550101"),
        ("020 555 0101", "0205550101"),
        ("ask her", ""),
    ],
)
def test_a_number_is_its_digits(written: str, digits: str) -> None:
    assert dialled(written) == digits


@pytest.mark.parametrize("typed", ["24 Mill Lane", "12", "rex", "", "+", "0 0"])
def test_what_is_no_number_stays_words(typed: str) -> None:
    assert number_of(typed) is None


def test_a_merged_card_is_not_offered_and_its_name_leads_to_the_one_kept(clinic: Mirror) -> None:
    with clinic.read() as connection:
        offered = {typed: choices(connection, ClinicClient, typed) for typed in ("", "nora")}
    assert [one.label for one in offered[""]] == ["Ivy Stone", "Noor Vale", "Tomas Reed"]
    assert [(one.label, one.once) for one in offered["nora"]] == [("Noor Vale", "was Nora Wale")]


def test_a_pet_says_whose_it_is(clinic: Mirror) -> None:
    """On a card that was merged, the one kept; without a client, or no patient here, nothing."""
    with clinic.read() as connection:
        kept = choices(connection, ClinicClient, "noor")[0].id
    with clinic.unit("Others") as unit:
        gone = unit.insert(ClinicClient, {"full_name": "N. Vale", "merged_into_id": kept})
        for name, client in (("Ash", gone), ("Birch", None)):
            pet = unit.insert(Pet, {"name": name, "species": "Dog"})
            unit.insert(ClinicPatient, {"pet_id": pet, "client_id": client})
        unit.insert(Pet, {"name": "Dill", "species": "Dog"})
    by_client = Listing(Pet, "", (), (Order(CLIENT), Order("name")))
    with clinic.read() as connection:
        offered = [(one.label, one.beside) for one in choices(connection, Pet)]
        rows = page(connection, by_client, 0, 50)
        assert len(keys(connection, by_client)) == len(rows)
    theirs = [("Rex", "Ivy Stone"), *((pet, "Noor Vale") for pet in ("Ash", "Biscuit", "Mango"))]
    nobodys = [(pet, "") for pet in ("Birch", "Dill")]
    in_order = [*theirs, ("Pixel", "Tomas Reed"), *nobodys]
    assert [(row.name, row.client__label) for row in rows] == in_order
    assert offered == sorted(in_order)


def test_pets_follow_the_order_of_their_clients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by looking each pet's client up, and sorting: up and down, filtered, and by the page."""
    with make_mirror(tmp_path / "order.db", "veterinary_clinic") as mirror:
        with mirror.unit("Many") as unit:
            names = ("Stone 10", "Stone 9", "ÉMILE", "anna", "Anna", "Bert", "Zoe")
            clients = [unit.insert(ClinicClient, {"full_name": name}) for name in names]
            unit.update(ClinicClient, clients[5], {"merged_into_id": clients[0]})
            for number in range(40):
                row = {"name": f"Pet {number}", "species": ("Dog", "Cat")[number % 3 > 0]}
                pet = unit.insert(Pet, row)
                client = (*clients, None)[number * 7 % 8]
                if number % 10:
                    unit.insert(ClinicPatient, {"pet_id": pet, "client_id": client})
                    shared = {"pet_id": pet, "client_id": clients[number % 7]}
                    unit.insert(PatientPerson, shared)
        dogs = (Filter("species", "=", "Dog"),)
        for filters in ((), dogs):
            for down in (False, True):
                listing = Listing(Pet, "", filters, (Order(CLIENT, down),))
                with mirror.read() as connection:
                    assert queries.keys_in_order(connection, listing, ()) is not None
                    quick = keys(connection, listing)
                    paged = [
                        one.id for at in range(0, 40, 7) for one in page(connection, listing, at, 7)
                    ]
                    places = [queries.position(connection, listing, id) for id in paged]
                    with monkeypatch.context() as patch:
                        patch.setattr(queries, "keys_in_order", lambda *_: None)
                        assert keys(connection, listing) == quick
                assert len(quick) == (14 if filters else 40)
                assert places == list(range(len(quick)))
        with mirror.unit("Twice") as unit:
            unit.insert(ClinicPatient, {"pet_id": pet, "client_id": clients[6]})
        with mirror.read() as connection:
            assert len(keys(connection, Listing(Pet, "", (), (Order(CLIENT),)))) == 40
