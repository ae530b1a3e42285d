"""Names within sentences keep to their place, whichever way they run."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication, QTextLayout

from fluffydesk.wording import apart

NAME = "\u05d1\u05e8\u05e7\u05ea"


def test_a_number_after_a_name_from_the_right_stays_after_it(qapp: QGuiApplication) -> None:
    def place(words: str, part: str) -> float:
        layout = QTextLayout(words)
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        found: float = line.cursorToX(words.index(part))[0]
        return found

    kept, lost = f"last: {apart(NAME)} · 2 left out", f"last: {NAME} · 2 left out"
    assert place(lost, "2") < place(lost, NAME[1])
    assert place(kept, "2") > place(kept, NAME[1])


def test_other_names_stay_as_they_are() -> None:
    assert apart("104 Bella") == "104 Bella"
    assert apart("") == ""
