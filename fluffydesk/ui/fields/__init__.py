"""One cell and one editor for each kind of field."""

from __future__ import annotations

from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.editors import Editor
from fluffydesk.ui.fields.texts import header_of, text_of

__all__ = ["Editor", "editor_for", "header_of", "text_of"]
