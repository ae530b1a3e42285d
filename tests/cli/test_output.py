from __future__ import annotations

import json
from argparse import Namespace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.cli.output import cell, json_text, pairs, show, table
from fluffydesk.records.enums.farm import MilkingSession


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("612.5"), "612.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("12345678901234.5678"), "12345678901234.5678"),
        (MilkingSession.WHOLE_DAY, '"whole_day"'),
        (date(2026, 5, 3), '"2026-05-03"'),
        (datetime(2026, 5, 3, 14, 30, tzinfo=UTC), '"2026-05-03T14:30:00Z"'),
        (
            datetime(2026, 5, 3, 14, 30, 0, 250000, tzinfo=timezone(timedelta(hours=2))),
            '"2026-05-03T12:30:00.250000Z"',
        ),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (None, "null"),
        (True, "true"),
        ("Zoë\n", '"Zoë\\n"'),
        ([], "[]"),
        ({"a": [Decimal("0.10"), None]}, '{"a": [0.10, null]}'),
    ],
)
def test_json_is_exact(value: Any, text: str) -> None:
    assert json_text(value) == text
    json.loads(text, parse_float=Decimal)


def test_cells_are_one_line_without_control_characters() -> None:
    assert cell("two\nlines\x1b[31m") == "two lines [31m"
    assert cell(None) == ""
    assert cell(MilkingSession.WHOLE_DAY) == "whole day"
    assert cell(False) == "no"


def test_a_table_is_aligned() -> None:
    rows = [["7", Decimal("612.5")], ["12", None], ["x" * 60, 1]]
    lines = list(table(["tag", "weight"], rows))
    assert lines[0].index("weight") == lines[1].index("612.5") == 42
    assert lines[2] == "12"
    assert lines[3].startswith("x" * 39 + "…")
    assert list(table(["id"], [])) == ["id"]


def test_ids_are_never_cut() -> None:
    row = str(UUID(int=0))
    assert list(table(["id"], [[row]]))[1] == row


def test_pairs_are_aligned() -> None:
    assert list(pairs({"a": 1, "long": None})) == ["a     1", "long"]


def test_show_prints_json_only_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    show(Namespace(json=True), {"a": 1}, ["never"])
    show(Namespace(json=False), {"never": 1}, ["a line"])
    assert capsys.readouterr().out == '{"a": 1}\na line\n'
