from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fluffydesk.cli.commands import joined, parser
from fluffydesk.cli.reports import write_report
from tests.cli.desk import environment, run


def test_words_that_begin_with_a_minus() -> None:
    words = ["record", "list", "rooms", "--order", "-name", "--limit", "3"]
    options = parser().parse_args(joined(words))
    assert (options.order, options.limit) == (["-name"], 3)
    assert parser().parse_args(joined(["conflicts", "resolve", "x", "--keep", "-5"])).keep == "-5"


def test_home_and_json_stand_before_or_after_the_command() -> None:
    for words in (["--json", "--home", "x", "status"], ["status", "--json", "--home", "x"]):
        options = parser().parse_args(words)
        assert (options.json, options.home) == (True, Path("x"))
    options = parser().parse_args(["status"])
    assert (options.json, options.home) == (False, None)


def test_lists_are_what_conflicts_and_quarantine_show_by_themselves() -> None:
    for name in ("conflicts", "quarantine"):
        assert parser().parse_args([name]).run == f"fluffydesk.cli.decisions:{name}"
        assert parser().parse_args([name, "list"]).run == f"fluffydesk.cli.decisions:{name}"
    assert parser().parse_args([]).run == "fluffydesk.cli.windows:open_app"


@pytest.mark.parametrize(
    "words",
    [["staus"], ["record"], ["record", "add", "rooms"], ["sync", "--wach"], ["import", "x"]],
)
def test_misspelled_commands_exit_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parser().parse_args(words)
    assert caught.value.code == 2
    assert "usage: fluffydesk" in capsys.readouterr().err


def test_a_refusal_is_one_line_on_stderr(tmp_path: Path) -> None:
    for words in (
        ("status",),
        ("sync",),
        ("record", "list", "cows"),
        ("record", "show", "rooms", "12"),
        ("record", "list", "rooms"),
        ("export", str(tmp_path / "out")),
        ("sign-in", "postgresql://127.0.0.1:9/x", "anna@green.example"),
        ("central", "add-organization", "x", "--name", "A", "--type", "zoo"),
        ("sign-out",),
    ):
        ran = run(tmp_path, *words, home=tmp_path / "home", typed="secret\n")
        assert ran.code == 1, words
        assert ran.out == ""
        assert ran.err.count("\n") == 1, ran.err
        assert "Traceback" not in ran.err
        assert "bug" not in ran.err


def test_a_password_must_be_given(tmp_path: Path) -> None:
    words = ("sign-in", "postgresql://127.0.0.1:9/x", "anna@green.example")
    assert "No password was given." in run(tmp_path, *words, home=tmp_path / "home").err


def test_a_bug_leaves_a_report_and_no_traceback_on_screen(tmp_path: Path) -> None:
    broken = "import fluffydesk.cli.rows, sys; fluffydesk.cli.rows.list_rows = lambda o: 1 / 0; "
    code = f"{broken}from fluffydesk.cli import main; sys.exit(main(['record', 'list', 'rooms']))"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment(tmp_path) | {"FLUFFYDESK_HOME": str(tmp_path / "home")},
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (70, "")
    assert ran.stderr.count("\n") == 1
    assert ran.stderr.startswith("This is a bug")
    (report,) = (tmp_path / "home" / "logs").iterdir()
    assert str(report) in ran.stderr
    assert "ZeroDivisionError" in report.read_text()


def test_a_report_finds_a_place_where_the_home_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = write_report(ValueError("x"), tmp_path / "file")
    assert "ValueError: x" in path.read_text()
    path.unlink()


def test_a_reader_that_goes_away_is_no_bug(tmp_path: Path) -> None:
    code = (
        "import fluffydesk.cli.rows, sys; "
        "fluffydesk.cli.rows.list_rows = lambda o: [print('x' * 99) for _ in range(99999)]; "
        "from fluffydesk.cli import main; sys.exit(main(['record', 'list', 'rooms']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1


@pytest.mark.parametrize(
    ("which", "loaded"),
    [("name != 'printing'", []), ("True", ["PySide6", "PySide6.QtCore"])],
    ids=["no command", "a report"],
)
def test_only_the_window_loads_qt(tmp_path: Path, which: str, loaded: list[str]) -> None:
    """A report writes its numbers as the window does: by Qt's core, which needs no screen."""
    code = (
        "import importlib, pkgutil, sys, fluffydesk.cli as cli; "
        "[importlib.import_module(f'fluffydesk.cli.{name}') "
        f"for _, name, _ in pkgutil.iter_modules(cli.__path__) if {which}]; "
        "print(*sorted(name for name in sys.modules if name in ('PySide6', 'PySide6.QtCore') "
        "or name.startswith(('PySide6.QtG', 'PySide6.QtW', 'PySide6.QtP'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path),
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == loaded


def test_help_loads_no_database(tmp_path: Path) -> None:
    code = (
        "import sys; from fluffydesk.cli.commands import parser; import fluffydesk.cli; "
        "parser().format_help(); sys.exit('sqlalchemy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(tmp_path), check=False)
    assert done.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux runs without a screen")
@pytest.mark.parametrize(("words", "way"), [([], "--help"), (["demo"], "--no-window")])
def test_without_a_screen_the_window_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], way: str
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    ran = run(tmp_path, *words, home=tmp_path / "home")
    assert ran.code == 1
    assert "There is no screen here" in ran.err
    assert way in ran.err
    assert len(ran.err.splitlines()) == 1
