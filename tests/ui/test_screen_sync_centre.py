from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fluffydesk.actions.crediting import credit
from fluffydesk.actions.invoicing import NewLine, post_invoice, start_invoice
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.errors import Offline
from fluffydesk.records.catalog import record_for
from fluffydesk.sync import resolve
from fluffydesk.sync.dry_run import Incoming
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.link import link_of
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, Words
from fluffydesk.ui.record_history import HistoryDialog
from fluffydesk.ui.screen import Notice
from fluffydesk.ui.screens.sync_centre import SyncCentre
from fluffydesk.work import Work
from tests.conftest import fresh_central
from tests.sync.begun import Begun, at_rest
from tests.sync.desks import Desk
from tests.sync.farms import Farm

Settle = Callable[[Work], None]


@dataclass
class Clinic:
    """One clinic at a real central: the desk whose screen is tested, and a colleague's."""

    mine: Desk
    theirs: Desk
    pet: UUID
    farm: Farm


@pytest.fixture(scope="module")
def begun(
    postgres: EmbeddedServer, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Begun, UUID]]:
    """The clinic with its two PCs switched off, which each test has a copy of; and its patient."""
    with fresh_central(postgres, migrated) as central:
        clinic = Farm(central, tmp_path_factory.mktemp("clinic"), "veterinary_clinic")
        for name, role in (("ana", "manager"), ("osei", "veterinarian")):
            clinic.users[central.email(name)] = central.add_user(name, clinic.id, role)
        mine = clinic.desk(central.email("ana"), "Front desk")
        with mine.mirror.unit("Register Biscuit") as unit:
            from_records = {"name": "Biscuit", "species": "Dog", "colour": "brown"}
            pet = unit.insert(record_for("pets"), from_records)
            unit.insert(record_for("clinic_patients"), {"pet_id": pet})
        mine.sync()
        clinic.desk(central.email("osei"), "Surgery PC")
        yield at_rest(clinic), pet


@pytest.fixture
def clinic(postgres: EmbeddedServer, begun: tuple[Begun, UUID], tmp_path: Path) -> Iterator[Clinic]:
    rest, pet = begun
    with fresh_central(postgres, rest.database, rest.people) as central:
        farm = rest.again(central, tmp_path)
        mine, theirs = rest.desk(farm, "Front desk"), rest.desk(farm, "Surgery PC")
        yield Clinic(mine, theirs, pet, farm)
        farm.close()


def both_change_the_name(clinic: Clinic) -> None:
    clinic.theirs.change("pets", clinic.pet, name="Sir Biscuit", weight_kg=Decimal("12.50"))
    clinic.theirs.sync()
    clinic.mine.change("pets", clinic.pet, name="Biscuit the Second")
    clinic.mine.sync()
    assert len(clinic.mine.conflicts()) == 1


def book(desk: Desk, pet: UUID, vet: UUID) -> UUID:
    starts = datetime(2026, 3, 11, 9, tzinfo=UTC)
    return desk.add(
        "appointments",
        pet_id=pet,
        veterinarian_id=vet,
        scheduled_at=starts,
        ends_at=starts + timedelta(minutes=20),
    )


def both_book_the_vet(clinic: Clinic) -> UUID:
    vet = clinic.theirs.user
    book(clinic.theirs, clinic.pet, vet)
    clinic.theirs.sync()
    mine = book(clinic.mine, clinic.pet, vet)
    clinic.mine.sync()
    assert len(clinic.mine.quarantine()) == 1
    return mine


@pytest.fixture
def open_screen(qtbot: QtBot, settle: Settle) -> Iterator[Callable[[Clinic], SyncCentre]]:
    works: list[Work] = []

    def opened(clinic: Clinic) -> SyncCentre:
        work = Work(clinic.mine.mirror)
        works.append(work)
        screen = SyncCentre(work)
        qtbot.addWidget(screen)
        screen.resize(1072, 900)
        with qtbot.waitExposed(screen):
            screen.show()
        settle(work)
        return screen

    yield opened
    for work in works:
        work.close()


def test_a_conflict_shows_both_sides_and_who_when_and_where(
    clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre]
) -> None:
    both_change_the_name(clinic)
    screen = open_screen(clinic)
    (card,) = screen.conflicts
    assert [side.value.text() for side in card.sides] == [
        "Biscuit",
        "Biscuit the Second",
        "Sir Biscuit",
    ]
    assert "Osei on Surgery PC" in card.sides[2].accessibleName()
    assert "Ana, on this PC (Front desk)" in card.sides[1].accessibleName()
    assert screen.sums.text().startswith("2 edits made on this PC: 1 sent, 1 in conflict.")


def test_a_long_name_leaves_the_page_within_the_window(
    clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre]
) -> None:
    long = "Biscuit of the Upper Meadow beyond the Old Mill " * 3
    clinic.theirs.change("pets", clinic.pet, name=f"Sir {long}")
    clinic.theirs.sync()
    clinic.mine.change("pets", clinic.pet, name=long)
    clinic.mine.sync()
    screen = open_screen(clinic)
    (card,) = screen.conflicts
    assert long.strip() in card.heading.text()
    assert card.mapTo(screen, card.rect().bottomRight()).x() < screen.width()


@pytest.mark.parametrize(
    ("key", "name"), [(Qt.Key.Key_M, "Biscuit the Second"), (Qt.Key.Key_T, "Sir Biscuit")]
)
def test_a_key_decides_and_both_pcs_agree(
    qtbot: QtBot,
    clinic: Clinic,
    open_screen: Callable[[Clinic], SyncCentre],
    settle: Settle,
    key: Qt.Key,
    name: str,
) -> None:
    both_change_the_name(clinic)
    screen = open_screen(clinic)
    with qtbot.waitSignal(link_of(screen.work).sync_wanted):
        qtbot.keyClick(screen.conflicts[0], key)
    settle(screen.work)
    assert screen.conflicts == []
    screen.work.close()
    clinic.mine.sync()
    clinic.theirs.sync()
    for desk in (clinic.mine, clinic.theirs):
        row = desk.row("pets", clinic.pet)
        assert row is not None
        assert (row["name"], row["weight_kg"]) == (name, Decimal("12.50"))


def test_a_third_value_is_typed(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    both_change_the_name(clinic)
    screen = open_screen(clinic)
    (card,) = screen.conflicts
    qtbot.keyClick(card, Qt.Key.Key_O)
    card.editor.set_value("")
    card.use.click()
    assert "missing" in card.trouble.text()
    card.editor.set_value("Biscuit III")
    card.use.click()
    settle(screen.work)
    screen.work.close()
    row = clinic.mine.row("pets", clinic.pet)
    assert row is not None
    assert row["name"] == "Biscuit III"
    assert clinic.mine.conflicts() == []


def test_a_refused_edit_says_why_and_is_discarded_only_when_sure(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    mine = both_book_the_vet(clinic)
    screen = open_screen(clinic)
    (card,) = screen.refusals
    assert "already has an appointment" in card.shown.refused.message
    assert card.shown.goes
    assert "Biscuit" in card.shown.goes[0]
    assert card.shown.goes[0].endswith("new on this PC, is removed.")
    qtbot.keyClick(card, Qt.Key.Key_D)
    assert clinic_has(screen, mine)
    card.sure.click()
    settle(screen.work)
    assert screen.refusals == []
    screen.work.close()
    assert clinic.mine.row("appointments", mine) is None
    assert clinic.mine.ledger() == {"applied": 1, "discarded": 1}


def test_a_bill_of_a_visit_deleted_elsewhere_is_sent_without_it(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    visit = book(clinic.theirs, clinic.pet, clinic.theirs.user)
    clinic.farm.settle()
    given = {"appointment_id": visit}
    bill, _ = start_invoice(clinic.mine.mirror, given, [NewLine("Visit", Decimal(48))])
    post_invoice(clinic.mine.mirror, bill)
    credit(clinic.mine.mirror, bill)
    clinic.theirs.delete("appointments", visit)
    clinic.theirs.sync()
    clinic.farm.settle()
    screen = open_screen(clinic)
    (card,) = screen.refusals
    qtbot.keyClick(card, Qt.Key.Key_D)
    asked = card.question.findChild(Banner)
    assert asked is not None
    assert "cannot be without it:\nInvoice" in asked.text()
    assert card.sure.text() == "Discard all"
    qtbot.keyClick(card, Qt.Key.Key_W)
    settle(screen.work)
    assert [one.shown.mended for one in screen.refusals] == [True]
    screen.work.close()
    clinic.farm.settle()
    assert (clinic.mine.quarantine(), clinic.mine.waiting()) == ([], 0)
    query = "SELECT count(*) FROM invoices WHERE status <> 'draft' AND appointment_id IS NULL"
    assert clinic.farm.value(query) == 2


def clinic_has(screen: SyncCentre, _: UUID) -> bool:
    return len(screen.refusals) == 1 and not screen.refusals[0].question.isHidden()


def test_a_refused_booking_is_mended_in_its_form_and_goes(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    mine = both_book_the_vet(clinic)
    screen = open_screen(clinic)
    screen.work.close()
    starts = datetime(2026, 3, 11, 10, tzinfo=UTC)
    clinic.mine.change(
        "appointments", mine, scheduled_at=starts, ends_at=starts + timedelta(minutes=20)
    )
    clinic.mine.sync()
    assert clinic.mine.quarantine() == []
    again = open_screen(clinic)
    assert again.refusals == []
    assert "refused" not in again.sums.text()


def test_trying_again_while_the_reason_stands_refuses_it_again(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    both_book_the_vet(clinic)
    screen = open_screen(clinic)
    told: list[Notice] = []
    screen.told.connect(told.append)
    qtbot.keyClick(screen.refusals[0], Qt.Key.Key_T)
    settle(screen.work)
    assert screen.refusals == []
    assert "central again" in told[0].text
    screen.work.close()
    clinic.mine.sync()
    assert len(clinic.mine.quarantine()) == 1


def test_what_waits_is_listed_and_the_state_is_in_words(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    clinic.mine.change("pets", clinic.pet, colour="black")
    screen = open_screen(clinic)
    assert screen.view is not None
    assert [unit.title for unit in screen.view.waiting] == ["Change pets"]
    assert "1 waiting" in screen.sums.text()
    link = link_of(screen.work)
    link.say(online=False, trouble="Central does not answer.")
    assert screen.state.text().startswith("Offline")
    assert "Central does not answer." in screen.more.text()
    link.say(online=True, trouble="", syncing=True, step="Loading the records", share=0.5)
    assert screen.progress.isVisible()
    assert screen.progress.value() == 500
    link.say(syncing=False)
    assert not screen.progress.isVisible()
    settle(screen.work)


def test_two_texts_are_both_kept_with_one_key(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    clinic.theirs.change("pets", clinic.pet, notes="Afraid of cats.")
    clinic.theirs.sync()
    clinic.mine.change("pets", clinic.pet, notes="Bites.")
    # One line each, at one place: lines that both added would be merged without a question.
    clinic.mine.sync()
    if not clinic.mine.conflicts():
        clinic.theirs.sync()
        clinic.theirs.change("pets", clinic.pet, notes="Afraid of dogs.")
        clinic.theirs.sync()
        clinic.mine.change("pets", clinic.pet, notes="Kicks.")
        clinic.mine.sync()
    screen = open_screen(clinic)
    (card,) = screen.conflicts
    assert card.both.isVisible()
    qtbot.keyClick(card, Qt.Key.Key_B)
    settle(screen.work)
    assert screen.conflicts == []
    screen.work.close()
    row = clinic.mine.row("pets", clinic.pet)
    assert row is not None
    assert row["notes"].splitlines()[-1] == "Kicks."
    assert "Afraid of dogs." in row["notes"]


def test_names_are_not_joined(clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre]) -> None:
    both_change_the_name(clinic)
    screen = open_screen(clinic)
    (card,) = screen.conflicts
    assert not card.both.isVisible()


def test_a_vet_booked_twice_is_offered_the_next_free_times(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    mine = both_book_the_vet(clinic)
    screen = open_screen(clinic)
    (card,) = screen.refusals
    assert clinic.mine.row("appointments", mine) is not None, (
        "it stays in the calendar until a person decides"
    )
    assert len(card.slots) == 4
    assert not card.share.isVisible()
    slot = card.shown.slots[1]
    qtbot.keyClick(card, Qt.Key.Key_2)
    settle(screen.work)
    assert screen.refusals == []
    screen.work.close()
    clinic.mine.sync()
    clinic.theirs.sync()
    row = clinic.theirs.row("appointments", mine)
    assert row is not None
    assert (row["scheduled_at"], row["ends_at"]) == (slot.starts, slot.ends)
    assert clinic.mine.quarantine() == []


def test_a_vet_who_may_be_shared_is_double_booked_on_purpose(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    """Rule 19: the other is named; with the policy to ask, one key keeps both where they are."""
    clinic.farm.execute("UPDATE organization_users SET double_booking = 'ask'")
    with clinic.theirs.mirror.unit("Register Rex") as unit:
        other = unit.insert(record_for("pets"), {"name": "Rex", "species": "Dog"})
        unit.insert(record_for("clinic_patients"), {"pet_id": other})
    for desk in (clinic.mine, clinic.theirs, clinic.mine):
        desk.sync()
    book(clinic.theirs, other, clinic.theirs.user)
    clinic.theirs.sync()
    mine = book(clinic.mine, clinic.pet, clinic.theirs.user)
    clinic.mine.sync()
    screen = open_screen(clinic)
    (card,) = screen.refusals
    assert "is taken by Rex from" in card.shown.taken
    assert card.share.isVisible()
    assert len(card.slots) == 4
    qtbot.keyClick(card, Qt.Key.Key_B)
    settle(screen.work)
    assert screen.refusals == []
    screen.work.close()
    clinic.mine.sync()
    clinic.theirs.sync()
    assert clinic.mine.quarantine() == []
    row = clinic.theirs.row("appointments", mine)
    assert row is not None
    assert row["may_overlap"]


def test_what_waits_opens_its_record(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    clinic.mine.change("pets", clinic.pet, colour="black")
    screen = open_screen(clinic)
    (link,) = [b for b in screen.findChildren(Button) if b.accessibleName() == "Open Pet Biscuit"]
    assert link.focusPolicy() & Qt.FocusPolicy.TabFocus
    link.click()
    settle(screen.work)
    (form,) = screen.findChildren(FormDialog)
    assert form.form.row_id == clinic.pet
    form.show_history()
    settle(screen.work)
    (story,) = form.findChildren(HistoryDialog)
    edits = [line.outcome for line in story.lines if line.kind == "edit"]
    assert "Waits to be sent" in edits
    assert "changed Colour" in story.area.accessibleDescription()
    story.close()
    form.close()


def test_a_dry_run_is_shown_and_changes_nothing(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    both_change_the_name(clinic)
    clinic.mine.change("pets", clinic.pet, colour="black")
    screen = open_screen(clinic)
    link = link_of(screen.work)
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.card.ahead.setFocus()
    with qtbot.waitSignal(link.look_ahead_wanted):
        qtbot.keyClick(screen.card.ahead, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert screen.plan is not None
    assert "1 record would be sent, in 1 part" in screen.plan.read
    going = [line for line in screen.plan.read if line.startswith("Change pets")]
    assert [line.partition(" – ")[2] for line in going] == [
        "Pet Biscuit the Second, changed: Colour"
    ]
    held = "Pet Biscuit the Second (Name). In conflict: it waits for you to decide."
    assert held in screen.plan.read
    link.looked_ahead.emit(Incoming({"pets": 2}, {"tasks": 1}))
    assert screen.plan.read[-3:] == ["3 records would come or go here", "2 pets", "1 task would go"]
    qtbot.keyClick(screen.plan, Qt.Key.Key_Escape)
    assert screen.plan is None
    settle(screen.work)
    screen.work.close()
    assert clinic.mine.waiting() == 1
    assert clinic.mine.parcels() == 0


def test_what_would_come_may_not_be_known(
    clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    screen = open_screen(clinic)
    screen.look_ahead()
    settle(screen.work)
    link_of(screen.work).looked_ahead.emit(Offline("Central does not answer."))
    assert screen.plan is not None
    assert screen.plan.read[-1] == "What would come is not known: Central does not answer."
    assert "Nothing would be sent" in screen.plan.read


def test_a_sync_can_be_cancelled_while_it_runs(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    screen = open_screen(clinic)
    link = link_of(screen.work)
    assert not screen.card.cancel.isVisible()
    link.say(online=True, syncing=True, step="Loading the records", share=0.5)
    with qtbot.waitSignal(link.cancel_wanted):
        screen.card.cancel.click()
    link.say(syncing=False, paused=True)
    assert screen.state.text().startswith("Sync is paused")
    settle(screen.work)


def test_the_books_and_the_clock_warn_and_stop_warning(
    clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre], settle: Settle
) -> None:
    made = clinic.mine.mirror.recall("units_made")
    clinic.mine.mirror.remember(units_made=made + 1, clock_offset=7980)
    screen = open_screen(clinic)
    assert "does not add up" in screen.card.books.text()
    assert "support bundle" in screen.card.books.text()
    assert "2 h 13 min ahead of central's" in screen.card.clock.text()
    screen.work.on_mirror(lambda mirror: mirror.remember(units_made=made, clock_offset=12))
    screen.reload()
    settle(screen.work)
    assert screen.card.books.text() == screen.card.clock.text() == ""


def test_what_was_discarded_is_listed_with_who(
    qtbot: QtBot, clinic: Clinic, open_screen: Callable[[Clinic], SyncCentre]
) -> None:
    both_book_the_vet(clinic)
    resolve.discard(clinic.mine.mirror, clinic.mine.quarantine()[0].id)
    screen = open_screen(clinic)
    told = [words.text() for words in screen.findChildren(Words) if words.isVisible()]
    assert "Add to appointments" in told
    assert any(line.startswith("discarded by Ana") for line in told)


def test_a_support_bundle_is_made_without_names(
    qtbot: QtBot,
    clinic: Clinic,
    open_screen: Callable[[Clinic], SyncCentre],
    settle: Settle,
    tmp_path: Path,
) -> None:
    both_change_the_name(clinic)
    screen = open_screen(clinic)
    told: list[Notice] = []
    screen.told.connect(told.append)
    screen.make_bundle(str(tmp_path / "bundle.zip"))
    settle(screen.work)
    assert "bundle.zip" in told[0].text
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert not any("Biscuit" in text or "Surgery" in text for text in texts)
    screen.make_bundle(str(tmp_path / "nowhere" / "bundle.zip"))
    settle(screen.work)
    assert told[1].tone == "warning"
