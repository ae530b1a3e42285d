"""The settings of the organization: units, conventions and own fields, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from fluffydesk.actions.conventions import Conventions, conventions
from fluffydesk.actions.own_fields import definitions
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Role
from fluffydesk.records.enums.organizations import (
    FeedConversionBasis,
    LambingBasis,
    ShownMass,
    ShownTemperature,
)
from fluffydesk.records.enums.reviews import CustomFieldKind, CustomFieldSubject
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.parts.controls import CheckBox
from fluffydesk.ui.screens.settings import Settings
from fluffydesk.work import Work

Settle = Callable[[Work], None]


def shown(qtbot: QtBot, work: Work, settle: Settle) -> Settings:
    made = Settings(work)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    settle(work)
    return made


def chosen(mirror: Mirror) -> Conventions:
    with mirror.read() as connection:
        return conventions(connection)


def put(screen: Settings, name: str, key: str, qtbot: QtBot) -> None:
    qtbot.keyClicks(screen.conventions.form.editor(name).field, key)


def test_units_and_conventions_are_chosen_by_keyboard(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    screen = shown(qtbot, farm_work, settle)
    card = screen.conventions
    told: list[str] = []
    card.told.connect(told.append)
    assert card.save.isVisible()
    assert not card.save.isEnabled(), "nothing to save yet"
    assert not card.form.lock.text(), "an owner may change it, though nobody may add one"
    put(screen, "mass_unit", "l", qtbot)
    for name in ("temperature_unit", "feed_conversion_basis"):
        qtbot.keyClick(card.form.editor(name).field, Qt.Key.Key_End)
    put(screen, "lambing_basis", "lam", qtbot)
    calving = card.form.editor("calving_day").field
    qtbot.keyClick(calving, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(calving, "1")
    qtbot.keyClick(card.form.editor("is_organic").field, Qt.Key.Key_Space)
    qtbot.keyClick(card.save, Qt.Key.Key_Space)
    settle(farm_work)
    assert chosen(sample_farm) == Conventions(
        ShownMass.POUND,
        temperature_unit=ShownTemperature.FAHRENHEIT,
        calving_day=1,
        feed_conversion_basis=FeedConversionBasis.GAIN_WITH_DEAD,
        lambing_basis=LambingBasis.LAMBED,
        is_organic=True,
    )
    assert told == ["Units and conventions are kept."]
    assert not card.save.isEnabled()


def test_a_zone_there_is_none_of_is_said_at_its_field_and_stays_typed(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    screen = shown(qtbot, farm_work, settle)
    form = screen.conventions.form
    zone = form.editor("time_zone").field
    qtbot.keyClick(zone, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(zone, "Europe/Atlantis")
    qtbot.keyClick(screen.conventions.save, Qt.Key.Key_Space)
    settle(farm_work)
    assert "no time zone Europe/Atlantis" in form.rows["time_zone"].error()
    assert form.editor("time_zone").value() == "Europe/Atlantis"
    qtbot.keyClick(zone, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(zone, "America/Chicago")
    qtbot.keyClick(screen.conventions.save, Qt.Key.Key_Space)
    settle(farm_work)
    assert farm_work.whose.time_zone == "America/Chicago"
    assert screen._facts["Time zone and currency"].text() == "America/Chicago, GBP"


def test_a_field_is_defined_and_opened_again(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    screen = shown(qtbot, farm_work, settle)
    card = screen.own_fields
    qtbot.keyClick(card.new, Qt.Key.Key_Space)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, FormDialog)
    qtbot.keyClicks(dialog.form.editor("name").field, "Height")
    qtbot.keyClicks(dialog.form.editor("kind").field, "num")
    qtbot.keyClicks(dialog.form.editor("unit").field, "cm")
    dialog.form.save()
    settle(farm_work)
    with sample_farm.read() as connection:
        (one,) = definitions(connection, CustomFieldSubject.ANIMALS)
    assert (one.name, one.kind, one.unit) == ("Height", CustomFieldKind.NUMBER, "cm")
    links = [part for part in card.findChildren(QPushButton) if part.property("kind") == "link"]
    assert [link.accessibleName() for link in links] == ["Edit Height"]
    said = [part.text() for part in card.findChildren(QLabel)]
    assert "Height · Animals · number in cm" in said
    links[0].click()
    again = QApplication.activeModalWidget()
    assert isinstance(again, FormDialog)
    settle(farm_work)
    assert again.form.editor("name").value() == "Height"
    again.reject()


def test_a_milker_looks_but_changes_nothing(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    sample_farm.remember(
        organization={**sample_farm.recall("organization"), "role": Role.STAFF.value}
    )
    work = Work(sample_farm)
    screen = shown(qtbot, work, settle)
    assert not screen.conventions.save.isVisible()
    assert "your role is staff" in screen.conventions.form.lock._words.text()
    assert not screen.own_fields.new.isEnabled()
    work.close()


def test_a_clinic_has_units_and_no_farm_figures(
    qtbot: QtBot, clinic_work: Work, settle: Settle
) -> None:
    screen = shown(qtbot, clinic_work, settle)
    assert "mass_unit" in screen.conventions.form.rows
    assert "lambing_basis" not in screen.conventions.form.rows
    assert not screen.own_fields.isVisible()


def test_no_field_is_squeezed_where_words_wrap(
    qtbot: QtBot, farm_work: Work, settle: Settle
) -> None:
    screen = shown(qtbot, farm_work, settle)
    form = screen.conventions.form
    for width in (760, 1072, 1680):
        screen.resize(width, 700)
        form.rows["time_zone"].say("There is no such time zone, and this is told at length. " * 3)
        qtbot.waitUntil(lambda: screen.conventions.width() <= 720)
        qtbot.waitUntil(
            lambda: all(
                line.height() >= line.heightForWidth(line.width()) for line in form.rows.values()
            )
        )


def test_a_box_and_its_mark_are_seen(qtbot: QtBot) -> None:
    """In either theme: the box stands out from its card, and a tick from a dash and from none."""
    box = CheckBox("Yes")
    box.setTristate(True)
    qtbot.addWidget(box)
    with qtbot.waitExposed(box):
        box.show()
    seen = set()
    for state in (Qt.CheckState.Unchecked, Qt.CheckState.PartiallyChecked, Qt.CheckState.Checked):
        box.setCheckState(state)
        picture = box.grab().toImage().copy(0, 0, 20, box.height())
        colours = {picture.pixel(x, y) for x in range(20) for y in range(picture.height())}
        assert len(colours) > 2, "the box cannot be told from what is behind it"
        seen.add(bytes(picture.constBits()))
    assert len(seen) == 3
