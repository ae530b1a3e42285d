"""Which column of a file is which column of a record: guessed, chosen, and remembered."""

from __future__ import annotations

from collections.abc import Mapping

from fluffydesk.actions.importing.subjects import Subject
from fluffydesk.actions.typed import date_in
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.own import is_own
from fluffydesk.records.vocabulary import facts_of

DAYS = "*"
"""A heading that is a day itself: in a wide file each such column holds the values of its day."""
_STATE = "import_mappings"


def suggested(mirror: Mirror, subject: Subject, headings: tuple[str, ...]) -> dict[str, str]:
    """Return which heading is which column: as it was last time, else by its words.

    Headings that mean nothing are left out; those that are days get `DAYS` where the subject
    can be read from a wide file.
    """
    remembered = (mirror.recall(_STATE) or {}).get(subject.name, {})
    known = _known(subject)
    found: dict[str, str] = {}
    for heading in headings:
        bare = bare_heading(heading)
        column = remembered[bare] if bare in remembered else known.get(bare)
        if column and is_own(column) and column not in subject.names:
            column = known.get(bare)  # it is defined no more, or is of another kind now
        if column is None and subject.value is not None and date_in(heading) is not None:
            column = DAYS
        if column and (column == DAYS or column not in found.values()):
            found[heading] = column
    return found


def remember(mirror: Mirror, subject: Subject, headings: tuple[str, ...],
             chosen: Mapping[str, str]) -> None:  # fmt: skip
    """Keep what was chosen for these headings, also that some mean nothing, for the next file."""
    kept = mirror.recall(_STATE) or {}
    days = {heading for heading in headings if chosen.get(heading) == DAYS}
    own = {bare_heading(one): chosen.get(one, "") for one in headings if one not in days}
    kept[subject.name] = {**kept.get(subject.name, {}), **own}
    mirror.remember(**{_STATE: kept})


def bare_heading(text: str) -> str:
    """Return a heading without case, spaces and signs, and without a unit after a comma."""
    said = text.split(",")[0].split("(")[0] or text
    return "".join(letter for letter in said.casefold() if letter.isalnum())


def _known(subject: Subject) -> dict[str, str]:
    known: dict[str, str] = {}
    for words, column in subject.known_as:
        known.setdefault(bare_heading(words), column)
    for one in subject.own:
        known.setdefault(bare_heading(one.name), one.column.name)
    for column in subject.columns:
        known[bare_heading(facts_of(subject.record.__table__.c[column]).label)] = column
        known[bare_heading(column)] = column
    return known
