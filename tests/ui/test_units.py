"""Lists and forms in the organization's units; what is kept stays in kg, L and degrees Celsius."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.conventions import Conventions, choose
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MassUnit, MilkingSession, MilkUnit
from fluffydesk.records.enums.organizations import ShownMass, ShownTemperature, ShownVolume
from fluffydesk.records.farm import (
    MilkProductionLog,
    MilkStorageLog,
    PoultryFeedLog,
    WeightLog,
    WoolStorage,
)
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.texts import (
    header_of,
    quantity_text,
    text_of,
    use_conventions,
    used_conventions,
)
from fluffydesk.ui.forms import RecordForm
from fluffydesk.ui.screens.animal_facts import facts_of_card
from fluffydesk.ui.screens.entry_units import cell_text, value_in
from fluffydesk.ui.screens.milking import MilkingScreen
from fluffydesk.ui.screens.milking_model import YIELD
from fluffydesk.ui.screens.reading.animals import animal_card
from fluffydesk.ui.screens.reading.milk import milking_sheet
from fluffydesk.ui.screens.settings import Settings
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work

Settle = Callable[[Work], None]
IMPERIAL = Conventions(ShownMass.POUND, ShownVolume.US_GALLON, ShownTemperature.FAHRENHEIT)
WEIGHT = WeightLog.__table__.c.weight_kg
LITRES = MilkStorageLog.__table__.c.litres
WARMTH = MilkStorageLog.__table__.c.temperature_c


@pytest.fixture(autouse=True)
def _as_usual() -> Iterator[None]:
    yield
    use_conventions(Conventions())


def test_a_list_says_its_numbers_and_their_unit() -> None:
    assert header_of(WEIGHT) == "Weight, kg"
    assert text_of(WEIGHT, Decimal(100), unit=True).endswith(" kg")
    use_conventions(IMPERIAL)
    assert header_of(WEIGHT) == "Weight, lb"
    assert text_of(WEIGHT, Decimal("45.36")).startswith("100.0")
    assert text_of(LITRES, Decimal("37.9")) == "10.01"
    assert text_of(WARMTH, Decimal("4.0"), unit=True) == "39.2 °F"
    assert quantity_text(Decimal(600), "kg", 0) == "1,323 lb"
    assert quantity_text(Decimal("10.5"), "eggs", 1) == "10.5 eggs"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("100", "45.4"),
        ("100 lb", "45.4"),
        ("100,5", "45.6"),
        ("45.4 kg", "45.4"),
        ("", None),
    ],
)
def test_a_weight_is_typed_in_pounds_and_kept_in_kg(
    qtbot: QtBot, farm_work: Work, typed: str, kept: str | None
) -> None:
    """Rule 24."""
    use_conventions(IMPERIAL)
    editor = editor_for(WEIGHT, farm_work)
    qtbot.addWidget(editor)
    qtbot.keyClicks(editor.field, typed)
    assert editor.value() == (None if kept is None else Decimal(kept))
    assert not editor.text_error


def test_a_grid_is_typed_in_the_farms_units_and_kept_in_kg(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    """Rule 24: what the cell shows, typed again, is what is kept."""
    use_conventions(IMPERIAL)
    screen = MilkingScreen(farm_work)
    qtbot.addWidget(screen)
    screen.sessions.set_value(MilkingSession.EVENING)
    screen.show()
    settle(farm_work)
    assert screen.model.headerData(YIELD, Qt.Orientation.Horizontal) == "Yield, lb"
    assert screen.grid.editor is not None
    qtbot.keyClicks(screen.grid.editor, "50")
    qtbot.keyClick(screen.grid.editor, Qt.Key.Key_Return)
    settle(farm_work)
    milk = MilkProductionLog.__table__.c
    with sample_farm.read() as connection:
        query = select(milk.yield_kg).where(
            milk.milked_on == today(), milk.session == MilkingSession.EVENING
        )
        assert connection.execute(query).scalars().all() == [Decimal("22.68")]
    assert screen.model.index(0, YIELD).data() == "50"
    assert screen.total.text() == "50.0 lb"


@pytest.mark.parametrize("tenths", [1, 7, 105, 383, 1199, 12000, 12345])
def test_what_a_cell_shows_typed_again_is_what_is_kept(tenths: int) -> None:
    value = Decimal(tenths) / 10
    for ways in (Conventions(), IMPERIAL):
        use_conventions(ways)
        for column in (MilkProductionLog.__table__.c.yield_kg, PoultryFeedLog.__table__.c.water_l):
            assert value_in(column, cell_text(column, value)) == value
    assert value_in(WEIGHT, "30 kg") == 30
    assert value_in(WEIGHT, "100 lb") == Decimal("45.4")
    assert value_in(WEIGHT, " ") is None


def test_a_number_that_is_none_is_refused_in_any_unit(qtbot: QtBot, farm_work: Work) -> None:
    use_conventions(IMPERIAL)
    editor = editor_for(WEIGHT, farm_work)
    qtbot.addWidget(editor)
    qtbot.keyClicks(editor.field, "heavy")
    assert "must be a number" in editor.text_error


def test_the_unit_in_which_it_was_entered_is_kept_with_it(qtbot: QtBot, farm_work: Work) -> None:
    """Rule 24: the entered unit stays where the record has a place for it."""
    use_conventions(IMPERIAL)
    for record, unit in ((WoolStorage, MassUnit.POUND), (MilkStorageLog, MilkUnit.US_GALLON)):
        form = RecordForm(farm_work, record)
        qtbot.addWidget(form)
        form.new()
        assert form.editor("entered_unit").value() is unit


def test_opening_a_form_and_saving_it_changes_no_weight(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    weights = WeightLog.__table__
    with sample_farm.read() as connection:
        row = connection.execute(select(weights).limit(1)).one()
    use_conventions(IMPERIAL)
    form = RecordForm(farm_work, WeightLog)
    qtbot.addWidget(form)
    form.edit(row.id)
    settle(farm_work)
    form.save()
    settle(farm_work)
    with sample_farm.read() as connection:
        assert connection.execute(select(weights).where(weights.c.id == row.id)).one() == row


def test_a_form_that_is_older_than_the_units_follows_them(qtbot: QtBot, farm_work: Work) -> None:
    """Rule 24: a note of a visit stays open all day; its numbers are never read as another unit."""
    editor = editor_for(WEIGHT, farm_work)
    qtbot.addWidget(editor)
    editor.set_value(Decimal("45.4"))
    assert (editor.field.text(), editor.field.accessibleName()) == ("45.4", "Weight, kg")  # type: ignore[attr-defined]
    use_conventions(IMPERIAL)
    assert editor.value() == Decimal("45.4"), "what is typed is read as it was meant"
    editor.set_value(Decimal("45.4"))
    assert (editor.field.text(), editor.field.accessibleName()) == ("100.1", "Weight, lb")  # type: ignore[attr-defined]
    assert editor.value() == Decimal("45.4")


def test_every_screen_follows_when_the_units_are_changed(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    shell = Shell(farm_work, (Settings,))
    qtbot.addWidget(shell)
    settle(farm_work)
    assert used_conventions() == Conventions()
    heard: list[bool] = []
    farm_work.changed.connect(lambda changes: heard.append(Livestock.__table__.name in changes))
    organization = farm_work.whose.organization_id
    assert organization is not None
    farm_work.act(lambda mirror: choose(mirror, organization, {"mass_unit": ShownMass.POUND}))
    settle(farm_work)
    assert used_conventions().mass_unit is ShownMass.POUND
    assert heard == [False, True], "screens that watch animals read anew"
    shell.close()


def test_the_card_and_the_milking_grid_count_the_day_of_calving_as_the_farm_does(
    sample_farm: Mirror,
) -> None:
    told = sample_farm.recall("organization")
    with sample_farm.read() as connection:
        before = milking_sheet(connection, None, today(), MilkingSession.MORNING)[0]
        card = animal_card(connection, before.id, today())
    choose(sample_farm, UUID(told["id"]), {"calving_day": 1})
    with sample_farm.read() as connection:
        after = milking_sheet(connection, None, today(), MilkingSession.MORNING)[0]
        again = animal_card(connection, before.id, today())
    assert card is not None
    assert again is not None
    assert before.days_in_milk is not None
    assert card.days_in_milk == before.days_in_milk
    assert again.days_in_milk == after.days_in_milk == before.days_in_milk + 1
    use_conventions(IMPERIAL)
    said = dict(facts_of_card(again))
    assert said["Weight"].split(" on ")[0].endswith(" lb"), "a weight of the card too"
    assert again.lactation_kg == card.lactation_kg, "the yield knows no convention"
