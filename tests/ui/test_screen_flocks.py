from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.conventions import choose
from fluffydesk.actions.flocks import head_count
from fluffydesk.actions.saving import change
from fluffydesk.actions.treatments import treat
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.organizations import FeedConversionBasis
from fluffydesk.records.farm import EggProductionLog
from fluffydesk.records.livestock import Flock, PoultryBatch
from fluffydesk.records.types import now, today
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.flocks import FlocksScreen
from fluffydesk.ui.screens.flocks_rows import FlockRows
from fluffydesk.ui.screens.reading.flocks import flock_events, moves_by_flock
from fluffydesk.work import Work

Settle = Callable[[Work], None]


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> FlocksScreen:
    made = FlocksScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1072, 700)
    made.show()
    settle(farm_work)
    return made


def form() -> FormDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    return next(dialog for dialog in found if dialog.isVisible())


def enter(qtbot: QtBot, dialog: FormDialog, birds: str) -> None:
    field = dialog.form.editor("head_count").field
    qtbot.keyClicks(field, birds)
    dialog.save_button.click()


def heads(mirror: Mirror, screen: FlocksScreen) -> int:
    with mirror.read() as connection:
        return head_count(connection, screen.list.current().id, today())


def test_the_list_shows_heads_and_the_first_flocks_curve(
    screen: FlocksScreen, sample_farm: Mirror
) -> None:
    assert screen.list.model.rowCount() == 2
    assert screen.list.current().head == heads(sample_farm, screen)
    assert "%" in screen.chart.value_at(today())
    assert "Usual: " in screen.chart.value_at(today())
    assert screen.events.model.rowCount() > 1


def test_of_what_came_and_left_the_newest_are_read_and_the_others_counted(
    screen: FlocksScreen, sample_farm: Mirror, qtbot: QtBot
) -> None:
    flock = screen.list.current().id
    with sample_farm.read() as connection:
        everything, none = flock_events(connection, flock)
        some, more = flock_events(connection, flock, most=2)
        every_move = moves_by_flock(connection)
        moves = moves_by_flock(connection, flock)
    assert len(everything) == screen.events.model.rowCount() > 2
    assert (some, more, none) == (everything[:2], len(everything) - 2, 0)
    assert screen.earlier.isHidden()
    screen._show_laying(replace(screen._laying, earlier=12_500))  # type: ignore[type-var]
    assert screen.earlier.isVisible()
    assert screen.earlier.text() == "and 12,500 more before these"
    assert dict(moves) == {flock: every_move[flock]}


def test_a_loss_lowers_the_heads_and_stands_on_top(
    qtbot: QtBot, screen: FlocksScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    before = heads(sample_farm, screen)
    screen.lose()
    enter(qtbot, form(), "3")
    settle(farm_work)
    assert heads(sample_farm, screen) == before - 3
    assert screen.list.current().head == before - 3
    assert screen.events.model.row_at(0).head == -3


def test_a_loss_larger_than_the_flock_is_refused_in_words(
    qtbot: QtBot, screen: FlocksScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    before = heads(sample_farm, screen)
    screen.lose()
    dialog = form()
    enter(qtbot, dialog, "99999")
    settle(farm_work)
    assert dialog.isVisible()
    assert "birds were in Barn layers" in dialog.form.rows["head_count"].error()
    assert heads(sample_farm, screen) == before


def test_a_placement_adds_birds(
    qtbot: QtBot, screen: FlocksScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    before = heads(sample_farm, screen)
    screen.place()
    enter(qtbot, form(), "40")
    settle(farm_work)
    assert heads(sample_farm, screen) == before + 40


def test_the_form_of_a_flock_names_it_once(
    screen: FlocksScreen, farm_work: Work, settle: Settle
) -> None:
    flock = screen.list.current()
    screen.list.opened.emit(flock)
    settle(farm_work)
    assert form().heading.text() == f"Flock {flock.name}"


def test_another_flock_and_another_span_show_another_curve(
    screen: FlocksScreen, farm_work: Work, settle: Settle
) -> None:
    other = screen.list.model.row_at(1)
    screen.arrive(Place("flocks", other.id))
    settle(farm_work)
    assert screen.curve.heading.text() == other.name
    short = screen._laying
    screen.spans.set_value(365)
    settle(farm_work)
    assert short is not None
    assert screen._laying is not None
    assert len(screen._laying.days) > len(short.days)


def test_without_flocks_it_offers_the_first_step(qtbot: QtBot, work: Work, settle: Settle) -> None:
    made = FlocksScreen(work)
    qtbot.addWidget(made)
    made.show()
    settle(work)
    assert made.list.empty.title() == "No flocks yet"
    assert not made.curve.isVisible()
    made.list.empty.button.click()
    assert form().windowTitle() == "New flock"


def fill(qtbot: QtBot, dialog: FormDialog, **texts: str) -> None:
    for name, text in texts.items():
        field = dialog.form.editor(name).field
        assert isinstance(field, QLineEdit)
        field.clear()
        qtbot.keyClicks(field, text)


def test_a_transfer_is_seen_at_both_ends(
    qtbot: QtBot, screen: FlocksScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    first, second = screen.list.model.row_at(0), screen.list.model.row_at(1)
    screen.acts.transfer()
    dialog = form()
    dialog.form.editor("flock_id").set_value(second.id)
    settle(farm_work)
    enter(qtbot, dialog, "100")
    settle(farm_work)
    assert screen.list.model.row_at(0).head == first.head - 100
    assert screen.list.model.row_at(1).head == second.head + 100
    assert (screen.events.model.row_at(0).what, screen.events.model.row_at(0).head) == (
        "Moved out",
        -100,
    )
    assert screen.events.model.row_at(0).words == second.name
    assert screen.list.model.row_at(0).lost == first.lost


def test_thinning_and_depletion_sell_by_weight_and_close_the_flock(
    qtbot: QtBot, screen: FlocksScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    flock = screen.list.current()
    screen.acts.thin()
    dialog = form()
    fill(qtbot, dialog, head="500", weight_kg="900")
    dialog.save_button.click()
    settle(farm_work)
    assert heads(sample_farm, screen) == flock.head - 500
    assert "Sold 500 at 1.800 kg" in screen.grown.text()
    assert "Feed conversion: not enough data" in screen.grown.text()
    screen.acts.sell()
    dialog = form()
    fill(qtbot, dialog, weight_kg=str((flock.head - 500) * 2))
    dialog.save_button.click()
    settle(farm_work)
    screen.arrive(Place("flocks", flock.id))
    settle(farm_work)
    gone = screen.list.current()
    assert (gone.id, gone.head, gone.active) == (flock.id, 0, False)
    assert gone.lost == flock.lost
    assert "not enough data" not in screen.grown.text()
    assert "(EPEF): " in screen.grown.text()


def test_birds_under_withdrawal_are_sold_once_the_form_was_told_why(
    qtbot: QtBot, screen: FlocksScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    flock = screen.list.current()
    course = {"flock_id": flock.id, "reason": "Worms", "product": "Drench", "dose": Decimal(1)}
    when = {"given_at": now() - timedelta(days=2), "meat_hours": 240, "head_count": flock.head}
    farm_work.act(lambda mirror: treat(mirror, {**course, **when}))
    settle(farm_work)
    screen.acts.thin()
    dialog = form()
    fill(qtbot, dialog, head="10")
    dialog.save_button.click()
    settle(farm_work)
    assert heads(sample_farm, screen) == flock.head
    fill(qtbot, dialog, override_reason="Not for people")
    dialog.save_button.click()
    settle(farm_work)
    assert heads(sample_farm, screen) == flock.head - 10


def test_the_dashed_line_is_the_breeders_and_says_where_it_is_from(
    screen: FlocksScreen, farm_work: Work, settle: Settle
) -> None:
    assert screen.list.current().breed == "Lohmann Brown"
    assert "Usual: " in screen.chart.value_at(today())
    assert screen.source.text() == "Dashed: Lohmann Brown-Classic performance goals."


def test_of_an_unknown_breed_there_is_no_line_and_it_is_said(
    screen: FlocksScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    flock = screen.list.current()
    farm_work.act(lambda mirror: change(mirror, Flock, flock.id, {"breed_id": None}))
    settle(farm_work)
    assert "Usual: " not in screen.chart.value_at(today())
    assert screen.source.text().startswith("No dashed line: the flock has no breed.")


def test_the_birds_of_each_day_and_the_weight_of_eggs_are_curves(
    screen: FlocksScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    screen.kinds.set_value("birds")
    assert screen.birds.isVisible()
    assert not screen.chart.isVisible()
    assert f"Birds: {number_text(screen.list.current().head)}" in screen.birds.value_at(today())
    screen.kinds.set_value("eggs")
    assert "Weigh those of a round together" in screen.no_eggs.text()
    yesterday = today() - timedelta(days=1)
    with sample_farm.read() as connection:
        eggs = EggProductionLog.__table__.c
        row = connection.execute(
            select(eggs.id, eggs.total).where(
                eggs.flock_id == screen.list.current().id, eggs.collected_on == yesterday
            )
        ).first()
    assert row is not None
    weight = {"weight_kg": round(Decimal(row.total) * 61 / 1000, 2)}
    farm_work.act(lambda mirror: change(mirror, EggProductionLog, row.id, weight))
    settle(farm_work)
    assert screen.eggs.isVisible()
    assert "Weighed: 61" in screen.eggs.value_at(yesterday)
    assert "Egg weight 61.0 g" in screen.facts.text()


def test_the_rows_behind_a_flocks_figures_open(
    qtbot: QtBot, screen: FlocksScreen, farm_work: Work, settle: Settle
) -> None:
    screen.show_rows(0)
    dialog = screen.findChild(FlockRows)
    assert dialog is not None
    settle(farm_work)
    assert dialog.windowTitle() == f"Egg rounds of {screen.list.current().name}"
    assert dialog.list.model.rowCount() > 50
    dialog.close()


def test_feed_conversion_on_gain_says_what_is_missing_and_counts_what_was_weighed(
    qtbot: QtBot, screen: FlocksScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    organization = farm_work.whose.organization_id
    assert organization is not None
    basis = {"feed_conversion_basis": FeedConversionBasis.GAIN}
    farm_work.act(lambda mirror: choose(mirror, organization, basis))
    flock = screen.list.current()
    screen.acts.sell()
    dialog = form()
    fill(qtbot, dialog, weight_kg=str(flock.head * 2))
    dialog.save_button.click()
    settle(farm_work)
    screen.arrive(Place("flocks", flock.id))
    settle(farm_work)
    assert screen.grown.text().endswith(
        "Not every placement has its weight, which this farm's feed conversion takes off."
    )
    placed = PoultryBatch.__table__.c
    with sample_farm.read() as connection:
        rows = connection.execute(select(placed.id).where(placed.flock_id == flock.id)).scalars()
        ids = list(rows)
    for row_id in ids:
        change(sample_farm, PoultryBatch, row_id, {"weight_kg": Decimal(1500)})
    screen.reload()
    settle(farm_work)
    assert "not enough data" not in screen.grown.text()
