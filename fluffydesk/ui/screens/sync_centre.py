"""The sync centre: nothing lost, and seen to be so; what needs a person is decided here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from fluffydesk.actions import deciding
from fluffydesk.actions.appointments import Slot, move_appointment, share_time
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import today
from fluffydesk.sync import dry_run, resolve, support, twins
from fluffydesk.sync.dry_run import Incoming, Outgoing
from fluffydesk.sync.twins import Twin
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.link import Standing, link_of
from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card, Page
from fluffydesk.ui.parts.controls import Words, dismiss, put_in_place
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.record_history import open_history
from fluffydesk.ui.screen import Primary, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.contradictions_banner import ContradictionsBanner
from fluffydesk.ui.screens.reading.sync import SyncView, read_sync
from fluffydesk.ui.screens.sync_cards import ConflictCard, Decision, RefusedCard
from fluffydesk.ui.screens.sync_lists import fill_discarded, fill_waiting
from fluffydesk.ui.screens.sync_plan import PlanCard
from fluffydesk.ui.screens.sync_state import StateCard
from fluffydesk.ui.screens.sync_twin import Seeker
from fluffydesk.work import Work

_MOST_CARDS = 25


class SyncCentre(Screen):
    """What waits, what is in conflict, what was refused, the sums of the ledger, and sync now."""

    key = "sync"
    title = "Sync"
    icon = "sync"
    group = "This PC"
    help = (
        "Every save is kept on this PC first and sent to central when it can be reached. What "
        "waits is listed with its records; press one to open it.\n"
        "A conflict is a value that you and somebody else changed differently: keep one of the "
        "two, both texts, or type a third. Everything else of that record has long been sent.\n"
        "A refused edit is one that central may not take, with the reason. Mend it, try again, "
        "or discard it; it holds up nothing else. A visit whose time is taken comes with the next "
        "free times: one key takes one. A milking or round that is there already is shown "
        "beside yours and can be made one with it.\n"
        "What would sync do? lists what goes, what stays and why, and what would come, without "
        "doing it. Cancel stops a sync; it goes on later where it was.\n"
        "The sums add up to every edit ever made on this PC: none goes missing. What was "
        "discarded is listed with who did it.\n"
        "A support bundle tells how the sync stands: versions, counts, times and errors, and no "
        "name, number or note of yours."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.link = link_of(work)
        self.view: SyncView | None = None
        self.conflicts: list[ConflictCard] = []
        self.refusals: list[RefusedCard] = []
        self.plan: PlanCard | None = None
        self._build()
        bind(self, {"Ctrl+D": self.look_ahead, "Ctrl+B": self.ask_for_bundle})
        self.link.changed.connect(self._stands)
        self.link.looked_ahead.connect(self._show_incoming)
        self._stands(self.link.standing)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Up, Down", "Previous or next card"),
            ("M", "On a conflict: keep mine. On a refused edit: mend it"),
            ("T", "On a conflict: keep theirs. On a refused edit: try again"),
            ("B", "On a conflict of two texts: keep both"),
            ("O", "On a conflict: type another value"),
            ("1 … 4", "On a visit whose time is taken: take a free time"),
            ("J", "On a row that is there already: make the two one"),
            ("D", "On a refused edit: discard"),
            ("H", "On a card: the history of its record"),
            ("Ctrl+D", "What would sync do?"),
            ("Ctrl+B", "Make a support bundle"),
        )

    def primary(self) -> Primary:
        return "Sync now", self.link.sync_wanted.emit, "sync"

    def reload(self) -> None:
        self.work.on_mirror(read_sync, self._show, latest=True)
        self.contradictions.reload()

    def changed(self, changes: Changes) -> None:
        """Any write may have made, or settled, what is shown here."""
        if self.isVisible():
            self.reload()
        else:
            self._old = True

    def look_ahead(self) -> None:
        """Show what a sync would do, without doing it."""
        self.hide_plan()
        self.plan = PlanCard()
        self.plan.hidden.connect(self.hide_plan)
        self._page.insertWidget(1, self.plan)
        self.plan.setFocus()
        self.work.on_mirror(dry_run.outgoing, self._show_outgoing, self.refuse, latest=True)

    def hide_plan(self) -> None:
        """Take away what a sync would do."""
        plan, self.plan = self.plan, None
        if plan is not None:
            self.card.ahead.setFocus()
            self._page.removeWidget(plan)
            dismiss(plan)

    def ask_for_bundle(self) -> None:
        """Ask where to put a support bundle, without keeping the window from answering."""
        dialog = QFileDialog(self, "Save a support bundle")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("Support bundle (*.zip)")
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(f"fluffydesk-support-{today():%Y-%m-%d}.zip")
        dialog.fileSelected.connect(self.make_bundle)
        dialog.open()

    def make_bundle(self, file: str) -> None:
        """Write a support bundle into a file."""
        logs = Path(self.link.seat.logs) if self.link.seat.logs else None
        standing = self.link.standing
        more = {"theme": "dark" if theme.is_dark() else "light", "online": standing.online}
        # In two steps: the mirror is not kept while the file is written.
        self._bundle = Path(file)
        read = partial(support.bundle, logs=logs, more=more)
        self.work.on_mirror(read, self._write_bundle, self.refuse)

    def _write_bundle(self, files: Mapping[str, str]) -> None:
        write = partial(support.write_bundle, self._bundle, files)
        self.work.on_network(write, self._bundled, self.refuse)

    def _bundled(self, path: Path) -> None:
        self.tell(
            f"The support bundle is in {path}.", "Look into it before you send it, if you like."
        )

    def _build(self) -> None:
        self.page = page = Page()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)
        self.card = StateCard(self.link)
        self.card.ahead.clicked.connect(self.look_ahead)
        self.card.ahead.setToolTip("Ctrl+D")
        self.card.support.clicked.connect(self.ask_for_bundle)
        self.card.support.setToolTip("Ctrl+B")
        self.state, self.more = self.card.state, self.card.more
        self.progress, self.sums = self.card.progress, self.card.sums
        page.add(self.card)
        self.contradictions = ContradictionsBanner(self)
        page.add(self.contradictions)
        self._page = page.column
        self._decisions = QWidget()
        self._column = QVBoxLayout(self._decisions)
        page.add(self._decisions)
        self._waiting, self._waiting_body, self._waiting_lines = _list("Waiting to be sent")
        page.add(self._waiting)
        self._gone, self._gone_body, self._gone_lines = _list("Discarded on this PC")
        page.add(self._gone)
        page.column.addStretch(1)

    def _show(self, view: SyncView) -> None:
        before, self.view = self.view, view
        self.card.show_view(view)
        self.card.show_standing(self.link.standing, view)
        if before is None or before.waiting != view.waiting:
            self._waiting_lines, lines = _fresh(
                self._waiting_body, self._waiting_lines, measures.STEP
            )
            fill_waiting(lines, view, self._open)
        if before is None or before.discarded != view.discarded:
            self._gone_lines, lines = _fresh(self._gone_body, self._gone_lines, measures.STEP)
            fill_discarded(lines, view)
            self._gone.setVisible(bool(view.discarded))
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
        for card in (*self.conflicts, *self.refusals):
            card.opened.connect(self._open)
            card.history.connect(self._history)
        for conflict in self.conflicts:
            conflict.decided.connect(self._decide)
        for refused in self.refusals:
            refused.retried.connect(self._retry)
            refused.discarded.connect(self._discard)
            refused.moved.connect(self._take)
            refused.joined.connect(self._join)
            refused.shared.connect(self._share)
            refused.sent_without.connect(self._send_without)
            if refused.shown.double and not refused.shown.mended:
                Seeker(refused.twin, self.work, refused.shown.refused.id)
        waiting = [card for card in self.refusals if not card.shown.mended]
        mended = [card for card in self.refusals if card.shown.mended]
        count = len(view.refused) - len(mended)
        self._section(
            "conflict needs you", "conflicts need you", len(view.conflicts), self.conflicts
        )
        self._section("refused edit needs you", "refused edits need you", count, waiting)
        goes = "with the next sync"
        one, many = f"mended edit goes {goes}", f"mended edits go {goes}"
        self._section(one, many, len(mended), mended)
        self._decisions.setVisible(bool(self.conflicts or self.refusals))
        if at >= 0 and (self.conflicts or self.refusals):
            (self.conflicts or self.refusals)[0].setFocus()

    def _section(self, one: str, many: str, count: int, cards: Sequence[QWidget]) -> None:
        if not cards:
            return
        if self._column.count():
            self._column.addSpacing(measures.STEP)
        self._column.addWidget(
            Words(f"{number_text(count)} {one if count == 1 else many}", Type.HEADING)
        )
        for card in cards:
            self._column.addWidget(card)
        if count > len(cards):
            more = f"{number_text(count - len(cards))} more follow as these are settled."
            self._column.addWidget(Words(more, role="muted"))

    def _stands(self, standing: Standing) -> None:
        self.card.show_standing(standing, self.view)
        if not standing.syncing:
            self.changed(Changes())

    def _show_outgoing(self, plan: Outgoing) -> None:
        if self.plan is not None:
            self.plan.show_outgoing(plan)
            self.page.verticalScrollBar().setValue(self.plan.y() - measures.GROUP)
            self.link.look_ahead_wanted.emit()

    def _show_incoming(self, found: Incoming | Refusal) -> None:
        if self.plan is not None:
            self.plan.show_incoming(found)

    def _decide(self, conflict_id: UUID, keep: Any) -> None:
        card = next(one for one in self.conflicts if one.shown.conflict.id == conflict_id)
        done = _Told(card, partial(self._told, "Decided. It goes to central with the next sync."))
        self.work.act(
            lambda mirror: deciding.decide(mirror, conflict_id, keep), done.done, done.refuse
        )

    def _card(self, refusal_id: UUID) -> RefusedCard:
        return next(one for one in self.refusals if one.shown.refused.id == refusal_id)

    def _retry(self, refusal_id: UUID) -> None:
        card = self._card(refusal_id)
        done = _Told(card, partial(self._told, "It goes to central again with the next sync."))
        self.work.act(lambda mirror: resolve.retry(mirror, refusal_id), done.done, done.refuse)

    def _discard(self, refusal_id: UUID, also: frozenset[Key]) -> None:
        done = _Told(self._card(refusal_id), partial(self._told, "Discarded."))
        self.work.act(
            lambda mirror: deciding.discard(mirror, refusal_id, also), done.done, done.refuse
        )

    def _send_without(self, refusal_id: UUID) -> None:
        words = "Taken out. It goes to central with the next sync."
        done = _Told(self._card(refusal_id), partial(self._told, words))
        self.work.act(
            lambda mirror: resolve.send_without(mirror, refusal_id), done.done, done.refuse
        )

    def _join(self, refusal_id: UUID, twin: Twin) -> None:
        words = "Made one. What differs is asked above, the rest goes with the next sync."
        done = _Told(self._card(refusal_id), partial(self._told, words))
        self.work.act(lambda mirror: twins.join(mirror, twin), done.done, done.refuse)

    def _take(self, refusal_id: UUID, slot: Slot) -> None:
        card = self._card(refusal_id)
        visit_id = card.shown.refused.row_id
        done = _Told(card, partial(self._told, "Moved. It goes to central with the next sync."))

        def take(mirror: Mirror) -> Changes:
            changes = move_appointment(mirror, visit_id, starts=slot.starts)
            return changes | resolve.retry(mirror, refusal_id)

        self.work.act(take, done.done, done.refuse)

    def _share(self, refusal_id: UUID) -> None:
        card = self._card(refusal_id)
        visit_id = card.shown.refused.row_id
        words = "Double-booked on purpose. It goes to central with the next sync."
        done = _Told(card, partial(self._told, words))

        def share(mirror: Mirror) -> Changes:
            return share_time(mirror, visit_id) | resolve.retry(mirror, refusal_id)

        self.work.act(share, done.done, done.refuse)

    def _told(self, words: str) -> None:
        self.tell(words)
        self.reload()
        self.link.sync_wanted.emit()

    def _open(self, table: str, row_id: UUID) -> None:
        if table == Appointment.__table__.name:
            open_booking(self, self.work, row_id)
        else:
            open_form(self, self.work, record_for(table), row_id)

    def _history(self, table: str, row_id: UUID) -> None:
        open_history(self, self.work, table, row_id)


class _Told(QObject):
    """Hears how a decision went, for one card; lives as long as the card."""

    def __init__(self, card: Decision, then: Callable[[], object]) -> None:
        super().__init__(card)
        self._card, self._then = card, then

    def done(self, changes: Changes) -> None:
        self._then()

    def refuse(self, refusal: Refusal) -> None:
        self._card.refuse(refusal)


def _list(title: str) -> tuple[Card, QVBoxLayout, QWidget]:
    """Return a card with the layout and the empty widget that its lines take the place of."""
    card, body, lines = Card(title), QVBoxLayout(), QWidget()
    body.addWidget(lines)
    card.add(body)
    return card, body, lines


def _fresh(around: QVBoxLayout, old: QWidget, spacing: int) -> tuple[QWidget, QVBoxLayout]:
    """Put an empty widget in the place of `old`, and return it with its layout."""
    made = QWidget()
    made.setObjectName("scrolled")
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    put_in_place(around, old, made)
    dismiss(old)
    return made, column
