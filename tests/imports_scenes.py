"""What is rendered of the imports screen: a dry run with its columns, problems, and the list."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from fluffydesk import workbook
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.imports import ImportsScreen
from fluffydesk.ui.shell import Shell
from fluffydesk.workbook import Sheet

Step = Callable[[Shell], object]


def imports_scenes(mirror: Mirror) -> list[tuple[str, tuple[Step, ...]]]:
    """Return the scenes of importing a workbook of weights with two sheets."""
    animals = Livestock.__table__.c
    with mirror.read() as connection:
        query = select(animals.tag_number).where(animals.status == "active").limit(30)
        tags = list(connection.execute(query).scalars())
    file = _file(tags)
    return [
        ("farm-imports-dry-run", (_visit, _read(file))),
        ("farm-imports-problems", (_visit, _read(file), _show("problem"))),
        ("farm-imports-done", (_visit, _read(file), _start)),
        ("farm-imports-list", (_visit, lambda shell: _screen(shell).show_past())),
    ]


def _file(tags: list[str]) -> Path:
    day = today() - timedelta(days=2)
    rows: list[tuple[Any, ...]] = [
        (tag, day, 480 + n, "after the evening milking, before they were fed" if n % 7 == 0 else "")
        for n, tag in enumerate(tags)
    ]
    rows += [rows[0], ("not a tag of this farm", day, 500, ""), (tags[1], day, "heavy", "")]
    path = Path(tempfile.mkdtemp()) / "weights of the spring.xlsx"
    heads = ("Ear tag", "Weigh date", "Live weight (kg)", "Remark of who stood at the scale")
    workbook.write_book(path, (Sheet("Spring", heads, rows), Sheet("Autumn", heads, rows)))
    return path


def _screen(shell: Shell) -> ImportsScreen:
    assert isinstance(shell.current, ImportsScreen)
    return shell.current


def _visit(shell: Shell) -> None:
    shell.go(Place("imports"))


def _read(file: Path) -> Step:
    def step(shell: Shell) -> None:
        screen = _screen(shell)
        screen.kinds.setCurrentIndex(screen.kinds.findData("weights"))
        screen.read(str(file))

    return step


def _show(which: str) -> Step:
    return lambda shell: _screen(shell).shown.set_value(which)


def _start(shell: Shell) -> None:
    _screen(shell).start.click()
