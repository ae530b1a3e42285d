"""The ladder's days and words, and what repeats."""

from __future__ import annotations

from datetime import date

import pytest

from fluffydesk.figures.reminders import (
    Rung,
    filled,
    ladder,
    last_step_sent,
    next_due,
    next_step,
    unknown_places,
)

ANY = tuple(Rung("vaccination", "", step, days) for step, days in ((1, -14), (2, 7), (3, 28)))
DUE = date(2026, 3, 29)


def test_the_more_particular_species_wins() -> None:
    cat, dental = Rung("vaccination", "cat", 1, -3), Rung("dental", "", 1, 0)
    rungs = (*reversed(ANY), cat, dental)
    assert ladder(rungs, "vaccination", " Cat ") == (cat,)
    assert ladder(rungs, "vaccination", "Dog") == ANY
    assert ladder(rungs, "grooming", "Dog") == ()


@pytest.mark.parametrize(
    ("today", "sent", "step"),
    [
        (date(2026, 3, 14), 0, 1),
        (date(2026, 3, 15), 0, 1),
        (date(2026, 3, 16), 1, 2),
        (date(2026, 4, 6), 0, 2),
        (date(2026, 4, 30), 0, 3),
        (date(2026, 4, 30), 3, None),
        (date(2027, 3, 29), 0, 3),
        (date(2027, 3, 30), 0, None),
    ],
)
def test_of_steps_that_have_come_the_last_stands_for_them(
    today: date, sent: int, step: int | None
) -> None:
    found = next_step(ANY, DUE, sent, today)
    assert (found.step if found else None) == step


def test_a_text_is_filled_and_strange_places_are_named() -> None:
    words = {"client": "Noor Vale", "pet": "Biscuit", "what": "Rabies", "due": "29 March"}
    assert filled("{client}: { Pet }, {what} on {due} {x}", words) == (
        "Noor Vale: Biscuit, Rabies on 29 March {x}"
    )
    # What is filled in is not looked through again.
    nobody = {"phone": "", "clinic": "Hill Vets"}
    called = {**nobody, "phone": "01632 960274"}
    for text, without, known in (
        (
            "Call us on {phone}.\n{clinic}",
            "Call us.\nHill Vets",
            "Call us on 01632 960274.\nHill Vets",
        ),
        ("{phone} {clinic}", " Hill Vets", "01632 960274 Hill Vets"),
        ("Call { Phone }, at { phone}", "Call,", "Call 01632 960274, at 01632 960274"),
    ):
        assert (filled(text, nobody), filled(text, called)) == (without, known)
    assert filled("{pet}", {"pet": "{due}", "due": "never"}) == "{due}"
    assert unknown_places("{client} {name}, {DUE}") == ("{name}",)


@pytest.mark.parametrize(
    ("due", "every", "unit", "after", "found"),
    [
        (DUE, 1, "year", DUE, date(2027, 3, 29)),
        (date(2024, 2, 29), 1, "year", date(2024, 2, 29), date(2025, 2, 28)),
        (date(2026, 1, 31), 1, "month", date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 1, 31), 1, "month", date(2026, 2, 28), date(2026, 3, 31)),
        (date(2026, 1, 31), 3, "month", date(2026, 9, 2), date(2026, 10, 31)),
        (DUE, 2, "week", date(2026, 4, 11), date(2026, 4, 12)),
        (DUE, 2, "week", date(2026, 4, 12), date(2026, 4, 26)),
        (DUE, 30, "day", date(2026, 1, 1), date(2026, 4, 28)),
    ],
)
def test_the_next_day_is_the_first_after_it_was_done(
    due: date, every: int, unit: str, after: date, found: date
) -> None:
    assert next_due(due, every, unit, after, None) == found
    assert next_due(due, every, unit, after, found) == found
    assert next_due(due, every, unit, after, date.fromordinal(found.toordinal() - 1)) is None


def test_what_was_sent_is_told_by_the_reminder_and_by_its_messages() -> None:
    assert last_step_sent(1, pending=True, written=()) == 0
    assert last_step_sent(1, pending=False, written=()) == 1
    assert last_step_sent(1, pending=True, written=(1, 2)) == 2
