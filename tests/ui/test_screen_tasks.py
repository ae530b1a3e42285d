"""The screen of tasks by keyboard: due work, the week's plan, the chores, and who did what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import Row, select

from fluffydesk.actions import saving, shifts, tasks
from fluffydesk.actions.rules.tasks import next_id
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Role
from fluffydesk.records.enums.events import TaskStatus
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.events import Task
from fluffydesk.records.farm import MortalityLog
from fluffydesk.records.organizations import StaffShift
from fluffydesk.records.types import new_id, now, today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.reading.deeds import deeds_of
from fluffydesk.ui.screens.reading.shifts import monday_of, week_plan
from fluffydesk.ui.screens.reading.tasks import (
    Span,
    When,
    chores,
    day_bounds,
    due_today,
    people,
    work_list,
)
from fluffydesk.ui.screens.tasks import TasksScreen
from fluffydesk.ui.screens.tasks_list import near_day_text, repeats_words
from fluffydesk.work import Work
from tests.sampled import empty_mirror

Settle = Callable[[Work], None]
Key = Qt.Key
NO_KEY = Qt.KeyboardModifier.NoModifier


def open_screen(qtbot: QtBot, work: Work, settle: Settle) -> TasksScreen:
    made = TasksScreen(work)
    qtbot.addWidget(made)
    made.resize(1064, 700)
    made.show()
    settle(work)
    return made


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle) -> TasksScreen:
    return open_screen(qtbot, work, settle)


@pytest.fixture
def told(screen: TasksScreen) -> list[Notice]:
    found: list[Notice] = []
    screen.told.connect(found.append)
    return found


def add(mirror: Mirror, title: str, hours: float | None = None, **more: Any) -> UUID:
    """Add a task that is due in so many hours."""
    due = None if hours is None else now() + timedelta(hours=hours)
    return tasks.add_task(mirror, {"title": title, "due_at": due, **more})[0]


def row_of(mirror: Mirror, task_id: UUID) -> Row[Any]:
    with mirror.read() as connection:
        return saving.existing(connection, Task, task_id)


def rows(mirror: Mirror, record: Any) -> list[Row[Any]]:
    with mirror.read() as connection:
        return list(connection.execute(select(record.__table__)))


def form() -> FormDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    return next(dialog for dialog in found if dialog.isVisible())


def wake(qtbot: QtBot, window: QWidget) -> None:
    """A window under no window manager is made active by hand; keys reach only such a one."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def save(qtbot: QtBot, dialog: FormDialog) -> None:
    wake(qtbot, dialog)
    qtbot.keyClick(dialog, Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def titles(screen: TasksScreen) -> list[str]:
    model = screen.due.list.model
    return [model.row_at(number).title for number in range(model.rowCount())]


def press(qtbot: QtBot, screen: TasksScreen, *keys: Key) -> None:
    part = screen.part
    target = part.plan if part is screen.week else part.list.table  # type: ignore[union-attr]
    wake(qtbot, screen)
    for key in keys:
        qtbot.keyClick(target, key)


@pytest.fixture
def me(mirror: Mirror) -> UUID:
    return UUID(mirror.recall("author")["user_id"])


@pytest.fixture
def sam(mirror: Mirror) -> UUID:
    with mirror.read() as connection:
        return next(one.id for one in people(connection) if one.name == "Sam Thornby")


def test_late_work_comes_first_and_space_says_who_did_it_when(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle, me: UUID
) -> None:
    add(mirror, "any time")
    add(mirror, "a moment late", -0.001)
    late = add(mirror, "late", -30)
    screen = open_screen(qtbot, work, settle)
    assert titles(screen)[0] == "late"
    assert titles(screen)[-1] == "any time"
    assert "2 late" in screen.due.count.text()
    press(qtbot, screen, Key.Key_Space)
    settle(work)
    row = row_of(mirror, late)
    assert (row.status, row.done_by) == (TaskStatus.DONE, me)
    assert titles(screen)[-1] == "late"
    assert screen.due.chosen().title != "late"  # type: ignore[union-attr]


def test_space_again_opens_it_and_ctrl_z_takes_back(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle
) -> None:
    task_id = add(mirror, "one")
    screen = open_screen(qtbot, work, settle)
    for status in (TaskStatus.DONE, TaskStatus.TO_DO):
        press(qtbot, screen, Key.Key_Space)
        settle(work)
        assert row_of(mirror, task_id).status == status
    qtbot.keyClick(screen.due.list.table, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(work)
    assert row_of(mirror, task_id).status == TaskStatus.DONE


def test_a_chore_is_done_skipped_and_taken_back_by_keys(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle
) -> None:
    task_id = add(mirror, "Feed the calves", -1, recurrence="FREQ=DAILY")
    screen = open_screen(qtbot, work, settle)
    press(qtbot, screen, Key.Key_S)
    dialog = form()
    qtbot.keyClicks(dialog.form.editor("skip_reason").field, "  ")
    save(qtbot, dialog)
    settle(work)
    assert dialog.form.rows["skip_reason"].error()
    qtbot.keyClicks(dialog.form.editor("skip_reason").field, "No milk")
    save(qtbot, dialog)
    settle(work)
    assert row_of(mirror, task_id).skip_reason == "No milk"
    assert row_of(mirror, next_id(task_id)).status == TaskStatus.TO_DO
    screen.undo()
    settle(work)
    assert [row.id for row in rows(mirror, Task)] == [task_id]


def test_a_gives_it_to_somebody_and_h_hands_it_over(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle, me: UUID, sam: UUID
) -> None:
    task_id = add(mirror, "Mend the gate")
    screen = open_screen(qtbot, work, settle)
    press(qtbot, screen, Key.Key_A)
    form().form.editor("assigned_to").set_value(me)
    settle(work)
    save(qtbot, form())
    settle(work)
    assert row_of(mirror, task_id).assigned_to == me
    press(qtbot, screen, Key.Key_H)
    form().form.editor("assigned_to").set_value(sam)
    qtbot.keyClicks(form().form.editor("notes").field, "I am at the vet")
    settle(work)
    save(qtbot, form())
    settle(work)
    row = row_of(mirror, task_id)
    assert row.assigned_to == sam
    assert row.notes.endswith("I am at the vet")
    screen.due.whose.set_value(True)
    settle(work)
    assert titles(screen) == []


def test_d_says_that_somebody_else_did_it(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle, sam: UUID
) -> None:
    task_id = add(mirror, "Mend the gate", assigned_to=sam)
    screen = open_screen(qtbot, work, settle)
    press(qtbot, screen, Key.Key_D)
    settle(work)
    moment: Any = form().form.editor("done_at")
    moment.set_value(now() + timedelta(days=1))
    save(qtbot, form())
    settle(work)
    assert "future" in form().form.rows["done_at"].error()
    moment.set_value(now() - timedelta(days=1))
    save(qtbot, form())
    settle(work)
    row = row_of(mirror, task_id)
    assert (row.status, row.done_by) == (TaskStatus.DONE, sam)
    assert row.done_at < now() - timedelta(hours=23)


def test_n_adds_work_typed_by_keys_with_a_rule_that_is_chosen(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle, screen: TasksScreen
) -> None:
    screen.which.set_value("chores")
    settle(work)
    screen.add_here()
    editor: Any = form().form.editor("recurrence")
    qtbot.keyClicks(form().form.editor("title").field, "Order the feed")
    assert not editor.week.isVisible()
    qtbot.keyClick(editor.box, Key.Key_Down)  # weekly
    assert editor.week.isVisible()
    editor.count.selectAll()
    qtbot.keyClicks(editor.count, "0")
    save(qtbot, form())
    assert "every how many" in form().form.rows["recurrence"].error()
    editor.count.selectAll()
    qtbot.keyClicks(editor.count, "2")
    for number in (3, 0):
        qtbot.keyClick(editor.days[number], Key.Key_Space)
    save(qtbot, form())
    settle(work)
    [row] = rows(mirror, Task)
    assert (row.title, row.recurrence) == (
        "Order the feed",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
    )
    assert screen.chores.list.current().id == row.id
    assert repeats_words(row.recurrence) == "Every 2 weeks on Mon, Thu"
    screen.chores.acts.edit()
    settle(work)
    shown: Any = form().form.editor("recurrence")
    assert shown.value() == row.recurrence
    form().reject()


def test_what_an_import_wrote_as_a_rule_is_kept_until_another_is_chosen(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle
) -> None:
    odd = {"id": new_id(), "title": "odd", "due_at": now(), "recurrence": "FREQ=HOURLY"}
    kept = {"kind": "general", "priority": "normal", "status": "to_do"}
    home = {"organization_id": mirror.recall("organization")["id"]}
    with mirror.apply() as connection:
        write_images(connection, Task, [to_image(Task, {**odd, **kept, **home})])
    screen = open_screen(qtbot, work, settle)
    assert repeats_words("FREQ=HOURLY") == "FREQ=HOURLY"
    dialog = screen.due.acts.edit()
    settle(work)
    assert dialog is not None
    editor: Any = dialog.form.editor("recurrence")
    assert editor.value() == "FREQ=HOURLY"
    editor.box.setCurrentIndex(0)
    assert editor.value() is None
    dialog.form.save()
    settle(work)
    assert row_of(mirror, odd["id"]).recurrence is None  # type: ignore[arg-type]


def test_put_off_keeps_what_was_typed_where_it_cannot_be_read(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle
) -> None:
    task_id = add(mirror, "one", -30)
    before = row_of(mirror, task_id).due_at
    screen = open_screen(qtbot, work, settle)
    press(qtbot, screen, Key.Key_P)
    dialog = form()
    editor: Any = dialog.form.editor("due_at")
    editor.field.selectAll()
    qtbot.keyClicks(editor.field, "someday")
    save(qtbot, dialog)
    settle(work)
    assert dialog.form.rows["due_at"].error()
    assert editor.field.text() == "someday"
    editor.field.selectAll()
    qtbot.keyClicks(editor.field, "+3")
    save(qtbot, dialog)
    settle(work)
    assert row_of(mirror, task_id).due_at > before + timedelta(days=3)


def test_a_task_that_another_screen_names_is_found(
    mirror: Mirror, work: Work, settle: Settle, screen: TasksScreen
) -> None:
    far = add(mirror, "far", 24 * 90)
    screen.arrive(Place("tasks", far))
    settle(work)
    assert screen.due.chosen().id == far  # type: ignore[union-attr]
    screen.arrive(Place("tasks", part="week"))
    assert screen.part is screen.week


def test_empty_and_long_and_right_to_left(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle, screen: TasksScreen
) -> None:
    assert screen.due.list.empty.isVisible()
    assert not screen.due.card.isVisible()
    add(mirror, "x" * 5000, -1, notes="y" * 5000)
    add(mirror, "האכלת העגלים")
    screen.reload()
    settle(work)
    assert len(screen.due.card.heading.text()) == 160
    assert screen.due.card.height() < 300
    screen.search("העגלים")
    assert titles(screen) == ["האכלת העגלים"]


@pytest.fixture
def viewer_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    path = tmp_path_factory.mktemp("viewer") / "viewer.db"
    with empty_mirror(path, role=Role.OWNER) as mirror:
        add(mirror, "one", -1)
        organization = mirror.recall("organization")
        mirror.remember(organization={**organization, "role": Role.VIEWER.value})
        work = Work(mirror)
        yield work
        work.close()


def test_a_viewer_looks_only(qtbot: QtBot, viewer_work: Work, settle: Settle) -> None:
    screen = open_screen(qtbot, viewer_work, settle)
    screen.due.whose.set_value(False)
    settle(viewer_work)
    told: list[Notice] = []
    screen.told.connect(told.append)
    assert titles(screen) == ["one"]
    assert not screen.due.buttons["Done"].isEnabled()
    press(qtbot, screen, Key.Key_Space, Key.Key_A, Key.Key_N)
    settle(viewer_work)
    assert len(told) == 3
    assert all("Ask an owner or manager" in notice.text for notice in told)
    screen.which.set_value("week")
    settle(viewer_work)
    assert not screen.week.copy.isEnabled()
    assert screen.locked()
    press(qtbot, screen, Key.Key_Return)
    assert "Ask an owner or manager" in told[-1].text


def monday() -> date:
    return monday_of(today())


def plan(mirror: Mirror, person: UUID, day: date, *hours: int, **more: Any) -> UUID:
    zone = ZoneInfo(mirror.recall("organization")["time_zone"])
    starts, ends = shifts.shift_times(day, time(hours[0]), time(hours[1]), zone)
    values = {"user_id": person, "starts_at": starts, "ends_at": ends, **more}
    return shifts.plan(mirror, values)[0]


def to_week(qtbot: QtBot, work: Work, settle: Settle, person: UUID, day: int) -> TasksScreen:
    """Open the week, and go to a cell by the arrows."""
    screen = open_screen(qtbot, work, settle)
    qtbot.keyClick(screen, Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    settle(work)
    grid = screen.week.plan
    names = [one.id for one in grid.people()]
    grid.setCurrentIndex(grid.weeks.index(0, 1))
    press(qtbot, screen, *[Key.Key_Down] * names.index(person), *[Key.Key_Right] * day)
    return screen


def test_a_shift_is_planned_marked_and_taken_off_by_keys(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle, sam: UUID
) -> None:
    screen = to_week(qtbot, work, settle, sam, 2)
    press(qtbot, screen, Key.Key_Return)
    qtbot.keyClicks(form().form.editor("duty").field, "Milking")
    settle(work)
    save(qtbot, form())
    settle(work)
    [row] = rows(mirror, StaffShift)
    assert (row.user_id, row.duty) == (sam, "Milking")
    with mirror.read() as connection:
        week = week_plan(connection, monday())
    [mine] = [one for one in week.people if one.id == sam]
    assert [len(cell) for cell in mine.days] == [0, 0, 1, 0, 0, 0, 0]
    assert (mine.hours, week.hours) == (8, 8)
    assert screen.week.sum.text() == "8.0 h planned"
    for key, status in (
        (Key.Key_W, StaffShiftStatus.WORKED),
        (Key.Key_M, StaffShiftStatus.WORKED),  # worked is worked
    ):
        press(qtbot, screen, key)
        settle(work)
        assert rows(mirror, StaffShift)[0].status == status
    press(qtbot, screen, Key.Key_Delete)
    settle(work)
    assert rows(mirror, StaffShift) == []
    screen.undo()
    settle(work)
    [back] = rows(mirror, StaffShift)
    assert (back.duty, back.status) == ("Milking", StaffShiftStatus.WORKED)


def test_a_shift_that_overlaps_is_refused_at_its_field_and_nothing_typed_is_lost(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle, sam: UUID
) -> None:
    plan(mirror, sam, monday(), 5, 13)
    screen = to_week(qtbot, work, settle, sam, 0)
    qtbot.keyClick(screen, Key.Key_N)
    qtbot.keyClicks(form().form.editor("duty").field, "Foot bath")
    settle(work)
    save(qtbot, form())
    settle(work)
    assert "already has a shift" in form().form.rows["starts_at"].error()
    duty: Any = form().form.editor("duty")
    assert duty.text() == "Foot bath"
    assert len(rows(mirror, StaffShift)) == 1


def test_the_week_before_is_copied_and_two_pcs_that_overlap_stand_in_red(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle, sam: UUID
) -> None:
    plan(mirror, sam, monday() - timedelta(days=7), 22, 6)
    screen = to_week(qtbot, work, settle, sam, 0)
    control = Qt.KeyboardModifier.ControlModifier
    shift = control | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(screen.week.plan, Key.Key_C, shift)
    settle(work)
    _first, second = rows(mirror, StaffShift)
    assert not screen.week.clash.isVisible()
    copy = to_image(StaffShift, {**second._mapping, "id": new_id()})
    with mirror.apply() as connection:
        write_images(connection, StaffShift, [copy])
    screen.reload()
    settle(work)
    assert screen.week.clash.isVisible()
    assert [one.clashes for one in screen.week.plan.cell_shifts()] == [False, True]
    index = screen.week.plan.currentIndex()
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Sam Thornby, Mon")
    assert "overlaps another" in said
    press(qtbot, screen, Key.Key_X)  # of two, a menu asks which
    menu = screen.week.menu
    assert menu is not None
    menu.actions()[1].trigger()
    menu.close()
    settle(work)
    wake(qtbot, screen)
    assert not screen.week.clash.isVisible()
    qtbot.keyClick(screen.week.plan, Key.Key_Left, control)
    settle(work)
    assert screen.week.monday == monday() - timedelta(days=7)


def test_rule_26_who_did_what_here_and_elsewhere(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle, me: UUID, sam: UUID
) -> None:
    task_id = add(mirror, "Mend the gate")
    tasks.done(mirror, task_id)
    _from_elsewhere(mirror, sam)
    with mirror.read() as connection:
        found = deeds_of(connection, today())
        assert deeds_of(connection, today() - timedelta(days=1)) == ()
    here = [(deed.who_id, deed.what, deed.device) for deed in found if deed.here]
    device = mirror.recall("author")["device_name"]
    assert here == [
        (me, "Task done: Mend the gate", device),
        (me, "Add task: Mend the gate", device),
    ]
    assert {(deed.who, deed.what, deed.device) for deed in found if not deed.here} == {
        ("Sam Thornby", "3 losses added", "Hen house"),
        ("Sam Thornby", "1 task added or changed", "Hen house"),
        ("Sam Thornby", "Task done: Shut the pop holes", "Hen house"),
    }
    screen = open_screen(qtbot, work, settle)
    screen.which.set_value("deeds")
    settle(work)
    assert screen.deeds.list.model.rowCount() == 5
    names = [screen.deeds.who.itemText(n) for n in range(screen.deeds.who.count())]
    screen.deeds.who.setCurrentIndex(names.index("Sam Thornby"))
    settle(work)
    assert screen.deeds.list.model.rowCount() == 3
    qtbot.keyClick(screen.deeds.list.table, Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    settle(work)
    assert screen.deeds.list.model.rowCount() == 0
    assert screen.deeds.day.value() == today() - timedelta(days=1)


def _from_elsewhere(mirror: Mirror, person: UUID) -> None:
    """Rows as central sends them, saved by somebody at another PC."""
    kept = {
        "organization_id": mirror.recall("organization")["id"],
        "updated_by": person,
        "updated_device": "Hen house",
        "created_at": now(),
        "updated_at": now(),
    }
    task = {
        "title": "Shut the pop holes",
        "kind": "general",
        "priority": "normal",
        "status": "done",
        "done_at": now(),
        "done_by": person,
        "row_version": 2,
    }
    loss = {"died_on": today(), "head_count": 1, "kind": "died", "row_version": 1}
    with mirror.apply() as connection:
        write_images(connection, Task, [to_image(Task, {"id": new_id(), **task, **kept})])
        write_images(
            connection,
            MortalityLog,
            [to_image(MortalityLog, {"id": new_id(), **loss, **kept}) for _ in range(3)],
        )


def test_what_is_due_today_is_read_by_an_index_however_much_was_done(mirror: Mirror) -> None:
    at = now().replace(hour=12, minute=0)
    home = {"organization_id": mirror.recall("organization")["id"]}
    kind = {"kind": "general", "priority": "normal", **home}
    past = [
        {"id": new_id(), "title": "old", "due_at": at - timedelta(days=n), "status": "done", **kind}
        for n in range(1, 5000)
    ]
    still = [
        {"id": new_id(), "title": "open", "due_at": at + timedelta(hours=n), "status": "to_do"}
        | kind
        for n in (-30, -1, 1, 400)
    ]
    with mirror.apply() as connection:
        write_images(connection, Task, [to_image(Task, one) for one in (*past, *still)])
    statements: list[str] = []
    with mirror.read() as connection:
        raw: Any = connection.connection.driver_connection
        raw.set_trace_callback(statements.append)
        try:
            found = due_today(connection, at)
            listed = work_list(connection, at, Span.WEEK)
            people_at_work = week_plan(connection, monday())
            deeds_of(connection, today())
            assert chores(connection, at) == ()
        finally:
            raw.set_trace_callback(None)
        assert (found.late, found.today, len(found.first)) == (2, 1, 3)
        assert [task.when for task in listed] == [When.LATE, When.LATE, When.TODAY]
        assert people_at_work.hours == 0
        asked = [one for one in statements if one.startswith("SELECT")]
        for statement in asked:
            steps = [
                str(step[3])
                for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
            ]
            walked = [
                step for step in steps if step.startswith(("SCAN tasks", "SCAN t ", "SCAN s"))
            ]
            assert walked == [], statement
    assert len(asked) > 5


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 6, 1), 24)]
)
def test_rule_25_a_day_on_which_the_clock_is_changed_has_its_own_length(
    mirror: Mirror, day: date, hours: int
) -> None:
    starts, ends = day_bounds(day, ZoneInfo("Europe/London"))
    assert ends.astimezone(UTC) - starts.astimezone(UTC) == timedelta(hours=hours)
    tasks.add_task(mirror, {"title": "last", "due_at": ends - timedelta(minutes=1)})
    tasks.add_task(mirror, {"title": "tomorrow", "due_at": ends})
    with mirror.read() as connection:
        found = due_today(connection, starts + timedelta(hours=1))
    assert [task.title for task in found.first] == ["last"]


def test_how_often_a_chore_was_missed_stands_beside_it(
    mirror: Mirror, work: Work, settle: Settle, screen: TasksScreen
) -> None:
    task_id = add(mirror, "Feed the calves", -74, recurrence="FREQ=DAILY")
    tasks.done(mirror, task_id)
    screen.which.set_value("chores")
    settle(work)
    [row] = [screen.chores.list.model.row_at(n) for n in range(1)]
    assert (row.title, row.missed) == ("Feed the calves", 2)


def test_days_are_told_shortly() -> None:
    assert near_day_text(date(today().year, 1, 5)).endswith("5 Jan")
    assert near_day_text(date(2020, 1, 5)) == "5 Jan 2020"
