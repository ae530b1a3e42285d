"""The look: contrast in both themes, every icon, and a theme that changes everything."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QFontInfo
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.contrast import readable
from fluffydesk.ui.look.icons import icon, roles
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.look.theme import DARK, LIGHT, Colours
from fluffydesk.ui.parts.chip import _TONES
from fluffydesk.ui.parts.controls import Words
from fluffydesk.ui.parts.tile import NOT_ENOUGH, Tile
from fluffydesk.ui.screens.day_paint import blend

UI = Path(theme.__file__).parents[1]
_INKS = ("text", "muted", "accent", "danger", "warning", "info")
_GROUNDS = ("surface", "raised", "sunken")
_TONED = ("danger", "warning", "info")
_SERVICES = ("#2f855a", "#2b6cb0", "#b7791f", "#9b2c2c", "#6b46c1", "#dddddd", "#111111")


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("now", [LIGHT, DARK], ids=["light", "dark"])
def test_words_can_be_read_on_every_ground(now: Colours) -> None:
    pairs = [(ink, ground) for ink in _INKS for ground in _GROUNDS]
    pairs += [("text", "selected"), ("muted", "selected"), ("accent_strong", "selected")]
    pairs += [("on_accent", "accent"), ("on_accent", "accent_strong"), ("text", "accent_soft")]
    pairs += [(ink, ground) for ground, ink in _TONES.values()]
    pairs += [(ink, f"{tone}_soft") for tone in _TONED for ink in ("text", "muted")]
    found = {pair: contrast(getattr(now, pair[0]), getattr(now, pair[1])) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("now", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_and_curves_stand_out_from_what_they_lie_on(now: Colours) -> None:
    for ground in ("surface", "raised"):
        for ink in (now.edge, now.accent, *now.series):
            assert contrast(ink, getattr(now, ground)) >= 3


def test_colours_are_named_in_one_place_only() -> None:
    colour = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")
    named = [
        path.name
        for path in (*UI.rglob("*.py"), *UI.rglob("*.qss"))
        if path.name != "theme.py" and colour.search(path.read_text(encoding="utf-8"))
    ]
    assert named == []


def test_every_role_of_the_style_sheet_is_a_colour_or_a_measure() -> None:
    used = set(re.findall(r"\$\{(\w+)\}", (UI / "look/style.qss").read_text(encoding="utf-8")))
    known = {part.name for part in fields(Colours)} | {"corner", "target", "row", "step", "role"}
    assert used <= known


@pytest.mark.parametrize("role", roles())
def test_every_icon_is_there_and_draws_something(qapp: QApplication, role: str) -> None:
    picture = icon(role).pixmap(24, 24).toImage()
    inked = [
        1 for x in range(24) for y in range(24) if QColor(picture.pixelColor(x, y)).alpha() > 0
    ]
    assert len(inked) > 20


def test_a_change_of_theme_reaches_palette_and_icons(qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.notifier().changed):
        theme.apply(qapp, dark=True)
    assert theme.is_dark()
    assert qapp.palette().window().color() == QColor(DARK.surface)
    theme.apply(qapp, dark=False)
    assert qapp.palette().window().color() == QColor(LIGHT.surface)


def test_figures_have_equal_width(qapp: QApplication) -> None:
    made = measures.font(Type.NUMBER)
    assert made.isFeatureSet(QFont.Tag("tnum"))
    assert made.pointSizeF() == 26
    assert QFontInfo(measures.font()).pointSizeF() == pytest.approx(11, abs=0.6)


def test_a_tile_says_when_there_is_not_enough_data(qtbot: QtBot) -> None:
    tile = Tile("Milk", definition="Sum of the day's milkings")
    qtbot.addWidget(tile)
    tile.show_value(None, note="No milking is recorded")
    assert tile.number() == NOT_ENOUGH
    tile.show_value("612.4", "kg", note="2 % more than last week", history=(1.0, None, 3.0))
    assert tile.number() == "612.4"
    assert tile.accessibleName() == "Milk: 612.4 kg. 2 % more than last week"
    tile.grab()


def test_a_tile_writes_a_long_number_smaller_and_never_cuts_it(qtbot: QtBot) -> None:
    tile = Tile("Open invoices")
    qtbot.addWidget(tile)
    tile.resize(206, 140)
    tile.show()
    tile.show_value("12", "GBP")
    large = tile._number.font().pointSizeF()
    tile.show_value("1,012,570.60", "GBP")
    QApplication.processEvents()
    assert tile._number.font().pointSizeF() < large
    assert tile._number.sizeHint().width() <= tile._number.width()
    tile.resize(400, 140)
    assert tile._number.font().pointSizeF() == large


def test_an_address_that_fits_no_line_is_broken_at_its_signs(qtbot: QtBot) -> None:
    words = Words("ada.marrowmere@post.example", wrap=True)
    qtbot.addWidget(words)
    assert QLabel.text(words).split("\u200b")[0] == "ada.marrowmere@"
    assert words.text() == "ada.marrowmere@post.example"
    words.setText("on 23/11/2026")
    assert QLabel.text(words) == "on 23/11/2026"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_words_can_be_read_on_a_visit_and_a_stay_of_any_colour(
    qapp: QApplication, dark: bool
) -> None:
    theme.apply(qapp, dark)
    kinds = [QColor(colour) for colour in _SERVICES] + [theme.colour(ink) for ink in _INKS]
    shares = (0.30, 0.12) if dark else (0.20, 0.10)
    grounds = [blend(kind, theme.colour("raised"), share) for kind in kinds for share in shares]
    inks = [theme.colour(ink) for ink in _INKS]
    found = {
        (ink.name(), ground.name()): contrast(readable(ink, ground).name(), ground.name())
        for ink in inks
        for ground in grounds
    }
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < 4.5} == {}
    theme.apply(qapp, False)
