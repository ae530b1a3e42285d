"""The cards of clients and pets, and the merging of two, by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.appointments import book
from fluffydesk.actions.attachments import PET, File, attach, attached
from fluffydesk.actions.invoicing import NewLine, start_invoice
from fluffydesk.actions.merging_clients import merge
from fluffydesk.actions.payments import Part, pay
from fluffydesk.actions.saving import row_with
from fluffydesk.actions.stays import book_stay
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import whose
from fluffydesk.records.booking import Appointment, Booking
from fluffydesk.records.clinic import PatientPerson, PetVaccination, ReminderMessage
from fluffydesk.records.enums.clinic import OwnerRelation
from fluffydesk.records.enums.payments import InvoiceStatus, PaymentMethod
from fluffydesk.records.medical import MedicalRecord, Reminder
from fluffydesk.records.payments import Invoice, Payment
from fluffydesk.records.pets import ClinicClient, ClinicPatient, EmergencyContact, Pet
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import day_text, use_place
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.look import measures
from fluffydesk.ui.palette import Palette, Source
from fluffydesk.ui.screen import Notice, Place, Screen
from fluffydesk.ui.screens.client_card import ClientCardScreen
from fluffydesk.ui.screens.clients import Clients
from fluffydesk.ui.screens.pet_card import PetCardScreen
from fluffydesk.ui.screens.pets import Pets
from fluffydesk.ui.screens.reading.clients import client_page, left
from fluffydesk.ui.screens.register_form import RegisterForm
from fluffydesk.ui.table import PAD
from fluffydesk.work import Work
from tests.clinic_money import Desk
from tests.clinic_sample import Sample, fill
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]
S = TypeVar("S", bound=Screen)
_SAID = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    filled = fill(clinic)
    while clinic.make_missing_index():
        pass
    return filled


@pytest.fixture
def at_work(clinic: Mirror, sample: Sample) -> Iterator[Work]:
    made = Work(clinic)
    yield made
    made.close()


def put(mirror: Mirror, record: type[Record], **values: Any) -> UUID:
    with mirror.unit("Put") as unit:
        return unit.insert(record, values)


def shown(qtbot: QtBot, screen: S, settle: Settle, place: Place | None = None) -> S:
    use_place(screen.work.whose)
    qtbot.addWidget(screen)
    screen.resize(1280, 1400)
    if place is not None:
        screen.arrive(place)
    screen.show()
    settle(screen.work)
    return screen


def words_on(part: QWidget) -> str:
    labels = [one.text() for one in part.findChildren(QLabel)]
    return "\n".join(labels + [one.text() for one in part.findChildren(QPushButton)])


def row_of(mirror: Mirror, record: type[Record], row_id: UUID) -> Any:
    table = record.__table__
    with mirror.read() as connection:
        return connection.execute(select(table).where(table.c.id == row_id)).one()


def test_a_pets_card_tells_alerts_weights_shots_people_and_history(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    rex, ivy, noor = sample["Rex"], sample["Ivy Stone"], sample["Noor Vale"]
    with clinic.unit("Know") as unit:
        unit.update(Pet, rex, {"bites": True, "allergies": "Penicillin"})
    for days, kg in ((40, "28.4"), (10, "29.10")):
        on = today() - timedelta(days=days)
        put(clinic, MedicalRecord, pet_id=rex, visited_on=on, weight_kg=Decimal(kg))
    due = today() - timedelta(days=3)
    given = {"given_on": today() - timedelta(days=368), "next_due_on": due}
    put(clinic, PetVaccination, pet_id=rex, vaccine="Rabies", lot="R7", **given)
    until = today() + timedelta(days=2)
    put(
        clinic, PatientPerson, pet_id=rex, client_id=noor, relation=OwnerRelation.CARER, until=until
    )
    over = today() - timedelta(days=1)
    tomas = sample["Tomas Reed"]
    put(clinic, PatientPerson, pet_id=rex, client_id=tomas, until=over, may_decide=True)
    put(
        clinic, EmergencyContact, pet_id=rex, full_name="Una Stone", phone="555 01", may_decide=True
    )
    put(clinic, Invoice, client_id=ivy, total=30, subtotal=30, status=InvoiceStatus.POSTED)
    screen = shown(qtbot, PetCardScreen(at_work), settle, Place("pet", rex))
    told = screen.alerts.text()
    assert "Handle with care" in told
    assert "Allergic: Penicillin" in told
    assert "Owes 30.00 EUR" in told
    assert screen.weight.value_at(today() - timedelta(days=10)).endswith("29.10 kg")
    assert f"was due {day_text(due)}" in words_on(screen.shots)
    people = words_on(screen.people)
    assert f"Carer · until {day_text(until)}, 2 days left" in people
    assert f"ended {day_text(over)}" in people
    assert "may agree" not in people, "his time is over"
    assert "may agree to a treatment" in words_on(screen.contacts)
    days = [one.on for one in screen._page.past] if screen._page else []
    assert days == sorted(days, reverse=True)
    went: list[Place] = []
    screen.go.connect(went.append)
    qtbot.keyClick(screen.past.table, Qt.Key.Key_Down)
    qtbot.keyClick(screen.past.table, Qt.Key.Key_Return)
    assert [place.key for place in went] == ["record"]
    assert {one.kind for one in screen._page.past} == {"Visit", "Record", "Vaccination"}  # type: ignore[union-attr]
    with clinic.unit("Weigh") as unit:
        unit.update(Pet, sample["Biscuit"], {"weight_kg": Decimal("4.99")})
    screen.arrive(Place("pet", sample["Biscuit"]))
    settle(at_work)
    assert "4.99 kg, on its card, no day known" in words_on(screen.facts)
    assert screen.no_weight.text().startswith("No weighing has a day yet.")
    screen.arrive(Place("pet", sample["Pixel"]))
    settle(at_work)
    assert screen.no_weight.text().startswith("Not weighed yet.")


def test_a_pet_that_died_gets_no_booking_and_its_card_says_so(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    """Rule 22."""
    rex = sample["Rex"]
    screen = shown(qtbot, PetCardScreen(at_work), settle, Place("pet", rex))
    assert screen.primary() is not None
    with clinic.unit("Died") as unit:
        unit.update(Pet, rex, {"deceased_on": date(2026, 3, 12)})
    at_work.announce(unit.changes)
    settle(at_work)
    assert screen.primary() is None
    assert "Died on 12/03/2026" in screen.alerts.text()
    assert not screen.died_button.isVisible()


def test_what_a_pet_that_died_is_booked_for_is_called_off_from_its_card(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    """Rule 22: its bookings are asked about where its death is written down, and come back."""
    rex, day = sample["Rex"], today() + timedelta(days=3)
    book(clinic, {"pet_id": rex, "scheduled_at": sample.at(9, day=day)})
    book_stay(clinic, {"pet_id": rex, "start_date": day, "end_date": day + timedelta(days=2)})
    screen = shown(qtbot, PetCardScreen(at_work), settle, Place("pet", rex))
    assert screen.ahead.isHidden()
    qtbot.keyClick(screen.died_button, Qt.Key.Key_Space)
    settle(at_work)
    dialog = screen.findChild(FormDialog)
    assert dialog.heading.text() == "Rex died"
    assert dialog.form.editor("deceased_on").value() == today()
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(at_work)
    settle(at_work)
    asked = screen.ahead.banner.text()
    assert "a visit on" in asked
    assert f"a stay from {day_text(day)}" in asked
    told: list[Notice] = []
    screen.told.connect(told.append)
    assert screen.ahead.button.text() == "Call them off"
    qtbot.keyClick(screen.ahead.button, Qt.Key.Key_Space)
    settle(at_work)
    settle(at_work)
    assert told[0].text == "2 bookings are called off."
    assert screen.ahead.isHidden()
    assert {str(status) for status in statuses(clinic, rex, day)} == {"cancelled"}
    assert told[0].undo is not None
    told[0].undo()
    settle(at_work)
    settle(at_work)
    assert len(told) == 1, "nothing refuses to take it back"
    assert not screen.ahead.isHidden()
    assert "cancelled" not in {str(status) for status in statuses(clinic, rex, day)}


def statuses(mirror: Mirror, pet: UUID, day: date) -> list[Any]:
    with mirror.read() as connection:
        visits = select(Appointment.status).where(
            Appointment.pet_id == pet, Appointment.scheduled_at > now()
        )
        stays = select(Booking.status).where(Booking.pet_id == pet, Booking.start_date == day)
        return [*connection.execute(visits).scalars(), *connection.execute(stays).scalars()]


def test_a_pet_that_left_the_clinic_is_ended_from_its_card(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    screen = shown(qtbot, PetCardScreen(at_work), settle, Place("pet", sample["Rex"]))
    qtbot.keyClick(screen.left_button, Qt.Key.Key_Space)
    settle(at_work)
    dialog = screen.findChild(FormDialog)
    assert dialog.form.editor("ended_on").value() == today()
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(at_work)
    with clinic.read() as connection:
        link = row_with(connection, ClinicPatient, pet_id=sample["Rex"])
    assert link is not None
    assert link.ended_on == today()
    screen.reload()
    settle(at_work)
    assert not screen.left_button.isVisible()


def test_a_person_is_named_beside_the_client_by_keys(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    screen = shown(qtbot, PetCardScreen(at_work), settle, Place("pet", sample["Rex"]))
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    qtbot.keyClick(screen, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    dialog = screen.findChild(FormDialog)
    settle(at_work)
    assert "pet_id" not in dialog.form.rows, "the pet is known: the keys go to who it is"
    dialog.form.editor("client_id").set_value(sample["Ivy Stone"])
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(at_work)
    assert "brings this pet already" in dialog.form.rows["client_id"].error()
    dialog.form.editor("client_id").set_value(sample["Noor Vale"])
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(at_work)
    qtbot.waitUntil(lambda: "Co-owner" in words_on(screen.people))


@pytest.mark.parametrize(
    ("days", "words"), [(2, "2 days left"), (1, "1 day left"), (0, "its last day"), (-1, "ended")]
)
def test_what_is_left_of_a_share(days: int, words: str) -> None:
    assert words in left(today() + timedelta(days=days), today())


def test_photos_of_a_pet_are_attached_to_it_alone(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    rex = sample["Rex"]
    attach(clinic, rex, File("Passport", b"%PDF-1.7 of a passport"), PET)
    screen = shown(qtbot, PetCardScreen(at_work), settle, Place("pet", rex))
    assert screen.photos.strip.count() == 1
    with clinic.read() as connection:
        [row] = attached(connection, rex, PET)
    assert (row.pet_id, row.animal_id) == (rex, None)
    screen.arrive(Place("pet", sample["Mango"]))
    settle(at_work)
    assert screen.photos.strip.count() == 0


def test_a_clients_card_has_pets_balance_payments_and_messages(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    ivy = sample["Ivy Stone"]
    put(clinic, Invoice, client_id=ivy, total=30, subtotal=30, status=InvoiceStatus.POSTED)
    put(clinic, Payment, client_id=ivy, amount=Decimal("12.50"))
    reminder = put(clinic, Reminder, pet_id=sample["Rex"], title="Rabies", due_on=today())
    told = {"reminder_id": reminder, "client_id": ivy, "subject": "Rex: Rabies", "body": "Dear Ivy"}
    put(clinic, ReminderMessage, queued_at=now(), **told)
    screen = shown(qtbot, ClientCardScreen(at_work), settle, Place("client", ivy))
    assert "Owes 17.50 EUR" in screen.alerts.text()
    assert "17.50 EUR" in words_on(screen.facts)
    assert "Bites when held" in words_on(screen.pets)
    page = screen._page
    assert page is not None
    assert {one.kind for one in page.past} == {"Visit", "Invoice", "Payment", "Message"}
    went: list[Place] = []
    screen.go.connect(went.append)
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert went == [Place("clients", ivy)]


def test_a_merged_card_leads_to_the_one_kept(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    noor, ivy = sample["Noor Vale"], sample["Ivy Stone"]
    merge(clinic, noor, ivy)
    put(clinic, Invoice, client_id=ivy, total=30, subtotal=30, status=InvoiceStatus.POSTED)
    screen = shown(qtbot, ClientCardScreen(at_work), settle, Place("client", ivy))
    assert "Also on cards of" in words_on(screen.facts)
    assert "Ivy Stone" in words_on(screen.facts)
    assert {"Biscuit", "Mango", "Rex"} <= set(words_on(screen.pets).split("\n"))
    assert "Owes 30.00 EUR" in screen.alerts.text()


def test_enter_opens_the_card_and_the_search_crosses_over(
    qtbot: QtBot, at_work: Work, sample: Sample, settle: Settle
) -> None:
    for screen, typed, row_id, key in (
        (shown(qtbot, Clients(at_work), settle), "rex", sample["Ivy Stone"], "client"),
        (shown(qtbot, Pets(at_work), settle), "020 5550103", sample["Rex"], "pet"),
    ):
        screen.search(typed)
        settle(at_work)
        assert screen.list.count() == 1
        went: list[Place] = []
        screen.go.connect(went.append)
        qtbot.keyClick(screen.list.table, Qt.Key.Key_Return)
        assert went == [Place(key, row_id)]
        screen.search("nobody is called so")
        settle(at_work)
        assert screen.list.count() == 0
        assert screen.hint in words_on(screen.card), "the card is of nobody listed"


def test_pets_of_one_name_are_told_apart_by_their_clients(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    """In the list, also sorted by them, in "Find anything", and when a client's name changes."""
    with clinic.unit("Two") as unit:
        for client in ("Ivy Stone", "Noor Vale"):
            pet = unit.insert(Pet, {"name": "Willow", "species": "Dog"})
            unit.insert(ClinicPatient, {"pet_id": pet, "client_id": sample[client]})
        unit.insert(Pet, {"name": "Zoe", "species": "Dog"})
    screen = shown(qtbot, Pets(at_work), settle)
    model = screen.list.model

    def column(number: int) -> list[str]:
        return [model.index(row, number).data() for row in range(model.rowCount())]

    assert column(0)[-3:] == ["Willow", "Willow", "Zoe"]
    assert sorted(column(1)[-3:-1]) == ["Ivy Stone", "Noor Vale"]
    assert column(1)[-1] == ""
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Client"
    screen.list.table.horizontalHeader().sectionClicked.emit(1)
    settle(at_work)
    assert column(1) == [*["Ivy Stone"] * 2, *["Noor Vale"] * 3, "Tomas Reed", ""]
    for name, changed in (("Ivy Stone", "Ava Stone"), ("Ava Stone", "Ivy Stone")):
        with clinic.unit("Rename") as unit:
            unit.update(ClinicClient, sample["Ivy Stone"], {"full_name": changed})
        at_work.announce(unit.changes)
        settle(at_work)
        assert name not in column(1)
    palette = Palette(at_work, (), (Source(Pet, "pets", "pets"),), screen)
    palette.open()
    qtbot.keyClicks(palette.field, "willow")
    settle(at_work)
    said = [palette.list.item(row).data(_SAID) for row in range(palette.list.count())]
    assert sorted(said) == ["Willow, Ivy Stone · Pet", "Willow, Noor Vale · Pet"]


def test_by_which_pet_a_client_was_found_is_not_cut_off(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    with clinic.unit("Long") as unit:
        unit.update(Pet, sample["Rex"], {"name": "Rex Bartholomew of Canal Street"})
    screen = shown(qtbot, Clients(at_work), settle)
    screen.search("bartholomew")
    settle(at_work)
    table = screen.list.table
    [text] = [screen.list.model.index(0, 0).data()]
    assert text == "Ivy Stone · Rex Bartholomew of Canal Street"
    assert table.columnWidth(0) >= QFontMetrics(measures.font()).horizontalAdvance(text) + 2 * PAD


def test_two_cards_are_looked_at_merged_and_taken_apart_by_keys(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    noor = sample["Noor Vale"]
    nora = {"full_name": "Nora Vale", "phone": "0205550101", "email": "n@vale.example"}
    twin = put(clinic, ClinicClient, **nora)
    screen = shown(qtbot, Clients(at_work), settle)
    told: list[Notice] = []
    screen.told.connect(told.append)
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    qtbot.keyClick(screen, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    settle(at_work)
    dialog = screen.duplicates
    assert dialog is not None
    assert dialog.table.current().why == "Same telephone"
    qtbot.keyClick(dialog.table.table, Qt.Key.Key_Return)
    settle(at_work)
    merging = dialog.merging
    assert merging is not None
    assert set(merging.groups) == {"full_name", "phone", "email"}
    assert merging.chosen()["email"] == "n@vale.example"
    assert "Nothing else names the card that goes." in merging.moves.text()
    names = merging.groups["full_name"].findChildren(QAbstractButton)
    assert [one.text() for one in names] == ["Noor Vale", "Nora Vale"]
    qtbot.keyClick(names[1], Qt.Key.Key_Space)
    assert merging.chosen()["full_name"] == "Nora Vale"
    qtbot.keyClick(merging, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(at_work)
    assert row_of(clinic, ClinicClient, twin).merged_into_id == noor
    assert row_of(clinic, ClinicClient, noor).full_name == "Nora Vale"
    assert dialog.table.current() is None
    assert told[-1].undo is not None
    told[-1].undo()
    settle(at_work)
    assert row_of(clinic, ClinicClient, twin).merged_into_id is None
    assert row_of(clinic, ClinicClient, noor).full_name == "Noor Vale"


def test_what_another_desk_wrote_to_a_merged_card_is_moved_when_the_list_is_looked_at(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    noor, ivy = sample["Noor Vale"], sample["Ivy Stone"]
    merge(clinic, noor, ivy)
    late = put(clinic, Invoice, client_id=ivy)
    screen = shown(qtbot, Clients(at_work), settle)
    settle(at_work)
    assert row_of(clinic, Invoice, late).client_id == noor
    assert screen.list.count() == 2, "the merged one is listed no more"


def _next_stop(part: QWidget) -> QWidget:
    """Return where Tab goes from a part."""
    after = part.nextInFocusChain()
    while not (after.isVisible() and after.focusPolicy() & Qt.FocusPolicy.TabFocus):
        after = after.nextInFocusChain()
    return after


def test_a_client_and_pet_are_entered_from_a_telephone_call_in_one_form(
    qtbot: QtBot, clinic: Mirror, at_work: Work, sample: Sample, settle: Settle
) -> None:
    """Who is it, and about which pet: four fields, without the mouse."""
    screen = shown(qtbot, Clients(at_work), settle)
    went: list[Place] = []
    screen.go.connect(went.append)
    screen.register()
    dialog = screen.findChild(FormDialog)
    settle(at_work)
    form = dialog.form
    assert isinstance(form, RegisterForm)
    client = form.client
    stops = [client.rows["address"], form.rows["name"], form.rows["species"]]
    step = stops[0].editor.field  # type: ignore[attr-defined]
    for row in stops[1:]:
        step = _next_stop(step)
        assert step is row.editor.field, "Tab goes as the eye does"  # type: ignore[attr-defined]
    for row, text in (
        (client.rows["full_name"], "Lena Marsh"),
        (client.rows["phone"], "12"),
        (form.rows["name"], "Comet"),
        (form.rows["species"], "Dog"),
    ):
        qtbot.keyClicks(row.editor.field, text)  # type: ignore[attr-defined]
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(at_work)
    assert "no telephone number" in client.rows["phone"].error()
    assert form.editor("name").value() == "Comet", "nothing typed is lost"
    client.editor("phone").set_value("020 555 0199")
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(at_work)
    assert [place.key for place in went] == ["pet"]


def test_what_is_left_of_an_invoice_is_reckoned_from_its_payments(tmp_path: Path) -> None:
    with new_mirror(tmp_path / "till.db") as mirror:
        desk = Desk(mirror)
        use_place(whose(mirror))
        lines = [NewLine("Visit", Decimal("48.00"), tax_rate=Decimal(21))]
        bill, _ = start_invoice(mirror, {"client_id": desk["Noor Vale"]}, lines)
        pay(mirror, bill, Part(Decimal("20.00"), PaymentMethod.CASH))
        with mirror.read() as connection:
            found = client_page(connection, desk["Noor Vale"], today(), now())
    assert found is not None
    told = next(one.words for one in found.past if one.kind == "Invoice")
    assert told == "48.00 EUR · Posted · 28.00 EUR open"
