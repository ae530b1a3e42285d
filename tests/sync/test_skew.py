"""A PC and a central of different versions: they go on together, or say plainly what to do."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.central import messages
from fluffydesk.errors import Incompatible, Offline, Refusal
from fluffydesk.mirror.engine import connect
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Listing, page
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import FeedLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.sync import cycle, resolve
from fluffydesk.sync.skew import CENTRAL_OLDER
from tests.conftest import PASSWORD
from tests.mirrors import KEY
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm

NEWER = """
alter table livestock add column ear_colour text, add column rank int not null default 3;
grant select (ear_colour, rank), insert (ear_colour, rank), update (ear_colour, rank)
  on livestock to authenticated;
alter type sex add value 'castrated';
alter type livestock_status add value 'hibernating';
create table gadgets (
  id uuid primary key default gen_random_uuid(), organization_id uuid not null, name text,
  row_version bigint not null default 1
);
insert into sync.tables (name, position, kinds, belongs)
  values ('gadgets', 9999, '{breeding_facility}', 't.organization_id = %1$L');
create trigger log_insert after insert on gadgets referencing new table as new_rows
  for each statement execute function sync.log_within();
update sync.alembic_version set version_num = '9999'
"""

OLDER = """
alter table livestock drop column weight_kg cascade, drop column colour cascade;
drop table feed_logs cascade;
delete from sync.tables where name = 'feed_logs';
alter table livestock alter column sex drop default;
alter type sex rename to sex_of_now;
create type sex as enum ('female', 'unknown');
alter table livestock alter column sex type sex using sex::text::sex;
update sync.alembic_version set version_num = '0000'
"""

UPGRADED = """
alter table livestock add column weight_kg numeric(14, 1), add column colour text default 'brown';
grant select (weight_kg, colour), insert (weight_kg, colour), update (weight_kg, colour)
  on livestock to authenticated;
alter type sex add value 'male';
update sync.alembic_version set version_num = '0001'
"""


def run(farm: Farm, statements: str) -> None:
    """Run statements one by one: a word added to a list is usable in a later transaction only."""
    for statement in statements.split(";\n"):
        farm.execute(statement.replace("%", "%%") if "%" in statement else statement)


def animal(farm: Farm, **values: Any) -> Any:
    """Add an animal at central, with whatever columns central has."""
    values = {"organization_id": farm.id, "species_id": farm.species, "tag_number": "1", **values}
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    return farm.value(
        f"insert into livestock ({names}) values ({marks}) returning id", *values.values()
    )


def verified(desk: Desk) -> cycle.Verified:
    return cycle.verified(
        lambda job: job(desk.mirror), desk.gateway, desk.organization, deep=True, mend=False
    )


class TestANewerCentral:
    def test_what_is_not_known_here_is_neither_missed_nor_overwritten(
        self, farm: Farm, barn: Desk
    ) -> None:
        run(farm, NEWER)
        cow = animal(farm, ear_colour="red", sex="castrated", status="hibernating")
        farm.execute("insert into gadgets (organization_id, name) values (%s, 'robot')", farm.id)
        barn.sync()
        assert barn.row("livestock", cow)["sex"] == "castrated"  # type: ignore[index]
        barn.change("livestock", cow, name="Bella")
        calf = barn.add("livestock", tag_number="2", species_id=farm.species, dam_id=cow)
        barn.sync()
        sql = "select concat_ws('/', name, sex, status, ear_colour, rank) from livestock"
        assert farm.value(f"{sql} where id = %s", cow) == "Bella/castrated/hibernating/red/3"
        assert farm.value(f"{sql} where id = %s", calf) == "unknown/active/3"
        farm.assert_quiet()
        assert not verified(barn).differing

    def test_rows_that_moved_on_are_merged_and_asked_about(self, farm: Farm, barn: Desk) -> None:
        cow = farm.cow(barn)
        run(farm, NEWER)
        barn.change("livestock", cow, name="Bella", status=LivestockStatus.SOLD, weight_kg=600)
        farm.execute(
            "update livestock set name = 'Bertha', status = 'hibernating', ear_colour = 'red'"
        )
        barn.sync()
        asked = {one.column: one for one in barn.conflicts()}
        assert asked.keys() == {"name", "status"}, "nobody here knows which state comes after which"
        for column, choice in (("name", "theirs"), ("status", "theirs")):
            resolve.decide(barn.mirror, asked[column].id, choice)
        barn.sync()
        sql = "select concat_ws('/', name, status, ear_colour, weight_kg) from livestock"
        assert farm.value(sql) == "Bertha/hibernating/red/600.0"
        farm.assert_quiet()


class TestAnOlderCentral:
    def test_all_goes_but_what_it_has_no_place_for_which_is_kept_and_told(
        self, farm: Farm, barn: Desk
    ) -> None:
        run(farm, OLDER)
        cow = animal(farm, sex="female")
        barn.sync()
        plain = barn.add("livestock", tag_number="2", species_id=farm.species)
        heavy = barn.add("livestock", tag_number="3", species_id=farm.species, weight_kg=612)
        feed = barn.add("feed_logs", quantity_kg=4)
        bull = barn.add("livestock", tag_number="4", species_id=farm.species, sex="male")
        calf = barn.add("livestock", tag_number="5", species_id=farm.species, dam_id=heavy)
        barn.change("livestock", cow, name="Bella")
        barn.sync()
        tags = (
            "select string_agg(tag_number || coalesce(name, ''), ' ' order by tag_number)"
            " from livestock"
        )
        assert farm.value(tags) == "1Bella 2"
        told = {str(one.row_id): one for one in barn.quarantine()}
        assert {one.code for one in told.values()} == {CENTRAL_OLDER}
        assert {id: one.message for id, one in told.items()} == {
            str(heavy): "Central is older than this app and has no place for the weight of this "
            "animal yet.",
            str(feed): "Central is older than this app and has no place for feedings yet.",
            str(bull): "Central is older than this app and does not know “male” yet, the sex of "
            "this animal.",
        }
        assert "fluffydesk central upgrade" in told[str(feed)].advice
        assert barn.ledger() == {"applied": 2, "quarantined": 3, "waiting": 1}
        assert barn.row("livestock", heavy)["weight_kg"] == Decimal(612)  # type: ignore[index]
        assert barn.row("livestock", plain)["weight_kg"] is None  # type: ignore[index]
        assert not verified(barn).differing

        # Taken out and saved, it goes, and the calf behind it.
        barn.change("livestock", heavy, weight_kg=None)
        barn.sync()
        assert farm.value(tags) == "1Bella 2 3 5"
        assert barn.row("livestock", calf)["row_version"] == 1  # type: ignore[index]

    def test_a_first_copy_is_loaded_from_it(self, farm: Farm) -> None:
        run(farm, OLDER)
        cow = animal(farm, sex="female")
        barn = farm.desk(farm.member("anna"), "barn-pc")
        assert barn.row("livestock", cow)["weight_kg"] is None  # type: ignore[index]
        assert not verified(barn).differing

    def test_once_it_is_upgraded_all_arrives_and_what_it_has_by_itself_is_here(
        self, farm: Farm, barn: Desk
    ) -> None:
        run(farm, OLDER)
        cow = animal(farm, sex="female")
        barn.sync()
        heavy = barn.add("livestock", tag_number="3", species_id=farm.species, weight_kg=612)
        bull = barn.add("livestock", tag_number="4", species_id=farm.species, sex="male")
        barn.change("livestock", cow, colour="white", name="Bella")
        barn.sync()
        assert len(barn.quarantine()) == 3
        run(farm, UPGRADED)
        dun = animal(farm, tag_number="5", sex="female")
        barn.sync()
        assert barn.quarantine() == []
        assert farm.value("select weight_kg from livestock where id = %s", heavy) == Decimal(612)
        assert farm.value("select sex from livestock where id = %s", bull) == "male"
        assert barn.row("livestock", dun)["colour"] == "brown"  # type: ignore[index]
        # What central's upgrade filled in by itself is not what was entered: a person decides.
        [asked] = barn.conflicts()
        assert (asked.column, asked.mine, asked.theirs) == ("colour", "white", "brown")
        resolve.decide(barn.mirror, asked.id, "mine")
        barn.sync()
        sql = "select name || '/' || colour from livestock where id = %s"
        assert farm.value(sql, cow) == "Bella/white"
        assert barn.ledger().keys() <= {"applied", "merged"}
        assert not verified(barn).differing

    def test_columns_that_it_fills_in_by_itself_are_read_though_no_row_changed(
        self, farm: Farm, barn: Desk
    ) -> None:
        run(farm, OLDER)
        cow = animal(farm, sex="female")
        barn.sync()
        run(farm, UPGRADED)
        barn.sync()
        assert barn.row("livestock", cow)["colour"] == "brown"  # type: ignore[index]


class TestWhatDoesNotFitTogether:
    @pytest.fixture
    def say(self, farm: Farm, barn: Desk) -> Any:
        """Have central announce a protocol."""
        farm.execute("alter function sync.hello(uuid, jsonb) rename to hello_before")

        def announce(protocol: str) -> None:
            farm.execute(
                "create or replace function sync.hello(uuid, jsonb) returns jsonb language sql as "
                f"$$ select sync.hello_before($1, $2) || '{{\"protocol\": {protocol}}}' $$"
            )
            farm.execute("grant execute on function sync.hello(uuid, jsonb) to authenticated")

        announce("{}")
        return announce

    def test_each_says_what_to_do_and_keeps_the_edits(
        self, farm: Farm, barn: Desk, say: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cow = farm.cow(barn)
        barn.change("livestock", cow, name="Bella")
        say('{"speaks": 7, "least": 6}')
        with pytest.raises(Incompatible, match="newer than this one\\. Install"):
            barn.sync()
        say('{"speaks": 1, "least": 1}')
        with monkeypatch.context() as patch:
            patch.setattr(messages, "UNDERSTANDS", 2)
            with pytest.raises(Incompatible, match="fluffydesk central upgrade"):
                barn.sync()
        assert barn.waiting() == 1
        say('{"speaks": 7, "least": 1}')
        barn.sync()
        assert farm.value("select name from livestock") == "Bella"

    def test_a_central_that_lacks_what_is_asked_of_it_is_told_of(
        self, farm: Farm, barn: Desk
    ) -> None:
        farm.execute("alter function sync.push(uuid, jsonb, jsonb) rename to push_of_later")
        barn.add("livestock_batches", name="Herd")
        with pytest.raises(Incompatible, match="one of the two is too old"):
            barn.sync()
        farm.execute("alter function sync.push_of_later(uuid, jsonb, jsonb) rename to push")
        barn.sync()
        assert farm.value("select count(*) from livestock_batches") == 1

    def test_who_signs_in_works_on_as_without_central_and_nobody_new_is_misled(
        self, farm: Farm, say: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        who = farm.central.member_url, farm.member("anna"), PASSWORD
        home = Home(tmp_path / "home")
        assert accounts.sign_in(home, *who).online
        say('{"speaks": 7, "least": 6}')
        assert not accounts.sign_in(home, *who).online
        with pytest.raises(Offline, match="Install the newest"):
            accounts.sign_in(Home(tmp_path / "other"), *who)


def made_older(desk: Desk) -> None:
    """Make a desk's mirror one of a version before animals had a weight and feed was logged."""
    path = desk.mirror.path
    desk.mirror.close()
    driver = connect(path, KEY)
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in driver.execute(sql).fetchall():
        driver.execute(f"DROP TRIGGER {name}")
    driver.execute("ALTER TABLE livestock DROP COLUMN weight_kg")
    driver.execute("DROP TABLE feed_logs")
    gone = "json_remove({}, '$.weight_kg')"
    driver.execute(f"UPDATE edits SET base = {gone.format('base')}")
    for table in ("outbox", "quarantine"):
        for number, text in driver.execute(f"SELECT rowid, rows FROM {table}").fetchall():
            rows = [
                {**row, "values": without(row["values"]), "image": without(row["image"])}
                for row in json.loads(text)
            ]
            driver.execute(
                f"UPDATE {table} SET rows = ? WHERE rowid = ?", (json.dumps(rows), number)
            )
    for key, value in (("shape", "older"), ("version", "0.0.9")):
        driver.execute("UPDATE state SET value = json_quote(?) WHERE key = ?", (value, key))
    driver.execute("DELETE FROM state WHERE key = 'lacks'")
    driver.close()


def without(image: dict[str, Any] | None) -> dict[str, Any] | None:
    return image and {name: value for name, value in image.items() if name != "weight_kg"}


class TestAnUpgradeOfTheApp:
    def test_what_waited_arrives_and_what_is_new_is_filled_in(
        self, farm: Farm, barn: Desk, office: Desk
    ) -> None:
        cows = [farm.cow(barn, tag=str(n)) for n in range(4)]
        farm.settle()
        # One that a person has to decide on, one refused, one sent with no answer, one waiting.
        office.change("livestock", cows[0], name="Bertha", weight_kg=500)
        office.sync()
        barn.change("livestock", cows[0], name="Belle")
        barn.sync()
        double = barn.add("clinic_clients", full_name="Kim")
        farm.execute("alter table clinic_clients add constraint no_kim check (full_name <> 'Kim')")
        barn.sync()
        barn.change("livestock", cows[1], name="Sien")

        def cut(_: int) -> None:
            raise Offline("cut")

        line, barn.gateway = barn.gateway, Faulty(barn.gateway, after=cut)
        with pytest.raises(Offline):
            barn.sync()
        barn.gateway = line
        barn.change("livestock", cows[2], name="Truus")
        barn.delete("livestock", cows[3])
        assert (len(barn.conflicts()), len(barn.quarantine()), barn.parcels()) == (1, 1, 1)

        made_older(barn)
        barn.mirror = Mirror.open(barn.mirror.path, KEY)
        assert (len(barn.conflicts()), len(barn.quarantine()), barn.parcels()) == (1, 1, 1)
        farm.execute("alter table clinic_clients drop constraint no_kim")
        resolve.retry(barn.mirror, barn.quarantine()[0].id)
        [asked] = barn.conflicts()
        resolve.decide(barn.mirror, asked.id, "mine")
        barn.sync()
        names = farm.value("select string_agg(name, ' ' order by tag_number) from livestock")
        assert names == "Belle Sien Truus"
        assert farm.value("select count(*) from clinic_clients where id = %s", double) == 1
        assert barn.row("livestock", cows[0])["weight_kg"] == 500  # type: ignore[index]
        assert barn.ledger().keys() <= {"applied", "merged"}
        office.sync()
        farm.assert_quiet()
        assert not verified(barn).differing

    def test_a_version_from_before_leaves_a_newer_mirror_alone(
        self, farm: Farm, barn: Desk
    ) -> None:
        cow = farm.cow(barn)
        barn.change("livestock", cow, name="Bella")
        path = barn.mirror.path
        with barn.mirror.apply() as connection:
            connection.exec_driver_sql("ALTER TABLE livestock ADD COLUMN horns TEXT")
        barn.mirror.remember(version="99.1", shape="newer")
        barn.mirror.close()
        before = path.read_bytes()
        with pytest.raises(Refusal, match=r"FluffyDesk 99\.1 or a newer one; nothing was"):
            Mirror.open(path, KEY)
        assert path.read_bytes() == before
        driver = connect(path, KEY)
        driver.execute("UPDATE state SET value = json_quote('0.0.1') WHERE key = 'version'")
        driver.close()
        barn.mirror = Mirror.open(path, KEY)
        barn.sync()
        assert farm.value("select name from livestock") == "Bella"


def test_a_plain_query_reads_an_unknown_word_as_text(farm: Farm, barn: Desk) -> None:
    cow = farm.cow(barn)
    with barn.mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE livestock SET sex = 'castrated'")
    with barn.mirror.read() as connection:
        table = Livestock.__table__
        assert connection.execute(table.select()).one().sex == "castrated"
        [row] = page(connection, Listing(Livestock), 0, 10)
        assert (row.id, row.sex) == (cow, "castrated")
        assert page(connection, Listing(FeedLog), 0, 10) == []
