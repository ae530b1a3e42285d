from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fluffydesk.actions.stock import balance
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.types import today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.reading.stores import item_rows
from fluffydesk.ui.screens.stores import StoresScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> StoresScreen:
    made = StoresScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    settle(farm_work)
    return made


def choose(screen: StoresScreen, name: str, work: Work, settle: Settle) -> None:
    rows = range(screen.part.list.model.rowCount())
    item = next(row for n in rows if (row := screen.part.list.model.row_at(n)).name == name)
    screen.part.list.select(item.id)
    settle(work)


def form() -> FormDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    return next(dialog for dialog in found if dialog.isVisible())


def left(mirror: Mirror, screen: StoresScreen) -> Decimal:
    with mirror.read() as connection:
        return balance(connection, screen.part.list.current().id)


def enter(qtbot: QtBot, dialog: FormDialog, quantity: str) -> None:
    field = dialog.form.editor("quantity").field
    field.setFocus()
    qtbot.keyClicks(field, quantity)
    dialog.save_button.click()


def test_the_chosen_item_shows_balance_cover_and_ledger(
    screen: StoresScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    choose(screen, "Layer mash", farm_work, settle)
    posted = left(sample_farm, screen)
    assert screen.part.balance.text().replace(",", "") == f"{posted.normalize():f}"
    assert screen.part.state.text() == "Below reorder level"
    assert "head at" in screen.part.cover.text()
    assert screen.part.ledger.model.row_at(0).balance == posted


@pytest.mark.parametrize(
    ("movement", "quantity", "difference"),
    [
        (StockMovement.RECEIPT, "250.5", Decimal("250.5")),
        (StockMovement.USE, "100", Decimal(-100)),
        (StockMovement.DISPOSAL, "7,5", Decimal("-7.5")),
    ],
)
def test_the_verbs_move_the_balance(
    qtbot: QtBot,
    screen: StoresScreen,
    sample_farm: Mirror,
    farm_work: Work,
    settle: Settle,
    movement: StockMovement,
    quantity: str,
    difference: Decimal,
) -> None:
    choose(screen, "Layer mash", farm_work, settle)
    before = left(sample_farm, screen)
    screen.post(movement)
    needed = [name for name, line in form().form.rows.items() if line.needed()]
    assert needed == ["quantity", *(["reason"] * (movement is StockMovement.DISPOSAL))]
    if movement is StockMovement.DISPOSAL:
        enter(qtbot, form(), quantity)
        settle(farm_work)
        assert "Why it was thrown away" in form().form.rows["reason"].error()
        form().form.editor("reason").set_value("Mouldy")
        form().save_button.click()
    else:
        enter(qtbot, form(), quantity)
    settle(farm_work)
    assert left(sample_farm, screen) == before + difference
    assert screen.part.ledger.model.row_at(0).quantity == difference


def test_a_count_posts_the_difference(
    qtbot: QtBot, screen: StoresScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    choose(screen, "Layer mash", farm_work, settle)
    screen.post(StockMovement.STOCKTAKE)
    enter(qtbot, form(), "1000")
    settle(farm_work)
    assert left(sample_farm, screen) == 1000


def test_a_use_beyond_the_balance_is_refused_in_words_and_stays_typed(
    qtbot: QtBot, screen: StoresScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    choose(screen, "Layer mash", farm_work, settle)
    before = left(sample_farm, screen)
    screen.post(StockMovement.USE)
    dialog = form()
    enter(qtbot, dialog, "999999")
    settle(farm_work)
    assert dialog.isVisible()
    assert "of Layer mash left" in dialog.form.rows["quantity"].error()
    assert dialog.form.editor("quantity").value() == Decimal(999999)
    assert left(sample_farm, screen) == before


def test_letters_in_a_quantity_are_refused_at_the_field(
    qtbot: QtBot, screen: StoresScreen, farm_work: Work, settle: Settle
) -> None:
    choose(screen, "Layer mash", farm_work, settle)
    screen.post(StockMovement.USE)
    dialog = form()
    enter(qtbot, dialog, "ten")
    assert dialog.form.rows["quantity"].error()
    assert dialog.isVisible()


def test_search_sort_and_the_list_to_order(
    screen: StoresScreen, farm_work: Work, settle: Settle
) -> None:
    screen.search("mash feed")
    model = screen.part.list.model
    assert [model.row_at(0).name, model.rowCount()] == ["Layer mash", 1]
    screen.search("no such thing")
    assert screen.part.list.empty.title() == "Nothing matches"
    screen.search("")
    screen.arrive(Place("stores", part="low"))
    settle(farm_work)
    rows = [screen.part.list.model.row_at(n) for n in range(screen.part.list.model.rowCount())]
    assert rows
    assert all(row.low for row in rows)
    screen.part.show_only(lambda item: False)
    assert screen.part.list._empty_words[0] == "None of this kind"
    screen.part.show_only(None)
    assert screen.part.list._empty_words[0] == "Nothing in store yet"
    screen.arrive(Place("stores"))
    screen.part.list.model.order_by(3)
    days = [model.row_at(n).cover_days for n in range(model.rowCount())]
    known = [day for day in days if day is not None]
    assert days == sorted(known) + [None] * (len(days) - len(known))


def test_empty_stores_offer_the_first_step(qtbot: QtBot, work: Work, settle: Settle) -> None:
    made = StoresScreen(work)
    qtbot.addWidget(made)
    made.show()
    settle(work)
    assert made.part.list.empty.title() == "Nothing in store yet"
    made.part.list.empty.button.click()
    assert form().windowTitle() == "New stock item"


def test_what_expires_is_listed_whatever_its_kind(
    screen: StoresScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    with sample_farm.read() as connection:
        wanted = {
            item.name
            for item in item_rows(connection, today())
            if item.active and (item.expiring or item.expired)
        }
    assert wanted, "the sample has a lot that expires"
    screen.arrive(Place("stores", part="expiring"))
    settle(farm_work)
    model = screen.part.list.model
    assert {model.row_at(n).name for n in range(model.rowCount())} == wanted
