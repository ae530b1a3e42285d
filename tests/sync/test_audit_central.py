"""Rules and writers at central that the sync knows nothing of."""

from __future__ import annotations

from typing import Any

import pytest

from fluffydesk.records.catalog import record_for
from fluffydesk.sync import numbers
from fluffydesk.sync import pull as pulling
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm

FEW = ("profiles", "organizations", "organization_users", "livestock_species", "livestock")

pytestmark = pytest.mark.only_tables(*FEW)


def rule(farm: Farm, when: str, body: str, kind: str = "trigger") -> None:
    """Make a rule of the organization's own for animals."""
    farm.execute(
        "CREATE FUNCTION public.own_rule() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} END $$"
    )
    late = "DEFERRABLE INITIALLY DEFERRED" if kind != "trigger" else ""
    farm.execute(
        f"CREATE {kind} own_rule {when} ON public.livestock {late} "
        "FOR EACH ROW EXECUTE FUNCTION public.own_rule()"
    )


def test_what_is_refused_only_at_the_end_of_the_transaction_holds_up_nothing_else(
    farm: Farm, barn: Desk
) -> None:
    cows = [farm.cow(barn, str(n)) for n in range(5)]
    refuses = "IF new.name = 'bad' THEN RAISE EXCEPTION 'no' USING ERRCODE = '23514'; END IF;"
    rule(farm, "AFTER UPDATE", f"{refuses} RETURN null;", "CONSTRAINT TRIGGER")
    for cow in cows:
        barn.change("livestock", cow, name="bad" if cow == cows[2] else "good")
    report = barn.sync()
    assert (report.pushed, report.quarantined) == (4, 1)
    [refused] = barn.quarantine()
    assert refused.row_id == cows[2]
    assert "did not keep" in refused.message
    barn.change("livestock", cows[2], name="good")
    assert barn.sync().quarantined == 0
    farm.assert_quiet()


def test_what_central_makes_of_a_value_comes_back(farm: Farm, barn: Desk) -> None:
    cow = farm.cow(barn)
    rule(farm, "BEFORE UPDATE", "new.name := upper(new.name); RETURN new;")
    barn.change("livestock", cow, name="bella")
    line = barn.gateway

    def meanwhile(call: int) -> None:
        if call == 1:
            barn.change("livestock", cow, colour="red")

    barn.gateway = Faulty(line, before=meanwhile)
    barn.sync()
    barn.gateway = line
    row = barn.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["colour"], barn.conflicts()) == ("BELLA", "red", [])
    farm.settle()
    farm.assert_quiet()


def test_rows_that_central_adds_and_takes_away_with_an_edit_come_with_it(
    farm: Farm, barn: Desk
) -> None:
    cow, calf = farm.cow(barn, "1"), farm.cow(barn, "2")
    rule(
        farm,
        "AFTER UPDATE",
        "IF new.name = 'sold' AND old.name IS NULL THEN "
        "DELETE FROM public.livestock WHERE tag_number = '2'; "
        "INSERT INTO public.livestock (organization_id, tag_number, species_id, sex, status) "
        "VALUES (new.organization_id, '3', new.species_id, 'female', 'active'); "
        "END IF; RETURN null;",
    )
    barn.change("livestock", cow, name="sold")
    barn.sync()
    assert barn.row("livestock", calf) is None
    assert len(barn.contents()["livestock"]) == 2
    farm.assert_quiet()


def test_a_writer_whose_rows_are_those_of_subtransactions_is_not_missed(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    cow = farm.cow(barn)
    farm.settle()
    with farm.central.admin() as writer:
        writer.autocommit = False
        for name in ("one", "two"):
            writer.execute("SAVEPOINT inner_one")
            writer.execute("UPDATE livestock SET name = %s WHERE id = %s", (name, cow))
        farm.cow(office, "18")
        barn.sync()
        assert barn.row("livestock", cow)["name"] is None  # type: ignore[index]
        writer.execute("ROLLBACK TO SAVEPOINT inner_one")
        writer.commit()
        writer.autocommit = True
    barn.sync()
    assert barn.row("livestock", cow)["name"] == "one"  # type: ignore[index]
    farm.settle()
    farm.assert_quiet()


def test_a_log_that_is_pruned_between_the_pages_of_a_pull(
    farm: Farm, barn: Desk, office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(7):
        barn.add("livestock", tag_number=str(n), species_id=farm.species)
    barn.sync()
    monkeypatch.setattr(pulling, "ROWS_AT_ONCE", 2)
    pruned: list[Any] = []

    def prune(read: int) -> None:
        if read == 3:
            pruned.append(farm.value("SELECT sync.prune(interval '0')"))

    office.gateway = Faulty(office.gateway, reads=prune)
    office.sync()
    assert pruned[0] >= 7
    farm.settle()
    farm.assert_quiet()


@pytest.mark.parametrize("years", [-900, -27, 100, 7000])
def test_a_clock_that_is_years_off_ends_no_sync(
    farm: Farm, barn: Desk, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    real = numbers.now
    here = real().replace(day=1)
    off = here.replace(year=here.year + years) - here
    barn.mirror.remember(clock_offset=round(off.total_seconds() / 60) * 60)
    monkeypatch.setattr(numbers, "now", lambda: real() + off)
    with barn.mirror.apply() as connection:
        connection.exec_driver_sql("DELETE FROM number_blocks")
    asked = numbers._what_to_ask(barn.mirror)
    assert {one["series"] for one in asked.wanted} >= {"livestock"}
    assert {one["series"][-4:] for one in asked.wanted if "/" in one["series"]} <= {
        str(here.year),
        str(here.year + 1),
    }
    numbers.top_up(barn.door, barn.gateway, barn.organization, barn.device)


def test_a_row_that_a_rule_of_central_swallows_is_refused_and_holds_up_nothing(
    farm: Farm, barn: Desk
) -> None:
    rule(farm, "BEFORE INSERT", "IF new.tag_number = 'no' THEN RETURN null; END IF; RETURN new;")
    for tag in ("1", "no", "2"):
        barn.add("livestock", tag_number=tag, species_id=farm.species)
    report = barn.sync()
    assert (report.pushed, report.quarantined) == (2, 1)
    [refused] = barn.quarantine()
    barn.change("livestock", refused.row_id, tag_number="3")
    assert barn.sync().quarantined == 0
    farm.assert_quiet()


def test_a_whole_herd_changed_in_one_save_goes_in_a_statement_a_kind(
    farm: Farm, barn: Desk
) -> None:
    livestock = record_for("livestock")
    with barn.mirror.unit("Buy a herd") as unit:
        rows = [{"tag_number": str(n), "species_id": farm.species} for n in range(60)]
        herd = unit.insert_many(livestock, rows)
    barn.sync()
    farm.execute("CREATE TABLE public.statements (one int)")
    farm.execute("GRANT INSERT ON public.statements TO authenticated")
    farm.execute(
        "CREATE FUNCTION public.counted() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO public.statements VALUES (1); RETURN null; END $$"
    )
    farm.execute(
        "CREATE TRIGGER counted AFTER UPDATE OR DELETE ON public.livestock "
        "FOR EACH STATEMENT EXECUTE FUNCTION public.counted()"
    )
    with barn.mirror.unit("Move it, sell some") as unit:
        for n, cow in enumerate(herd):
            if n % 3 == 2:
                unit.delete(livestock, cow)
            else:
                unit.update(livestock, cow, {("name" if n % 3 else "notes"): f"{n}"})
    assert barn.sync().pushed == len(herd)
    assert farm.value("SELECT count(*) FROM public.statements") == 3
    farm.assert_quiet()
