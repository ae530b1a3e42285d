from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.animal_card import AnimalCardScreen
from fluffydesk.ui.screens.animals import AnimalsScreen
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
