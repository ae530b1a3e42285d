"""The sync centre: nothing lost, and seen to be so; what needs a person is decided here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import record_for
from fluffydesk.sync import resolve
from fluffydesk.ui.fields.texts import clock_text, moment_text, number_text
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.link import Standing, link_of
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card, Page
from fluffydesk.ui.parts.controls import Button, IconLabel, Words, hair_line, put_in_place, row
from fluffydesk.ui.screen import Primary, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.reading.sync import SyncView, read_sync
from fluffydesk.ui.screens.sync_cards import ConflictCard, RefusedCard
from fluffydesk.work import Work

_MOST_CARDS = 25
_MOST_LINES = 50


class SyncCentre(Screen):
    """What waits, what is in conflict, what was refused, the sums of the ledger, and sync now."""

    key = "sync"
    title = "Sync"
    icon = "sync"
    group = "This PC"
    help = (
        "Every save is kept on this PC first and sent to central when it can be reached.\n"
        "A conflict is a value that you and somebody else changed differently: keep one of the "
        "two, or type a third. Everything else of that record has long been sent.\n"
        "A refused edit is one that central may not take, with the reason. Mend it, try again, "
        "or discard it; it holds up nothing else.\n"
        "The sums add up to every edit ever made on this PC: none goes missing."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.link = link_of(work)
        self.view: SyncView | None = None
        self.conflicts: list[ConflictCard] = []
        self.refusals: list[RefusedCard] = []
        self._build()
        self.link.changed.connect(self._stands)
        self._stands(self.link.standing)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Up, Down", "Previous or next card"),
            ("M", "On a conflict: keep mine. On a refused edit: mend it"),
            ("T", "On a conflict: keep theirs. On a refused edit: try again"),
            ("O", "On a conflict: type another value"),
            ("D", "On a refused edit: discard"),
        )

    def primary(self) -> Primary:
        return "Sync now", self.link.sync_wanted.emit, "sync"

    def reload(self) -> None:
        self.work.on_mirror(read_sync, self._show, latest=True)

    def changed(self, changes: Changes) -> None:
        """Any write may have made, or settled, what is shown here."""
        if self.isVisible():
            self.reload()
        else:
            self._old = True

    def _build(self) -> None:
        page = Page()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)
        card = Card()
        self._icon = IconLabel("sync", "muted", 28)
        self.state = Words("", Type.HEADING, wrap=True)
        self.more = Words("", role="muted", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.state)
        words.addWidget(self.more)
        self._check = Button("Compare with central", self.link.verify_wanted.emit)
        line = row(self._icon, spacing=measures.CARD)
        line.addLayout(words, 1)
        line.addWidget(self._check)
        card.add(line)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the sync")
        card.add(self.progress)
        card.add(hair_line())
        self.sums = Words("", wrap=True)
        card.add(self.sums)
        page.add(card)
        self._page = page.column
        self._decisions = QWidget()
        self._column = QVBoxLayout(self._decisions)
        page.add(self._decisions)
        self._waiting = Card("Waiting to be sent")
        self._body = QVBoxLayout()
        self._list = QWidget()
        self._body.addWidget(self._list)
        self._waiting.add(self._body)
        page.add(self._waiting)
        page.column.addStretch(1)

    def _show(self, view: SyncView) -> None:
        before, self.view = self.view, view
        self.sums.setText(ledger_words(view))
        self._say_more()
        if before is None or before.waiting != view.waiting:
            self._show_waiting(view)
        if before is None or (before.conflicts, before.refused) != (view.conflicts, view.refused):
            self._show_decisions(view)
        else:
            for card in (*self.conflicts, *self.refusals):
                card.setEnabled(True)

    def _show_decisions(self, view: SyncView) -> None:
        focused = next((c for c in (*self.conflicts, *self.refusals) if c.hasFocus()), None)
        at = self._column.indexOf(focused) if focused is not None else -1
        gap = measures.STEP + measures.TIGHT
        self._decisions, self._column = _fresh(self._page, self._decisions, gap)
        me = self.work.whose
        mine = f"{me.user_name or 'You'}, on this PC ({me.device_name})"
        self.conflicts = [
            ConflictCard(self.work, one, mine) for one in view.conflicts[:_MOST_CARDS]
        ]
        self.refusals = [RefusedCard(one) for one in view.refused[:_MOST_CARDS]]
        for conflict in self.conflicts:
            conflict.decided.connect(partial(self._decide, conflict))
            conflict.opened.connect(self._open)
        for refused in self.refusals:
            refused.mended.connect(self._open)
            refused.retried.connect(partial(self._retry, refused))
            refused.discarded.connect(partial(self._discard, refused))
        self._section("conflict needs", "conflicts need", len(view.conflicts), self.conflicts)
        self._section("refused edit needs", "refused edits need", len(view.refused), self.refusals)
        self._decisions.setVisible(bool(self.conflicts or self.refusals))
        if at >= 0 and (self.conflicts or self.refusals):
            (self.conflicts or self.refusals)[0].setFocus()

    def _section(self, one: str, many: str, count: int, cards: Sequence[QWidget]) -> None:
        if not cards:
            return
        if self._column.count():
            self._column.addSpacing(measures.STEP)
        self._column.addWidget(
            Words(f"{number_text(count)} {one if count == 1 else many} you", Type.HEADING)
        )
        for card in cards:
            self._column.addWidget(card)
        if count > len(cards):
            more = f"{number_text(count - len(cards))} more follow as these are settled."
            self._column.addWidget(Words(more, role="muted"))

    def _show_waiting(self, view: SyncView) -> None:
        self._list, lines = _fresh(self._body, self._list, measures.STEP)
        if not view.waiting:
            lines.addWidget(Words("Nothing waits: central has every edit.", role="muted"))
        for unit in view.waiting[:_MOST_LINES]:
            title = Words(unit.title)
            who = Words(f"{unit.who}, {moment_text(unit.made_at)}", Type.SMALL, "muted")
            lines.addLayout(row(title, None, who))
        left = view.counts.get("waiting", 0) - min(len(view.waiting), _MOST_LINES)
        if left > 0:
            lines.addWidget(Words(f"and {number_text(left)} more", role="muted"))

    def _stands(self, standing: Standing) -> None:
        words, icon, colour = state_words(standing)
        self.state.setText(words)
        self._icon.set_icon(icon, colour)
        self.progress.setVisible(standing.syncing)
        known = standing.share is not None
        self.progress.setRange(0, 1000 if known else 0)
        self.progress.setValue(round((standing.share or 0) * 1000))
        self._check.setEnabled(standing.online is True and not standing.syncing)
        self._say_more()
        if not standing.syncing:
            self.changed(Changes())

    def _say_more(self) -> None:
        standing, view = self.link.standing, self.view
        parts = [standing.trouble]
        if standing.syncing:
            parts.append(standing.step)
        if view is not None:
            parts.append(_last("Last sync", view.synced_at, "not synced yet"))
            parts.append(_last("compared with central", view.verified_at, "not compared yet"))
        self.more.setText(" · ".join(part for part in parts if part))

    def _decide(self, card: ConflictCard, conflict_id: UUID, keep: Any) -> None:
        done = _Told(card, partial(self._told, "Decided. It goes to central with the next sync."))
        self.work.act(
            lambda mirror: resolve.decide(mirror, conflict_id, keep), done.done, done.refuse
        )

    def _retry(self, card: RefusedCard, refusal_id: UUID) -> None:
        done = _Told(card, partial(self._told, "It goes to central again with the next sync."))
        self.work.act(lambda mirror: resolve.retry(mirror, refusal_id), done.done, done.refuse)

    def _discard(self, card: RefusedCard, refusal_id: UUID) -> None:
        done = _Told(card, partial(self._told, "Discarded."))
        self.work.act(lambda mirror: resolve.discard(mirror, refusal_id), done.done, done.refuse)

    def _told(self, words: str) -> None:
        self.tell(words)
        self.reload()
        self.link.sync_wanted.emit()

    def _open(self, table: str, row_id: UUID) -> None:
        if table == Appointment.__table__.name:
            open_booking(self, self.work, row_id)
        else:
            open_form(self, self.work, record_for(table), row_id)


class _Told(QObject):
    """Hears how a decision went, for one card; lives as long as the card."""

    def __init__(self, card: ConflictCard | RefusedCard, then: Callable[[], object]) -> None:
        super().__init__(card)
        self._card, self._then = card, then

    def done(self, changes: Changes) -> None:
        self._then()

    def refuse(self, refusal: Refusal) -> None:
        self._card.refuse(refusal)


def state_words(standing: Standing) -> tuple[str, str, str]:
    """Return how the line stands: words, an icon's role and its colour's."""
    if standing.syncing:
        return "Syncing with central ..", "sync", "info"
    if standing.online is None:
        return "Looking for central ..", "sync", "muted"
    if not standing.online:
        return "Offline. You can go on working; your edits wait safely here.", "offline", "warning"
    return "Online. Central and this PC talk to each other.", "online", "accent"


def ledger_words(view: SyncView) -> str:
    """Return the ledger's sums: they add up to every edit ever made on this PC."""
    if not view.made:
        return "No edits made on this PC yet."
    counts = view.counts
    parts = {
        "sent": counts.get("applied", 0) + counts.get("merged", 0),
        "waiting": counts.get("waiting", 0),
        "in conflict": counts.get("conflict", 0),
        "refused": counts.get("quarantined", 0),
        "discarded by a person": counts.get("discarded", 0),
    }
    told = ", ".join(
        f"{number_text(count)} {words}"
        for words, count in parts.items()
        if count or words == "sent"
    )
    edits = "1 edit" if view.made == 1 else f"{number_text(view.made)} edits"
    oldest = ""
    if view.oldest is not None:
        oldest = f" The oldest that waits is from {moment_text(view.oldest)}."
    return f"{edits} made on this PC: {told}.{oldest}"


def _last(what: str, moment: datetime | None, never: str) -> str:
    return never if moment is None else f"{what} {clock_text(moment)}"


def _fresh(around: QVBoxLayout, old: QWidget, spacing: int) -> tuple[QWidget, QVBoxLayout]:
    """Put an empty widget in the place of `old`, and return it with its layout."""
    made = QWidget()
    made.setObjectName("scrolled")
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    put_in_place(around, old, made)
    old.hide()
    old.deleteLater()
    return made, column
