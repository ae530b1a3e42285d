"""The README names every command and every option that there is."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

import pytest

from fluffydesk.cli.commands import parser

README = Path(__file__).resolve().parents[2] / "README.md"


def commands(top: ArgumentParser, path: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Yield each command in words with its own options."""
    groups = [action for action in top._actions if isinstance(action, _SubParsersAction)]
    if path and not groups:
        shared = {"--help", "--home", "--json"}
        options = [word for action in top._actions for word in action.option_strings]
        yield " ".join(path), [word for word in options if word[:2] == "--" and word not in shared]
    for group in groups:
        for name, command in group.choices.items():
            yield from commands(command, (*path, name))


@pytest.mark.parametrize(("command", "options"), list(commands(parser())))
def test_every_command_is_in_the_readme(command: str, options: list[str]) -> None:
    rows = [
        line
        for line in README.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `") and f"{command} " in line.replace("`", " ")
    ]
    assert rows, command
    for option in options:
        assert any(option in row for row in rows), f"{command} {option}"


def test_home_and_json_are_in_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    assert all(word in text for word in ("FLUFFYDESK_HOME", "--home", "--json"))
