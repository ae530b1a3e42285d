"""What is sent for support tells how the sync stands, and nothing of anybody."""

from __future__ import annotations

import json
import logging
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fluffydesk import app
from fluffydesk.cli.reports import write_report
from fluffydesk.errors import Refusal
from fluffydesk.mirror import journal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.records.types import new_id
from fluffydesk.sync.scrub import SAID, scrubbed
from fluffydesk.sync.support import bundle, write_bundle
from tests.sampled import DEVICE, KEY

CLIENT = {
    "full_name": "Wilhelmina Quackenbush",
    "email": "wilhelmina.quackenbush@lakeside.example",
    "phone": "+31 6 5550 1984",
    "address": "7 Heronsgate Crescent, Zwolle",
    "notes": "Pays late; gate code 48151623.",
}
PET = {"name": "Zephyrine", "species": "Dog", "microchip": "528219000713554", "alerts": "Bites."}
PRIVATE = [*CLIENT.values(), "Zephyrine", PET["microchip"], "Bites", "Quackenbush", "48151623"]


@pytest.fixture
def mirror(clinic_file: Path, tmp_path: Path) -> Iterator[Mirror]:
    path = shutil.copy(clinic_file, tmp_path / "clinic.db")
    with Mirror.open(path, KEY) as made:
        with made.unit(f"Register {PET['name']}") as unit:
            client = unit.insert(ClinicClient, CLIENT)
            pet = unit.insert(Pet, PET)
        _conflict_and_refusal(made, str(client), str(pet))
        yield made


def _conflict_and_refusal(mirror: Mirror, client: str, pet: str) -> None:
    told = f"Key (email)=({CLIENT['email']}) already exists."
    with mirror.apply() as connection:
        connection.exec_driver_sql(
            "INSERT INTO conflicts (id, table_name, row_id, column_name, base, mine, theirs, "
            "their_user, their_device, noticed_at) VALUES (?, 'pets', ?, 'name', ?, ?, ?, ?, ?, ?)",
            (
                str(new_id()),
                pet,
                '"Zephyrine"',
                json.dumps("Zephyrine the Great"),
                json.dumps("Zephyrine II"),
                "Wilhelmina Quackenbush",
                "Quackenbush laptop",
                journal.moment(),
            ),
        )
        connection.exec_driver_sql(
            "INSERT INTO quarantine (id, units, rows, code, constraint_name, table_name, row_id, "
            "column_name, message, advice, at) VALUES (?, '[]', ?, '23505', 'uq_x', "
            "'clinic_clients', ?, 'email', ?, ?, ?)",
            (
                str(new_id()),
                json.dumps([{"table": "clinic_clients", "values": CLIENT}]),
                client,
                f"There already is a client called {CLIENT['full_name']}.",
                told,
                journal.moment(),
            ),
        )


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Logs as the app and the command write them, of errors that quote what was typed."""
    folder = tmp_path / "logs"
    folder.mkdir()
    handler = app._keep_log(folder)
    log = logging.getLogger("fluffydesk.work")
    try:
        try:
            raise ValueError(
                f"{CLIENT['full_name']}\nlives at {CLIENT['address']}: {CLIENT['phone']}"
            )
        except ValueError as error:
            log.error("a job broke", exc_info=error)
            log.warning("there is no screen %r", "Zephyrine")
            logging.getLogger("Wilhelmina.Quackenbush").error("Quackenbush: %s", CLIENT["email"])
            logging.getLogger("qt").warning("QFont::setPointSize: Zephyrine <= 0")
            report = write_report(error, tmp_path)
        assert report.parent == folder
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    (folder / "crash-of-Quackenbush.txt").write_text(CLIENT["notes"])
    return folder


def personal(mirror: Mirror) -> set[str]:
    """Return every name, address and note of the mirror, and the titles of all saves."""
    names = ("name", "email", "phone", "notes", "address", "microchip", "reason", "alerts")
    found = {"Zephyrine", DEVICE}
    with mirror.read() as connection:
        for record in MIRRORED:
            table = record.__table__
            if table.name in ("species_reference", "breed_reference", "measurement_units"):
                continue
            for column in table.columns:
                if column.name.removeprefix("full_") in names:
                    sql = f"SELECT DISTINCT {column.name} FROM {table.name}"
                    found |= {str(v) for v in connection.exec_driver_sql(sql).scalars() if v}
        found |= set(connection.exec_driver_sql("SELECT title FROM units").scalars())
        for key in ("author", "organization"):
            state = mirror.state.get(connection, key)
            kept = ("type", "role", "currency", "time_zone", "status")
            found |= {str(value) for name, value in state.items() if name not in kept and value}
    return {text for text in found if len(text) > 2}


def test_nothing_of_anybody_is_in_it(mirror: Mirror, logs: Path, tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "bundle.zip", bundle(mirror, logs, findings=mirror.check()))
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {"about.json", "mirror.json", "errors.json", "logs/fluffydesk.log"} <= files.keys()
    texts = {*PRIVATE, *personal(mirror), str(tmp_path)}
    assert len(texts) > 100
    for name, text in files.items():
        for private in texts:
            found = re.search(rf"(?<!\w){re.escape(private)}(?!\w)", name + text)
            assert found is None, (name, private)
        for part in ("quackenbush", "zephyrine", "lakeside", "heronsgate"):
            assert part not in (name + text).lower(), name


def test_what_helps_is_in_it(mirror: Mirror, logs: Path) -> None:
    files = bundle(mirror, logs, more={"theme": "dark"})
    told = {name: json.loads(files[name]) for name in ("about.json", "mirror.json", "errors.json")}
    assert told["about.json"]["theme"] == "dark"
    assert told["about.json"]["shape_of_mirror"] == mirror.recall("shape")
    assert told["mirror.json"]["rows"]["pets"] > 1
    assert told["mirror.json"]["ledger"]["made"] == 1
    (refused,) = told["errors.json"]["refused"]
    assert (refused["code"], refused["table"], refused["column"]) == (
        "23505",
        "clinic_clients",
        "email",
    )
    (asked,) = told["errors.json"]["conflicts"]
    assert (asked["table"], asked["column"], asked["decision"]) == ("pets", "name", "open")
    log = files["logs/fluffydesk.log"]
    assert "ERROR fluffydesk.work a job broke" in log
    assert "WARNING fluffydesk.work there is no screen ·" in log
    assert "ERROR other ·" in log
    assert "WARNING qt QFont::setPointSize: ·" in log
    assert "ValueError" in log
    (crash,) = [text for name, text in files.items() if "crash-" in name]
    assert "ValueError" in crash


def test_the_cursor_is_told_apart_and_not_shown(mirror: Mirror) -> None:
    mirror.remember(cursor={"epoch": "e1", "snapshot": "7:9:8"}, epoch="e1")
    one = json.loads(bundle(mirror)["mirror.json"])
    again = json.loads(bundle(mirror)["mirror.json"])
    mirror.remember(cursor={"epoch": "e1", "snapshot": "8:9:"})
    other = json.loads(bundle(mirror)["mirror.json"])
    assert one["cursor"] == again["cursor"] != other["cursor"]
    assert one["epoch"] == other["epoch"]
    assert "7:9:8" not in json.dumps(one)


def test_places_in_the_program_are_kept_and_others_not() -> None:
    lines = [
        "Traceback (most recent call last):",
        '  File "/home/wilhelmina/app/fluffydesk/sync/push.py", line 12, in send',
        "    raise ValueError(name)",
        '  File "/home/fluffydesk/Wilhelmina/own.py", line 3, in run',
        "fluffydesk.errors.Offline: quackenbush.example does not answer",
        "Zephyrine: bites",
    ]
    assert list(scrubbed(lines)) == [
        "Traceback (most recent call last):",
        "  File fluffydesk/sync/push.py, line 12, in send",
        "(1 lines left out)",
        "  File (elsewhere)",
        "fluffydesk.errors.Offline",
        "(1 lines left out)",
    ]


def test_what_the_program_says_is_known_to_the_scrubbing() -> None:
    package = Path(app.__file__).parent
    calls = re.compile(r"\blog\.(?:debug|info|warning|error|critical)\(\s*\"([^\"]*)\"")
    said = {m for path in package.rglob("*.py") for m in calls.findall(path.read_text("utf-8"))}
    assert said
    words = {word for line in SAID for word in line.split()}
    for line in said:
        assert {word for word in line.split() if "%" not in word} <= words, line


def test_a_folder_that_is_not_there_is_a_refusal(mirror: Mirror, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="could not be written"):
        write_bundle(tmp_path / "nowhere" / "bundle.zip", bundle(mirror))
