"""Alerts as banners: what to know first, the gravest on top, one banner for each tone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.screens.reading.alerts import Alert

TONES = ("danger", "warning", "info")


class AlertBar(QWidget):
    """The alerts of a pet or a client; nothing at all where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Alerts")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        self.banners = {tone: Banner("", tone) for tone in TONES}
        for banner in self.banners.values():
            column.addWidget(banner)
        self.hide()

    def show_alerts(self, alerts: Sequence[Alert]) -> None:
        """Show these alerts instead."""
        for tone, text in by_tone(alerts).items():
            self.banners[tone].say(text, tone)
        self.setVisible(bool(alerts))

    def text(self) -> str:
        """Return all that is said, a banner a line."""
        return "\n".join(one.text() for one in self.banners.values() if one.text())


def by_tone(alerts: Sequence[Alert]) -> dict[str, str]:
    """Return the words for each tone, "" where there are none."""
    return {tone: "  ·  ".join(one.words for one in alerts if one.tone == tone) for tone in TONES}
