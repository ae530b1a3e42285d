"""Which editor a column gets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date

from fluffydesk.actions.stored import AMOUNTS, PRICES
from fluffydesk.records.types import UtcTime
from fluffydesk.records.vocabulary import Merge, facts_of
from fluffydesk.ui.fields import texts
from fluffydesk.ui.fields.date_editors import DateEditor, MomentEditor
from fluffydesk.ui.fields.editors import (
    ChoiceEditor,
    Editor,
    LongTextEditor,
    NumberEditor,
    TextEditor,
    TruthEditor,
)
from fluffydesk.ui.fields.link_editor import LinkEditor
from fluffydesk.ui.fields.repeat_editor import RepeatEditor
from fluffydesk.ui.fields.stored_editor import StoredEditor
from fluffydesk.work import Work

_OWN: dict[tuple[str, str], type[Editor]] = {
    ("tasks", "recurrence"): RepeatEditor,
    **{
        (record.__table__.name, name): StoredEditor
        for stored in (AMOUNTS, PRICES)
        for record, names in stored.items()
        for name in names
    },
}
"""Columns whose text means more than its letters."""


def editor_for(column: Column[Any], work: Work) -> Editor:
    """Return a new editor for a column; a link's editor searches through `work`."""
    own = _OWN.get((column.table.name, column.name))
    if own is not None:
        return own(column)
    if facts_of(column).target:
        return LinkEditor(column, work)
    if texts.is_enum(column):
        return ChoiceEditor(column)
    if isinstance(column.type, Boolean):
        return TruthEditor(column)
    if isinstance(column.type, Date):
        return DateEditor(column)
    if isinstance(column.type, UtcTime):
        return MomentEditor(column)
    if texts.is_number(column):
        return NumberEditor(column)
    if facts_of(column).merge is Merge.TEXT:
        return LongTextEditor(column)
    return TextEditor(column)
