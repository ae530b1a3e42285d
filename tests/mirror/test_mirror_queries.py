"""Lists are searched, filtered, sorted and paged alike, also where links are shown in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from fluffydesk.errors import InvalidValue
from fluffydesk.mirror import queries
from fluffydesk.mirror.engine import bare
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.plan import plan_of
from fluffydesk.mirror.queries import Choice, Filter, Listing, Order
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock, LivestockBatch
from fluffydesk.records.pets import ClinicPatient, Pet
from fluffydesk.records.types import new_id
from fluffydesk.records.users import OrganizationUser
from fluffydesk.records.vocabulary import Record
from tests.mirrors import COW, DEVICE, HEN

HERD = [
    {"tag_number": "10", "name": "Bélla", "weight_kg": Decimal("600.5")},
    {"tag_number": "9", "name": "ÅSA", "weight_kg": Decimal(580), "notes": "100% calm_or\\not"},
    {"tag_number": "A2", "name": None, "status": LivestockStatus.SOLD},
    {"tag_number": "a1", "name": "Straße", "birth_date": date(2020, 2, 29), "species_id": HEN},
]


@pytest.fixture
def herd(mirror: Mirror) -> dict[str, UUID]:
    with mirror.unit("Add") as unit:
        ids = sorted(new_id() for _ in HERD)
        for id, values in zip(ids, HERD, strict=True):
            unit.insert(Livestock, {"species_id": COW, **values}, id)
        group = unit.insert(LivestockBatch, {"name": "Dry cows"})
        for n, id in enumerate(ids[:2]):
            unit.update(Livestock, id, {"batch_id": group})
            values = {"animal_id": id, "yield_kg": 20 + n, "milked_on": date(2026, 3, 1 + n)}
            unit.insert(MilkProductionLog, values)
        unit.update(Livestock, ids[1], {"dam_id": ids[0]})
    return {str(values["tag_number"]): id for values, id in zip(HERD, ids, strict=True)}


def tags(
    mirror: Mirror, search: str = "", *filters: Filter, order: str = "tag_number"
) -> list[str]:
    by = Order(order.lstrip("-"), order.startswith("-"))
    listing = Listing(Livestock, search, filters, (by,))
    with mirror.read() as connection:
        found = [row.tag_number for row in queries.page(connection, listing, 0, 100)]
        assert queries.count(connection, listing) == len(found)
    return found


def test_rows_have_python_values_and_labels(mirror: Mirror, herd: dict[str, UUID]) -> None:
    with mirror.read() as connection:
        row = queries.one(connection, Livestock, herd["9"])
        assert queries.one(connection, Livestock, new_id()) is None
    assert row is not None
    assert (row.name, row.weight_kg) == ("ÅSA", Decimal("580.0"))
    assert (row.species_id, row.species_id__label) == (COW, "Cattle")
    assert (row.dam_id__label, row.batch_id__label) == ("10 · Bélla", "Dry cows")
    assert (row.sire_id, row.sire_id__label) == (None, "")


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("", ["9", "10", "a1", "A2"]),
        ("bella", ["9", "10"]),  # her dam's label too
        ("BÉLLA", ["9", "10"]),
        ("åsa", ["9"]),
        ("asa", ["9"]),
        ("STRASSE", ["a1"]),
        ("cattle 9", ["9"]),
        ("  cattle   dry  ", ["9", "10"]),
        ("100%", ["9"]),
        ("100_", []),
        ("%", ["9"]),
        ("calm_or\\not", ["9"]),
        ("calmxor", []),
        ("'", []),
        ("nothing such", []),
    ],
)
@pytest.mark.usefixtures("herd")
def test_search_finds_every_word_in_any_text_or_label(
    mirror: Mirror, search: str, expected: list[str]
) -> None:
    assert tags(mirror, search) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("tag_number", ["9", "10", "a1", "A2"]),
        ("-tag_number", ["A2", "a1", "10", "9"]),
        ("name", ["9", "10", "a1", "A2"]),
        ("-name", ["a1", "10", "9", "A2"]),
        ("weight_kg", ["9", "10", "A2", "a1"]),
        ("-weight_kg", ["10", "9", "A2", "a1"]),
        ("species_id", ["10", "9", "A2", "a1"]),
        ("-species_id__label", ["a1", "10", "9", "A2"]),
        ("dam_id", ["9", "10", "A2", "a1"]),
        ("birth_date", ["a1", "10", "9", "A2"]),
        ("status", ["10", "9", "a1", "A2"]),
    ],
)
@pytest.mark.usefixtures("herd")
def test_sorting_puts_empty_last_and_ties_in_order_of_id(
    mirror: Mirror, order: str, expected: list[str]
) -> None:
    assert tags(mirror, order=order) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (Filter("status", "=", LivestockStatus.SOLD), ["A2"]),
        (Filter("status", "!=", "sold"), ["9", "10", "a1"]),
        (Filter("name", "=", None), ["A2"]),
        (Filter("name", "!=", "ÅSA"), ["10", "a1", "A2"]),
        (Filter("weight_kg", ">", Decimal(580)), ["10"]),
        (Filter("weight_kg", ">=", 580), ["9", "10"]),
        (Filter("weight_kg", "<", Decimal("600.5")), ["9"]),
        (Filter("birth_date", "<=", date(2020, 2, 29)), ["a1"]),
        (Filter("tag_number", "in", ("9", "a1", "x")), ["9", "a1"]),
        (Filter("tag_number", "in", ()), []),
        (Filter("name", "in", (None, "ÅSA")), ["9", "A2"]),
        (Filter("species_id", "=", HEN), ["a1"]),
        (Filter("species_id", "contains", "CATT"), ["9", "10", "A2"]),
        (Filter("dam_id__label", "=", "10 · bélla"), ["9"]),
        (Filter("dam_id__label", "in", ["10 · BÉLLA"]), ["9"]),
        (Filter("dam_id__label", "empty", False), ["9"]),
        (Filter("dam_id", "empty", True), ["10", "a1", "A2"]),
        (Filter("name", "empty", True), ["A2"]),
        (Filter("name", "empty", False), ["9", "10", "a1"]),
        (Filter("name", "contains", "ss"), ["a1"]),
        (Filter("notes", "contains", "%"), ["9"]),
        (Filter("notes", "contains", "100_"), []),
    ],
    ids=lambda value: f"{value.column} {value.operator}" if isinstance(value, Filter) else "",
)
@pytest.mark.usefixtures("herd")
def test_filters(mirror: Mirror, one: Filter, expected: list[str]) -> None:
    assert tags(mirror, "", one) == expected


@pytest.mark.usefixtures("herd")
def test_filters_and_search_narrow_each_other(mirror: Mirror) -> None:
    status = Filter("status", "=", "active")
    assert tags(mirror, "cattle", status, Filter("weight_kg", "<", 600)) == ["9"]


def test_pages_show_each_row_once(mirror: Mirror) -> None:
    with mirror.unit("Add") as unit:
        rows = [{"tag_number": str(n % 3), "species_id": COW} for n in range(95)]
        ids = unit.insert_many(Livestock, rows)
    listing = Listing(Livestock, order=(Order("tag_number", descending=True),))
    with mirror.read() as connection:
        pages = [queries.page(connection, listing, at, 10) for at in range(0, 100, 10)]
        shown = [row.id for page in pages for row in page]
        assert [len(page) for page in pages] == [10] * 9 + [5]
        assert sorted(shown) == sorted(ids)
        ties = [[row.id for page in pages for row in page if row.tag_number == t] for t in "210"]
        assert shown == [id for tie in ties for id in sorted(tie)]
        assert [queries.position(connection, listing, id) for id in shown] == list(range(95))
        assert queries.position(connection, listing, new_id()) is None
        assert queries.page(connection, listing, 10**12, 10) == []
        assert queries.page(connection, listing, 0, 0) == []


def test_a_label_may_be_that_of_a_linked_row(mirror: Mirror) -> None:
    with mirror.unit("Register") as unit:
        pet = unit.insert(Pet, {"name": "Rex", "species": "Dog"})
        patient = unit.insert(ClinicPatient, {"pet_id": pet})
        when = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        booking = {"pet_id": pet, "scheduled_at": when, "ends_at": when.replace(hour=10)}
        visit = unit.insert(Appointment, {**booking, "reason": "Limps"})
    with mirror.read() as connection:
        assert queries.label(connection, ClinicPatient, patient) == "Rex"
        assert queries.label(connection, Appointment, visit) == "2026-03-02 09:00 · Limps"
        assert queries.choices(connection, OrganizationUser) == [
            Choice(DEVICE, "Anna Adams · anna@farm.example")
        ]
        row = queries.page(connection, Listing(Appointment), 0, 1)[0]
    assert (row.pet_id__label, row.veterinarian_id__label) == ("Rex", "")


def test_a_word_of_a_newer_central_is_shown_as_it_is(mirror: Mirror, herd: dict[str, UUID]) -> None:
    with mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE livestock SET status = 'on_loan' WHERE tag_number = '9'")
    with mirror.read() as connection:
        row = queries.one(connection, Livestock, herd["9"])
        other = queries.one(connection, Livestock, herd["10"])
    assert row is not None
    assert other is not None
    assert (row.status, other.status) == ("on_loan", LivestockStatus.ACTIVE)
    assert isinstance(other.status, LivestockStatus)


def test_choices_are_searched_and_sorted_by_label(mirror: Mirror, herd: dict[str, UUID]) -> None:
    with mirror.read() as connection:
        every = [choice.label for choice in queries.choices(connection, Livestock)]
        some = queries.choices(connection, Livestock, "ELLA 10")
        two = queries.choices(connection, Livestock, limit=2)
        assert queries.label(connection, Livestock, new_id()) == ""
    assert every == ["9 · ÅSA", "10 · Bélla", "a1 · Straße", "A2"]
    assert some == [Choice(herd["10"], "10 · Bélla")]
    assert [choice.label for choice in two] == every[:2]


@pytest.mark.parametrize(
    "listing",
    [
        Listing(Livestock, filters=(Filter("no_such", "=", 1),)),
        Listing(Livestock, filters=(Filter("name", "~", 1),)),
        Listing(Livestock, filters=(Filter("weight_kg", ">", "heavy"),)),
        Listing(Livestock, order=(Order("no_such"),)),
    ],
)
def test_what_makes_no_sense_is_refused(mirror: Mirror, listing: Listing) -> None:
    with pytest.raises(InvalidValue), mirror.read() as connection:
        queries.page(connection, listing, 0, 1)


@pytest.mark.parametrize("record", MIRRORED, ids=lambda record: record.__tablename__)
def test_every_record_can_be_listed_by_every_column(mirror: Mirror, record: type[Record]) -> None:
    order = tuple(Order(column.name) for column in record.__table__.columns)
    listing = Listing(record, "nothing such", order=order)
    with mirror.read() as connection:
        assert queries.page(connection, listing, 0, 10) == []
        assert queries.count(connection, listing) == 0
        assert queries.choices(connection, record, "nothing such") == []


def test_what_is_far_down_is_read_by_its_key(mirror: Mirror) -> None:
    with mirror.unit("Add") as unit:
        rows = [{"tag_number": str(n), "species_id": COW} for n in range(95)]
        unit.insert_many(Livestock, rows)
    listing = Listing(
        Livestock, filters=(Filter("status", "in", ("active",)),), order=(Order("tag_number"),)
    )
    with mirror.read() as connection:
        order = queries.keys(connection, listing)
        far = queries.rows_at(connection, Livestock, order[80:90])
        assert far == queries.page(connection, listing, 80, 10)
        assert [row.tag_number for row in far if row] == [str(n) for n in range(80, 90)]
        assert queries.rows_at(connection, Livestock, [order[0], 10**9])[1] is None
        assert len(queries.keys(connection, replace(listing, search="Cattle 4"))) == 19


def test_animals_are_listed_without_sorting_or_reading_other_rows(mirror: Mirror) -> None:
    active = Filter("status", "in", ("active",))
    listing = Listing(Livestock, filters=(active,), order=(Order("tag_number"),))
    searched = replace(listing, search="bella")

    def steps(one: Listing) -> str:
        query = plan_of(Livestock).keys(one, frozenset())
        told = query.compile(connection.engine, compile_kwargs={"literal_binds": True})
        found = bare(connection).execute(f"EXPLAIN QUERY PLAN {told}")
        return "\n".join(row[3] for row in found)

    with mirror.read() as connection:
        assert steps(listing) == "SCAN livestock USING COVERING INDEX mirror_livestock_listed"
        # The index would be walked in its order, with a look at each row somewhere in the file.
        assert "mirror_livestock_listed" not in steps(searched)


def test_the_label_of_a_row_asks_only_the_tables_it_is_made_of() -> None:
    assert plan_of(Livestock).own_source is Livestock.__table__
