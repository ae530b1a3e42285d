"""PCs and a central as real processes, for tests that talk to them as a shell does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from tests.cli.forked import run_forked

COMMAND = (sys.executable, "-m", "fluffydesk")
PASSWORD = "correct horse"
PATIENCE = 120


def environment(folder: Path) -> dict[str, str]:
    """Return an environment without a keyring, whose session's secrets lie in `folder`."""
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("FLUFFYDESK")},
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(folder / "share"),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }


@dataclass
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


def run(folder: Path, *words: str, typed: str = "", home: Path | None = None) -> Ran:
    """Run one command to its end."""
    extra = {} if home is None else {"FLUFFYDESK_HOME": str(home)}
    with TemporaryDirectory(dir=folder) as streams:
        at = Path(streams)
        (at / "in").write_text(typed, encoding="utf-8")
        code = run_forked(words, environment(folder) | extra, folder, at, PATIENCE)
        out, err = ((at / name).read_text(encoding="utf-8") for name in ("out", "err"))
    return Ran(code, out, err)


class Served:
    """A central that `fluffydesk central serve` runs, really stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.admin_url = ""
        self.member_url = ""
        self._process: subprocess.Popen[str] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        with (self.folder / "serve.err").open("w") as errors:
            self._process = subprocess.Popen(
                [*COMMAND, "central", "serve", str(self.folder / "central")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment(self.folder),
                cwd=self.folder,
            )
        assert self._process.stdout is not None
        self.admin_url = self._process.stdout.readline().strip()
        self.member_url = self._process.stdout.readline().strip()
        if not self.member_url:
            self.stop()
            raise AssertionError((self.folder / "serve.err").read_text())

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        with process:
            process.send_signal(how)
            return process.wait(PATIENCE)

    def admin(self, *words: str, typed: str = "") -> Ran:
        verb, *rest = words
        return run(self.folder, "--json", "central", verb, self.admin_url, *rest, typed=typed)

    def add_organization(self, kind: str) -> str:
        name = f"{kind} {uuid4().hex[:8]}"
        self.admin("add-organization", "--name", name, "--type", kind).json["id"]
        return name

    def add_user(self, organization: str, role: str, name: str) -> str:
        email = f"{name.lower()}.{uuid4().hex[:8]}@green.example"
        words = ("--organization", organization, "--role", role, "--name", name)
        added = self.admin("add-user", "--email", email, *words, typed=f"{PASSWORD}\n")
        assert added.code == 0, added.err
        return email


@dataclass
class PC:
    """One PC: a home folder, and whoever is signed in there."""

    folder: Path
    name: str
    home: Path = field(init=False)

    def __post_init__(self) -> None:
        self.home = self.folder / self.name.replace(" ", "-")

    def run(self, *words: str, typed: str = "") -> Ran:
        return run(self.folder, *words, typed=typed, home=self.home)

    def get(self, *words: str) -> Any:
        """Run a command that must succeed and return its JSON."""
        return self.run("--json", *words).json

    def sign_in(self, central: Served, email: str) -> Any:
        words = ("sign-in", central.member_url, email, "--device", self.name)
        return self.run("--json", *words, typed=f"{PASSWORD}\n").json

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(self.folder) | {"FLUFFYDESK_HOME": str(self.home)},
            cwd=self.folder,
        )
