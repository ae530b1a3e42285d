"""Milk tank, egg room, wool and the reading of the stores, driven by the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fluffydesk.actions import saving
from fluffydesk.actions.rules.stores import INVENTORY
from fluffydesk.actions.stock import move_stock
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import EggGrade, EggSize
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import EggStorage, MilkStorageLog, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import Flock, PoultryBatch
from fluffydesk.records.types import today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.reading import stores, stores_made
from fluffydesk.ui.screens.reporting.report import Period
from fluffydesk.ui.screens.reporting.stores import stock
from fluffydesk.ui.screens.stores import StoresScreen
from fluffydesk.work import Work
from tests.actions.barn import make_barn
from tests.actions.farm import CATTLE
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> StoresScreen:
    made = StoresScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    settle(farm_work)
    return made


@pytest.fixture
def press(
    qtbot: QtBot, screen: StoresScreen, farm_work: Work, settle: Settle
) -> Callable[[int], None]:
    def key(number: int) -> None:
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        screen.part.list.table.setFocus()
        qtbot.keyClick(screen.part.list.table, Qt.Key(Qt.Key.Key_0 + number), CONTROL)
        settle(farm_work)

    return key


def forms() -> list[FormDialog]:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    return [dialog for dialog in found if dialog.isVisible()]


def form(qtbot: QtBot) -> FormDialog:
    """Return the form that opens, and is in front: a button's key presses it for a moment."""
    qtbot.waitUntil(lambda: bool(forms()))
    (dialog,) = forms()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def save(qtbot: QtBot, work: Work, settle: Settle) -> FormDialog:
    dialog = form(qtbot)
    qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_S, CONTROL)
    settle(work)
    return dialog


def balance_is(qtbot: QtBot, screen: StoresScreen, expected: Decimal | int) -> None:
    qtbot.waitUntil(lambda: screen.part.list.current().balance == expected)


def typed(qtbot: QtBot, dialog: FormDialog, name: str, text: str) -> None:
    field = dialog.form.editor(name).field
    field.setFocus()
    field.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(field, text)


def test_the_parts_are_reached_by_keys(screen: StoresScreen, press: Callable[[int], None]) -> None:
    for number, key in enumerate(("feed", "medicine", "tank", "eggs", "wool")):
        press(5 + number)
        assert screen.part.kind.key == key
        assert screen.part.list.model.rowCount()
    screen.arrive(Place("stores", part="tank"))
    assert screen.part.kind.key == "tank"


def test_a_milking_goes_into_the_tank_with_two_strokes(
    qtbot: QtBot,
    screen: StoresScreen,
    sample_farm: Mirror,
    farm_work: Work,
    settle: Settle,
    press: Callable[[int], None],
) -> None:
    press(7)
    tank = screen.part.list.current()
    with sample_farm.read() as connection:
        waiting = stores_made.waiting_milk(connection, today())
    assert waiting.milking is not None
    due = waiting.milking[2].due
    assert due > 0
    assert "are not in the tank yet" in screen.part.news.text()
    press(1)
    save(qtbot, farm_work, settle)
    balance_is(qtbot, screen, tank.balance + due)
    assert not screen.part.news.text()


def test_a_collection_asks_for_its_ticket_and_keeps_what_was_typed(
    qtbot: QtBot,
    screen: StoresScreen,
    sample_farm: Mirror,
    farm_work: Work,
    settle: Settle,
    press: Callable[[int], None],
) -> None:
    press(7)
    tank = screen.part.list.current()
    press(2)
    dialog = form(qtbot)
    typed(qtbot, dialog, "litres", "500")
    typed(qtbot, dialog, "collected_by", "Marrowby Dairy")
    save(qtbot, farm_work, settle)
    assert "ticket is missing" in dialog.form.rows["ticket_number"].error()
    assert dialog.form.editor("litres").value() == 500
    typed(qtbot, dialog, "ticket_number", "MD-7")
    save(qtbot, farm_work, settle)
    balance_is(qtbot, screen, tank.balance - 500)
    settle(farm_work)
    assert screen.part.ledger.model.row_at(0).words == "Marrowby Dairy, MD-7"
    with sample_farm.read() as connection:
        rows = connection.execute(MilkStorageLog.__table__.select()).all()
    assert any(row.ticket_number == "MD-7" and row.litres == -500 for row in rows)


def test_eggs_come_in_from_the_round_and_leave_by_the_case(
    qtbot: QtBot,
    screen: StoresScreen,
    sample_farm: Mirror,
    farm_work: Work,
    settle: Settle,
    press: Callable[[int], None],
) -> None:
    press(8)
    chosen = screen.part.list.current()
    press(1)
    dialog = form(qtbot)
    eggs = dialog.form.editor("eggs").value()
    assert eggs > 0
    assert dialog.form.editor("grade").value() is chosen.grade
    save(qtbot, farm_work, settle)
    balance_is(qtbot, screen, chosen.balance + eggs)
    press(3)
    dialog = form(qtbot)
    typed(qtbot, dialog, "eggs", "2")
    dialog.form.editor("entered_unit").set_value("case")
    typed(qtbot, dialog, "reason", "Past their date")
    save(qtbot, farm_work, settle)
    balance_is(qtbot, screen, chosen.balance + eggs - 720)
    with sample_farm.read() as connection:
        table = EggStorage.__table__
        thrown = connection.execute(table.select().where(table.c.movement == "disposal")).all()
    assert sum(row.eggs for row in thrown) == -720
    assert min(row.collected_on for row in thrown) == chosen.oldest


def test_the_balance_of_another_day(
    qtbot: QtBot, screen: StoresScreen, farm_work: Work, settle: Settle
) -> None:
    item = screen.part.list.current()
    postings = [screen.part.ledger.model.row_at(n) for n in range(20)]
    before = next(one for one in postings if one.on < postings[0].on)
    line = screen.day.field
    line.setFocus()
    line.clear()  # type: ignore[attr-defined]
    qtbot.keyClicks(line, before.on.isoformat())
    settle(farm_work)
    assert screen.part.list.current().name == item.name
    assert screen.part.list.current().balance == before.balance
    assert "at the end of" in screen.part.unit.text()
    assert screen.part.ledger.model.row_at(0).on <= before.on


def test_what_two_pcs_took_twice_stands_in_red_until_it_is_counted(
    qtbot: QtBot, screen: StoresScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    item = screen.part.list.current()
    with sample_farm.unit("As after a merge") as unit:
        unit.insert(
            InventoryTransaction,
            {
                "item_id": item.id,
                "moved_on": today(),
                "movement": StockMovement.USE,
                "quantity": -item.balance - 5,
            },
        )
    screen.reload()
    settle(farm_work)
    assert screen.part.list.current().balance == -5
    assert "count what is there" in screen.part.short.text()
    assert screen.part.balance.property("role") == "danger"
    assert "1 less than nothing" in screen.part.count.text()
    screen.post(StockMovement.STOCKTAKE)
    typed(qtbot, form(qtbot), "quantity", "3")
    save(qtbot, farm_work, settle)
    balance_is(qtbot, screen, 3)
    assert not screen.part.short.text()


def test_feed_lasts_by_the_heads_there_are(tmp_path: object) -> None:
    with new_mirror(tmp_path / "farm.db") as mirror:  # type: ignore[operator]
        barn = make_barn(mirror)
        flock, _ = saving.add(mirror, Flock, {"name": "Pullets", "species_id": CATTLE})
        placed = today() - timedelta(days=30)
        birds = {"flock_id": flock, "placed_on": placed, "head_count": 420}
        saving.add(mirror, PoultryBatch, birds)
        for day in range(1, 8):
            values = {"fed_on": today() - timedelta(days=day), "feed": "layer mash"}
            kg = {"flock_id": flock, "quantity_kg": Decimal("48.3")}
            saving.add(mirror, PoultryFeedLog, {**values, **kg})
        move_stock(mirror, barn.mash, StockMovement.RECEIPT, Decimal(1850), today())
        with mirror.read() as connection:
            (mash,) = stores.item_rows(connection, today())
        assert mash.fed == stores.Fed(420, Decimal("0.115"))
        assert mash.cover_days is not None
        assert round(mash.cover_days, 1) == Decimal("38.3")


def test_what_is_new_or_expired_does_not_seem_to_last(tmp_path: object) -> None:
    with new_mirror(tmp_path / "farm.db") as mirror:  # type: ignore[operator]
        barn = make_barn(mirror)
        for day in (1, 2):  # the 200 hens got this mash for the first time two days ago
            fed = {"fed_on": today() - timedelta(days=day), "feed": "Layer mash"}
            saving.add(
                mirror, PoultryFeedLog, {**fed, "flock_id": barn.flock, "quantity_kg": Decimal(20)}
            )
        move_stock(mirror, barn.mash, StockMovement.RECEIPT, Decimal(120), today())
        ends = today() - timedelta(days=1)
        move_stock(
            mirror,
            barn.mash,
            StockMovement.RECEIPT,
            Decimal(500),
            today(),
            lot="A",
            expires_on=ends,
        )
        with mirror.read() as connection:
            (mash,) = stores.item_rows(connection, today())
            report = stock(connection, Period(today(), today()), lambda: None)
        assert mash.fed == stores.Fed(200, Decimal("0.1"))
        assert (mash.balance, mash.cover_days) == (Decimal(620), Decimal(6))
        assert stores.runs_out(mash)
        assert report.cell(0, "Cover") == "6", "the list on paper says the same"


def test_a_long_ledger_shows_its_newest_rows_with_their_balances(tmp_path: object) -> None:
    with new_mirror(tmp_path / "farm.db") as mirror:  # type: ignore[operator]
        barn = make_barn(mirror)
        days = [today() - timedelta(days=n % 90) for n in range(2000)]
        rows = [
            {
                "item_id": barn.mash,
                "moved_on": day,
                "movement": StockMovement.RECEIPT,
                "quantity": Decimal(n + 1),
            }
            for n, day in enumerate(days)
        ]
        with mirror.unit("A long ledger") as unit:
            unit.insert_many(InventoryTransaction, rows)
        with mirror.read() as connection:
            page = stores.ledger_page(connection, INVENTORY, {"item_id": barn.mash}, today())
            older = today() - timedelta(days=30)
            then = stores.ledger_page(connection, INVENTORY, {"item_id": barn.mash}, older)
        assert (page.count, len(page.rows)) == (2000, stores.LEDGER_ROWS)
        assert page.rows[0].balance == sum(range(2001))
        for newer, one in zip(page.rows, page.rows[1:], strict=False):
            assert one.balance == newer.balance - newer.quantity
        kept = [row["quantity"] for row in rows if row["moved_on"] <= older]
        assert then.rows[0].balance == sum(kept)


def test_lots_that_expire_are_marked_and_the_first_to_use_is_named(
    qtbot: QtBot, screen: StoresScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    item, _ = saving.add(
        sample_farm, FarmInventory, {"name": "Aaa penicillin", "category": "medicine"}
    )
    for lot, days in (("GONE", -1), ("SOON", 20), ("LATE", 300)):
        move_stock(
            sample_farm,
            item,
            StockMovement.RECEIPT,
            Decimal(10),
            today() - timedelta(days=5),
            lot=lot,
            expires_on=today() + timedelta(days=days),
        )
    screen.arrive(Place("stores", part="medicine"))
    settle(farm_work)
    row = screen.part.list.current()
    assert (row.name, row.expiring, row.expired) == ("Aaa penicillin", 1, 1)
    assert screen.part.state.text() == "1 lot expired"
    marks = [screen.part.lots.model.row_at(n) for n in range(3)]
    assert [(lot.name, lot.mark, lot.tone) for lot in marks] == [
        ("GONE", "Expired", "danger"),
        ("SOON", "Use first", "warning"),
        ("LATE", "", None),
    ]
    dialog = screen.post(StockMovement.USE)
    assert dialog is not None
    assert dialog.form.editor("lot").value() == "SOON"


def test_an_empty_egg_room_offers_to_take_eggs_in(qtbot: QtBot, work: Work, settle: Settle) -> None:
    made = StoresScreen(work)
    qtbot.addWidget(made)
    made.show()
    made.arrive(Place("stores", part="eggs"))
    settle(work)
    assert made.part.list.empty.title() == "No eggs in store yet"
    made.part.list.empty.button.click()
    dialog = form(qtbot)
    assert dialog.form.editor("grade").value() is EggGrade.UNGRADED
    assert dialog.form.editor("size").value() is EggSize.MIXED
