"""Visits to farms through real widgets: the form, the list, the farm's answer, leaflet and code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions import appointments, farm_visits, saving
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.clinic import FarmVet, FarmVisitTreatment
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.types import now, today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.clients import Clients
from fluffydesk.ui.screens.farm_visits import FarmVisitsScreen
from fluffydesk.ui.screens.farm_visits_form import FarmVisitForm, TreatmentForm
from fluffydesk.ui.screens.reporting.farm_leaflet import farm_leaflet
from fluffydesk.ui.screens.settings import Settings
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work
from tests.clinic_sample import DAY, Sample, fill
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]
_GIVEN = FarmVisitTreatment.__table__


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    made = fill(clinic)
    drug = {"name": "Penicillin", "category": InventoryCategory.MEDICINE, "unit": StockUnit.LITRE}
    made.ids["drug"], _ = saving.add(clinic, FarmInventory, drug)
    receipt = {"movement": "receipt", "quantity": Decimal("0.2"), "lot": "B", "moved_on": DAY}
    saving.add(clinic, InventoryTransaction, {"item_id": made["drug"], **receipt})
    return made


@pytest.fixture
def work(clinic: Mirror, sample: Sample) -> Iterator[Work]:
    made = Work(clinic)
    yield made
    made.close()


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle) -> FarmVisitsScreen:
    made = FarmVisitsScreen(work)
    qtbot.addWidget(made)
    made.resize(1072, 700)
    with qtbot.waitExposed(made):
        made.show()
    settle(work)
    return made


def test_the_list_is_a_key_from_the_clients_and_found_by_its_name(
    qtbot: QtBot, work: Work, settle: Settle
) -> None:
    shell = Shell(work, (Clients, FarmVisitsScreen))
    qtbot.addWidget(shell)
    shell.show()
    settle(work)
    assert shell.current is not None
    qtbot.keyClick(
        shell.current,
        Qt.Key.Key_V,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    settle(work)
    assert isinstance(shell.current, FarmVisitsScreen)
    assert "Farm visits" in [entry.text for entry in shell._entries()]


def dialogs(screen: FarmVisitsScreen) -> list[FormDialog]:
    return [one for one in screen.findChildren(FormDialog) if one.isVisible()]


def visited(clinic: Mirror, sample: Sample, **more: Any) -> UUID:
    given = {
        "animal_tag": "NL 123",
        "reason": "Mastitis",
        "item_id": sample["drug"],
        "dose": Decimal(20),
        "milk_hours": 96,
        **more,
    }
    values = {"client_id": sample["Tomas Reed"], "visited_at": sample.at(10), "reason": "Lame cow"}
    row_id, _ = farm_visits.record_visit(clinic, values, [given])
    return row_id


def answered(clinic: Mirror, answer: str) -> None:
    """As if central had answered so of every treatment."""
    with clinic.apply() as connection:
        connection.execute(_GIVEN.update().values(farm_answer=answer))


def given(clinic: Mirror) -> list[Any]:
    with clinic.read() as connection:
        return list(connection.execute(select(_GIVEN).order_by(_GIVEN.c.id)))


def said(screen: FarmVisitsScreen) -> str:
    return " | ".join(one.text() for one in screen.card.findChildren(QLabel) if one.text())


def test_empty_it_says_what_belongs_there(screen: FarmVisitsScreen) -> None:
    assert screen.table.empty.title() == "No farm visits yet"
    assert screen.table.empty.button.text() == "New farm visit"


def test_a_visit_and_its_treatments_are_typed_and_kept_together(
    qtbot: QtBot,
    screen: FarmVisitsScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
) -> None:
    screen.arrive(Place("farm_visits", sample["Tomas Reed"], part="new"))
    [dialog] = dialogs(screen)
    form = dialog.form
    assert isinstance(form, FarmVisitForm)
    assert form.editor("client_id").value() == sample["Tomas Reed"]
    form.editor("distance_km").set_value(Decimal(12))
    form.per_km.editor.set_value(Decimal("0.60"))
    second = form.treat()
    treatment = second.form
    assert isinstance(treatment, TreatmentForm)
    treatment.editor("reason").set_value("Mastitis")
    treatment.editor("item_id").set_value(sample["drug"])
    treatment._ask()
    settle(work)
    assert treatment.rows["item_id"].noted() == "lot B: 0.2 L"
    assert treatment.editor("product").value() == "Penicillin"
    treatment.editor("dose").set_value(Decimal(20))
    treatment.editor("milk_hours").set_value(96)
    bar = second.findChildren(QScrollArea)[0].verticalScrollBar()
    bar.setValue(bar.maximum())
    tag = treatment.editor("animal_tag").field
    assert tag.visibleRegion().isEmpty()
    second._save()
    settle(work)
    qtbot.waitUntil(lambda: not tag.visibleRegion().isEmpty())  # what is wrong is seen
    assert "Say which animal got it, or which group." in treatment.rows["animal_tag"].error()
    treatment.editor("animal_tag").set_value("NL 123")
    second._save()
    settle(work)
    assert given(clinic) == [], "nothing is kept before the visit is"
    dialog._save()
    settle(work)
    [row] = given(clinic)
    assert (row.animal_tag, row.lot, row.quantity) == ("NL 123", "B", Decimal("0.02"))
    assert [one.farm for one in screen.table.model.rows()] == ["Tomas Reed"]
    assert "NL 123" in [one.text() for one in screen.card.findChildren(QPushButton)]
    assert "Penicillin" in said(screen), "it is told in full, on as many lines as it takes"
    assert "Draft" in said(screen)


def test_the_next_animal_begins_with_what_the_last_one_got(
    qtbot: QtBot, screen: FarmVisitsScreen, sample: Sample, work: Work, settle: Settle
) -> None:
    screen.add()
    form = dialogs(screen)[0].form
    assert isinstance(form, FarmVisitForm)
    first = {"animal_tag": "1", "reason": "Mastitis", "product": "Calcium", "dose": Decimal(5)}
    form.given.append({**first, "dose_unit": "ml", "milk_hours": 24})
    form._show_given()
    second = form.treat()
    assert second.form.editor("reason").value() == "Mastitis"
    assert second.form.editor("milk_hours").value() == 24
    assert not second.form.editor("animal_tag").value()
    second._throw_away()
    labels = [one.accessibleName() for one in form.findChildren(QPushButton)]
    assert any(one.startswith("Remove 1: Calcium") for one in labels)
    form._drop(0)
    assert form.given == []
    dialogs(screen)[0]._throw_away()


def test_rule_11_nothing_withheld_is_asked_about_once_for_each_drug(
    screen: FarmVisitsScreen, work: Work, settle: Settle
) -> None:
    screen.add()
    visit = dialogs(screen)[0]
    form = visit.form
    assert isinstance(form, FarmVisitForm)
    for tag, asked in (("1", True), ("2", False)):
        given_now = form.treat()
        treatment = given_now.form
        for name, value in (("animal_tag", tag), ("reason", "Weak"), ("product", "Calcium")):
            treatment.editor(name).set_value(value)
        treatment.editor("dose").set_value(Decimal(5))
        given_now._save()
        settle(work)
        assert len(form.given) == int(tag) - asked
        if asked:
            assert "Nothing is withheld after Calcium" in treatment.doubt.text()
            given_now._save()
            settle(work)
            assert len(form.given) == 1
    visit._throw_away()


def test_what_the_farm_cannot_place_is_told_and_corrected_by_a_key(
    qtbot: QtBot,
    screen: FarmVisitsScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
) -> None:
    visited(clinic, sample)
    answered(clinic, "The farm has no one animal or group of this name.")
    screen.reload()
    settle(work)
    assert "The farm has no one animal or group of this name." in said(screen)
    assert "Milk from" in said(screen)
    screen.correct()
    settle(work)
    [dialog] = dialogs(screen)
    dialog.form.editor("animal_tag").set_value("NL 124")
    dialog._save()
    settle(work)
    assert [row.animal_tag for row in given(clinic)] == ["NL 124"]


def test_voiding_asks_for_a_reason(
    qtbot: QtBot,
    screen: FarmVisitsScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
) -> None:
    visited(clinic, sample)
    screen.reload()
    settle(work)
    screen.void()
    settle(work)
    [dialog] = dialogs(screen)
    dialog.form.editor("void_reason").set_value("Wrong cow")
    dialog._save()
    settle(work)
    assert [row.void_reason for row in given(clinic)] == ["Wrong cow"]
    assert "Void: Wrong cow" in said(screen)


def test_the_leaflet_tells_the_ends_of_withdrawal(clinic: Mirror, sample: Sample) -> None:
    visit = visited(clinic, sample, doses=2, hours_between=12, meat_hours=240)
    report = farm_leaflet(clinic, visit)
    assert report.cell(0, "Animal or group") == "NL 123"
    assert report.cell(0, "Drug") == "Penicillin"
    assert "2 times every 12 h" in report.cell(0, "Dose")
    assert report.cell(0, "Milk from").startswith("15/03/2026")  # 11 March 22:00 + 96 h
    assert report.cell(0, "Meat from").startswith("21/03/2026")
    assert report.cell(0, "Eggs from") == "at once"
    assert any("organic" in note for note in report.notes)
    [row] = given(clinic)
    farm_visits.void_treatment(clinic, row.id, "Wrong cow")
    assert farm_leaflet(clinic, visit).rows == ()


def test_the_code_for_the_farm_is_copied(
    qtbot: QtBot,
    screen: FarmVisitsScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
) -> None:
    visited(clinic, sample)
    told: list[Notice] = []
    screen.told.connect(told.append)
    screen.reload()
    settle(work)
    screen.copy_code()
    assert QGuiApplication.clipboard().text() == str(sample["Tomas Reed"])
    assert told[-1].text == "The code for Tomas Reed is copied."
    assert "The farm has not named you as its vet: give it the code." in said(screen)


def test_a_visit_in_the_calendar_is_listed_and_written_down_by_a_key(
    qtbot: QtBot,
    screen: FarmVisitsScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
) -> None:
    book = {"client_id": sample["Tomas Reed"], "veterinarian_id": sample["Dr Osei Lund"]}
    starts = now() + timedelta(days=1)
    [booked] = appointments.book(clinic, {**book, "scheduled_at": starts})["appointments"]
    visited(clinic, sample)
    screen.reload()
    settle(work)
    assert [row.planned for row in screen.table.model.rows()] == [True, False]
    assert "takes the vet's time in the calendar" in said(screen)
    qtbot.keyClick(screen.table.table, Qt.Key.Key_Return)
    settle(work)
    [dialog] = dialogs(screen)
    assert dialog.form.editor("client_id").value() == sample["Tomas Reed"]
    assert dialog.form.editor("veterinarian_id").value() == sample["Dr Osei Lund"]
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(work)
    screen.reload()
    settle(work)
    assert [row.planned for row in screen.table.model.rows()] == [False, False]
    screen.arrive(Place("farm_visits", booked, part="planned"))
    settle(work)
    current = screen.table.current()
    assert current is not None
    assert current.id != booked
    assert not dialogs(screen)
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    qtbot.keyClick(screen.table.table, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    settle(work)
    [dialog] = dialogs(screen)
    assert dialog.form.record is Appointment
    assert dialog.form.editor("client_id").value() == sample["Tomas Reed"]


def test_the_farm_enters_the_code_in_its_settings_and_ends_it(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    settings = Settings(farm_work)
    qtbot.addWidget(settings)
    settings.show()
    settle(farm_work)
    card = settings.vets
    card.new.click()
    dialog = next(one for one in card.findChildren(FormDialog) if one.isVisible())
    dialog.form.editor("client_code").set_value("0190a1b2-0000-7000-8000-000000000001")
    dialog._save()
    settle(farm_work)
    shown = [one.text() for one in card.findChildren(QLabel)]
    assert "0190a1b2-0000-7000-8000-000000000001: not sent yet" in shown
    end = next(one for one in card.findChildren(QPushButton) if one.text() == "End")
    qtbot.keyClick(end, Qt.Key.Key_Space)
    settle(farm_work)
    with sample_farm.read() as connection:
        assert [row.ended_on for row in connection.execute(select(FarmVet.__table__))] == [today()]
