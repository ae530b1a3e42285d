"""Commands typed in this process, for tests that need no process of their own."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fluffydesk.cli import main
from tests.cli.desk import PASSWORD, Ran


@dataclass
class Terminal:
    """A home, and what typing a command there comes to."""

    home: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def run(self, *words: str, typed: str = "") -> Ran:
        self.monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        self.capsys.readouterr()
        code = main(["--home", str(self.home), *words])
        said = self.capsys.readouterr()
        return Ran(code, said.out, said.err)

    def get(self, *words: str) -> Any:
        ran = self.run("--json", *words)
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    def refused(self, *words: str) -> str:
        """Run a command that must be refused; returns its one line."""
        ran = self.run(*words)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1), ran
        return ran.err.strip()

    def sign_in(self, url: str, email: str, *words: str, password: str = PASSWORD) -> Ran:
        return self.run("--json", "sign-in", url, email, *words, typed=f"{password}\n")

    def other(self, name: str) -> Terminal:
        return Terminal(self.home.with_name(name), self.capsys, self.monkeypatch)
