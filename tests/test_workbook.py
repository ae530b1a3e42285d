"""A workbook holds what was meant, and one from outside is read as text or refused in words."""

from __future__ import annotations

import errno
import os
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fluffydesk import workbook
from fluffydesk.errors import DiskFull, NotFound, Refusal
from fluffydesk.workbook import Sheet, Shown


def cells(path: Path) -> list[list[Any]]:
    return [list(row) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]


def test_cells_are_typed_and_shown_as_meant(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    heads = ("Day", "Milk", "Head", "At", "Share", "Well", "Gone")
    row = (
        date(2026, 5, 31), Decimal("23.50"), 12, datetime(2026, 5, 31, 6, 30),
        Shown(Decimal("0.421"), "0.0%"), True, None,
    )  # fmt: skip
    workbook.write(path, "Milk", heads, [row])
    head, body = cells(path)
    assert [cell.value for cell in head] == list(heads)
    assert head[0].font.bold
    assert [(cell.value, cell.number_format) for cell in body[:5]] == [
        (datetime(2026, 5, 31), "yyyy-mm-dd"),
        (23.5, "0.00"),
        (12, "0"),
        (datetime(2026, 5, 31, 6, 30), "yyyy-mm-dd hh:mm"),
        (0.421, "0.0%"),
    ]
    assert (body[5].value, body[6].value) == (True, None)


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-", "@SUM(A1)", "#N/A", "=cmd|' /C calc'!A1"])
def test_a_text_is_never_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.xlsx"
    workbook.write(path, "Notes", (text,), [(text,)])
    for (cell,) in cells(path):
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_what_a_workbook_would_change_is_kept_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    row = (
        9820000173832011, Decimal("1234567890.1234567"), datetime(2026, 5, 31, 6, tzinfo=UTC),
        date(1899, 12, 31), "bell\x07", "x" * 40_000,
    )  # fmt: skip
    workbook.write(path, "Odd", "abcdef", [row])
    found = [cell.value for cell in cells(path)[1]]
    assert found[:5] == [
        "9820000173832011", "1234567890.1234567", "2026-05-31T06:00:00+00:00", "1899-12-31",
        "bell\ufffd",
    ]  # fmt: skip
    assert (len(found[5]), found[5][-1]) == (workbook.MOST_TEXT, "…")


def test_titles_are_made_to_fit_and_differ(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    long = "Livestock and poultry feeding of: 2026/27"
    workbook.write_book(path, [Sheet(title, ("A",), [("1",)]) for title in (long, long, "", "[]")])
    titles = workbook.sheets(path)
    assert len({title.casefold() for title in titles}) == 4
    assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\") for title in titles)


def test_what_one_sheet_cannot_hold_goes_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    path = tmp_path / "a.xlsx"
    workbook.write(path, "Log", ("N",), [(n,) for n in range(5)])
    assert workbook.sheets(path) == ("Log", "Log (2)", "Log (3)")
    found = [row for title in workbook.sheets(path) for row in workbook.read(path, title)]
    assert found == [("N",), ("0",), ("1",), ("N",), ("2",), ("3",), ("N",), ("4",)]


def test_a_write_cut_short_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    workbook.write(path, "Old", ("A",), [("old",)])

    def full(source: Any, target: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(DiskFull):
            workbook.write(path, "New", ("A",), [("new",)])
    assert list(workbook.read(path))[1] == ("old",)
    assert [one.name for one in tmp_path.iterdir()] == ["a.xlsx"]
    with pytest.raises(Refusal, match="cannot be written"):
        workbook.write(tmp_path / "none" / "a.xlsx", "New", ("A",), [])


def test_values_are_read_as_the_text_a_csv_would_have(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Tag", datetime(2026, 5, 31), None])
    sheet.append([982000017383201, 0.1 + 0.2, "  x "])
    sheet.append([])
    sheet.append([datetime(2026, 5, 31, 6, 30), time(6, 30), True, 1.5e-7, 1200.0, 0.042])
    sheet["F4"].number_format = "0.0%"
    sheet.merge_cells("A5:B5")
    sheet["A5"], sheet["C5"] = "merged", "beside"
    book.save(path)
    assert list(workbook.read(path)) == [
        ("Tag", "2026-05-31"),
        ("982000017383201", "0.3", "x"),
        (),
        ("2026-05-31 06:30", "06:30", "true", "0.00000015", "1200", "4.2%"),
        ("merged", "", "beside"),
    ]


def test_the_first_sheet_with_anything_is_read_unless_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.create_sheet("Cows").append(["Tag"])
    book.create_sheet("Ewes").append(["Ear"])
    book.save(path)
    assert workbook.sheets(path) == ("Sheet", "Cows", "Ewes")
    assert list(workbook.read(path)) == [("Tag",)]
    assert list(workbook.read(path, "ewes")) == [("Ear",)]
    with pytest.raises(NotFound, match=r"no sheet 'Goats'.*Sheet, Cows, Ewes"):
        list(workbook.read(path, "Goats"))


def test_a_false_size_in_the_file_hides_no_row(tmp_path: Path) -> None:
    path, odd = tmp_path / "a.xlsx", tmp_path / "odd.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["a", "b"])
    book.active.append(["1", "2"])
    book.save(path)
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(odd, "w") as after:
        for part in before.namelist():
            after.writestr(part, before.read(part).replace(b'ref="A1:B2"', b'ref="A1"'))
    assert list(workbook.read(odd)) == [("a", "b"), ("1", "2")]


def test_formulas_are_read_by_their_result_and_refused_without_one(tmp_path: Path) -> None:
    path, done = tmp_path / "a.xlsx", tmp_path / "done.xlsx"
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["=1+1"])
    book.save(path)
    with pytest.raises(Refusal, match="never computed"):
        list(workbook.read(path))
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(done, "w") as after:
        for part in before.namelist():
            text = before.read(part).replace(b"<v></v>", b"<v />")
            after.writestr(part, text.replace(b"<v />", b"<v>2</v>"))
    assert list(workbook.read(done)) == [("2",)]


def _zip(path: Path, **parts: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/") + ".xml", data)


def test_what_is_no_workbook_is_refused_in_words(tmp_path: Path) -> None:
    odd = tmp_path / "odd.xlsx"
    ole = bytes.fromhex("d0cf11e0a1b11ae1")
    for data, words in (
        (b"Tag,Kg\n1,2\n", "is no workbook"),
        (b"", "is no workbook"),
        (b"PK\x03\x04" + b"\0" * 40, "is damaged"),
        (ole + bytes(600), r"old format \(.xls\)"),
        (ole + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "locked by a password"),
    ):
        odd.write_bytes(data)
        with pytest.raises(Refusal, match=words):
            list(workbook.read(odd))
    _zip(odd, content=b"<a/>")
    with pytest.raises(Refusal, match="archive or a workbook of another format"):
        list(workbook.read(odd))
    _zip(odd, xl__workbook=b"<a/>")
    with pytest.raises(Refusal, match="damaged, or no workbook"):
        list(workbook.read(odd))
    with pytest.raises(NotFound, match="no file"):
        list(workbook.read(tmp_path / "none.xlsx"))


def test_bombs_are_refused_before_they_are_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "odd.xlsx"
    monkeypatch.setattr(workbook, "_MOST_UNPACKED", 2**20)
    _zip(odd, xl__workbook=b"<a/>", xl__worksheets__sheet1=bytes(2**21))
    with pytest.raises(Refusal, match="unpacks to 2 megabytes, which is too much"):
        list(workbook.read(odd))
    entities = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><c:a>&y;</c:a>'
    workbook.write(tmp_path / "a.xlsx", "A", ("A",), [("1",)])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as before, zipfile.ZipFile(odd, "w") as after:
        for part in before.namelist():
            is_sheet = part.startswith("xl/worksheets")
            after.writestr(part, entities if is_sheet else before.read(part))
    with pytest.raises(Refusal, match="damaged, or no workbook"):
        list(workbook.read(odd))
