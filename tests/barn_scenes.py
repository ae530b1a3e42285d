"""The forms and states of the barn's daily screens that are rendered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fluffydesk.records.enums.farm import EggRound, MilkingSession
from fluffydesk.ui.screen import Place
from fluffydesk.ui.shell import Shell

Step = Callable[[Shell], object]
Visit = Callable[..., Any]


def barn_scenes(visit: Visit, cow: UUID) -> list[tuple[str, tuple[Step, ...]]]:
    """Return the scenes; `visit` goes to a place in the window, `cow` is an animal's id."""
    return [
        *_rounds(visit),
        *_beasts(visit, cow),
        *_groups(visit),
        ("farm-treat-wrong", (partial(visit, place=Place("treat")), _treat_nothing)),
        ("farm-treat-two", (partial(visit, place=Place("treat")), _treat_two)),
    ]


def _rounds(visit: Visit) -> list[tuple[str, tuple[Step, ...]]]:
    def to(key: str) -> Step:
        return partial(visit, place=Place(key))

    return [
        ("farm-milking-wrong", (to("milking"), _noon, partial(_type, texts=("99", "1l")))),
        ("farm-eggs-odd", (to("eggs"), _whole_day, partial(_type, texts=("9000", "9001")))),
        ("farm-feed-odd", (to("feed"), partial(_type, texts=("99999", "many")))),
        ("farm-feed-another", (to("feed"), _primary)),
        ("farm-weigh-odd", (to("weigh"), _scan, partial(_write, text="99"))),
        ("farm-weigh-wrong", (to("weigh"), _scan, partial(_write, text="heavy", enter=True))),
        ("farm-weigh-new", (to("weigh"), _scan_unknown, _call("scan", "make_new"))),
        ("farm-weigh-link", (to("weigh"), _scan_unknown, _call("scan", "link"))),
    ]


def _beasts(visit: Visit, cow: UUID) -> list[tuple[str, tuple[Step, ...]]]:
    card, animals = (
        partial(visit, place=Place("animal", cow)),
        partial(visit, place=Place("animals")),
    )
    asked = ("edit", "regroup", "retag", "show_history", "weigh")
    return [
        *((f"farm-animal-form-{name}", (card, _call(name))) for name in asked),
        ("farm-animal-form-facts", (card, _facts_menu)),
        ("farm-animals-form-change", (animals, _choose_two, _call("change_chosen"))),
        ("farm-animals-form-move", (animals, _choose_two, _call("move_chosen"))),
        ("farm-animals-form-filter", (animals, _call("saved", "ask"))),
    ]


def _groups(visit: Visit) -> list[tuple[str, tuple[Step, ...]]]:
    flocks, herds = (partial(visit, place=Place(key)) for key in ("flocks", "herds"))
    hatching = partial(visit, place=Place("breeding", part="hatching"))
    due = partial(visit, place=Place("breeding", part="due"))
    acts = ("lose", "place", "transfer", "thin", "sell", "cull")
    return [
        *((f"farm-flocks-form-{name}", (flocks, _call("acts", name))) for name in acts),
        ("farm-flocks-form-add", (flocks, _call("add"))),
        ("farm-flocks-rows", (flocks, lambda shell: _of(shell).show_rows(0))),
        ("farm-flocks-birds", (flocks, lambda shell: _of(shell).kinds.set_value("birds"))),
        ("farm-flocks-weights", (flocks, lambda shell: _of(shell).kinds.set_value("eggs"))),
        ("farm-flocks-back", (lambda shell: _of(shell).kinds.set_value("laying"),)),
        ("farm-herds-form-move", (herds, _call("move_heads"))),
        ("farm-herds-form-add", (herds, _call("add"))),
        *(
            (f"farm-breeding-form-{name}", (hatching, _call("acts", name)))
            for name in ("set_eggs", "candle", "hatch")
        ),
        ("farm-breeding-form-loss", (due, _call("acts", "loss"))),
    ]


def _of(shell: Shell) -> Any:
    return shell.current


def _call(*names: str) -> Step:
    def call(shell: Shell) -> None:
        part: Any = shell.current
        for name in names:
            part = getattr(part, name)
        part()

    return call


def _primary(shell: Shell) -> None:
    primary = _of(shell).primary()
    assert primary is not None
    primary[1]()


def _noon(shell: Shell) -> None:
    _of(shell).sessions.set_value(MilkingSession.NOON)


def _whole_day(shell: Shell) -> None:
    _of(shell).rounds.set_value(EggRound.WHOLE_DAY)


def _type(shell: Shell, texts: tuple[str, ...]) -> None:
    if _of(shell).grid.editor is None:  # the window of pictures is not the active one
        _of(shell).grid.start()
    for text in texts:
        editor = _of(shell).grid.editor
        assert editor is not None
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)


def _scan(shell: Shell) -> None:
    _of(shell).scan.ask("104")


def _scan_unknown(shell: Shell) -> None:
    _of(shell).scan.ask("LA 982 000017383201")


def _write(shell: Shell, text: str, enter: bool = False) -> None:
    field = _of(shell).weight
    field.clear()
    QTest.keyClicks(field, text)
    if enter:
        QTest.keyClick(field, Qt.Key.Key_Return)


def _choose_two(shell: Shell) -> None:
    table = _of(shell).list.table
    table.selectRow(1)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)


def _treat_nothing(shell: Shell) -> None:
    _of(shell).scan.ask("104")


def _treat_two(shell: Shell) -> None:
    form = _of(shell).plan
    for name, text in (("product", "Oxytetracycline"), ("reason", "Foot rot"), ("dose", "20")):
        form.rows[name].editor.field.setText(text)
    for tag in ("104", "107"):
        _of(shell).scan.ask(tag)


def _facts_menu(shell: Shell) -> None:
    choice = _of(shell).choice
    choice.menu().popup(choice.mapToGlobal(choice.rect().bottomLeft()))
