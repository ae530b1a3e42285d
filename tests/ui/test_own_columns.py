"""Own fields as columns of the animals' list: chosen, sorted, filtered, kept with a filter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.own_fields import keep_own_fact, own_columns
from fluffydesk.actions.saving import add
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.own import own_column, own_name
from fluffydesk.mirror.plan import plan_of
from fluffydesk.mirror.queries import ONCE, Filter, Listing, Order, count, page
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.enums.reviews import CustomFieldKind, CustomFieldSubject
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.reviews import CustomField, CustomFieldDefinition
from fluffydesk.ui.fields import texts
from fluffydesk.ui.pages import cell_of
from fluffydesk.ui.screens.animals import AnimalsScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]
OF = CustomFieldSubject.ANIMALS
ODD = "Withers \"45°\": % of 'dam'"
HEIGHT = own_name(CustomFieldKind.NUMBER, ODD)
SCAR = own_name(CustomFieldKind.TEXT, "Scar")
POLLED = own_name(CustomFieldKind.BOOLEAN, "Polled")
SEEN = own_name(CustomFieldKind.DATE, "Seen")
_KINDS = {
    ODD: CustomFieldKind.NUMBER,
    "Scar": CustomFieldKind.TEXT,
    "Polled": CustomFieldKind.BOOLEAN,
    "Seen": CustomFieldKind.DATE,
}


@pytest.fixture
def cows(sample_farm: Mirror) -> list[UUID]:
    """Four animals with own fields: heights 9, 10 and 125.5, and one without."""
    for place, (name, kind) in enumerate(_KINDS.items()):
        unit = "cm" if kind is CustomFieldKind.NUMBER else None
        values = {"name": name, "kind": kind, "subject": OF, "position": place, "unit": unit}
        add(sample_farm, CustomFieldDefinition, values)
    animals = Livestock.__table__.c
    with sample_farm.read() as connection:
        query = select(animals.id).where(animals.status == LivestockStatus.ACTIVE)
        found = list(connection.execute(query.order_by(animals.tag_number).limit(4)).scalars())
    first, second, third, _ = found
    for one, name, typed in (
        (first, ODD, "125.5"),
        (second, ODD, "9"),
        (third, ODD, "10"),
        (first, "Scar", "Left horn"),
        (second, "Polled", "yes"),
        (third, "Polled", "no"),
        (third, "Seen", "2026-11-20"),
    ):
        keep_own_fact(sample_farm, OF, one, name, typed)
    return found


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle, cows: list[UUID]) -> AnimalsScreen:
    made = AnimalsScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    settle(farm_work)
    return made


def found(mirror: Mirror, *filters: Filter, order: Order | None = None) -> list[UUID]:
    listing = Listing(Livestock, "", filters, (order or Order("tag_number"),))
    with mirror.read() as connection:
        rows = page(connection, listing, 0, 10_000)
        assert len(rows) == count(connection, listing)
    return [row.id for row in rows]


def test_rows_are_sorted_by_an_own_field_and_those_without_come_last(
    sample_farm: Mirror, cows: list[UUID]
) -> None:
    first, second, third, fourth = cows
    assert found(sample_farm, order=Order(HEIGHT))[:3] == [second, third, first]
    downwards = found(sample_farm, order=Order(HEIGHT, descending=True))
    assert downwards[:3] == [first, third, second]
    assert fourth in downwards[3:]


@pytest.mark.parametrize(
    ("column", "operator", "value", "expected"),
    [
        (HEIGHT, ">=", Decimal(10), {0, 2}),
        (HEIGHT, "=", Decimal("125.5"), {0}),
        (SCAR, "contains", "HORN", {0}),
        (SCAR, "empty", False, {0}),
        (POLLED, "=", True, {1}),
        (POLLED, "=", False, {2}),
        (SEEN, "<=", date(2026, 11, 20), {2}),
    ],
)
def test_rows_are_filtered_by_an_own_field(
    sample_farm: Mirror,
    cows: list[UUID],
    column: str,
    operator: str,
    value: object,
    expected: set[int],
) -> None:
    assert set(found(sample_farm, Filter(column, operator, value))) == {cows[n] for n in expected}


def test_a_row_without_a_value_is_found_by_what_it_lacks(
    sample_farm: Mirror, cows: list[UUID]
) -> None:
    everybody = set(found(sample_farm))
    for without in (
        Filter(POLLED, "empty", True),
        Filter(POLLED, "=", None),
        Filter(POLLED, "in", (None,)),
    ):
        assert set(found(sample_farm, without)) == everybody - {cows[1], cows[2]}
    assert set(found(sample_farm, Filter(POLLED, "!=", True))) == everybody - {cows[1]}


def test_a_value_entered_on_two_computers_lists_the_animal_once(
    sample_farm: Mirror, cows: list[UUID]
) -> None:
    with sample_farm.unit("Twin") as unit:
        twin = {"entity_table": "livestock", "entity_id": cows[1], "name": ODD}
        number = {"kind": CustomFieldKind.NUMBER, "number_value": Decimal(11)}
        unit.insert(CustomField, {**twin, **number})
    listed = found(sample_farm, order=Order(HEIGHT))
    assert listed[:3] == [cows[2], cows[1], cows[0]]
    assert len(listed) == len(set(listed))


def test_own_fields_are_columns_to_choose_and_to_sort(
    screen: AnimalsScreen, farm_work: Work, settle: Settle, cows: list[UUID]
) -> None:
    names = [column.name for column in screen.list.model.columns]
    assert names[-4:] == [HEIGHT, SCAR, POLLED, SEEN]
    assert not screen.list.shows_column(HEIGHT)
    screen.columns.ticks[HEIGHT].setChecked(True)
    assert screen.list.shows_column(HEIGHT)
    place = names.index(HEIGHT)
    assert screen.list.model.headerData(place, Qt.Orientation.Horizontal) == f"{ODD}, cm"
    screen.list.model.sort_by(place, descending=True)
    settle(farm_work)
    cells = [screen.list.model.index(row, place).data() for row in range(4)]
    assert cells == ["125.5", "10", "9", ""]
    assert screen.list.model.id_at(0) == cows[0]


def test_what_is_entered_elsewhere_shows_in_the_list(
    screen: AnimalsScreen, farm_work: Work, settle: Settle, cows: list[UUID]
) -> None:
    place = len(screen.list.model.columns) - 3
    row = screen.list.model.row_of(cows[3])
    assert row is not None
    assert screen.list.model.index(row, place).data() == ""
    farm_work.act(lambda mirror: keep_own_fact(mirror, OF, cows[3], "Scar", "both eyes"))
    settle(farm_work)
    assert screen.list.model.index(row, place).data() == "both eyes"


def test_the_list_is_filtered_by_what_is_typed(
    qtbot: QtBot, screen: AnimalsScreen, farm_work: Work, settle: Settle, cows: list[UUID]
) -> None:
    column = screen.list.model.columns[-4]
    screen.own.ask(column, ">=")
    question = screen.own.question
    assert question is not None
    qtbot.keyClicks(question.editor.field, "a lot")
    question.take()
    assert question.error.text()
    question.editor.set_value(None)
    qtbot.keyClicks(question.editor.field, "10")
    qtbot.keyClick(question.editor.field, Qt.Key.Key_Return)
    settle(farm_work)
    assert {screen.list.model.id_at(row) for row in range(screen.list.count())} == {
        cows[0],
        cows[2],
    }
    assert screen.own.text() == f"{ODD}, cm at least 10"
    screen.own.clear()
    settle(farm_work)
    assert screen.list.count() > 4


def test_a_saved_filter_keeps_own_fields(
    screen: AnimalsScreen, farm_work: Work, settle: Settle, cows: list[UUID]
) -> None:
    screen.own.pick(POLLED, "=", False)
    screen.own.pick(HEIGHT, "<=", Decimal("10.5"))
    screen.saved.keep("Small and horned")
    screen.own.clear()
    settle(farm_work)
    screen.saved.recall(1)
    settle(farm_work)
    assert screen.list.count() == 1
    assert screen.list.model.id_at(0) == cows[2]


def test_a_field_that_is_taken_away_is_no_column_and_no_filter_any_more(
    screen: AnimalsScreen, farm_work: Work, settle: Settle, sample_farm: Mirror
) -> None:
    screen.own.pick(POLLED, "=", True)
    settle(farm_work)
    assert screen.list.count() == 1
    gone = CustomFieldDefinition.__table__.c
    with sample_farm.unit("Away") as unit:
        row = unit.connection.execute(select(gone.id).where(gone.name == "Polled")).scalar_one()
        unit.delete(CustomFieldDefinition, row)
    screen.reload()
    settle(farm_work)
    assert POLLED not in [column.name for column in screen.list.model.columns]
    assert POLLED not in screen.columns.ticks
    assert screen.list.count() > 4


def test_an_own_number_is_shown_as_it_was_typed(sample_farm: Mirror, cows: list[UUID]) -> None:
    with sample_farm.read() as connection:
        height = own_columns(connection, OF)[0]
    assert texts.text_of(height, Decimal("100.0000")) == "100"
    assert texts.text_of(height, Decimal("0.1250")) == "0.125"


def test_the_filter_is_offered_beside_the_columns_and_stands_while_it_is_on(
    screen: AnimalsScreen, farm_work: Work, settle: Settle
) -> None:
    assert screen.own.menu().menuAction() in screen.columns.menu().actions()
    assert not screen.own.isVisible()
    screen.own.pick(POLLED, "=", True)
    assert screen.own.isVisible()
    assert screen.own.text() == "Polled: Yes"
    screen.own.clear()
    assert not screen.own.isVisible()


def test_many_are_sorted_without_a_look_up_of_each(sample_farm: Mirror, cows: list[UUID]) -> None:
    """The index tells which values there are; they are read in the order in which they lie."""
    query = plan_of(Livestock).keys(Listing(Livestock, "", (), (Order(HEIGHT),)), frozenset())
    with sample_farm.read() as connection:
        sql = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
        asked = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + sql.replace("%%", "%"))
        steps = [str(row[3]) for row in asked]
    of_fields = [step for step in steps if "_field" in step]
    assert len(of_fields) == 2
    assert "own_field USING INTEGER PRIMARY KEY" in of_fields[0]
    assert "found_field USING COVERING INDEX" in of_fields[1]


def test_a_row_found_by_a_former_number_shows_its_own_fields(cows: list[UUID]) -> None:
    column = own_column(CustomFieldKind.TEXT, "Scar")
    values = {"id": cows[0], column.name: "left", ONCE: "was 112", "unit": "kg"}
    assert cell_of(column, values, Qt.ItemDataRole.DisplayRole) == "left"
