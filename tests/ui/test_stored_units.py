"""Limits and movements in store are typed and shown in the organization's unit (rule 24)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fluffydesk.actions.conventions import Conventions
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.actions.saving import add
from fluffydesk.actions.stock import move_stock
from fluffydesk.actions.stored import in_kept_units
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import StockMovement, StockUnit
from fluffydesk.records.enums.organizations import ShownMass, ShownVolume
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import use_conventions, words
from fluffydesk.ui.forms import RecordForm
from fluffydesk.ui.pages import cell_of
from fluffydesk.work import Work

Settle = Callable[[Work], None]
SHOWN = Qt.ItemDataRole.DisplayRole


@pytest.fixture(autouse=True)
def _imperial() -> Iterator[None]:
    use_conventions(Conventions(ShownMass.POUND, ShownVolume.US_GALLON))
    yield
    use_conventions(Conventions())


def item(mirror: Mirror, unit: StockUnit, **more: Any) -> UUID:
    return add(mirror, FarmInventory, {"name": "Mash 2", "unit": unit, **more})[0]


def kept(mirror: Mirror, record: Any, row_id: UUID) -> Any:
    with mirror.read() as connection:
        return row_of(connection, record, row_id)


def form_of(qtbot: QtBot, work: Work, record: Any, *names: str) -> RecordForm:
    form = RecordForm(work, record, names)
    qtbot.addWidget(form)
    return form


def put(qtbot: QtBot, form: RecordForm, name: str, text: str) -> None:
    field: Any = form.editor(name).field
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_limits_of_an_item_are_in_the_unit_the_farm_reads(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    mash = item(sample_farm, StockUnit.KILOGRAM, reorder_level=Decimal("226.796"))
    form = form_of(qtbot, farm_work, FarmInventory, "unit", "reorder_level", "daily_use")
    form.edit(mash)
    settle(farm_work)
    field: Any = form.editor("reorder_level").field
    assert (field.text(), field.accessibleName()) == ("500", "Reorder below, lb")
    assert words(StockUnit.KILOGRAM) == "lb"
    put(qtbot, form, "daily_use", "100")
    form.save()
    settle(farm_work)
    row = kept(sample_farm, FarmInventory, mash)
    assert (row.reorder_level, row.daily_use) == (Decimal("226.796"), Decimal("45.359"))
    put(qtbot, form, "daily_use", "60 kg")
    form.editor("unit").set_value(StockUnit.LITRE)
    form.editor("unit").changed.emit()
    assert field.accessibleName() == "Reorder below, gal (US)"
    put(qtbot, form, "reorder_level", "10")
    form.editor("daily_use").set_value(None)
    form.save()
    settle(farm_work)
    row = kept(sample_farm, FarmInventory, mash)
    assert (row.unit, row.reorder_level) == (StockUnit.LITRE, Decimal("37.854"))


def test_a_list_shows_them_so(sample_farm: Mirror) -> None:
    column = FarmInventory.__table__.c.reorder_level
    values = {"unit": StockUnit.KILOGRAM, "reorder_level": Decimal(500)}
    assert cell_of(column, values, SHOWN) == "1,102.311 lb"
    assert cell_of(column, {**values, "unit": StockUnit.COUNT}, SHOWN) == "500.000"


def test_a_movement_is_corrected_in_the_unit_the_farm_reads(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    mash = item(sample_farm, StockUnit.KILOGRAM)
    changes = move_stock(
        sample_farm, mash, StockMovement.RECEIPT, Decimal("45.359"), today(), unit_cost=Decimal(1)
    )
    (row_id,) = changes["inventory_transactions"]
    form = form_of(qtbot, farm_work, InventoryTransaction, "item_id", "quantity", "unit_cost")
    form.edit(row_id)
    settle(farm_work)
    amount: Any = form.editor("quantity").field
    assert (amount.text(), amount.accessibleName()) == ("100", "Quantity, lb")
    assert form.editor("unit_cost").field.text() == "0.4536"  # type: ignore[attr-defined]
    put(qtbot, form, "quantity", "200")
    form.save()
    settle(farm_work)
    row = kept(sample_farm, InventoryTransaction, row_id)
    assert (row.quantity, row.unit_cost) == (Decimal("90.718"), Decimal(1))
    put(qtbot, form, "unit_cost", "0,5")
    form.save()
    settle(farm_work)
    row = kept(sample_farm, InventoryTransaction, row_id)
    assert (row.quantity, row.unit_cost) == (Decimal("90.718"), Decimal("1.1023"))


def test_a_command_takes_either_unit(sample_farm: Mirror) -> None:
    mash = item(sample_farm, StockUnit.KILOGRAM)
    with sample_farm.read() as connection:

        def read(record: Any, row_id: UUID | None = None, **texts: str) -> dict[str, str]:
            return in_kept_units(connection, record, texts, row_id)

        assert read(FarmInventory, unit="kg", reorder_level="500 lb")["reorder_level"] == "226.796"
        assert read(FarmInventory, mash, daily_use="50 kg")["daily_use"] == "50"
        assert read(FarmInventory, mash, daily_use="50")["daily_use"] == "50"
        assert read(FarmInventory, mash, daily_use="5 gal_us")["daily_use"] == "5 gal_us"
        moved = read(InventoryTransaction, item_id=str(mash), quantity="100 lb")
        assert moved["quantity"] == "45.359"
