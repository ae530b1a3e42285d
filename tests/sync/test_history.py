"""What is known of a record: every edit, conflict and refusal, by whom, and how each ended."""

from __future__ import annotations

from fluffydesk.mirror import journal
from fluffydesk.sync import history, resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm


def events(desk: Desk, table: str, id: object) -> list[history.Event]:
    with desk.mirror.read() as connection:
        return history.events(connection, table, str(id))


def name_of(desk: Desk) -> str:
    return str(desk.mirror.recall("author")["user_name"])


def test_an_edit_is_known_before_and_after_it_was_sent(farm: Farm, barn: Desk) -> None:
    cow = barn.add("livestock", tag_number="17", species_id=farm.species)
    barn.change("livestock", cow, name="Bella", colour="red")
    waiting = events(barn, "livestock", cow)
    assert [(e.op, e.columns, e.outcome, e.ended) for e in waiting] == [
        ("update", ("Name", "Colour"), "waits to be sent", None),
        ("insert", (), "waits to be sent", None),
    ]
    barn.sync()
    sent = [e for e in events(barn, "livestock", cow) if e.kind == "edit"]
    assert [(e.title, e.op, e.columns, e.outcome) for e in sent] == [
        ("Change livestock", "update", ("Name", "Colour"), "sent to central"),
        ("Add to livestock", "insert", (), "sent to central"),
    ]
    assert {(e.who, e.device) for e in sent} == {(name_of(barn), "barn-pc")}
    assert all(e.ended is not None for e in sent)
    barn.delete("livestock", cow)
    assert events(barn, "livestock", cow)[0].op == "delete"


def test_a_row_changed_twice_in_one_save_tells_all_columns(farm: Farm, barn: Desk) -> None:
    cow = farm.cow(barn)
    with barn.mirror.unit("Twice") as unit:
        for values in ({"name": "Bella"}, {"colour": "red"}, {"name": "Berta"}):
            unit.update(_livestock(), cow, values)
    (event,) = [e for e in events(barn, "livestock", cow) if e.title == "Twice"]
    assert event.columns == ("Name", "Colour")


def _livestock() -> object:
    return history.record_for("livestock")


def test_a_conflict_and_a_refusal_tell_who_decided(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn, "17", name="Bella", official_id="NL 1")
    farm.cow(barn, "18", official_id="NL 2")
    office.sync()
    office.change("livestock", cow, name="Olga")
    office.sync()
    barn.change("livestock", cow, name="Berta")
    barn.sync()
    (asked,) = [e for e in events(barn, "livestock", cow) if e.kind == "conflict"]
    assert (asked.outcome, asked.who, asked.device) == (
        "waits for you",
        name_of(office),
        "office-pc",
    )
    assert (asked.sides, asked.column) == (("Bella", "Berta", "Olga"), "name")
    resolve.decide(barn.mirror, barn.conflicts()[0].id, "theirs")
    barn.change("livestock", cow, official_id="NL 2")
    barn.sync()
    (refused,) = [e for e in events(barn, "livestock", cow) if e.kind == "refusal"]
    assert (refused.outcome, refused.columns) == ("waits for you", ("Official id",))
    resolve.discard(barn.mirror, barn.quarantine()[0].id)
    found = events(barn, "livestock", cow)
    (decided,) = [e for e in found if e.kind == "conflict"]
    assert (decided.outcome, decided.by) == ("kept as on the other PC", name_of(barn))
    (gone,) = [e for e in found if e.kind == "refusal"]
    assert (gone.outcome, gone.by) == ("discarded", name_of(barn))
    ends = [(e.outcome, e.by) for e in found if e.kind == "edit" and e.outcome == "discarded"]
    assert ends == [("discarded", name_of(barn))] * 2
    (central,) = [e for e in found if e.kind == "central"]
    assert (central.who, central.device) == (name_of(office), "office-pc")


def test_what_is_old_is_forgotten_and_the_ledger_keeps_its_lines(farm: Farm, barn: Desk) -> None:
    cow = farm.cow(barn)
    barn.change("livestock", cow, name="Bella")
    barn.sync()
    barn.change("livestock", cow, name="Berta")
    with barn.mirror.apply() as connection:
        old = journal.moment() - (history.KEPT_DAYS + 1) * 86_400_000_000
        connection.exec_driver_sql(
            "UPDATE units SET settled_at = ? WHERE settled_at IS NOT NULL", (old,)
        )
    assert history.forget_old(barn.mirror) == 2
    edits = [e for e in events(barn, "livestock", cow) if e.kind == "edit"]
    assert [e.outcome for e in edits] == ["waits to be sent"]
    assert barn.ledger() == {"applied": 2, "waiting": 1}
    barn.sync()
    with barn.mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE units SET settled_at = ?", (old,))
    assert history.forget_old(barn.mirror) == 0, "once a day"
    barn.mirror.remember(history_swept=journal.moment() + 400 * 86_400_000_000)
    assert history.forget_old(barn.mirror) == 1, "a clock that was ahead is no reason to wait"
