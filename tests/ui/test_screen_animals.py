from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions import saving
from fluffydesk.actions.exits import Exit, take_back
from fluffydesk.actions.identifiers import retag
from fluffydesk.actions.several import Done, LeftOut
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.livestock import IdentifierKind, LivestockStatus
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock, LivestockBatch
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.types import new_id, today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.animal_acts import LeavingForm
from fluffydesk.ui.screens.animal_card import AnimalCardScreen
from fluffydesk.ui.screens.animal_facts import facts_of_card
from fluffydesk.ui.screens.animals import AnimalsScreen
from fluffydesk.ui.screens.animals_several import LeftOutDialog
from fluffydesk.work import Work

Settle = Callable[[Work], None]
ANIMALS = Livestock.__table__


@pytest.fixture
def animals(qtbot: QtBot, farm_work: Work, settle: Settle) -> AnimalsScreen:
    made = AnimalsScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    settle(farm_work)
    return made


@pytest.fixture
def card(qtbot: QtBot, farm_work: Work, settle: Settle, sample_farm: Mirror) -> AnimalCardScreen:
    made = AnimalCardScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    made.arrive(Place("animal", a_cow(sample_farm)))
    settle(farm_work)
    return made


def a_cow(mirror: Mirror) -> UUID:
    """Return a cow in milk that has calves of her own here."""
    dams = select(ANIMALS.c.dam_id).where(ANIMALS.c.dam_id.is_not(None))
    with mirror.read() as connection:
        found = connection.execute(
            select(ANIMALS.c.id)
            .where(
                ANIMALS.c.status == LivestockStatus.ACTIVE,
                ANIMALS.c.calved_on < today(),
                ANIMALS.c.dried_off_on.is_(None) | (ANIMALS.c.dried_off_on < ANIMALS.c.calved_on),
                ANIMALS.c.id.in_(dams),
            )
            .order_by(ANIMALS.c.tag_number)
        ).scalars()
        return next(iter(found))


def form() -> FormDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    return next(dialog for dialog in found if dialog.isVisible())


def forms() -> list[Any]:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    return [dialog for dialog in found if dialog.isVisible()]


def count(mirror: Mirror, *conditions: object) -> int:
    with mirror.read() as connection:
        return len(connection.execute(select(ANIMALS.c.id).where(*conditions)).all())  # type: ignore[arg-type]


def test_at_first_those_that_are_here_are_listed(
    animals: AnimalsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    here = count(sample_farm, ANIMALS.c.status == LivestockStatus.ACTIVE)
    assert animals.list.count() == here
    animals.list.bar.clear()
    settle(farm_work)
    assert animals.list.count() == count(sample_farm) > here


def test_group_filter_and_search_narrow_the_list(
    animals: AnimalsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    with sample_farm.read() as connection:
        group = connection.execute(
            select(ANIMALS.c.batch_id).where(ANIMALS.c.batch_id.is_not(None)).limit(1)
        ).scalar_one()
    animals.groups.choose(group)
    settle(farm_work)
    active = ANIMALS.c.status == LivestockStatus.ACTIVE
    assert animals.list.count() == count(sample_farm, active, ANIMALS.c.batch_id == group)
    assert ": " in animals.groups.text()
    animals.groups.choose(None)
    animals.search("buttercup")
    settle(farm_work)
    assert animals.list.count() >= 1
    assert animals.list.model.row_at(0).name == "Buttercup"


def test_opening_an_animal_goes_to_its_card(
    qtbot: QtBot, animals: AnimalsScreen, sample_farm: Mirror
) -> None:
    first = animals.list.model.id_at(0)
    with qtbot.waitSignal(animals.go) as gone:
        animals.list.table.opened.emit(animals.list.model.index(0, 0))
    assert gone.args == [Place("animal", first)]


def test_an_empty_farm_offers_the_first_step(qtbot: QtBot, work: Work, settle: Settle) -> None:
    made = AnimalsScreen(work)
    qtbot.addWidget(made)
    made.show()
    made.list.bar.clear()
    settle(work)
    assert made.list.empty.title() == "No animals yet"
    made.list.empty.button.click()
    assert form().windowTitle() == "New animal"


def test_the_card_shows_facts_curves_kin_and_what_happened(card: AnimalCardScreen) -> None:
    shown = card._card
    assert shown is not None
    assert shown.in_milk
    assert shown.milk[-1][0] < today()
    assert [one.relation for one in shown.kin].count("Offspring") >= 1
    days = [one.on for one in shown.happenings]
    assert days == sorted(days, reverse=True)
    milked = [one.on for one in shown.happenings if one.kind == "milk"]
    assert len(milked) == len(set(milked))
    assert card.status.text() == "Active"
    assert "kg a day" in card.milk.value_at(shown.milk[-1][0])


def test_kin_open_their_own_cards(qtbot: QtBot, card: AnimalCardScreen) -> None:
    shown = card._card
    assert shown is not None
    links = [
        widget
        for n in range(card.kin.count())
        if isinstance(widget := card.kin.itemAt(n).widget(), Button)
    ]
    with qtbot.waitSignal(card.go) as gone:
        links[0].click()
    assert gone.args == [Place("animal", shown.kin[0].id)]


def test_weighing_shows_on_the_card_at_once(
    qtbot: QtBot, card: AnimalCardScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    assert card._card is not None
    before = len(card._card.weights)
    primary = card.primary()
    assert primary is not None
    primary[1]()
    dialog = form()
    field = dialog.form.editor("weight_kg").field
    qtbot.keyClicks(field, "655,5")
    dialog.save_button.click()
    settle(farm_work)
    assert len(card._card.weights) == before + 1
    assert card._card.row.weight_kg == Decimal("655.5")
    rows = WeightLog.__table__.c
    with sample_farm.read() as connection:
        newest = connection.execute(
            select(rows.weight_kg).where(rows.animal_id == card._id, rows.weighed_on == today())
        ).scalars()
        assert Decimal("655.5") in set(newest)


def test_a_weight_before_birth_is_refused_at_the_date(
    card: AnimalCardScreen, farm_work: Work, settle: Settle
) -> None:
    card.weigh()
    dialog = form()
    assert card._card is not None
    dialog.form.editor("weight_kg").set_value(Decimal(600))
    dialog.form.editor("weighed_on").set_value(card._card.row.birth_date.replace(year=2001))
    dialog.save_button.click()
    settle(farm_work)
    assert "was born on" in dialog.form.rows["weighed_on"].error()


def test_all_the_young_of_a_bull_are_shown_by_keys(
    qtbot: QtBot, farm_work: Work, settle: Settle, sample_farm: Mirror
) -> None:
    with sample_farm.apply() as connection:
        animals = Livestock.__table__
        males = select(animals.c.id).where(animals.c.sex == Sex.MALE)
        bull = connection.execute(males.limit(1)).scalar_one()
        young = animals.c.id.in_(select(animals.c.id).where(animals.c.id != bull).limit(30))
        connection.execute(animals.update().where(young).values(sire_id=bull))
    made = AnimalCardScreen(farm_work)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.arrive(Place("animal", bull))
    settle(farm_work)
    links = [one for one in made.findChildren(Button) if one.text().startswith("Show ")]
    assert len(links) == 1
    hidden = int(links[0].text().split()[1])
    assert hidden >= 20
    links[0].setFocus()
    qtbot.keyClick(links[0], Qt.Key.Key_Space)
    shown = [one for one in made.findChildren(Button) if one.accessibleName().startswith("Offspr")]
    assert len(shown) >= 30
    qtbot.waitUntil(lambda: all(one.isVisible() for one in shown[-20:]))
    focused = QApplication.focusWidget()
    assert focused in shown


def test_a_deleted_animal_leaves_words(
    qtbot: QtBot, farm_work: Work, settle: Settle, sample_farm: Mirror
) -> None:
    made = AnimalCardScreen(farm_work)
    qtbot.addWidget(made)
    made.show()
    assert made.primary() is None
    made.arrive(Place("animal", UUID(int=1)))
    settle(farm_work)
    assert made.gone.isVisible()
    assert made.gone.title() == "This animal is not there any more"


def happened(card: AnimalCardScreen) -> list[str]:
    assert card._card is not None
    return [one.title for one in card._card.happenings]


def test_rule_4_a_death_on_the_card_ends_the_record_and_is_taken_back_with_a_reason(
    qtbot: QtBot, card: AnimalCardScreen, farm_work: Work, settle: Settle
) -> None:
    assert card.leave_button.isVisible()
    assert not card.back_button.isVisible()
    card.leave(Exit.DEATH)
    dialog = form()
    dialog.save_button.click()
    settle(farm_work)
    assert "cause is missing" in dialog.form.rows["left_reason"].error()
    qtbot.keyClicks(dialog.form.editor("left_reason").field, "Milk fever")
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(farm_work)
    assert card.status.text() == "Dead"
    assert "Died" in happened(card)
    assert not card.leave_button.isVisible()
    card.back_button.click()
    dialog = form()
    qtbot.keyClicks(dialog.form.editor("reason").field, "It was 215")
    dialog.save_button.click()
    settle(farm_work)
    assert card.status.text() == "Active"
    assert card._card is not None
    assert "It was 215" in card._card.row.notes


def test_rule_11_a_sale_under_withdrawal_asks_why(
    card: AnimalCardScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    given = datetime.now(UTC) - timedelta(days=1)
    course = {"animal_id": card._id, "reason": "Lame", "product": "Penicillin"}
    dose = {"dose": Decimal(10), "given_at": given, "last_dose_at": given, "meat_hours": 400}
    saving.add(sample_farm, HealthTreatment, {**course, **dose})
    card.leave(Exit.SALE)
    dialog = form()
    assert isinstance(dialog.form, LeavingForm)
    dialog.form.editor("went_to").set_value("NL 123")
    dialog.save_button.click()
    settle(farm_work)
    assert dialog.form.override.isVisible()
    assert "under withdrawal" in dialog.form.override.error()
    dialog.form.override.editor.set_value("The buyer was told")
    dialog.save_button.click()
    settle(farm_work)
    assert card._card is not None
    assert card._card.row.left_reason == "Under withdrawal: The buyer was told"


def test_rule_5_retagging_on_the_card_keeps_the_old_number(
    qtbot: QtBot, card: AnimalCardScreen, farm_work: Work, settle: Settle
) -> None:
    card.tag_button.click()
    dialog = form()
    dialog.form.editor("kind").set_value(IdentifierKind.EID)
    qtbot.keyClicks(dialog.form.editor("value").field, "LA 528 000000000009")
    qtbot.keyClicks(dialog.form.editor("reason").field, "Lost")
    dialog.save_button.click()
    settle(farm_work)
    assert card._card is not None
    assert card._card.row.eid == "528000000000009"
    carried = {one.value: one.ended_on for one in card._card.numbers}
    assert carried["528000000000009"] is None
    assert "Tagged 528000000000009" in happened(card)


def test_rule_8_moving_on_the_card_writes_a_dated_row(
    card: AnimalCardScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    group, _ = saving.add(sample_farm, LivestockBatch, {"name": "Sick bay"})
    card.move_button.click()
    dialog = form()
    dialog.form.editor("batch_id").set_value(group)
    dialog.save_button.click()
    settle(farm_work)
    assert card._card is not None
    assert card._card.row.batch_id == group
    assert "Moved to Sick bay" in happened(card)


def test_a_person_chooses_the_facts_on_top(
    qtbot: QtBot, card: AnimalCardScreen, farm_work: Work
) -> None:
    card.choice.ticks["Colour"].setChecked(True)
    card.choice.ticks["Sex"].setChecked(False)
    assert card._card is not None
    labels = [label for label, _ in card.choice.chosen(facts_of_card(card._card))]
    assert "Colour" in labels
    assert "Sex" not in labels
    again = AnimalCardScreen(farm_work)
    qtbot.addWidget(again)
    assert again.choice.ticks["Colour"].isChecked()
    assert not again.choice.ticks["Sex"].isChecked()


def test_the_pedigree_has_four_generations_and_the_inbreeding(
    card: AnimalCardScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    with sample_farm.read() as connection:
        species = connection.execute(select(ANIMALS.c.species_id).limit(1)).scalar_one()

    def born(tag: str, sex: Sex, sire: UUID | None = None, dam: UUID | None = None) -> UUID:
        values = {"tag_number": tag, "species_id": species, "sex": sex}
        with sample_farm.unit("Born") as unit:
            return unit.insert(Livestock, {**values, "sire_id": sire, "dam_id": dam})

    ram, ewe = born("g1", Sex.MALE), born("g2", Sex.FEMALE)
    son, daughter = born("p1", Sex.MALE, ram, ewe), born("p2", Sex.FEMALE, ram, ewe)
    inbred = born("i", Sex.FEMALE, son, daughter)
    card.arrive(Place("animal", inbred))
    settle(farm_work)
    shown = card._card
    assert shown is not None
    assert [len(row) for row in shown.pedigree.rows] == [2, 4, 8, 16]
    assert shown.pedigree.inbreeding == Decimal("0.25")
    assert card.pedigree.inbreeding.text().startswith("Inbreeding 25")
    names = [button.text() for button in card.pedigree.findChildren(Button)]
    assert names == ["p1", "p2", "g1", "g2", "g1", "g2"]


def test_chosen_animals_change_group_together_and_back(
    qtbot: QtBot, animals: AnimalsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    group, _ = saving.add(sample_farm, LivestockBatch, {"name": "Sick bay"})
    table = animals.list.table
    first = [animals.list.model.id_at(row) for row in range(3)]
    table.setCurrentIndex(animals.list.model.index(0, 0))
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(table, Qt.Key.Key_Down, shift)
    qtbot.keyClick(table, Qt.Key.Key_Down, shift)
    assert len(animals.list.chosen_keys()) == 3
    told: list[Any] = []
    animals.told.connect(told.append)
    animals.change_button.click()
    dialog = form()
    assert dialog.windowTitle() == "Change 3 animals"
    dialog.form.editor("batch_id").set_value(group)
    dialog.save_button.click()
    settle(farm_work)
    assert count(sample_farm, ANIMALS.c.batch_id == group, ANIMALS.c.id.in_(first)) == 3
    assert count(sample_farm, ANIMALS.c.batch_id == group) == 3
    assert told[0].text == "3 animals changed."
    told[0].undo()
    settle(farm_work)
    assert count(sample_farm, ANIMALS.c.batch_id == group) == 0


def test_space_and_ctrl_a_choose_rows(qtbot: QtBot, animals: AnimalsScreen) -> None:
    table = animals.list.table
    table.setCurrentIndex(animals.list.model.index(0, 0))
    qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(animals.list.chosen_keys()) == animals.list.count()
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert len(animals.list.chosen_keys()) == animals.list.count() - 1
    assert table.currentIndex().row() == 1


def test_a_named_filter_is_kept_and_recalled_by_a_key(
    qtbot: QtBot, animals: AnimalsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    with sample_farm.read() as connection:
        group = connection.execute(
            select(ANIMALS.c.batch_id).where(ANIMALS.c.batch_id.is_not(None)).limit(1)
        ).scalar_one()
    animals.groups.choose(group)
    animals.list.bar.choose("sex", Sex.FEMALE)
    animals.saved.ask()
    assert animals.saved.question is not None
    animals.saved.question.setTextValue("Her group")
    animals.saved.question.accept()
    settle(farm_work)
    wanted = animals.list.count()
    animals.groups.choose(None)
    animals.list.bar.clear()
    settle(farm_work)
    assert animals.list.count() > wanted
    again = AnimalsScreen(farm_work)
    qtbot.addWidget(again)
    again.show()
    assert again.saved.names() == ["Her group"]
    settle(farm_work)
    again.saved.recall(1)
    settle(farm_work)
    active = ANIMALS.c.status == LivestockStatus.ACTIVE
    same = (active, ANIMALS.c.batch_id == group, ANIMALS.c.sex == Sex.FEMALE)
    assert again.list.count() == wanted == count(sample_farm, *same)
    again.saved.forget("Her group")
    assert again.saved.names() == []


def test_rule_11_chosen_animals_are_sold_together_and_who_may_not_is_listed(
    qtbot: QtBot, animals: AnimalsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    table = animals.list.table
    first = [animals.list.model.id_at(row) for row in range(3)]
    given = datetime.now(UTC) - timedelta(days=1)
    course = {"animal_id": first[1], "reason": "Lame", "product": "Penicillin"}
    dose = {"dose": Decimal(10), "given_at": given, "last_dose_at": given, "meat_hours": 900}
    saving.add(sample_farm, HealthTreatment, {**course, **dose})
    table.setCurrentIndex(animals.list.model.index(0, 0))
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(table, Qt.Key.Key_Down, shift)
    qtbot.keyClick(table, Qt.Key.Key_Down, shift)
    told: list[Any] = []
    animals.told.connect(told.append)
    animals.leave_chosen(Exit.SALE)
    dialog = form()
    assert dialog.windowTitle() == "Sale of 3 animals"
    qtbot.keyClicks(dialog.form.editor("went_to").field, "NL 123")
    dialog.save_button.click()
    settle(farm_work)
    (listed,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, LeftOutDialog)]
    assert listed.windowTitle() == "1 animal was left out"
    line = listed.table.model.row_at(0)
    assert line.id == first[1]
    assert "withdrawal" in line.one.why
    assert told[0].text == "2 animals left the farm."
    sold = ANIMALS.c.status == LivestockStatus.SOLD
    assert count(sample_farm, sold, ANIMALS.c.id.in_(first)) == 2
    # Nobody was asked for a reason that most need not give; now she alone is.
    assert listed.all_the_same.isEnabled()
    listed.all_the_same.click()
    alone = next(one for one in forms() if one is not dialog)
    assert alone.form.override.isVisible()
    assert alone.form.editor("went_to").value() == "NL 123"
    alone.form.override.editor.set_value("The buyer was told")
    alone.save_button.click()
    settle(farm_work)
    assert count(sample_farm, sold, ANIMALS.c.id.in_(first)) == 3
    assert not listed.isVisible()
    farm_work.act(lambda mirror: take_back(mirror, first[1], "Back"))
    settle(farm_work)
    told[0].undo()
    settle(farm_work)
    assert count(sample_farm, sold, ANIMALS.c.id.in_(first)) == 0


def test_chosen_animals_are_moved_on_a_day_by_keys(
    qtbot: QtBot, animals: AnimalsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    group, _ = saving.add(sample_farm, LivestockBatch, {"name": "Sick bay"})
    told: list[Any] = []
    animals.told.connect(told.append)
    animals.list.table.clearSelection()
    animals.move_chosen()
    assert told.pop().text == "No animal is chosen."
    animals.list.table.setCurrentIndex(animals.list.model.index(0, 0))
    animals.move_chosen()
    dialog = form()
    dialog.form.editor("batch_id").set_value(group)
    dialog.save_button.click()
    settle(farm_work)
    assert told[0].text == "1 animal moved."
    assert count(sample_farm, ANIMALS.c.batch_id == group) == 1
    told[0].undo()
    settle(farm_work)
    assert count(sample_farm, ANIMALS.c.batch_id == group) == 0


def test_the_list_is_searched_by_former_tags_and_says_so(
    animals: AnimalsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    first = animals.list.model.row_at(0)
    old = first.tag_number
    retag(sample_farm, first.id, IdentifierKind.VISUAL, "QZ-9", today(), reason="lost")
    animals.search(old)
    settle(farm_work)
    row = animals.list.model.row_of(first.id)
    assert row is not None
    assert animals.list.model.index(row, 0).data() == f"QZ-9 · was {old}"
    animals.search("QZ-9")
    settle(farm_work)
    row = animals.list.model.row_of(first.id)
    assert row is not None
    assert animals.list.model.index(row, 0).data() == "QZ-9"


def test_a_person_chooses_the_columns_of_the_list_and_they_stay(
    qtbot: QtBot, animals: AnimalsScreen, farm_work: Work, settle: Settle
) -> None:
    shown = [c.name for c in animals.list.model.columns if animals.list.shows_column(c.name)]
    assert shown[:3] == ["tag_number", "name", "batch_id"]
    assert "eid" not in shown
    assert "tag_number" not in animals.columns.ticks
    animals.columns.ticks["eid"].trigger()
    animals.columns.ticks["sex"].trigger()
    assert animals.list.shows_column("eid")
    animals.resize(1900, 700)
    header = animals.list.table.horizontalHeader()
    names = [column.name for column in animals.list.model.columns]
    widths = {name: header.sectionSize(n) for n, name in enumerate(names)}
    assert widths["name"] > 120  # what room there is, all shown share
    assert widths["sex"] == widths["notes"] == 0
    animals.list._remember()
    again = AnimalsScreen(farm_work)
    qtbot.addWidget(again)
    again.show()
    settle(farm_work)
    assert again.list.shows_column("eid")
    assert not again.list.shows_column("sex")
    assert again.columns.ticks["eid"].isChecked()
    assert not again.columns.ticks["sex"].isChecked()


def test_esc_leads_from_the_card_to_the_list_but_not_out_of_a_field(
    qtbot: QtBot, card: AnimalCardScreen
) -> None:
    with qtbot.waitSignal(card.go) as went:
        qtbot.keyClick(card.timeline.table, Qt.Key.Key_Escape)
    assert went.args == [Place("animals", card._id)]
    field = QLineEdit(card)
    field.show()
    card.activateWindow()
    field.setFocus()
    with qtbot.assertNotEmitted(card.go):
        qtbot.keyClick(field, Qt.Key.Key_Escape)


def test_why_an_animal_is_left_out_is_told_in_full_below_the_list(
    qtbot: QtBot, animals: AnimalsScreen
) -> None:
    out = tuple(LeftOut(new_id(), tag, f"{tag} is withheld. {'Long ' * 60}") for tag in ("1", "2"))
    dialog = LeftOutDialog(Done(Changes(), (), out), "left", animals._open, animals)
    qtbot.addWidget(dialog)
    assert dialog.why.text() == out[0].why
    dialog.table.select(out[1].id)
    assert dialog.why.text() == out[1].why
