"""The clinic's Money screen in its states, with its windows and papers: for pictures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from fluffydesk.actions.invoicing import change_line, set_discount
from fluffydesk.actions.payments import pay_back
from fluffydesk.actions.tills import Cash
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.desk_money import DeskMoney
from fluffydesk.ui.screens.reading.invoice_lists import Which
from fluffydesk.ui.shell import Shell

Scene = tuple[str, tuple[Callable[[Shell], object], ...]]


def money_scenes(kind: str, visit: Callable[..., Any]) -> list[Scene]:
    """Return the lists, a draft being typed and paid, the windows, and the day's end."""
    to = partial(visit, place=Place("money"))
    found: list[Scene] = [
        (f"{kind}-money-{part.value}", (to, partial(_part, part=part)))
        for part in (Which.EVERY, Which.ESTIMATES, Which.OVERDUE)
    ]
    found.append((f"{kind}-money-day", (to, partial(_part, part="day"))))
    if "empty" in kind:
        return found
    draft = (to, partial(_part, part=Which.OPEN), _to_draft)
    paid = (to, partial(_part, part=Which.EVERY), _to_paid)
    return [
        *found,
        (f"{kind}-money-start", (to, lambda shell: _screen(shell).add())),
        (f"{kind}-money-too-much", (*draft, _pay_too_much)),
        (f"{kind}-money-adding", (*draft, _type)),
        (f"{kind}-money-line", (*draft, _edit_line)),
        (f"{kind}-money-percent", (*draft, _percent)),
        (f"{kind}-money-paper-percent", (*draft, _percent, _ask("print"))),
        (f"{kind}-money-discount", (*draft, _percent, _ask("discount"))),
        (f"{kind}-money-found", (to, lambda shell: _screen(shell).search("an 2026"))),
        (f"{kind}-money-paper-bill", (*paid, _ask("print"))),
        (f"{kind}-money-paper-receipt", (*paid, _ask("receipt"))),
        (
            f"{kind}-money-paper-day",
            (to, partial(_part, part="day"), lambda shell: _screen(shell).day.view.preview()),
        ),
        (f"{kind}-money-credit", (*paid, _credit)),
        (f"{kind}-money-statement", (*draft, _ask("statement"))),
        (f"{kind}-money-account", (*draft, _account)),
        (f"{kind}-money-back", (*paid, _pay_back_twice)),
        (f"{kind}-money-ask-back", (*paid, _ask("back"))),
        (f"{kind}-money-close", (to, partial(_part, part="day"), _close)),
        (f"{kind}-money-short", (to, partial(_part, part="day"), _close_short)),
    ]


def _screen(shell: Shell) -> DeskMoney:
    screen = shell.screen_for("money")
    assert isinstance(screen, DeskMoney)
    return screen


def _part(shell: Shell, part: object) -> None:
    _screen(shell).parts.set_value(part)


def _to(shell: Shell, *states: str) -> None:
    table = _screen(shell).list
    rows = [row for row in table.model.rows() if row.state in states]
    if rows:
        table.select(rows[0].id)


def _to_draft(shell: Shell) -> None:
    _to(shell, "Draft")


def _to_paid(shell: Shell) -> None:
    _to(shell, "Paid")


def _type(shell: Shell) -> None:
    _screen(shell).pane.adder.line.setText("2 ne")


def _pay_too_much(shell: Shell) -> None:
    pays = _screen(shell).pane.pay
    pays.amount.setText("1000")
    pays.given.setText("1200")
    pays.pay()


def _edit_line(shell: Shell) -> None:
    screen = _screen(shell)
    if screen.pane.bill is not None and screen.pane.bill.lines:
        screen.acts.edit(screen.pane.bill.lines[0])


def _percent(shell: Shell) -> None:
    """Take a share off a line and off the whole."""
    screen = _screen(shell)
    if screen.pane.bill is not None and screen.pane.bill.lines:
        bill = screen.pane.bill
        given = {"line_id": bill.lines[0].id, "values": {"percent": Decimal("12.5")}}
        screen.work.act(partial(change_line, **given), None, screen.refuse)
        job = partial(set_discount, invoice_id=bill.row.id, percent=Decimal(10))
        screen.work.act(job, None, screen.refuse)


def _credit(shell: Shell) -> None:
    screen = _screen(shell)
    if screen.pane.bill is not None:
        screen.acts.credit(screen.pane.bill)


def _ask(name: str) -> Callable[[Shell], None]:
    return lambda shell: _screen(shell).pane.asked.emit(name)


def _account(shell: Shell) -> None:
    screen = _screen(shell)
    if screen.pane.bill is not None and screen.pane.bill.row.client_id is not None:
        screen.statements.take(screen.pane.bill.row.client_id)


def _pay_back_twice(shell: Shell) -> None:
    screen = _screen(shell)
    if screen.pane.bill is not None:
        for number in (2, 3):
            payment = screen.pane.bill.payments[0].id
            job = partial(pay_back, payment_id=payment, amount=Decimal(number))
            screen.work.act(job, None, screen.refuse)


def _close(shell: Shell) -> None:
    _screen(shell).day.close_mine()


def _close_short(shell: Shell) -> None:
    """More went out of the till than is known to have been in it."""
    _screen(shell).acts.close_till("Front desk", Cash(Decimal(0), Decimal(7), Decimal(12)))
