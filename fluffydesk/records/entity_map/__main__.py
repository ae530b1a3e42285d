"""`python -m fluffydesk.records.entity_map` draws the map again."""

from __future__ import annotations

from fluffydesk.records.entity_map.pages import HOME, pages

HOME.mkdir(parents=True, exist_ok=True)
wanted = pages()
for path in set(HOME.iterdir()) - set(wanted):
    path.unlink()
for path, text in wanted.items():
    path.write_text(text, encoding="utf-8", newline="\n")
print(f"{len(wanted)} files in {HOME}")  # noqa: T201
