"""The window before the app's own: signing in, unlocking with the password, and the first sync."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLineEdit,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fluffydesk.account import session as accounts
from fluffydesk.account.home import Account, Home
from fluffydesk.account.session import Session
from fluffydesk.actions.deciding import put_right
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.errors import Busy, NotSignedIn, Offline, Refusal, SignInRefused, UnsentEdits
from fluffydesk.sync import cycle
from fluffydesk.sync.baseline import Progress
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, DropDown, IconLabel, Words, restyle, row
from fluffydesk.work import Errand

_WIDTH = 440
_DATABASE = "fluffypet"


@dataclass(frozen=True)
class Several:
    """The password is right, and the user is a member of several organizations."""

    organizations: tuple[tuple[str, str], ...]
    """Name and id of each."""


class Field(QWidget):
    """A label, a line (or a list) and the error under it."""

    def __init__(self, label: str, field: QLineEdit | QComboBox, hint: str = "") -> None:
        super().__init__()
        self.field = field
        self._error = Words("", Type.SMALL, "danger", wrap=True)
        self._error.hide()
        name = Words(label)
        name.setBuddy(field)
        field.setAccessibleName(label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.TIGHT)
        column.addWidget(name)
        column.addWidget(field)
        if hint:
            column.addWidget(Words(hint, Type.SMALL, "muted", wrap=True))
        column.addWidget(self._error)
        if isinstance(field, QLineEdit):
            field.textEdited.connect(lambda: self.say(""))
        else:
            field.setMinimumHeight(measures.FIELD)

    def say(self, error: str) -> None:
        """Show an error; "" takes it away."""
        self._error.setText(error)
        self._error.setVisible(bool(error))
        restyle(self.field, "wrong", "true" if error else "false")
        self.field.setAccessibleDescription(error)

    def error(self) -> str:
        return self._error.text()

    def text(self) -> str:
        """Return what is typed or chosen."""
        field = self.field
        return field.text() if isinstance(field, QLineEdit) else field.currentText()


class SignInWindow(QWidget):
    """Says `signed_in` with a Session whose mirror is filled, or `closed`."""

    signed_in = Signal(object)
    closed = Signal()
    crashed = Signal(object)
    _progressed = Signal(object)

    def __init__(self, home: Home, notice: str = "") -> None:
        """`notice` is told above the fields: why signing in is needed, where that is not plain."""
        super().__init__()
        self.home = home
        self.errand = Errand(self)
        self.errand.crashed.connect(self.crashed)
        self._known: Account | None = home.current()
        self._cancelled = self._done = False
        self.setWindowTitle("FluffyDesk")
        self.setObjectName("page")
        self.resize(960, 720)
        self._build(notice)
        self._progressed.connect(self._progress)
        self._show_form()

    def _build(self, notice: str) -> None:
        self.heading = Words("", Type.TITLE)
        self.lead = Words("", role="muted", wrap=True)
        self.banner = Banner(notice, "warning")
        server = QLineEdit()
        server.setPlaceholderText("postgresql://central.example/fluffypet")
        self.url = Field("Server address", server, "As your clinic or farm was given it")
        self.email = Field("E-mail", QLineEdit())
        secret = QLineEdit()
        secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.password = Field("Password", secret)
        self.organization = Field("Organization", DropDown())
        self.organization.hide()
        self.button = Button("Sign in", self.submit, kind="primary")
        self.other = Button("Use another account", self._use_another, kind="link")
        self.form = QWidget()
        column = QVBoxLayout(self.form)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.CARD)
        for part in (self.url, self.email, self.password, self.organization):
            column.addWidget(part)
        column.addSpacing(measures.STEP)
        column.addWidget(self.button)
        column.addWidget(self.other, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.busy = QWidget()
        waiting = QVBoxLayout(self.busy)
        waiting.setContentsMargins(0, measures.GROUP, 0, 0)
        waiting.setSpacing(measures.CARD)
        self.step = Words("", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.cancel = Button("Cancel", self._cancel)
        for shown in (self.step, self.bar):
            waiting.addWidget(shown)
        waiting.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignLeft)
        waiting.addStretch(1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.form)
        self.stack.addWidget(self.busy)
        card = QFrame()
        card.setProperty("role", "card")
        card.setFixedWidth(_WIDTH)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(32, 32, 32, measures.GROUP)
        inside.setSpacing(measures.CARD)
        inside.addLayout(row(IconLabel("farm", "accent", 36), Words("FluffyDesk", Type.HEADING)))
        for widget in (self.heading, self.lead, self.banner, self.stack):
            inside.addWidget(widget)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addLayout(row(None, card, None))
        outer.addStretch(1)

    def _show_form(self) -> None:
        known = self._known
        self.heading.setText("Sign in" if known is None else "Welcome back")
        self.lead.setText(
            "Once signed in, you work on with or without a network."
            if known is None
            else f"{known.email} at {known.organization_name}. Type your password to unlock this "
            "PC's copy; it works offline too."
        )
        self.url.setVisible(known is None)
        self.email.setVisible(known is None)
        self.other.setVisible(known is not None)
        self.button.setText("Sign in" if known is None else "Unlock")
        self.stack.setCurrentIndex(0)
        first = self.url if known is None else self.password
        if known is None and self.url.text().strip():
            first = self.password
        first.field.setFocus()

    def submit(self) -> None:
        """Check the fields and sign in."""
        for field in (self.url, self.email, self.password, self.organization):
            field.say("")
        self.banner.say("")
        known = self._known
        url = known.url if known else address(self.url.text().strip())
        email = known.email if known else self.email.text().strip()
        password = self.password.text()
        for missing, field, words in (
            (not url, self.url, "Type the server's address."),
            ("@" not in email, self.email, "Type your e-mail address."),
            (not password, self.password, "Type your password."),
        ):
            if missing:
                field.say(words)
                field.field.setFocus()
                return
        organization = known.organization_id if known else self._organization()
        self._cancelled = False
        self.step.setText("Signing in ..")
        self.bar.setRange(0, 0)
        self.stack.setCurrentIndex(1)
        self.cancel.setFocus()
        home = self.home
        self.errand.run(
            lambda: enter(home, (url, email, password), organization, self._stopped, self._tell),
            self._entered,
            self._refused,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.stack.currentIndex():
            self.submit()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.shut()
        super().closeEvent(event)
        if not self._done:
            self.closed.emit()

    def shut(self) -> None:
        """End the thread; what was synced so far stays and is gone on with next time."""
        self._cancelled = True
        self.errand.close()

    def _stopped(self) -> bool:
        return self._cancelled or self.errand.stopping()

    def _tell(self, progress: Progress) -> None:
        self._progressed.emit(progress)

    def _progress(self, progress: Progress) -> None:
        words = step_words(progress)
        if not self._cancelled:
            self.step.setText(words)
        if progress.total:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * progress.done / progress.total))

    def _entered(self, result: Session | Several | None) -> None:
        if isinstance(result, Several):
            self._offer(result)
            return
        if result is None or self._cancelled:
            self._show_form()
            self.banner.say("Stopped. Sign in again to go on where it stopped.", "info")
            return
        self._done = True
        self.signed_in.emit(result)

    def _refused(self, refusal: Refusal) -> None:
        self._show_form()
        field = self.password
        if isinstance(refusal, Offline):
            field = self.url
        if isinstance(refusal, SignInRefused | Offline) and field.isVisibleTo(self.form):
            field.say(str(refusal))
            field.field.setFocus()
        else:
            tone = "warning" if isinstance(refusal, UnsentEdits | Busy) else "danger"
            self.banner.say(str(refusal), tone)

    def _offer(self, several: Several) -> None:
        box = self.organization.field
        assert isinstance(box, QComboBox)
        box.clear()
        for name, key in several.organizations:
            box.addItem(name, key)
        self.organization.show()
        self._show_form()
        self.banner.say("You are a member of several organizations: choose one.", "info")
        box.setFocus()

    def _organization(self) -> str | None:
        box = self.organization.field
        assert isinstance(box, QComboBox)
        return None if self.organization.isHidden() else box.currentData()

    def _use_another(self) -> None:
        self._known = None
        self._show_form()

    def _cancel(self) -> None:
        self._cancelled = True
        self.step.setText("Stopping ..")


def address(text: str) -> str:
    """Return what was typed as a database's URL: a bare host name gets scheme and database."""
    if not text or "://" in text:
        return text
    return f"postgresql://{text}" + ("" if "/" in text else f"/{_DATABASE}")


def step_words(progress: Progress) -> str:
    """Return what a sync does, and how far it is, in words."""
    doing = {
        "hello": "Greeting central ..",
        "push": "Sending your edits ..",
        "pull": "Getting what is new ..",
    }.get(progress.doing, "Loading the records ..")
    if progress.total:
        return f"{doing} {progress.done:,} of {progress.total:,} rows"
    return doing


def enter(
    home: Home,
    who: tuple[str, str, str],
    organization: str | None,
    stopped: Callable[[], bool],
    tell: Callable[[Progress], Any],
) -> Session | Several | None:
    """Sign in and fill the mirror the first time; None where that was stopped before its end."""
    url, email, password = who
    try:
        session = accounts.sign_in(home, url, email, password, organization=organization)
    except (SignInRefused, Offline, NotSignedIn):
        raise
    except Refusal as refusal:
        if refusal.field != "organization":
            raise
        with closing(PostgresGateway(url, email, password)) as gateway:
            found = gateway.organizations()
        return Several(tuple((str(one["name"]), str(one["id"])) for one in found))
    with session.open_mirror() as mirror:
        if mirror.recall("cursor") is not None or not session.online:
            return session
        with home.sync_lock(), closing(session.gateway()) as gateway:
            cycle.sync(
                lambda job: job(mirror),
                gateway,
                session.organization_id,
                session.device,
                progress=tell,
                stopped=stopped,
                settle=put_right,
            )
        return None if mirror.recall("cursor") is None else session
