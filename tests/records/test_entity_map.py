"""The entity map shows what is declared: all of it, as it is."""

from __future__ import annotations

from xml.etree import ElementTree

from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.entity_map import overview
from fluffydesk.records.entity_map.pages import HOME, pages
from fluffydesk.records.entity_map.subjects import HUBS, crossings, subjects

_SVG = "{http://www.w3.org/2000/svg}"


def test_the_map_is_as_the_declarations_say() -> None:
    wanted = pages()
    differing = [
        path.name
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    differing += [path.name for path in HOME.iterdir() if path not in wanted]
    assert not differing, "draw it again: python -m fluffydesk.records.entity_map"


def test_the_overview_has_every_table_once_and_an_arrow_for_each_crossing() -> None:
    drawn = ElementTree.fromstring(overview.draw())
    words = [text.text for text in drawn.iter(f"{_SVG}text")]
    for record in RECORDS:
        assert words.count(record.__table__.name) == 1
    arrows = [pair for pair in crossings() if pair[1] not in HUBS or pair[0] in HUBS]
    assert len(list(drawn.iter(f"{_SVG}polygon"))) == len(arrows)


def test_every_table_and_link_is_on_the_page_of_its_subject() -> None:
    for subject in subjects():
        page = pages()[HOME / f"{subject.name}.md"]
        for record in subject.records:
            table = record.__table__
            assert f"    {table.name} {{\n" in page
            assert f"| `{table.name}` |" in page
            for key in table.foreign_key_constraints:
                column = list(key.columns)[-1].name
                if column != "organization_id":
                    line = f" {table.name} : {column}\n"
                    assert line in page, line
