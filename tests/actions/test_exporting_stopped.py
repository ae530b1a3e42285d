"""An export can be stopped at each word of its progress, and leaves nothing behind."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fluffydesk.actions import exporting, saving
from fluffydesk.actions.ade import writing
from fluffydesk.actions.ade.writing import write_ade
from fluffydesk.actions.exporting import export, export_workbook
from fluffydesk.actions.importing import Cancelled
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import Livestock
from tests.actions.farm import CATTLE, settle_in
from tests.mirrors import new_mirror

COWS = 7
Write = Callable[[Mirror, Path, Callable[[str], None]], object]


@pytest.fixture
def farm(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "farm.db") as opened:
        settle_in(opened)
        with opened.unit("Buy cows") as unit:
            for tag in range(COWS):
                unit.insert(
                    Livestock, {"tag_number": str(tag), "species_id": CATTLE, "sex": "female"}
                )
        yield opened


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "OFTEN", 2)
    monkeypatch.setattr(writing, "OFTEN", 2)


@pytest.mark.parametrize(
    ("write", "name", "passes"),
    [(export, "all", 1), (export_workbook, "all.xlsx", 2), (write_ade, "cows.json", 2)],
)
def test_it_is_stopped_midway_and_leaves_nothing(
    farm: Mirror,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Write,
    name: str,
    passes: int,
) -> None:
    """The animals are told of before the first and after every two, in each pass over them."""
    plain, target = tmp_path / "plain", tmp_path / "target"
    plain.mkdir()
    target.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(plain))
    told = []
    write(farm, target / name, told.append)
    words = [number for number, table in enumerate(told, 1) if table == "livestock"]
    assert len(words) == passes * (1 + COWS // 2)
    for number in sorted({1, words[1], words[-1], len(told)}):
        heard: list[str] = []

        def stop(table: str, at: int = number, heard: list[str] = heard) -> None:
            heard.append(table)
            if len(heard) == at:
                raise Cancelled("Cancelled.")

        stopped = tmp_path / f"stopped-{number}"
        stopped.mkdir()
        with pytest.raises(Cancelled):
            write(farm, stopped / name, stop)
        assert heard == told[:number]
        assert [path for path in stopped.rglob("*") if path.is_file()] == []
        assert list(plain.iterdir()) == []


def test_it_shows_one_moment_while_others_save(farm: Mirror, tmp_path: Path) -> None:
    path = tmp_path / "cows.json"

    def save(table: str) -> None:
        number = f"{table}-{len(saved)}"
        saved.append(number)
        saving.add(farm, Livestock, {"tag_number": number, "species_id": CATTLE, "sex": "female"})

    saved: list[str] = []
    with farm.beside() as other:
        written = write_ade(other, path, save)
    assert len(saved) > 1
    assert written.counts["icarAnimalCoreResource"] == COWS


def test_a_mirror_beside_another_only_reads(farm: Mirror) -> None:
    with farm.beside() as other:
        with pytest.raises(Refusal):
            saving.add(other, Livestock, {"tag_number": "77", "species_id": CATTLE})
        assert other.recall("organization") == farm.recall("organization")
