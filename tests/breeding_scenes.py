"""The states of the breeding screen that are rendered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QApplication

from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.breeding import BreedingScreen
from fluffydesk.ui.shell import Shell

Step = Callable[[Shell], object]


def breeding_scenes(visit: Callable[..., Any]) -> list[tuple[str, tuple[Step, ...]]]:
    """Return the scenes; `visit` goes to a place in the window."""
    to = partial(visit, place=Place("breeding", part="due"))
    views = [
        (f"farm-breeding-{view}", (partial(visit, place=Place("breeding", part=view)),))
        for view in ("services", "births", "sires", "hatching")
    ]
    forms: list[tuple[str, tuple[Step, ...]]] = [
        (f"farm-breeding-form-{name}", (to, partial(_act, name=name)))
        for name in ("birth", "service", "check", "heat", "foster")
    ]
    typed = ("farm-breeding-form-birth-typed", (to, partial(_act, name="birth"), _type))
    return [*views, *forms, typed]


def _screen(shell: Shell) -> BreedingScreen:
    assert isinstance(shell.current, BreedingScreen)
    return shell.current


def _act(shell: Shell, name: str) -> None:
    getattr(_screen(shell).acts, name)()


def _type(shell: Shell) -> None:
    dialogs = QApplication.topLevelWidgets()
    form: Any = next(one.form for one in dialogs if isinstance(one, FormDialog) and one.isVisible())
    for row, texts in enumerate((("f", "", "801", "38,5"), ("m", "s", "", "3l"))):
        for column, text in enumerate(texts):
            form.model.commit(form.model.index(row, column), text)
