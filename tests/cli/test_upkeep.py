"""The words of `central backup`, `restore`, `maintain` and the like."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from tests.central.backups import ask, empty_database
from tests.cli.desk import COMMAND, environment
from tests.cli.typed import Terminal
from tests.conftest import Central


def test_a_backup_is_made_verified_and_restored(
    central: Central, terminal: Terminal, tmp_path: Path
) -> None:
    farm = central.add_organization("Farm")
    central.add_user("anna", farm, "owner")
    url, file = central.admin_url, str(tmp_path / "central.backup")
    made = terminal.get("central", "backup", url, file)
    assert (made["file"], made["logins"], made["passwords"]) == (file, 1, True)
    assert made["size"] == Path(file).stat().st_size
    assert "is there already" in terminal.refused("central", "backup", url, file)
    again = terminal.run("central", "backup", url, file, "--force")
    assert "Whoever has this file can read everything." in again.out
    found = terminal.get("central", "verify-backup", file)
    assert (found["rows"], found["revision"]) == (made["rows"], made["revision"])
    assert "It is whole." in terminal.run("central", "verify-backup", file).out
    assert "is not empty" in terminal.refused("central", "restore", url, file)
    rehearsed = terminal.run("central", "restore", url, file, "--rehearse")
    assert "That was a rehearsal" in rehearsed.out
    with empty_database(central) as other:
        ran = terminal.run("--json", "central", "restore", other, file)
        done = json.loads(ran.out)
        assert ran.code == (1 if done["findings"] else 0)
        assert done["rows"] == made["rows"]
        assert done["kept"] == [central.email("anna")]
    with empty_database(central) as other:
        ran = terminal.run("central", "restore", other, file)
        assert "1 login was there already" in ran.out
        assert "edits that wait there are kept" in ran.out
    Path(file).write_bytes(b"junk")
    assert "is damaged, or no backup" in terminal.refused("central", "verify-backup", file)


def test_a_new_epoch_is_begun(central: Central, terminal: Terminal) -> None:
    epoch = "select id from sync.epoch"
    before = ask(central.admin_url, epoch)
    assert terminal.get("central", "new-epoch", central.admin_url) == {"done": True}
    assert ask(central.admin_url, epoch) != before


def test_the_upkeep_says_what_it_would_do_and_did(
    central: Central, terminal: Terminal, tmp_path: Path
) -> None:
    url = central.admin_url
    would = terminal.get("central", "maintain", url, "--dry-run", "--keep-changes", "30")
    assert would["dry_run"] is True
    assert {"retention", "sync-log"} <= {one["task"] for one in would["done"]}
    words = ("--task", "audit-archive", "--audit-archive", str(tmp_path))
    ran = terminal.run("central", "maintain", url, *words, "--audit-older-than", "30")
    assert (ran.code, ran.out.splitlines()[0].split()) == (
        0,
        ["Task", "Rows", "Bytes", "Seconds", "Of"],
    )
    assert "nothing was changed" in terminal.run("central", "maintain", url, "--dry-run").out
    assert "no task 'x'" in terminal.refused("central", "maintain", url, "--task", "x")


def test_a_backup_that_is_told_to_end_leaves_nothing(central: Central, tmp_path: Path) -> None:
    with central.admin().transaction() as held:
        held.connection.execute("lock table organizations in access exclusive mode")
        folder = tmp_path / "backups"
        folder.mkdir()
        words = ("central", "backup", central.admin_url, str(folder / "b"))
        waits = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = %s"
        until = time.monotonic() + 60
        with subprocess.Popen([*COMMAND, *words], env=environment(tmp_path)) as process:
            try:
                while ask(central.admin_url, waits, central.name) is None:
                    assert process.poll() is None
                    assert time.monotonic() < until
                process.send_signal(signal.SIGTERM)
                assert process.wait(60) == 130
            finally:
                process.kill()
        assert os.listdir(folder) == []
