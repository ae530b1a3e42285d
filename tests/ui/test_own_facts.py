"""Own fields on an animal's card: typed in place, kept by Enter, refused under the field."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.own_fields import OwnFact, keep_own_fact, own_facts
from fluffydesk.actions.saving import add
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.reviews import CustomFieldKind, CustomFieldSubject
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.reviews import CustomFieldDefinition
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.animal_card import AnimalCardScreen
from fluffydesk.ui.screens.animals import animal_form
from fluffydesk.ui.screens.own_facts import own_words
from fluffydesk.work import Work

Settle = Callable[[Work], None]
ANIMALS = CustomFieldSubject.ANIMALS


@pytest.fixture
def cow(sample_farm: Mirror) -> UUID:
    animals = Livestock.__table__.c
    with sample_farm.read() as connection:
        found: UUID = connection.execute(select(animals.id).limit(1)).scalar_one()
    return found


def define(mirror: Mirror, name: str, kind: CustomFieldKind, position: int = 0) -> None:
    values = {"name": name, "kind": kind, "subject": ANIMALS, "position": position}
    add(mirror, CustomFieldDefinition, values)


def shown(qtbot: QtBot, work: Work, settle: Settle, cow: UUID) -> AnimalCardScreen:
    screen = AnimalCardScreen(work)
    qtbot.addWidget(screen)
    with qtbot.waitExposed(screen):
        screen.show()
    screen.arrive(Place("animal", cow))
    settle(work)
    return screen


def kept(mirror: Mirror, cow: UUID) -> dict[str, object]:
    with mirror.read() as connection:
        return {one.name: one.value for one in own_facts(connection, ANIMALS, cow)}


def test_a_farm_without_own_fields_sees_none(
    qtbot: QtBot, farm_work: Work, settle: Settle, cow: UUID
) -> None:
    assert not shown(qtbot, farm_work, settle, cow).own.isVisible()


def test_own_fields_are_typed_and_kept_by_enter(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle, cow: UUID
) -> None:
    define(sample_farm, "Height", CustomFieldKind.NUMBER)
    define(sample_farm, "Polled", CustomFieldKind.BOOLEAN, 1)
    define(sample_farm, "Scar", CustomFieldKind.TEXT, 2)
    card = shown(qtbot, farm_work, settle, cow).own
    assert card.isVisible()
    height, polled, scar = card.lines
    assert height.editor.field.accessibleName() == "Height"
    assert not card.save.isEnabled()
    qtbot.keyClicks(scar.editor.field, "left horn")
    qtbot.keyClick(polled.editor.field, Qt.Key.Key_Space)
    assert card.save.isEnabled()
    qtbot.keyClicks(height.editor.field, "141.5")
    qtbot.keyClick(height.editor.field, Qt.Key.Key_Return)
    settle(farm_work)
    assert kept(sample_farm, cow) == {
        "Height": Decimal("141.5"),
        "Polled": True,
        "Scar": "left horn",
    }
    assert [line.is_touched() for line in card.lines] == [False, False, False]
    assert not card.save.isEnabled()


def test_what_cannot_be_kept_is_said_under_it_and_stays_typed(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle, cow: UUID
) -> None:
    define(sample_farm, "Height", CustomFieldKind.NUMBER)
    card = shown(qtbot, farm_work, settle, cow).own
    for typed, told in (("tall", "must be a number"), ("1.23456", "at most 4 decimals")):
        field = card.lines[0].editor.field
        qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(field, typed)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        settle(farm_work)
        assert told in card.lines[0].error()
        assert field.text() == typed
    assert kept(sample_farm, cow) == {"Height": None}


def test_typing_is_not_lost_when_anothers_edit_comes(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle, cow: UUID
) -> None:
    define(sample_farm, "Height", CustomFieldKind.NUMBER)
    define(sample_farm, "Scar", CustomFieldKind.TEXT, 1)
    card = shown(qtbot, farm_work, settle, cow).own
    qtbot.keyClicks(card.lines[1].editor.field, "left h")
    farm_work.act(lambda mirror: keep_own_fact(mirror, ANIMALS, cow, "Height", "140"))
    settle(farm_work)
    assert card.lines[1].editor.field.text() == "left h"
    qtbot.keyClick(card.lines[1].editor.field, Qt.Key.Key_Return)
    settle(farm_work)
    assert kept(sample_farm, cow) == {"Height": Decimal(140), "Scar": "left h"}
    assert card.lines[0].editor.value() == 140
    assert card.lines[0].editor.field.text() == "140", "no decimals that nobody typed"


def test_typing_is_not_lost_when_another_changes_the_same_field(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle, cow: UUID
) -> None:
    define(sample_farm, "Scar", CustomFieldKind.TEXT)
    card = shown(qtbot, farm_work, settle, cow).own
    qtbot.keyClicks(card.lines[0].editor.field, "left")
    farm_work.act(lambda mirror: keep_own_fact(mirror, ANIMALS, cow, "Scar", "right"))
    settle(farm_work)
    assert card.lines[0].editor.field.text() == "left"
    assert card.save.isEnabled()


def test_the_form_of_an_animal_has_own_fields_and_saves_them_with_it(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle, cow: UUID
) -> None:
    define(sample_farm, "Height", CustomFieldKind.NUMBER)
    define(sample_farm, "Scar", CustomFieldKind.TEXT, 1)
    keep_own_fact(sample_farm, ANIMALS, cow, "Scar", "left horn")
    form = animal_form(farm_work)
    qtbot.addWidget(form)
    form.edit(cow)
    settle(farm_work)
    height, scar = form.own
    assert scar.editor.value() == "left horn"
    assert not form.changed
    qtbot.keyClicks(height.editor.field, "tall")
    form.save()
    settle(farm_work)
    assert "Height" in height.error()
    assert kept(sample_farm, cow)["Height"] is None
    height.editor.field.clear()  # type: ignore[attr-defined]
    qtbot.keyClicks(height.editor.field, "141.5")
    assert form.changed
    form.save()  # nothing but an own field was changed
    settle(farm_work)
    assert kept(sample_farm, cow) == {"Height": Decimal("141.5"), "Scar": "left horn"}


def test_a_new_animal_gets_its_own_fields(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle, cow: UUID
) -> None:
    define(sample_farm, "Scar", CustomFieldKind.TEXT)
    form = animal_form(farm_work)
    qtbot.addWidget(form)
    with sample_farm.read() as connection:
        species = connection.execute(select(Livestock.__table__.c.species_id).limit(1)).scalar()
    form.new({"species_id": species})
    settle(farm_work)
    form.editor("tag_number").set_value("NEW-1")
    qtbot.keyClicks(form.own[0].editor.field, "none")
    form.save()
    settle(farm_work)
    with sample_farm.read() as connection:
        tags = Livestock.__table__.c
        one = connection.execute(select(tags.id).where(tags.tag_number == "NEW-1")).scalar_one()
    assert kept(sample_farm, one) == {"Scar": "none"}


def test_own_fields_of_a_flock_are_told_in_one_line() -> None:
    facts = [
        OwnFact("Light", CustomFieldKind.NUMBER, "h", Decimal("14.0000")),
        OwnFact("Feeder", CustomFieldKind.TEXT, None, "chain"),
        OwnFact("Checked", CustomFieldKind.DATE, None),
    ]
    assert own_words(facts) == "Light: 14 h · Feeder: chain"
