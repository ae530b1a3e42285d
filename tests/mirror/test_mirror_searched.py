"""What is typed is found by the index of the animals' texts just as by looking at each row."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from fluffydesk.mirror import finding, loading, queries, searched
from fluffydesk.mirror.engine import bare, connect
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Listing, Order
from fluffydesk.mirror.trouble import Interrupted
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id
from tests.mirrors import COW, HEN, KEY

_TEXTS = (
    *("Bella", "BÉLLA", "Straße", "ﬁne", "Ærø", "İstanbul", "été à la ferme", "100% calm", "a_b_c"),
    *('say "moo"', "O'Hara", "back\\slash", "{label} : x*", "NEAR(a b)", "AND OR NOT", "--", "^x"),
    *(
        "بقرة حلوب",
        "פרה 12",
        "雌牛三号",
        "🐄🐄 herd",
        "e\u0301clair",
        "Ω ohm",
        "a\nb",
        "",
        "¨",
        "ß",
    ),
)
_OWN = ("tag_number", "name", "official_id", "eid", "notes", "came_from")
BY_TAG = Listing(Livestock, order=(Order("tag_number"),))


def fill(connection: Connection, dice: random.Random, count: int) -> None:
    """Put in animals of odd texts, some of them the young of others."""
    driver = bare(connection)
    ids = [row[0] for row in driver.execute("SELECT id FROM livestock")]
    for _ in range(count):
        texts = [dice.choice((None, dice.choice(_TEXTS), str(dice.randrange(10**6)))) for _ in _OWN]
        texts[0] = texts[0] or "0"
        dam = dice.choice((None, *ids[-20:]))
        ids.append(str(new_id()))
        row = (ids[-1], str(dice.choice((COW, HEN))), dam, dice.choice(("active", "sold")), *texts)
        driver.execute(
            "INSERT INTO livestock (id, species_id, dam_id, status, row_version, "
            f"{', '.join(_OWN)}) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)",
            row,
        )


def stir(connection: Connection, dice: random.Random) -> None:
    """Change and delete some of them."""
    driver = bare(connection)
    for (one,) in driver.execute("SELECT id FROM livestock").fetchall():
        if dice.random() < 0.2:
            name = dice.choice(_TEXTS)
            driver.execute("UPDATE livestock SET name = ?, notes = NULL WHERE id = ?", (name, one))
        elif dice.random() < 0.1:
            driver.execute("DELETE FROM livestock WHERE id = ?", (one,))


def words(dice: random.Random) -> Iterator[str]:
    """Yield what somebody may type: parts of the texts, as they stand or folded, and others."""
    yield from ("%", "_", "'", '"', '"""', "b", "be", "BEL", "cattle", "chick", "·x", "ca b", "zq")
    for _ in range(24):
        text = dice.choice((*_TEXTS, str(dice.randrange(10**6)))) or "x"
        start = dice.randrange(len(text))
        part = text[start : start + dice.randrange(1, 7)]
        yield dice.choice((part, part.upper(), f"{part} {dice.choice('abc01')}"))


@pytest.mark.parametrize(("seed", "few"), [(0, 2), (1, 20_000)])
def test_the_index_finds_what_a_look_at_each_row_finds(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch, seed: int, few: int
) -> None:
    dice = random.Random(seed)
    with mirror.apply() as connection:
        fill(connection, dice, 80)
        stir(connection, dice)
    orders = ((Order("tag_number"),), (Order("name", True),), (Order("dam_id"),))
    active = (Filter("status", "=", "active"),)
    monkeypatch.setattr(finding, "FEW", few)
    some = 0
    with mirror.read() as connection:
        assert "livestock" in searched.ready(connection)
        for typed in words(dice):
            listing = Listing(Livestock, typed, dice.choice(((), active)), dice.choice(orders))
            found = queries.keys(connection, listing)
            pages = [queries.page(connection, listing, at, 40) for at in range(0, 120, 40)]
            counted = queries.count(connection, listing)
            chosen = queries.choices(connection, Livestock, typed, 500)
            with monkeypatch.context() as patch:
                patch.setattr(searched, "ready", lambda _: frozenset())
                plain = queries.keys(connection, listing)
                assert found == plain, typed
                assert chosen == queries.choices(connection, Livestock, typed, 500), typed
            rows = [row.id for page in pages for row in page]
            assert rows == [r.id for r in queries.rows_at(connection, Livestock, found) if r]
            assert counted == len(found)
            some += bool(found)
    assert some > 15


def test_while_a_load_is_under_way_all_is_found_without_the_index(mirror: Mirror) -> None:
    dice = random.Random(1)
    with mirror.apply() as connection:
        fill(connection, dice, 20)
        mirror.state.put(connection, loading.BARE, "livestock")
        loading.strip(connection, "livestock")
        assert "livestock" not in searched.ready(connection)
        fill(connection, dice, 20)
        bare(connection).execute("UPDATE livestock SET notes = 'Quagga' WHERE rowid IN (3, 33)")
    quagga = replace(BY_TAG, search="quagga", order=())
    with mirror.read() as connection:
        before = queries.keys(connection, quagga)
    assert sorted(before) == [3, 33]
    while mirror.make_missing_index():
        pass
    with mirror.read() as connection:
        assert "livestock" in searched.ready(connection)
        assert queries.keys(connection, quagga) == before


def test_the_index_is_filled_a_part_at_a_time_while_work_goes_on(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searched, "AT_ONCE", 10)
    with mirror.apply() as connection:
        fill(connection, random.Random(2), 35)
        driver = bare(connection)
        searched.drop(driver, "livestock")
    steps = 0
    while mirror.make_missing_index():
        steps += 1
        with mirror.apply() as connection:
            driver = bare(connection)
            driver.execute(
                "UPDATE livestock SET notes = ? WHERE rowid IN (5, 25)", (f"Okapi{steps}",)
            )
            driver.execute("DELETE FROM livestock WHERE rowid = ?", (steps + 8,))
    assert steps == 4
    with mirror.read() as connection:
        assert "livestock" in searched.ready(connection)
        assert sorted(queries.keys(connection, replace(BY_TAG, search="okapi4"))) == [5, 25]
        assert not queries.keys(connection, replace(BY_TAG, search="okapi3"))
        index = bare(connection).execute("SELECT count(*) FROM search_livestock").fetchone()
        assert index[0] == 35 - steps


def test_an_older_mirror_gets_the_index_when_it_is_opened(tmp_path: Path, mirror: Mirror) -> None:
    with mirror.apply() as connection:
        fill(connection, random.Random(3), 10)
        bare(connection).execute("UPDATE livestock SET notes = 'Quagga' WHERE rowid = 4")
    copy = tmp_path / "older.db"
    mirror.copy_into(copy)
    driver = connect(copy, KEY)
    for event in ("insert", "update", "delete"):
        driver.execute(f"DROP TRIGGER search_livestock_{event}")
    driver.execute("DROP TABLE search_livestock")
    driver.execute("UPDATE state SET value = '\"older\"' WHERE key = 'shape'")
    driver.close()
    with Mirror.open(copy, KEY) as again, again.read() as connection:
        assert "livestock" in searched.ready(connection)
        assert list(queries.keys(connection, replace(BY_TAG, search="uagg"))) == [4]
        assert bare(connection).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_is_read_is_broken_off_and_what_is_written_is_not(mirror: Mirror) -> None:
    endless = "WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k)"
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    with mirror.until(stop):
        with pytest.raises(Interrupted), mirror.read() as connection:
            connection.exec_driver_sql(f"{endless} SELECT max(i) FROM k").fetchone()
        assert asked == 3
        with mirror.apply() as connection:
            fill(connection, random.Random(4), 200)
    with mirror.read() as connection:
        assert queries.count(connection, BY_TAG) == 200
    assert asked == 3
