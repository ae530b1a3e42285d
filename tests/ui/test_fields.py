"""Fields: what a cell says, what an editor understands, and that nothing typed is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.queries import choices
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.farm_resources import StockUnit
from fluffydesk.records.farm import MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock, LivestockBreed
from fluffydesk.records.reviews import CustomField
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import facts_of, record_columns
from fluffydesk.ui.fields import texts
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.dates import clock_of, day_of, moment_of
from fluffydesk.ui.fields.editors import ChoiceEditor, LongTextEditor, NumberEditor, TextEditor
from fluffydesk.ui.fields.link_editor import LinkEditor
from fluffydesk.ui.fields.texts import header_of, text_of
from fluffydesk.work import Work

Settle = Callable[[Work], None]
LONDON = ZoneInfo("Europe/London")


def column(record: Any, name: str) -> Any:
    return record.__table__.columns[name]


def german() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("weight_kg", Decimal("612.4"), "612.4"),
        ("weight_kg", Decimal("1234.5"), "1,234.5"),
        ("weight_kg", Decimal("0"), "0.0"),
        ("parity", 3, "3"),
        ("sex", Sex.NEUTERED_FEMALE, "Neutered female"),
        ("birth_date", date(2026, 11, 5), "05/11/2026"),
        ("name", "Bella", "Bella"),
        ("notes", "two\nlines", "two lines"),
        ("name", None, ""),
    ],
)
def test_a_cell_says_its_value_in_words(name: str, value: Any, text: str) -> None:
    assert text_of(column(Livestock, name), value) == text


def test_a_moment_is_told_in_the_organizations_zone() -> None:
    moment = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    assert text_of(column(Appointment, "scheduled_at"), moment) == "01/07/2026 09:30"


def test_units_follow_the_number_or_stand_in_the_header() -> None:
    weight = column(WeightLog, "weight_kg")
    assert text_of(weight, Decimal("51"), unit=True) == "51.0 kg"
    assert header_of(weight) == "Weight, kg"
    assert text_of(column(MilkProductionLog, "session"), MilkingSession.WHOLE_DAY) == "Whole day"


def test_yes_or_no_may_be_left_open_where_the_column_may(qtbot: QtBot, work: Work) -> None:
    editor = editor_for(column(CustomField, "boolean_value"), work)
    qtbot.addWidget(editor)
    for value in (None, True, False, None):
        editor.set_value(value)
        assert editor.value() is value


def test_other_locales_have_other_commas_and_dates() -> None:
    german()
    assert text_of(column(Livestock, "weight_kg"), Decimal("1234.5")) == "1.234,5"
    assert text_of(column(Livestock, "birth_date"), date(2026, 11, 5)) == "05.11.2026"


def test_short_symbols_keep_their_letters() -> None:
    from_store = [text_of(column(Livestock, "sex"), unit) for unit in StockUnit]
    assert from_store == ["kg", "L", "Count"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", date(2026, 11, 22)),
        ("t", date(2026, 11, 22)),
        ("Yesterday", date(2026, 11, 21)),
        ("+7", date(2026, 11, 29)),
        ("+3", date(2026, 11, 25)),
        ("tomorrow", date(2026, 11, 23)),
        ("fri", date(2026, 11, 27)),
        ("Friday", date(2026, 11, 27)),
        ("Fr.", date(2026, 11, 27)),
        ("mon", date(2026, 11, 23)),
        ("tues", date(2026, 11, 24)),
        ("thurs", date(2026, 11, 26)),
        ("sun", date(2026, 11, 29)),  # 22 November is a Sunday: the next one is meant
        ("s", None),
        ("fried", None),
        ("21.11", date(2026, 11, 21)),
        ("21.11.", date(2026, 11, 21)),
        ("3/1", date(2027, 1, 3)),
        ("21/11/26", date(2026, 11, 21)),
        ("21.11.98", date(1998, 11, 21)),
        ("2026-11-21", date(2026, 11, 21)),
        ("21-11-2026", date(2026, 11, 21)),
        ("29.2.", None),
        ("31.4.2026", None),
        ("soon", None),
        ("", None),
    ],
)
def test_days_are_typed_as_people_write_them(text: str, day: date | None) -> None:
    assert day_of(text, date(2026, 11, 22)) == day


@pytest.mark.parametrize(
    ("language", "text", "ahead"),
    [
        (QLocale.Language.German, "Freitag", 5),
        (QLocale.Language.German, "mi", 3),
        (QLocale.Language.German, "friday", 5),
        (QLocale.Language.Danish, "to", 4),  # torsdag
        (QLocale.Language.Danish, "lør", 6),
        (QLocale.Language.Danish, "søn", 7),
        (QLocale.Language.French, "mer.", 3),
        (QLocale.Language.Portuguese, "se", None),  # segunda or sexta
        (QLocale.Language.Portuguese, "sext", 5),
        (QLocale.Language.Japanese, "金曜日", 5),
        (QLocale.Language.Japanese, "金", 5),
    ],
)
def test_a_weekday_is_the_next_one_in_the_locales_words_or_in_english(
    language: QLocale.Language, text: str, ahead: int | None
) -> None:
    QLocale.setDefault(QLocale(language))
    sunday = date(2026, 11, 22)
    assert day_of(text, sunday) == (None if ahead is None else sunday + timedelta(days=ahead))


def test_a_weekday_is_understood_as_soon_as_the_field_is_left(work: Work, qtbot: QtBot) -> None:
    editor: Any = editor_for(column(Livestock, "birth_date"), work)
    moment: Any = editor_for(column(Appointment, "scheduled_at"), work)
    for one in (editor, moment):
        qtbot.addWidget(one)
        line = one.line if one is editor else one.day.line
        qtbot.keyClicks(line, "fri")
        qtbot.keyClick(line, Qt.Key.Key_Return)
    ahead = (5 - today().isoweekday() - 1) % 7 + 1
    friday = today() + timedelta(days=ahead)
    assert editor.value() == moment.day.value() == friday
    assert editor.line.text() == texts.day_text(friday)
    editor.set_value(None)
    qtbot.keyClicks(editor.line, "someday")
    assert "fri or +3" in editor.text_error


def test_where_the_month_is_written_first_it_is_read_first() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    assert day_of("11/5/2026", date(2026, 11, 22)) == date(2026, 11, 5)
    assert day_of("11/5", date(2026, 11, 22)) == date(2026, 11, 5)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("9", time(9)),
        ("930", time(9, 30)),
        ("9:30", time(9, 30)),
        ("14.05", time(14, 5)),
        ("9:30 pm", time(21, 30)),
        ("12am", time(0)),
        ("24:00", None),
        ("9:75", None),
        ("13pm", None),
        ("noon", None),
    ],
)
def test_times_are_typed_as_people_write_them(text: str, clock: time | None) -> None:
    assert clock_of(text) == clock


def test_an_hour_the_clock_skips_is_no_moment() -> None:
    assert moment_of(date(2026, 3, 29), time(1, 30), LONDON) is None
    assert moment_of(date(2026, 7, 1), time(9), LONDON) == datetime(2026, 7, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__tablename__)
def test_every_column_has_an_editor_with_a_name(work: Work, qtbot: QtBot, record: Any) -> None:
    for one in record_columns(record):
        if one.name == "details" or (facts_of(one).target or "pets") == "audit_logs":
            continue
        editor = editor_for(one, work)
        qtbot.addWidget(editor)
        assert facts_of(one).label in editor.field.accessibleName()


@pytest.mark.parametrize("text", ["612,4", "612.4", " 612.40 ", "612.4 kg"])
def test_a_number_takes_point_or_comma_and_keeps_what_was_typed(
    work: Work, qtbot: QtBot, text: str
) -> None:
    editor = editor_for(column(Livestock, "weight_kg"), work)
    qtbot.addWidget(editor)
    assert isinstance(editor, NumberEditor)
    qtbot.keyClicks(editor.line, text)
    assert editor.value() == Decimal("612.4")
    assert editor.line.text() == text


def test_letters_in_a_number_are_an_error_in_words(work: Work, qtbot: QtBot) -> None:
    editor = editor_for(column(Livestock, "weight_kg"), work)
    qtbot.addWidget(editor)
    assert isinstance(editor, NumberEditor)
    qtbot.keyClicks(editor.line, "sixty")
    assert editor.text_error == "Weight must be a number, such as 23.5."
    assert editor.line.text() == "sixty"
    with pytest.raises(InvalidValue):
        editor.value()


@pytest.mark.parametrize("locale", ["en_GB", "en_US", "de_DE", "nl_NL", "fr_FR", "sv_SE", "C"])
def test_what_an_editor_shows_it_reads_again(work: Work, qtbot: QtBot, locale: str) -> None:
    QLocale.setDefault(QLocale(locale))
    values = {
        (Livestock, "weight_kg"): Decimal("1234.5"),
        (Livestock, "birth_date"): date(2019, 2, 3),
        (Livestock, "sex"): Sex.FEMALE,
        (Livestock, "parity"): 12,
        (Livestock, "name"): "Bella",
        (Livestock, "notes"): "two\nlines",
        (Appointment, "scheduled_at"): datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
    }
    for (record, name), value in values.items():
        editor = editor_for(column(record, name), work)
        qtbot.addWidget(editor)
        editor.set_value(value)
        assert editor.value() == value
        editor.set_value(None)
        assert editor.is_empty()


def test_a_narrow_field_hints_at_a_day_in_words_that_fit(work: Work, qtbot: QtBot) -> None:
    editor = editor_for(column(Livestock, "birth_date"), work)
    qtbot.addWidget(editor)
    editor.show()
    for wide, hint in ((400, "today, fri, +3 or 21.11"), (150, "today")):
        editor.resize(wide, editor.height())
        qtbot.waitUntil(lambda: editor.line.width() < wide)  # noqa: B023
        shown = editor.line.placeholderText()
        assert shown.startswith(hint)
        assert editor.line.fontMetrics().horizontalAdvance(shown) < editor.line.width() - 20


def test_arrows_move_a_day(work: Work, qtbot: QtBot) -> None:
    editor: Any = editor_for(column(Livestock, "birth_date"), work)
    qtbot.addWidget(editor)
    qtbot.keyClick(editor.line, Qt.Key.Key_Down)
    assert editor.value() == today()
    qtbot.keyClick(editor.line, Qt.Key.Key_Down)
    qtbot.keyClick(editor.line, Qt.Key.Key_Down)
    assert (today() - editor.value()).days == 2


def test_a_moment_that_nobody_typed_over_stays_as_it_was_to_the_second(
    work: Work, qtbot: QtBot
) -> None:
    editor: Any = editor_for(column(Appointment, "scheduled_at"), work)
    qtbot.addWidget(editor)
    second_half_past_one = datetime(2026, 10, 25, 1, 30, 12, tzinfo=UTC)
    editor.set_value(second_half_past_one)
    assert editor.value() == second_half_past_one
    editor.clock.setText("01:31")
    assert editor.value().second == 0


def test_a_time_without_a_day_says_what_is_missing(work: Work, qtbot: QtBot) -> None:
    editor: Any = editor_for(column(Appointment, "scheduled_at"), work)
    qtbot.addWidget(editor)
    qtbot.keyClicks(editor.clock, "14:30")
    assert editor.text_error == "Starts needs a day as well."
    qtbot.keyClicks(editor.day.line, "1.7.2026")
    assert editor.value() == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)


def test_a_time_typed_where_the_day_stood_is_of_that_day(work: Work, qtbot: QtBot) -> None:
    editor: Any = editor_for(column(Appointment, "scheduled_at"), work)
    qtbot.addWidget(editor)
    editor.set_value(datetime(2026, 7, 1, 8, 0, tzinfo=UTC))
    editor.day.line.selectAll()
    qtbot.keyClicks(editor.day.line, "14:30")
    assert editor.value() == datetime(2026, 7, 1, 13, 30, tzinfo=UTC)
    qtbot.keyClick(editor.day.line, Qt.Key.Key_Return)
    assert (editor.day.value(), editor.clock.text()) == (date(2026, 7, 1), "14:30")


def test_a_choice_may_be_empty_only_where_the_column_may(work: Work, qtbot: QtBot) -> None:
    sex = editor_for(column(Livestock, "sex"), work)
    purpose = editor_for(column(LivestockBreed, "purpose"), work)
    for editor in (sex, purpose):
        qtbot.addWidget(editor)
        assert isinstance(editor, ChoiceEditor)
    assert sex.box.count() == len(Sex)  # type: ignore[attr-defined]
    assert purpose.box.itemText(0) == ""  # type: ignore[attr-defined]


def test_notes_get_several_lines_and_names_one(work: Work, qtbot: QtBot) -> None:
    for name, kind in (("notes", LongTextEditor), ("name", TextEditor)):
        editor = editor_for(column(Livestock, name), work)
        qtbot.addWidget(editor)
        assert type(editor) is kind


def test_a_link_is_searched_and_picked_by_keyboard(
    work: Work, qtbot: QtBot, settle: Settle
) -> None:
    editor = editor_for(column(Livestock, "breed_id"), work)
    assert isinstance(editor, LinkEditor)
    qtbot.addWidget(editor)
    editor.show()
    editor.activateWindow()
    editor.line.setFocus()
    qtbot.waitUntil(editor.line.hasFocus)
    qtbot.keyClicks(editor.line, "holst")
    assert "not chosen yet" in editor.text_error
    qtbot.waitUntil(editor._popup.isVisible)
    qtbot.keyClick(editor.line, Qt.Key.Key_Return)
    assert editor.label() == "Holstein Friesian"
    assert editor.value() is not None
    qtbot.keyClick(editor.line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(editor.line, Qt.Key.Key_Delete)
    assert editor.is_empty()
    settle(work)


def test_a_pet_is_offered_with_its_client(clinic_work: Work, qtbot: QtBot, settle: Settle) -> None:
    editor = editor_for(column(Appointment, "pet_id"), clinic_work)
    assert isinstance(editor, LinkEditor)
    qtbot.addWidget(editor)
    editor.show()
    editor.activateWindow()
    editor.line.setFocus()
    qtbot.waitUntil(editor.line.hasFocus)
    qtbot.keyClicks(editor.line, "willow")
    qtbot.waitUntil(editor._popup.isVisible)
    offered = [editor._list.item(row).text() for row in range(editor._list.count())]
    assert len(offered) > 1
    assert len(set(offered)) == len(offered)
    assert all(one.startswith("Willow · ") for one in offered)
    settle(clinic_work)


def test_a_number_that_can_be_read_in_two_ways_is_asked_about(work: Work, qtbot: QtBot) -> None:
    editor = editor_for(column(WeightLog, "weight_kg"), work)
    assert isinstance(editor, NumberEditor)
    qtbot.addWidget(editor)
    editor.line.setText("1,420 kg")
    assert editor.text_error == "“1,420 kg” can be read in two ways. Type 1420 or 1.42."
    for text, value in (("1,42", "1.42"), ("1.420", "1.42"), ("1,420.5", "1420.5"), ("0,5", "0.5")):
        editor.line.setText(text)
        assert editor.value() == Decimal(value)
    german()
    editor.line.setText("1.420")
    assert "Type 1420 or 1,42." in editor.text_error
    editor.line.setText("1,420")
    assert editor.value() == Decimal("1.42")


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_who_types_on_quickly_gets_what_was_typed_and_not_what_was_offered_before(
    work: Work, qtbot: QtBot, settle: Settle, key: Qt.Key
) -> None:
    editor = editor_for(column(Livestock, "breed_id"), work)
    after = editor_for(column(Livestock, "name"), work)
    assert isinstance(editor, LinkEditor)
    page = QWidget()
    qtbot.addWidget(page)
    lines = QVBoxLayout(page)
    for one in (editor, after):
        lines.addWidget(one)
    page.show()
    page.activateWindow()
    editor.line.setFocus()
    qtbot.waitUntil(editor.line.hasFocus)
    qtbot.keyClicks(editor.line, "jersey")
    qtbot.waitUntil(editor._popup.isVisible)
    editor.line.selectAll()
    qtbot.keyClicks(editor.line, "holstein fri")
    qtbot.keyClick(editor.line, key)
    settle(work)
    assert editor.label() == "Holstein Friesian"


def test_a_link_shows_the_label_of_its_row(work: Work, qtbot: QtBot, settle: Settle) -> None:
    found: list[Any] = []
    editor = editor_for(column(Livestock, "breed_id"), work)
    assert isinstance(editor, LinkEditor)
    qtbot.addWidget(editor)

    def read(mirror: Any) -> None:
        with mirror.read() as connection:
            found.extend(choices(connection, LivestockBreed, "jersey"))

    work.on_mirror(read)
    settle(work)
    editor.set_value(found[0].id)
    settle(work)
    assert editor.line.text() == "Jersey"
    assert editor.value() == found[0].id
