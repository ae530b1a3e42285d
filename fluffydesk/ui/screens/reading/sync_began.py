"""What the question is where one desk ended what had begun at the other."""

from __future__ import annotations

from sqlalchemy import Connection

from fluffydesk.mirror import queries
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.sync.merge import policies_of
from fluffydesk.sync.resolve import Conflict
from fluffydesk.ui.naming import value_text


def began_meanwhile(connection: Connection, conflict: Conflict) -> str:
    """Say what the one who ended it did not know, as the values do not show it; "" if they do."""
    record = record_for(conflict.table)
    policy = policies_of(record)[conflict.column]
    if policy.course is None or policy.states is None:
        return ""
    states, course = policy.states, policy.course
    sides = [str(side) for side in (conflict.mine, conflict.theirs)]
    ended = [side for side in sides if states.later(side, course.goes_to) is None]
    row = queries.one(connection, record, conflict.row_id)
    if not ended or states.later(*sides) is None or row is None:
        return ""
    columns = record.__table__.columns
    name, came = course.begun, getattr(row, course.begun) is not None
    if not came:
        name = next(iter(course.planned), name)
    said = value_text(connection, columns[conflict.column], states(ended[0])).lower()
    value = value_text(connection, columns[name], getattr(row, name))
    told = f"{'' if came else 'It was moved. '}{facts_of(columns[name]).label}: {value}"
    return f"{told}. Whoever made it \u201c{said}\u201d did not know that."
