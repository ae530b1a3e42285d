"""Every record does what it declares: forms, lists, both databases, files and commands."""

from __future__ import annotations

import base64
import csv
import gc
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import keyring
import keyring.backends.null
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from pytestqt.qtbot import QtBot
from sqlalchemy import Column

from fluffydesk.account.home import Home
from fluffydesk.account.session import resume
from fluffydesk.actions import exporting, saving
from fluffydesk.actions.conventions import conventions
from fluffydesk.cli.output import json_text
from fluffydesk.errors import Refusal
from fluffydesk.mirror.images import Image, read_image, to_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.access import Mine, Within
from fluffydesk.records.catalog import MIRRORED, RECORDS, record_for, set_once
from fluffydesk.records.enums import Role
from fluffydesk.records.types import Key, new_id
from fluffydesk.records.vocabulary import Record, facts_of, is_required, record_columns
from fluffydesk.sync import resolve
from fluffydesk.ui import memory
from fluffydesk.ui.fields.editors import TextEditor
from fluffydesk.ui.fields.link_editor import LinkEditor
from fluffydesk.ui.forms import RecordForm
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import theme
from fluffydesk.ui.sweeping import Sweeper
from fluffydesk.work import Work
from tests.central.central_rows import insert
from tests.cli.typed import Terminal
from tests.generated import BESIDES, EDGES, NEVER_DELETED, ONE_OF, STAYS, values_for
from tests.sync.desks import Desk
from tests.sync.farms import Farm

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
FROM_CENTRAL = {"organizations", "profiles", "organization_users"}
"""Rows that the administrator makes, with the organization and its people."""

OF_WHO_WROTE_IT = {"messages"}
"""Rows that nobody but who made them changes."""


def by_name(record: type[Record]) -> str:
    return record.__table__.name


every = pytest.mark.parametrize("record", MIRRORED, ids=by_name)


WRITTEN = [record for record in MIRRORED if record.__access__.roles("change")]


def may_add(record: type[Record]) -> bool:
    """Say whether an owner at a PC adds rows of this record."""
    return Role.OWNER in record.__access__.roles("add") and by_name(record) not in FROM_CENTRAL


def is_own(record: type[Record]) -> bool:
    """Say whether a row is of whoever sits at the PC, and of nobody else there."""
    return isinstance(record.__scope__, Mine)


def changeable(record: type[Record], values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in set_once(record)}


class World:
    """A farm at central, Anna's PC in the barn, where rows are made, and Ben's in the office."""

    def __init__(self, central: Any, folder: Path) -> None:
        self.farm = Farm(central, folder)
        self.anna, self.ben = self.farm.member("anna"), self.farm.member("ben")
        self.carl = self.farm.users[self.farm.member("carl", "staff")]
        self.barn = self.farm.desk(self.anna, "barn-pc")
        self.office = self.farm.desk(self.ben, "office-pc")
        self.admin = central.admin()
        self.logins = {email: central.login(email) for email in (self.anna, self.ben)}
        self._made: dict[tuple[type[Record], str], UUID] = {}
        self.typed: dict[UUID, Image | None] = {}
        """Rows as they were before they were sent."""

    def made(self, record: type[Record], edge: str = "most") -> UUID:
        """Return a row with values of that edge, made only once and known everywhere."""
        if (record, edge) not in self._made:
            id = self._made[record, edge] = self.make(record, edge)
            self.typed[id] = image_at(self.barn, record, id)
            self.settle()
        return self._made[record, edge]

    def make(self, record: type[Record], edge: str) -> UUID:
        """Make a row: at the barn, or as the administrator where people may not."""
        if may_add(record) or (is_own(record) and record.__access__.ways("add")):
            values = values_for(record, edge, self.linked)
            return saving.add(self.barn.mirror, record, values)[0]
        id = self.given(record) if by_name(record) in FROM_CENTRAL else new_id()
        values = values_for(record, edge, self.linked)
        if by_name(record) in FROM_CENTRAL:
            self.update(record, id, changeable(record, values))
        else:
            self.barn.sync()  # what it points to
            whose = {"user_id": self.barn.user} if is_own(record) else {}
            if isinstance(record.__scope__, Within):
                whose = {record.__scope__.column: self.farm.id}
            insert(self.admin, by_name(record), {**_plain(values), **whose, "id": id})
        self.barn.sync()
        return id

    def given(self, record: type[Record]) -> UUID:
        """Return the row of the organization, or of Carl, who works there."""
        query = f"select id from organization_users where user_id = '{self.carl}'"
        ids = {"organizations": self.farm.id, "profiles": self.carl}
        return ids.get(by_name(record)) or self.admin.execute(query).fetchone()[0]

    def update(self, record: type[Record], id: UUID, values: dict[str, Any]) -> None:
        """Change a row as the administrator."""
        if not values:
            return
        sets = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name))
            for name in values
        )
        query = sql.SQL("update {} set {} where id = %(id)s")
        table = sql.Identifier(by_name(record))
        self.admin.execute(query.format(table, sets), {**_plain(values), "id": id})

    def linked(self, column: Column[Any]) -> UUID:
        """Return a row that a link may point to."""
        target = str(facts_of(column).target)
        if target in ("organizations", "profiles"):
            return self.farm.id if target == "organizations" else self.barn.user
        id = self.make(record_for(target), "bare")
        if target == "pets" and column.table.name != "clinic_patients":
            saving.add(self.barn.mirror, record_for("clinic_patients"), {"pet_id": id})
        if target in BESIDES:
            table, link, values = BESIDES[target]
            saving.add(self.barn.mirror, record_for(table), {link: id, **values})
        return id

    def settle(self) -> None:
        """Send what the barn has and bring it to the office, and the versions back."""
        for desk in (self.barn, self.office, self.barn):
            desk.sync()

    def at_central(self, email: str, record: type[Record], id: UUID) -> Image | None:
        """Return a row as a plain SELECT of that login shows it."""
        cursor = self.logins[email].cursor(row_factory=dict_row)
        row = cursor.execute(f"select * from {by_name(record)} where id = %s", (id,)).fetchone()
        return None if row is None else to_image(record, row)

    def assert_agreed(self, record: type[Record], id: UUID) -> Image:
        """Both mirrors have the row as central shows it to either of them; return it."""
        refused = [f"{one.table}: {one.message}" for one in self.barn.quarantine()]
        assert not refused
        shown = self.at_central(self.anna, record, id)
        assert shown is not None
        assert image_at(self.barn, record, id) == shown
        for_both = None if is_own(record) else shown
        assert image_at(self.office, record, id) == for_both
        assert self.at_central(self.ben, record, id) == for_both
        return shown


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, "value", value) for name, value in values.items()}


def image_at(desk: Desk, record: type[Record], id: UUID) -> Image | None:
    with desk.mirror.read() as connection:
        return read_image(connection, record, id)


@pytest.fixture(scope="module")
def world(shared_central: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(shared_central, tmp_path_factory.mktemp("world"))
    yield made
    made.farm.close()


@pytest.mark.parametrize("edge", EDGES)
@every
def test_a_row_makes_the_round_trip(world: World, record: type[Record], edge: str) -> None:
    id = world.made(record, edge)
    agreed = world.assert_agreed(record, id)
    typed = world.typed[id]
    assert typed is not None
    for column in record_columns(record):
        assert agreed[column.name] == typed[column.name], column


@pytest.mark.parametrize("record", WRITTEN, ids=by_name)
def test_every_column_can_be_emptied_and_changed(world: World, record: type[Record]) -> None:
    id = world.make(record, "most")
    world.settle()
    kept = ONE_OF.get(by_name(record), ()) + STAYS.get(by_name(record), ())
    names = [column.name for column in record_columns(record) if column.nullable]
    empty = {name: None for name in names if name not in kept}
    empty = changeable(record, empty)
    saving.change(world.barn.mirror, record, id, empty)
    world.settle()
    agreed = world.assert_agreed(record, id)
    assert all(agreed[name] is None for name in empty)

    values = changeable(record, values_for(record, "least", world.linked))
    world.settle()
    desk = world.barn if by_name(record) in OF_WHO_WROTE_IT else world.office
    saving.change(desk.mirror, record, id, values)
    desk.sync()
    assert not world.office.quarantine()
    world.settle()
    agreed = world.assert_agreed(record, id)
    assert {name: agreed[name] for name in values} == to_image(record, values)


@pytest.mark.parametrize("record", [r for r in MIRRORED if may_add(r)], ids=by_name)
def test_a_deleted_row_is_gone_everywhere_or_comes_back(world: World, record: type[Record]) -> None:
    id = world.make(record, "bare")
    world.settle()
    if by_name(record) in NEVER_DELETED:
        with pytest.raises(Refusal, match="Void it"):
            saving.remove(world.barn.mirror, record, id)
        return
    saving.remove(world.barn.mirror, record, id)
    world.settle()
    if Role.OWNER in record.__access__.roles("delete"):
        assert not world.barn.quarantine()
        assert image_at(world.barn, record, id) is None
        assert image_at(world.office, record, id) is None
        assert world.at_central(world.anna, record, id) is None
        return
    (refused,) = world.barn.quarantine()
    assert (refused.table, refused.code) == (by_name(record), "42501")
    resolve.discard(world.barn.mirror, refused.id)
    world.settle()
    world.assert_agreed(record, id)


def test_what_is_not_mirrored_stays_at_central(world: World) -> None:
    kept = [by_name(record) for record in RECORDS if not record.__access__.mirrored]
    assert "audit_logs" in kept
    found = world.logins[world.anna].execute("select count(*) from audit_logs").fetchone()[0]
    assert found > 0
    with world.barn.mirror.read() as connection:
        names = connection.exec_driver_sql("select name from sqlite_master").scalars()
        assert not set(kept) & set(names)


def test_the_export_has_every_row_of_every_record(world: World, tmp_path: Path) -> None:
    made = {record: world.made(record) for record in MIRRORED}
    exporting.export(world.barn.mirror, tmp_path)
    with world.barn.mirror.read() as connection:
        ways = conventions(connection)
    for record, id in made.items():
        with (tmp_path / f"{by_name(record)}.csv").open(encoding="utf-8", newline="") as file:
            lines = {line["id"]: line for line in csv.DictReader(file)}
        row = world.barn.row(by_name(record), id)
        assert row is not None
        for column in record.__table__.columns:
            told = lines[str(id)][column.name]
            if facts_of(column).bulky:
                told = base64.b64encode((tmp_path / told).read_bytes()).decode()
            held = ways.counted(column.name, row[column.name])
            assert told == exporting.plain(held), column
        with world.barn.mirror.read() as connection:
            count = connection.exec_driver_sql(f"select count(*) from {by_name(record)}")
            assert len(lines) == count.scalar_one()


@pytest.fixture
def on_screen(qapp: Any) -> Iterator[None]:
    memory.keep_in(None)
    if not theme.is_applied(qapp):
        theme.apply(qapp, dark=False)
    sweeper = Sweeper()
    yield
    sweeper.close()
    gc.freeze()  # what outlives its test is not looked through after every other one


def at_work(mirror: Mirror) -> Iterator[Work]:
    work = Work(mirror)
    crashes: list[Exception] = []
    work.crashed.connect(crashes.append)
    yield work
    work.close()
    assert not crashes


@pytest.fixture
def work(world: World, on_screen: None) -> Iterator[Work]:
    yield from at_work(world.barn.mirror)


@pytest.fixture(scope="module")
def blank(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    """A mirror without a single row."""
    with Mirror.open(tmp_path_factory.mktemp("blank") / "blank.db", bytes(32)) as mirror:
        for name in ("author", "organization"):
            mirror.remember(**{name: world.barn.mirror.recall(name)})
        yield mirror


@pytest.fixture
def blank_work(blank: Mirror, on_screen: None) -> Iterator[Work]:
    yield from at_work(blank)


@every
def test_its_form_shows_every_column_and_marks_the_required(
    work: Work, qtbot: QtBot, record: type[Record]
) -> None:
    form = RecordForm(work, record)
    qtbot.addWidget(form)
    form.new()
    form.show()
    qtbot.waitUntil(lambda: not work.busy)
    assert list(form.rows) == [column.name for column in record_columns(record)]
    for column in record_columns(record):
        row = form.rows[column.name]
        assert row.isVisible()
        assert row.editor.isVisible()
        assert isinstance(row.editor, LinkEditor) == bool(facts_of(column).target), column
        if is_required(column) and form.may_write:
            form.save()
            assert row.error() or form.rows[column.name].editor.value() is not None, column


@pytest.mark.parametrize(
    ("record", "edge"),
    [
        pytest.param(
            record,
            edge,
            id=f"{by_name(record)}-{edge}",
        )
        for record in MIRRORED
        for edge in EDGES
    ],
)
def test_its_form_shows_what_the_row_holds(
    world: World, work: Work, qtbot: QtBot, record: type[Record], edge: str
) -> None:
    id = world.made(record, edge)
    row = world.barn.row(by_name(record), id)
    form = RecordForm(work, record)
    qtbot.addWidget(form)
    form.edit(id)
    form.show()
    qtbot.waitUntil(lambda: not work.busy)
    assert row is not None
    for name in form.rows:
        assert form.editor(name).value() == row[name], name
    assert not form.changed


@pytest.mark.parametrize("record", WRITTEN, ids=by_name)
def test_saving_its_form_changes_only_what_was_typed(
    world: World, work: Work, qtbot: QtBot, record: type[Record]
) -> None:
    id = world.made(record)
    before = world.barn.row(by_name(record), id)
    form = RecordForm(work, record)
    qtbot.addWidget(form)
    form.edit(id)
    form.show()
    qtbot.waitUntil(lambda: not work.busy)
    editors = [line.editor for line in form.rows.values() if isinstance(line.editor, TextEditor)]
    # A key of no table is another part's to write; what has no line of text is seen elsewhere.
    editors = [one for one in editors if not isinstance(one.column.type, Key)]
    if not editors:
        assert by_name(record) == "clinic_patient_people"
        return
    typed = editors[0]
    value = "typed" if type(typed) is TextEditor else "1"
    typed.line.clear()
    qtbot.keyClicks(typed.line, value)
    form.save()
    qtbot.waitUntil(lambda: not work.busy)
    after = world.barn.row(by_name(record), id)
    assert before is not None
    assert after is not None
    assert [name for name in before if after[name] != before[name]] == [typed.column.name]


@every
def test_its_list_opens_empty_and_with_rows(
    world: World, work: Work, blank_work: Work, qtbot: QtBot, record: type[Record]
) -> None:
    world.made(record)
    columns = tuple(column.name for column in record_columns(record))
    lists = [RecordList(at, record, columns) for at in (blank_work, work)]
    for listed in lists:
        qtbot.addWidget(listed)
        listed.show()
    qtbot.waitUntil(lambda: not blank_work.busy and not work.busy)
    assert [listed.model.known for listed in lists] == [True, True]
    assert [listed.count() > 0 for listed in lists] == [False, True]
    for listed in lists:
        listed.grab()


@pytest.fixture(scope="module")
def signed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a PC that is signed in by the first test that types there."""
    return tmp_path_factory.mktemp("cli")


@pytest.fixture
def terminal(
    world: World,
    signed_in: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Terminal:
    runtime = signed_in / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.null.Keyring)
    made = Terminal(signed_in / "home", capsys, monkeypatch)
    if not made.home.exists():
        assert made.sign_in(world.farm.central.member_url, world.anna).code == 0
    return made


@every
def test_its_rows_are_added_shown_changed_and_deleted_by_command(
    world: World, terminal: Terminal, record: type[Record]
) -> None:
    name = by_name(record)
    with resume(Home(terminal.home)).open_mirror() as mirror:

        def linked(column: Column[Any]) -> UUID:
            target = str(facts_of(column).target)
            if target in ("organizations", "profiles"):
                return world.farm.id if target == "organizations" else world.barn.user
            values = values_for(record_for(target), "bare", linked)
            id, _ = saving.add(mirror, record_for(target), values)
            if column.info["link"][0] == "clinic_patients.pet_id":
                saving.add(mirror, record_for("clinic_patients"), {"pet_id": id})
            if target in BESIDES:
                table, link, besides = BESIDES[target]
                saving.add(mirror, record_for(table), {link: id, **besides})
            return id

        given = values_for(record, "most", linked)
        least = values_for(record, "least", linked)
    added = terminal.get("record", "add", name, *as_words(given))
    assert added.items() >= json.loads(json_text(given)).items()
    assert terminal.get("record", "show", name, added["id"]) == added
    assert added in terminal.get("record", "list", name)
    other = changeable(record, least)
    changed = terminal.get("record", "set", name, added["id"], *as_words(other))
    assert changed.items() >= json.loads(json_text(other)).items()
    if name in NEVER_DELETED:
        assert "Void it" in terminal.refused("record", "delete", name, added["id"])
        return
    assert terminal.get("record", "delete", name, added["id"])["id"] == added["id"]
    assert "There is no" in terminal.refused("record", "show", name, added["id"])


def as_words(values: dict[str, Any]) -> list[str]:
    return [f"{name}={exporting.plain(value)}" for name, value in values.items()]
