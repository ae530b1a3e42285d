"""Render every screen to a picture: `python -m tests.screens DIR [WORD ..]`.

The pictures are named <screen>-<theme>-<size>.png. With words, only the screens whose names hold
one of them are rendered; a word such as 3840x2160 is a size instead of the usual ones, and `light`
or `dark` the only theme. `long-farm` and `turned-clinic` are samples with long words, and with
words from the right, `imperial-farm` and `imperial-clinic` are in pounds and gallons,
`owned-empty-farm` is its owner's first day, `one-farm` and `one-clinic` have one of each,
`milked-farm` one cow that is milked and treated; these are rendered only when asked for.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path
from uuid import UUID

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import (
    QDeadlineTimer,
    QEvent,
    QEventLoop,
    QLocale,
    QPoint,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from fluffydesk.account.home import Home
from fluffydesk.actions.conventions import choose
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import OrgType, Role
from fluffydesk.records.enums.organizations import ShownMass, ShownTemperature, ShownVolume
from fluffydesk.ui.look import theme
from fluffydesk.ui.screens.rail import CLINIC_SCREENS, FARM_SCREENS
from fluffydesk.ui.screens.sign_in import SignInWindow
from fluffydesk.ui.shell import Shell
from fluffydesk.ui.status import SyncStatus
from fluffydesk.ui.sweeping import Sweeper
from fluffydesk.work import Work
from tests.one_clinic import one_of_everything
from tests.sampled import empty_mirror, sample_clinic_mirror, sample_farm_mirror
from tests.scenes import Scene, scenes_of, windows
from tests.states import STATES, one_cow_milked

SIZES = ((1280, 800), (1920, 1080))
LIMIT_MS = 30_000


class Studio:
    """An app that renders windows once everything they asked for has come."""

    def __init__(self, app: QApplication, folder: Path, words: list[str]) -> None:
        self.app, self.folder, self.made = app, folder, 0
        sizes = [word for word in words if word[0].isdigit()]
        self.sizes = [tuple(map(int, size.split("x"))) for size in sizes] or SIZES
        named = ((False, "light"), (True, "dark"))
        self.themes = [dark for dark, name in named if name in words] or [False, True]
        self.words = [word for word in words if word not in (*sizes, "light", "dark")]

    def settle(self, work: Work | None = None) -> None:
        """Wait until nothing is read, drawn or deleted any more."""
        deadline = QDeadlineTimer(LIMIT_MS)
        quiet = 0
        while quiet < 3:
            if deadline.hasExpired():
                raise TimeoutError("a screen did not finish loading")
            self.app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            quiet = 0 if work is not None and work.busy else quiet + 1

    def wants(self, name: str) -> bool:
        return not self.words or any(word in name for word in self.words)

    def wants_state(self, state: str) -> bool:
        return any(word.startswith(state) for word in self.words)

    def picture(self, window: QWidget, name: str) -> None:
        """Save a picture of a window and of what is open over it, in the theme in force."""
        shade = "dark" if theme.is_dark() else "light"
        size = f"{window.width()}x{window.height()}"
        picture = window.grab()
        for over in _over(window):
            place = over.mapToGlobal(QPoint(0, 0)) - window.mapToGlobal(QPoint(0, 0))
            _lay(picture, over.grab(), place)
        picture.save(str(self.folder / f"{name}-{shade}-{size}.png"))
        self.made += 1

    def clear(self, window: QWidget) -> None:
        """Close what is open over a window, and beside its screens."""
        if isinstance(window, Shell):
            window.aside.drop()
        for over in reversed(_over(window)):
            if isinstance(over, QDialog):
                over.done(0)
            over.close()


def _over(window: QWidget) -> list[QWidget]:
    """Return the windows, dialogs and menus shown beside `window`, the lowest first."""
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one is not window]
    ranks = (Qt.WindowType.Dialog, Qt.WindowType.Popup, Qt.WindowType.ToolTip)
    return sorted(
        shown,
        key=lambda one: (
            ranks.index(one.windowType()) if one.windowType() in ranks else -1,
            _depth(one),
        ),
    )


def _depth(window: QWidget) -> int:
    """Return how many windows a window stands over."""
    below = window.parentWidget()
    return 0 if below is None else 1 + _depth(below.window())


def _lay(picture: QPixmap, over: QPixmap, place: QPoint) -> None:
    painter = QPainter(picture)
    painter.drawPixmap(place, over)
    painter.end()


def render(studio: Studio, kind: str, mirror: Mirror) -> None:
    """Render everything of one mirror in both themes and sizes."""
    screens = CLINIC_SCREENS if "clinic" in kind else FARM_SCREENS
    scenes = scenes_of(screens, kind, mirror)
    for dark in studio.themes:
        theme.apply(studio.app, dark)
        for width, height in studio.sizes:
            work = Work(mirror)
            work.crashed.connect(_raise)
            shell = Shell(work, screens)
            shell.set_status(
                SyncStatus(online=True, verified_at=datetime.now(UTC) - timedelta(minutes=2))
            )
            shell.resize(width, height)
            shell.show()
            for scene in scenes:
                if studio.wants(scene[0]):
                    _play(studio, shell, scene)
            shell.close()
            work.close()
            shell.deleteLater()
            studio.settle(work)


def _play(studio: Studio, shell: Shell, scene: Scene) -> None:
    name, steps = scene
    for step in steps:
        step(shell)
        studio.settle(shell.work)
    studio.picture(shell, name)
    studio.clear(shell)
    studio.settle(shell.work)


def render_windows(studio: Studio, home: Path) -> None:
    """Render the windows before the app's own, in both themes."""
    for dark in studio.themes:
        theme.apply(studio.app, dark)
        for name, acts in windows():
            if not studio.wants(name):
                continue
            window = SignInWindow(Home(home))
            window.show()
            studio.settle()
            for act in acts:
                act(window)
                studio.settle()
            studio.picture(window, name)
            window.close()
            window.deleteLater()
            studio.settle()


def _in_state(state: str, make: Callable[[Path], Mirror], path: Path) -> Mirror:
    mirror = make(path)
    STATES[state](mirror)
    return mirror


def _milked(path: Path) -> Mirror:
    mirror = empty_mirror(path)
    one_cow_milked(mirror)
    return mirror


def _one_clinic(path: Path) -> Mirror:
    mirror = empty_mirror(path, OrgType.VETERINARY_CLINIC)
    one_of_everything(mirror)
    return mirror


def _imperial(make: Callable[[Path], Mirror], path: Path) -> Mirror:
    mirror = make(path)
    units = {
        "mass_unit": ShownMass.POUND,
        "volume_unit": ShownVolume.US_GALLON,
        "temperature_unit": ShownTemperature.FAHRENHEIT,
    }
    choose(mirror, UUID(mirror.recall("organization")["id"]), units)
    return mirror


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
    sweeper = Sweeper()
    midday = datetime.now(UTC).replace(hour=11, minute=30)
    with tempfile.TemporaryDirectory() as made:
        kinds: dict[str, Callable[[Path], Mirror]] = {
            "farm": sample_farm_mirror,
            "clinic": lambda path: sample_clinic_mirror(path, moment=midday),
            "empty-farm": lambda path: empty_mirror(path, role=Role.VIEWER),
            "empty-clinic": lambda path: empty_mirror(path, OrgType.VETERINARY_CLINIC),
        }
        if studio.wants_state("owned"):
            kinds["owned-empty-farm"] = empty_mirror
        if studio.wants_state("one-farm"):
            kinds["one-farm"] = empty_mirror
        if studio.wants_state("one-clinic"):
            kinds["one-clinic"] = _one_clinic
        if studio.wants_state("milked"):
            kinds["milked-farm"] = _milked
        for kind in ("farm", "clinic"):
            if studio.wants_state(f"imperial-{kind}"):
                kinds[f"imperial-{kind}"] = partial(_imperial, kinds[kind])
        for state, kind in product(("long", "turned"), ("farm", "clinic")):
            if studio.wants_state(state):
                kinds[f"{state}-{kind}"] = partial(_in_state, state, kinds[kind])
        for kind, make in kinds.items():
            with make(Path(made) / f"{kind}.db") as mirror:
                render(studio, kind, mirror)
        render_windows(studio, Path(made) / "home")
    sweeper.close()
    print(f"{studio.made} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
