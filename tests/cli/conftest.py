from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import keyring.backends.null
import pytest

from tests.cli.desk import PC, Served
from tests.cli.typed import Terminal


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A central in a process of its own, with tables and no organization yet."""
    central = Served(tmp_path_factory.mktemp("served"))
    central.start()
    try:
        made = central.admin("init")
        assert made.code == 0, made.err
        yield central
    finally:
        central.stop()


@pytest.fixture
def pc(tmp_path: Path) -> Callable[[str], PC]:
    """Make PCs by name."""
    return lambda name: PC(tmp_path, name)


@pytest.fixture
def terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A terminal in this process, on a PC without a keyring."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.delenv("FLUFFYDESK_HOME", raising=False)
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.null.Keyring)
    return Terminal(tmp_path / "home", capsys, monkeypatch)
