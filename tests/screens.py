"""Render every screen to a picture: `python -m tests.screens DIR [WORD ..]`.

The pictures are named <screen>-<theme>-<size>.png. With words, only the screens whose names hold
one of them are rendered.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import (
    QDeadlineTimer,
    QEvent,
    QEventLoop,
    QLocale,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from sqlalchemy import select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import Role
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.crash import CrashWindow
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.look import theme
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens import CLINIC_SCREENS, FARM_SCREENS
from fluffydesk.ui.shell import Shell
from fluffydesk.ui.status import SyncStatus
from fluffydesk.work import Work
from tests.sampled import empty_mirror, sample_clinic_mirror, sample_farm_mirror

SIZES = ((1280, 800), (1920, 1080))
LIMIT_MS = 30_000

Scene = tuple[str, Callable[[Shell], QWidget | None]]


class Studio:
    """An app that renders widgets once everything they asked for has come."""

    def __init__(self, app: QApplication, folder: Path, words: list[str]) -> None:
        self.app, self.folder, self.words = app, folder, words
        self.made = 0

    def settle(self, work: Work) -> None:
        """Wait until nothing is read, drawn or deleted any more."""
        deadline = QDeadlineTimer(LIMIT_MS)
        quiet = 0
        while quiet < 3:
            if deadline.hasExpired():
                raise TimeoutError("a screen did not finish loading")
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            quiet = 0 if work.busy else quiet + 1

    def wants(self, name: str) -> bool:
        return not self.words or any(word in name for word in self.words)

    def picture(self, widget: QWidget, name: str, size: str) -> None:
        """Save a picture of a widget in the theme in force."""
        shade = "dark" if theme.is_dark() else "light"
        widget.grab().save(str(self.folder / f"{name}-{shade}-{size}.png"))
        self.made += 1


def scenes(shell: Shell, prefix: str, extra: list[Scene]) -> Iterator[Scene]:
    """Yield every screen of the window, and the windows that open over it."""
    for key in shell.rail.keys:
        yield f"{prefix}-{key}", lambda shell, key=key: _visit(shell, Place(key))  # type: ignore[misc]
    yield from extra
    yield f"{prefix}-palette", _palette
    yield f"{prefix}-notices", _notices
    yield f"{prefix}-help", _help
    yield f"{prefix}-rail-narrow", _narrow
    yield f"{prefix}-crash", _crash


def _visit(shell: Shell, place: Place) -> None:
    shell.go(place)


def _palette(shell: Shell) -> QWidget:
    palette = shell.find_anything()
    palette.field.setText("be")
    return palette


def _notices(shell: Shell) -> None:
    shell.go(Place(shell.rail.keys[0]))
    shell.set_status(SyncStatus(online=False, waiting=12))
    shell.notify(Notice("Morning milking saved: 42 cows, 612.4 kg", undo=lambda: None))
    shell.notify(Notice("Weight must be at most 2000 kg.", "Check the unit.", "warning"))


def _help(shell: Shell) -> None:
    for slip in shell.notices.slips():
        slip.gone.emit(slip)
    shell.set_status(SyncStatus(online=True, conflicts=2, verified_at=datetime.now(UTC)))
    shell.help.toggle()


def _narrow(shell: Shell) -> None:
    shell.help.hide()
    shell.rail.set_narrow(True)


def _crash(shell: Shell) -> QWidget:
    shell.rail.set_narrow(False)
    window = CrashWindow(ValueError("an example"), Path("logs/fluffydesk.log"), shell)
    window.show()
    return window


def _form(record: type[Record], mirror: Mirror) -> Callable[[Shell], QWidget]:
    with mirror.read() as connection:
        row_id = connection.execute(select(record.__table__.c.id).limit(1)).scalar_one()
    return lambda shell: open_form(shell, shell.work, record, row_id)


def _place(key: str, record: type[Record], mirror: Mirror) -> Callable[[Shell], None]:
    with mirror.read() as connection:
        row_id = connection.execute(select(record.__table__.c.id).limit(1).offset(9)).scalar_one()
    return lambda shell: _visit(shell, Place(key, row_id))


def render(studio: Studio, kind: str, mirror: Mirror) -> None:
    """Render everything of one mirror in both themes and sizes."""
    clinic = "clinic" in kind
    screens = CLINIC_SCREENS if clinic else FARM_SCREENS
    extra: list[Scene] = []
    if kind == "farm":
        extra = [
            ("farm-animal-card", _place("animal", Livestock, mirror)),
            ("farm-form", _form(Livestock, mirror)),
        ]
    elif kind == "clinic":
        extra = [("clinic-form", _form(Appointment, mirror))]
    for dark in (False, True):
        theme.apply(studio.app, dark)
        for width, height in SIZES:
            work = Work(mirror)
            work.crashed.connect(_raise)
            shell = Shell(work, screens)
            shell.set_status(
                SyncStatus(online=True, verified_at=datetime.now(UTC) - timedelta(minutes=2))
            )
            shell.resize(width, height)
            shell.show()
            for name, stage in scenes(shell, kind, extra):
                if not studio.wants(name):
                    continue
                over = stage(shell)
                studio.settle(work)
                studio.picture(over or shell, name, f"{width}x{height}")
                if isinstance(over, QDialog):
                    over.done(0)
            shell.close()
            work.close()
            shell.deleteLater()
            studio.settle(work)


def _raise(error: Exception) -> None:
    raise error


def _complain(kind: QtMsgType, where: object, text: str) -> None:
    if "This plugin does not support" not in text:
        print(f"Qt: {text}", file=sys.stderr)


def main(arguments: list[str]) -> int:
    """Render into the folder named first; return 0."""
    if not arguments:
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    qInstallMessageHandler(_complain)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([])
    studio = Studio(app, folder, arguments[1:])
    midday = datetime.now(UTC).replace(hour=11, minute=30)
    with tempfile.TemporaryDirectory() as made:
        kinds: dict[str, Callable[[Path], Mirror]] = {
            "farm": sample_farm_mirror,
            "clinic": lambda path: sample_clinic_mirror(path, moment=midday),
            "farm-empty": lambda path: empty_mirror(path, role=Role.VIEWER),
        }
        for kind, make in kinds.items():
            if not (CLINIC_SCREENS if kind == "clinic" else FARM_SCREENS):
                continue
            with make(Path(made) / f"{kind}.db") as mirror:
                render(studio, kind, mirror)
    print(f"{studio.made} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
