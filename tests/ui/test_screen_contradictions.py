"""Records that contradict each other: listed with their rows, opened and mended by the keys."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.findings import findings
from fluffydesk.actions.findings.aside import put_aside, set_aside, standing
from fluffydesk.actions.invoicing import NewLine, start_invoice
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Booking
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MortalityLog, WeightLog
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import Flock, Livestock, LivestockSpecies, PoultryBatch
from fluffydesk.records.payments import Invoice
from fluffydesk.records.pets import ClinicPatient, Pet
from fluffydesk.records.types import today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens import contradictions
from fluffydesk.ui.screens.clinic_today import ClinicToday
from fluffydesk.ui.screens.contradictions import ContradictionsScreen
from fluffydesk.ui.screens.sync_centre import SyncCentre
from fluffydesk.ui.screens.today import TodayScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]


@pytest.fixture
def merged(mirror: Mirror) -> dict[str, UUID]:
    """What two PCs wrote: thirteen of ten birds dead, and a cow weighed after her death."""
    days = [today() - timedelta(days=number) for number in range(5)]
    with mirror.unit("As it came from two PCs") as unit:
        species = unit.connection.execute(select(LivestockSpecies.__table__.c.id)).scalar()
        flock = unit.insert(Flock, {"name": "House 2", "species_id": species})
        placed = {"flock_id": flock, "placed_on": days[4], "head_count": 10}
        unit.insert(PoultryBatch, placed)
        for day, head in ((days[2], 6), (days[1], 7)):
            loss = unit.insert(
                MortalityLog, {"flock_id": flock, "died_on": day, "head_count": head}
            )
        cow = unit.insert(
            Livestock,
            {
                "tag_number": "17",
                "species_id": species,
                "status": LivestockStatus.DEAD,
                "left_on": days[3],
            },
        )
        unit.insert(WeightLog, {"animal_id": cow, "weighed_on": days[2], "weight_kg": 600})
    return {"flock": flock, "loss": loss, "cow": cow}


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle) -> ContradictionsScreen:
    made = ContradictionsScreen(work)
    qtbot.addWidget(made)
    made.resize(1072, 700)
    made.show()
    settle(work)
    return made


def test_without_any_it_says_so(screen: ContradictionsScreen) -> None:
    assert screen.list.model.rowCount() == 0
    assert not screen.card.isVisible()
    assert screen.count.text() == ""


def test_it_looks_beside_so_that_typing_elsewhere_goes_on(
    merged: dict[str, UUID],
    screen: ContradictionsScreen,
    work: Work,
    settle: Settle,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While it looks, the mirror's own thread does what another screen asks of it."""
    read, typed = contradictions.findings, threading.Event()

    def slow(*given: object) -> object:
        assert typed.wait(60), "the mirror's thread is held up"
        return read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(contradictions, "findings", slow)
    screen.list.show_rows([])
    screen.reload()
    screen.reload()
    work.on_mirror(lambda mirror: typed.set())
    settle(work)
    assert screen.list.model.rowCount() == 2


def test_a_wrong_row_is_opened_and_deleted_and_the_line_goes(
    merged: dict[str, UUID],
    screen: ContradictionsScreen,
    qtbot: QtBot,
    work: Work,
    settle: Settle,
) -> None:
    assert screen.list.model.rowCount() == 2
    assert "House 2 would hold \N{MINUS SIGN}3 birds" in screen.card.heading.text()
    assert screen.rows.model.rowCount() == 2
    assert screen.count.text() == "2 to look at"
    assert screen.focusWidget() is screen.list.table
    qtbot.keyClick(screen.rows.table, Qt.Key.Key_Return)
    settle(work)
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    dialog = next(one for one in found if one.isVisible())
    assert dialog.form.row_id == merged["loss"]
    dialog.form.editor("head_count").set_value(4)
    dialog.save_button.click()
    settle(work)
    assert screen.list.model.rowCount() == 1
    assert "17 died on" in screen.card.heading.text()


def test_an_animal_is_opened_on_its_card(
    merged: dict[str, UUID], screen: ContradictionsScreen, qtbot: QtBot
) -> None:
    gone: list[Place] = []
    screen.go.connect(gone.append)
    screen.search("died")
    screen.list.table.setCurrentIndex(screen.list.model.index(0, 0))
    qtbot.keyClick(screen.list.table, Qt.Key.Key_Return)
    assert gone == [Place("animal", merged["cow"])]


@pytest.mark.parametrize("made", [SyncCentre, TodayScreen])
def test_today_and_the_sync_centre_say_so_and_lead_there(
    qtbot: QtBot,
    work: Work,
    settle: Settle,
    request: pytest.FixtureRequest,
    made: type[SyncCentre | TodayScreen],
) -> None:
    centre = made(work)
    qtbot.addWidget(centre)
    centre.show()
    settle(work)
    assert not centre.contradictions.isVisible()
    request.getfixturevalue("merged")
    centre.reload()
    settle(work)
    assert centre.contradictions.isVisible()
    assert "House 2 would hold \N{MINUS SIGN}3 birds" in centre.contradictions.text()
    assert "1 more thing does not add up" in centre.contradictions.text()
    gone: list[Place] = []
    centre.go.connect(gone.append)
    centre.contradictions.look.click()
    assert gone == [Place("contradictions")]


def test_what_cannot_be_mended_is_set_aside_with_a_reason_and_taken_up_again(
    merged: dict[str, UUID],
    screen: ContradictionsScreen,
    qtbot: QtBot,
    work: Work,
    settle: Settle,
    mirror: Mirror,
) -> None:
    qtbot.keyClick(screen.reason, Qt.Key.Key_Return)
    settle(work)
    assert screen.wrong.text().startswith("Why it is set aside is missing.")
    assert screen.list.model.rowCount() == 2
    qtbot.keyClicks(screen.reason, "Counted twice, nobody knows by whom")
    qtbot.keyClick(screen.reason, Qt.Key.Key_Return)
    settle(work)
    assert screen.list.model.rowCount() == 1
    assert screen.count.text() == "1 to look at · 1 set aside"
    assert screen.reason.text() == ""
    assert screen.focusWidget() is screen.list.table
    with mirror.read() as connection:
        left = standing(connection, findings(connection))
        ((_, aside),) = put_aside(connection, findings(connection)).items()
    assert ["17" in one.message for one in left] == [True]
    assert aside.reason == "Counted twice, nobody knows by whom"
    screen.which.set_value(True)
    assert screen.list.model.rowCount() == 1
    assert screen.why.text().startswith("Set aside")
    assert screen.why.text().endswith(": Counted twice, nobody knows by whom")
    assert screen.why.isVisible()
    assert not screen.reason.isVisible()
    screen.up.click()
    settle(work)
    assert screen.list.model.rowCount() == 0
    screen.which.set_value(False)
    assert screen.list.model.rowCount() == 2


def test_a_finding_that_changes_is_told_again(merged: dict[str, UUID], mirror: Mirror) -> None:
    with mirror.read() as connection:
        birds = next(one for one in findings(connection) if "\N{MINUS SIGN}3 birds" in one.message)
    set_aside(mirror, birds, "Known")
    with mirror.unit("Another loss") as unit:
        unit.update(MortalityLog, merged["loss"], {"head_count": 8})
    with mirror.read() as connection:
        told = [one.message for one in standing(connection, findings(connection))]
    assert any("\N{MINUS SIGN}4 birds" in one for one in told)


def test_the_banner_is_silent_about_what_was_set_aside(
    merged: dict[str, UUID], mirror: Mirror, qtbot: QtBot, work: Work, settle: Settle
) -> None:
    with mirror.read() as connection:
        found = findings(connection)
    for one in found:
        set_aside(mirror, one, "Known")
    centre = SyncCentre(work)
    qtbot.addWidget(centre)
    centre.show()
    settle(work)
    assert not centre.contradictions.isVisible()


def test_a_clinic_is_told_on_today_of_a_box_that_two_desks_sold(
    sample_clinic: Mirror, clinic_work: Work, qtbot: QtBot, settle: Settle
) -> None:
    with sample_clinic.unit("As it came from two desks") as unit:
        item = unit.insert(FarmInventory, {"name": "Collar", "category": "other"})
        for verb, quantity in (("receipt", 1), ("use", -1), ("use", -1)):
            moved = {"item_id": item, "movement": verb, "quantity": Decimal(quantity)}
            unit.insert(InventoryTransaction, {**moved, "moved_on": today()})
    desk = ClinicToday(clinic_work)
    qtbot.addWidget(desk)
    with qtbot.waitExposed(desk):
        desk.show()
    settle(clinic_work)
    assert "\N{MINUS SIGN}1 piece of Collar would be left" in desk.contradictions.text()


def test_a_visit_billed_twice_is_on_one_bill_by_a_key_and_on_two_again_by_another(
    sample_clinic: Mirror, clinic_work: Work, qtbot: QtBot, settle: Settle
) -> None:
    with sample_clinic.read() as connection:
        visit = connection.execute(select(Appointment.__table__).limit(1)).one()
    given = {"client_id": visit.client_id, "appointment_id": visit.id}
    for _ in range(2):
        start_invoice(sample_clinic, given, [NewLine("Nail clip, long", Decimal(12))])
    with sample_clinic.read() as connection:
        found = findings(connection, today())
    billed = next(one for one in found if "Nail clip, long" in one.message)
    screen = ContradictionsScreen(clinic_work)
    qtbot.addWidget(screen)
    screen.arrive(Place("contradictions", billed.id))
    with qtbot.waitExposed(screen):
        screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    settle(clinic_work)
    assert screen.list.current() == billed
    assert screen.focusWidget() is screen.list.table
    screen.search("Nail clip, long")
    told: list[Notice] = []
    screen.told.connect(told.append)
    words = "Bill it once: Keep the draft of 12.00, delete the draft of 12.00."
    for key, before in ((Qt.Key.Key_M, 1), (Qt.Key.Key_Z, 0), (Qt.Key.Key_M, 1)):
        assert screen.list.model.rowCount() == before
        assert screen.mend.isVisible() == bool(before)
        assert screen.mend.accessibleName() == words
        qtbot.keyClick(screen.list.table, key, Qt.KeyboardModifier.ControlModifier)
        settle(clinic_work)
    assert [one.text for one in told] == ["It is billed once."] * 2
    with sample_clinic.read() as connection:
        table = Invoice.__table__.c
        query = select(table.total).where(table.appointment_id == visit.id, table.status == "draft")
        assert connection.execute(query).scalars().all() == [12]


def test_a_clinic_is_told_on_today_and_gets_to_each_row_by_the_keys(
    sample_clinic: Mirror, clinic_work: Work, qtbot: QtBot, settle: Settle
) -> None:
    """A patient that died at the other desk has a visit and a stay here."""
    day = today() + timedelta(days=3)
    starts = datetime.combine(day, time(10), clinic_work.whose.zone)
    with sample_clinic.unit("As it came from two desks") as unit:
        pet = unit.insert(Pet, {"name": "Otis", "species": "Dog", "deceased_on": today()})
        unit.insert(ClinicPatient, {"pet_id": pet})
        times = {"scheduled_at": starts, "ends_at": starts + timedelta(minutes=20)}
        visit = unit.insert(Appointment, {"pet_id": pet, **times})
        stay = unit.insert(Booking, {"pet_id": pet, "start_date": day, "end_date": day})
    desk = ClinicToday(clinic_work)
    qtbot.addWidget(desk)
    with qtbot.waitExposed(desk):
        desk.show()
    settle(clinic_work)
    assert desk.contradictions.text().startswith("\u200eOtis died on ")
    desk.list.setFocus()
    for _ in range(60):
        qtbot.keyClick(desk.focusWidget(), Qt.Key.Key_Tab)
        if desk.contradictions.look.hasFocus():
            break
    went: list[Place] = []
    desk.go.connect(went.append)
    qtbot.keyClick(desk.focusWidget(), Qt.Key.Key_Space)
    assert went == [Place("contradictions")]
    screen = ContradictionsScreen(clinic_work)
    qtbot.addWidget(screen)
    screen.go.connect(went.append)
    with qtbot.waitExposed(screen):
        screen.show()
    settle(clinic_work)
    qtbot.keyClick(screen.list.table, Qt.Key.Key_Tab)
    assert screen.focusWidget() is screen.rows.table
    for _ in range(2):
        qtbot.keyClick(screen.rows.table, Qt.Key.Key_Down)
        qtbot.keyClick(screen.rows.table, Qt.Key.Key_Return)
    assert went[1:] == [Place("boarding", stay), Place("pet", pet)]
    qtbot.keyClick(screen.rows.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(screen.rows.table, Qt.Key.Key_Return)
    settle(clinic_work)
    dialog = next(w for w in screen.findChildren(FormDialog) if w.isVisible())
    assert dialog.form.row_id == visit
    dialog.form.editor("status").set_value(AppointmentStatus.CANCELLED)
    dialog.save_button.click()
    settle(clinic_work)
    assert screen.rows.model.rowCount() == 2
    assert "a visit on" not in screen.card.heading.text()
