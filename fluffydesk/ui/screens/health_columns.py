"""The columns of the health screen's lists."""

from __future__ import annotations

from fluffydesk.figures.withdrawal import Food
from fluffydesk.records.enums.medical import Severity
from fluffydesk.ui.fields.texts import day_text, moment_text, number_text, words
from fluffydesk.ui.screens.reading.diagnoses import Diagnosis
from fluffydesk.ui.screens.reading.health import Course, Shot, Withheld
from fluffydesk.ui.screens.reading.vaccines import Step
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.wording import counted


def withheld_columns() -> tuple[Shown, ...]:
    """Who may not give what, until when."""
    return (
        Shown("Animal, flock or group", lambda one: one.who, 190),
        Shown("Milk", _milk, 100, tone=lambda one: "danger", sort=lambda o: o.until.get(Food.MILK)),
        _food("No milk before", Food.MILK),
        _food("No meat before", Food.MEAT),
        _food("No eggs before", Food.EGGS),
        Shown("Course", _open, 120, tone=lambda one: "warning"),
        Shown("Given", lambda one: one.drugs, 180, spare=True),
    )


def course_columns() -> tuple[Shown, ...]:
    """What was given, and what is still to be given."""
    return (
        Shown("Who", lambda one: one.who, 170),
        Shown("Drug", lambda one: one.product, 160),
        Shown("Reason", lambda one: one.reason, 140),
        Shown("First dose", lambda one: moment_text(one.given_at), 164, sort=lambda o: o.given_at),
        Shown("Course", course_text, 150, tone=_course_tone),
        Shown(
            "Next dose",
            lambda one: "" if one.next_at is None else moment_text(one.next_at),
            164,
            sort=lambda one: one.next_at,
        ),
        Shown("Lot", lambda one: one.lot, 100, spare=True),
        Shown("Void because", lambda one: one.void, 160, spare=True),
    )


def due_columns() -> tuple[Shown, ...]:
    """Which dose of which vaccine is due when."""
    return (
        Shown("Who", lambda one: one.who, 200),
        Shown("Vaccine", lambda one: one.vaccine, 200),
        Shown("Dose", lambda one: number_text(one.dose), 70, True, lambda one: one.dose),
        Shown("Due", lambda one: day_text(one.due_on), 116, sort=lambda one: one.due_on),
        Shown("In days", due_text, 120, tone=_due_tone, sort=lambda one: one.days),
        Shown("Last given", lambda one: day_text(one.given_on), 116, sort=lambda o: o.given_on),
    )


def schedule_columns() -> tuple[Shown, ...]:
    """Which vaccine is published for which species, and how much of it was given."""
    return (
        Shown("Species", lambda one: one.species, 96),
        Shown("Vaccine", lambda one: one.vaccine, 236),
        Shown("Dose", lambda one: number_text(one.dose), 64, True, lambda one: one.dose),
        Shown("From", _from_age, 186),
        Shown("Then", _then, 170),
        Shown("In a year", lambda one: number_text(one.given), 90, True, lambda one: one.given),
        Shown("Need", lambda one: words(one.need), 110, tone=_need_tone, spare=True),
        Shown("Against", lambda one: one.disease, 200, spare=True),
    )


def _from_age(one: Step) -> str:
    if one.before_birth:
        return f"{number_text(one.before_birth)} days before birth"
    return "" if one.from_age is None else counted(one.from_age, "day old", "days old")


def _then(one: Step) -> str:
    if one.then_after:
        return f"Next after {number_text(one.then_after)} days"
    return f"Every {number_text(one.booster_every)} days" if one.booster_every else ""


def _need_tone(one: Step) -> str:
    return "info" if one.need == "core" else "plain"


def diagnosis_columns() -> tuple[Shown, ...]:
    """What was found, and whether they got over it."""
    return (
        Shown("Who", lambda one: one.who, 190),
        Shown("Diagnosis", lambda one: one.condition, 180),
        Shown("Severity", _severity, 110, tone=_severity_tone, sort=_rank),
        Shown("Place", lambda one: one.site, 150, spare=True),
        Shown("Seen", lambda one: day_text(one.seen_on), 116, sort=lambda one: one.seen_on),
        Shown("Recovered", _recovered, 116, sort=lambda one: one.recovered_on),
        Shown("Courses", lambda o: number_text(o.treatments), 90, True, lambda o: o.treatments),
    )


def _severity(one: Diagnosis) -> str:
    return "" if one.severity is None else words(one.severity)


def _rank(one: Diagnosis) -> int | None:
    return None if one.severity is None else list(Severity).index(one.severity)


def _severity_tone(one: Diagnosis) -> str:
    if one.recovered_on is not None:
        return "plain"
    return "danger" if one.severity is Severity.SEVERE else "warning"


def _recovered(one: Diagnosis) -> str:
    return "" if one.recovered_on is None else day_text(one.recovered_on)


def episode_columns() -> tuple[Shown, ...]:
    """Which illness lasted from when to when."""
    return (
        Shown("Who", lambda one: one.who, 200),
        Shown("Reason", lambda one: one.reason, 200),
        Shown("From", lambda one: day_text(one.first), 116, sort=lambda one: one.first),
        Shown("To", lambda one: day_text(one.last), 116, sort=lambda one: one.last),
        Shown("Treatments", lambda o: number_text(o.treatments), 110, True, lambda o: o.treatments),
        Shown("Episode", lambda one: number_text(one.number), 90, True, lambda one: one.number),
    )


def course_text(one: Course) -> str:
    """Say how far a course is: `2 of 3 doses due`."""
    if one.void:
        return "Void"
    if one.next_at is None:
        return "Finished"
    return f"{one.due} of {one.doses} due"


def due_text(one: Shot) -> str:
    """Say in how many days a dose is due, or how late it is."""
    if one.days < 0:
        return f"{number_text(-one.days)} late"
    return "Today" if one.days == 0 else number_text(one.days)


def _course_tone(one: Course) -> str | None:
    if one.void:
        return "plain"
    return "good" if one.next_at is None else "warning"


def _due_tone(one: Shot) -> str:
    return "danger" if one.days < 0 else "warning" if one.days == 0 else "info"


def _milk(one: Withheld) -> str:
    return "No tank" if Food.MILK in one.until else ""


def _open(one: Withheld) -> str:
    return "Not finished" if one.open else ""


def _food(title: str, food: Food) -> Shown:
    return Shown(
        title,
        lambda one: moment_text(one.until[food]) if food in one.until else "",
        164,
        sort=lambda one: one.until.get(food),
    )
