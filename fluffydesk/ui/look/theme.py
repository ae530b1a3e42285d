"""The colours by role, light and dark, and the one style sheet made from them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from string import Template
from typing import cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from fluffydesk.ui.look import measures


@dataclass(frozen=True)
class Colours:
    """Every colour there is, by its role, as "#rrggbb"."""

    surface: str
    raised: str
    sunken: str
    text: str
    muted: str
    line: str
    edge: str
    """The outline of a field or button; 3:1 against what lies around it."""
    accent: str
    accent_strong: str
    accent_soft: str
    on_accent: str
    selected: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    info: str
    info_soft: str
    series: tuple[str, ...]
    """Lines of a chart, in the order in which they are used."""


LIGHT = Colours(
    surface="#f6f5f2",
    raised="#ffffff",
    sunken="#edebe6",
    text="#23211d",
    muted="#66625a",
    line="#e2dfd8",
    edge="#8f8b82",
    accent="#1f6b45",
    accent_strong="#175437",
    accent_soft="#e0efe6",
    on_accent="#ffffff",
    selected="#cfe6d9",
    danger="#a8291f",
    danger_soft="#fbe6e3",
    warning="#855200",
    warning_soft="#fdefd3",
    info="#1f5f99",
    info_soft="#e3eef9",
    series=("#1f6b45", "#1f5f99", "#b26a00", "#8a3f7d", "#5d5a52"),
)

DARK = Colours(
    surface="#1b1a18",
    raised="#252421",
    sunken="#151412",
    text="#ece9e3",
    muted="#b6b2a8",
    line="#383631",
    edge="#827e75",
    accent="#6cc495",
    accent_strong="#8ad6ad",
    accent_soft="#21392d",
    on_accent="#0e2118",
    selected="#2b4a3a",
    danger="#f2948a",
    danger_soft="#45221f",
    warning="#e8b25c",
    warning_soft="#40301a",
    info="#8bbdee",
    info_soft="#1d3247",
    series=("#6cc495", "#8bbdee", "#e8b25c", "#d59bcb", "#aaa69c"),
)


_DRESSED = "fluffydesk-dressed"


class _Notifier(QObject):
    """Says when the colours have changed."""

    changed = Signal()


class _Theme:
    """Which colours are in force; one for the whole app."""

    colours = LIGHT
    forced: bool | None = None
    notifier: _Notifier | None = None


def colours() -> Colours:
    """Return the colours in force; ask anew each time something is painted."""
    return _Theme.colours


def is_dark() -> bool:
    return _Theme.colours is DARK


def colour(role: str) -> QColor:
    """Return the colour of a role, such as "muted"."""
    return QColor(getattr(_Theme.colours, role))


def notifier() -> _Notifier:
    """Return the object whose `changed` is emitted after a change of theme."""
    if _Theme.notifier is None:
        _Theme.notifier = _Notifier()
    return _Theme.notifier


def apply(app: QApplication, dark: bool | None = None) -> None:
    """Dress the app, light or dark; with None it follows the system, also later."""
    _Theme.forced = dark
    if not is_applied(app):
        app.setProperty(_DRESSED, True)
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(_follow)
    _dress(app)


def is_applied(app: QApplication) -> bool:
    """Say whether the app has been dressed."""
    return app.property(_DRESSED) is not None


def _follow() -> None:
    app = QApplication.instance()
    if app is not None and _Theme.forced is None:
        _dress(cast(QApplication, app))


def _dress(app: QApplication) -> None:
    scheme = app.styleHints().colorScheme()
    dark = scheme == Qt.ColorScheme.Dark if _Theme.forced is None else _Theme.forced
    _Theme.colours = DARK if dark else LIGHT
    app.setPalette(_palette(_Theme.colours))
    app.setFont(measures.font())
    app.setStyleSheet(_style_sheet(_Theme.colours))
    notifier().changed.emit()


def _palette(now: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for name, value in {
        role.Window: now.surface,
        role.WindowText: now.text,
        role.Base: now.raised,
        role.AlternateBase: now.surface,
        role.Text: now.text,
        role.Button: now.raised,
        role.ButtonText: now.text,
        role.BrightText: now.danger,
        role.Highlight: now.selected,
        role.HighlightedText: now.text,
        role.ToolTipBase: now.raised,
        role.ToolTipText: now.text,
        role.PlaceholderText: now.muted,
        role.Link: now.accent,
        role.LinkVisited: now.accent,
        role.Accent: now.accent,
        role.Light: now.raised,
        role.Midlight: now.line,
        role.Mid: now.line,
        role.Dark: now.edge,
        role.Shadow: now.sunken,
    }.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(now.muted))
    return palette


def _style_sheet(now: Colours) -> str:
    sheet = Path(__file__).with_name("style.qss").read_text(encoding="utf-8")
    roles = {part.name: getattr(now, part.name) for part in fields(now) if part.name != "series"}
    sizes = {
        "corner": measures.CORNER,
        "target": measures.TARGET - 2,
        "row": measures.ROW,
        "step": measures.STEP,
    }
    return Template(sheet).substitute(roles | sizes)
