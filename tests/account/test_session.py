"""Signing in with a real central, without it, on a changed password, and out again."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.account.home import Home
from fluffydesk.account.secrets import Secrets
from fluffydesk.account.session import Session, resume, sign_in, sign_out
from fluffydesk.errors import (
    MirrorDamaged,
    NotSignedIn,
    Offline,
    Refusal,
    SignInRefused,
    UnsentEdits,
)
from fluffydesk.mirror import numbers
from fluffydesk.mirror.engine import connect
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.sync import cycle
from tests.account.conftest import MemoryKeyring, use

PASSWORD = "correct horse"


@dataclass
class Farm:
    """A central with two farms: Anna owns both, Ben works on one."""

    central: Any
    hill: UUID
    lake: UUID

    @property
    def url(self) -> str:
        return str(self.central.member_url)

    def email(self, name: str) -> str:
        return str(self.central.email(name))

    def sign_in(
        self, home: Home, name: str = "ben", password: str = PASSWORD, **more: Any
    ) -> Session:
        return sign_in(home, self.url, self.email(name), password, **more)


@pytest.fixture
def farm(central: Any) -> Farm:
    hill, lake = (central.add_organization(name) for name in ("Hill Farm", "Lake Farm"))
    central.add_user("anna", hill, "owner")
    central.add_user("anna", lake, "owner")
    central.add_user("ben", hill, "staff")
    return Farm(central, hill, lake)


def edit(session: Session) -> None:
    """Save one edit that central does not know, as if the organization had been pulled."""
    with session.open_mirror() as mirror:
        with mirror.apply() as connection:
            connection.exec_driver_sql(
                "INSERT INTO organizations (id) VALUES (?) ON CONFLICT DO NOTHING",
                (str(session.organization_id),),
            )
        with mirror.unit("Add a thing") as unit:
            unit.insert(FarmInventory, {"name": "Straw"})


def everything(home: Home) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in home.path.rglob("*") if path.is_file()}


def test_a_first_sign_in_makes_a_mirror_that_knows_who_works_on_it(home: Home, farm: Farm) -> None:
    session = sign_in(
        home, farm.url, f"  {farm.email('ben').upper()} ", PASSWORD, device_name="barn-pc"
    )
    assert session.online
    assert session.email == farm.email("ben").lower()
    assert (session.organization_id, session.organization_name) == (farm.hill, "Hill Farm")
    assert session.device.name == "barn-pc"
    with session.open_mirror() as mirror:
        author, organization = mirror.recall("author"), mirror.recall("organization")
    assert author == {
        "user_id": str(session.user_id),
        "user_name": "Ben",
        "device_id": str(session.device.id),
        "device_name": "barn-pc",
    }
    assert (organization["id"], organization["role"]) == (str(farm.hill), "staff")
    gateway = session.gateway()
    assert [one["name"] for one in gateway.organizations()] == ["Hill Farm"]
    gateway.close()


def test_nothing_secret_lies_in_the_home(home: Home, farm: Farm) -> None:
    session = farm.sign_in(home)
    edit(session)
    for name, data in everything(home).items():
        for secret in (PASSWORD.encode(), session.mirror_key, session.mirror_key.hex().encode()):
            assert secret not in data, name


def test_resuming_asks_for_nothing(home: Home, farm: Farm) -> None:
    with pytest.raises(NotSignedIn, match="Nobody"):
        resume(home)
    first = farm.sign_in(home)
    farm.central.stop()
    again = resume(home)
    assert again == Session(home, first.account, first.device, False, first._secret)
    again.open_mirror().close()


def test_without_its_secret_the_password_is_asked_for_and_works_offline(
    home: Home, farm: Farm
) -> None:
    first = farm.sign_in(home)
    edit(first)
    Secrets(str(first.device.id)).forget()
    with pytest.raises(NotSignedIn, match="type the password"):
        resume(home)
    farm.central.stop()
    with pytest.raises(SignInRefused, match="not the password"):
        farm.sign_in(home, password="wrong horse")
    session = farm.sign_in(home)
    assert not session.online
    assert session.mirror_key == first.mirror_key
    with session.open_mirror() as mirror:
        assert mirror.open_units() == 1
    assert resume(home).mirror_key == first.mirror_key


def test_a_refused_sign_in_leaves_the_home_as_it_was(home: Home, farm: Farm) -> None:
    for name, password in (("ben", "wrong horse"), ("nobody", PASSWORD)):
        with pytest.raises(SignInRefused):
            farm.sign_in(home, name, password)
    with pytest.raises(Offline):
        sign_in(home, "postgresql://127.0.0.1:9/fluffypet", "ben@farm.example", PASSWORD)
    assert not home.path.exists()
    farm.sign_in(home)
    before = everything(home)
    with pytest.raises(SignInRefused):
        farm.sign_in(home, "ben", "wrong horse")
    assert everything(home) == before


def test_a_member_of_several_says_which(home: Home, farm: Farm) -> None:
    with pytest.raises(Refusal, match="Hill Farm, Lake Farm") as caught:
        farm.sign_in(home, "anna")
    assert caught.value.field == "organization"
    with pytest.raises(SignInRefused, match="no member of Sea Farm"):
        farm.sign_in(home, "anna", organization="Sea Farm")
    assert farm.sign_in(home, "anna", organization="lake farm").organization_id == farm.lake
    by_id = farm.sign_in(home, "anna", organization=str(farm.hill))
    assert by_id.organization_id == farm.hill
    farm.central.stop()
    assert farm.sign_in(home, "anna").organization_id == farm.hill
    lake = farm.sign_in(home, "anna", organization="Lake Farm")
    assert lake.organization_id == farm.lake


def test_who_is_a_member_of_nothing_is_told(home: Home, farm: Farm) -> None:
    with farm.central.admin() as connection:
        connection.execute(
            "delete from organization_users where organization_id = %s", (farm.hill,)
        )
    with pytest.raises(SignInRefused, match="no organization"):
        farm.sign_in(home)


def test_each_account_has_a_mirror_of_its_own(home: Home, farm: Farm) -> None:
    ben = farm.sign_in(home)
    anna = farm.sign_in(home, "anna", organization="Hill Farm")
    assert ben.mirror_path != anna.mirror_path
    assert ben.mirror_key != anna.mirror_key
    assert ben.device == anna.device
    ben.open_mirror().close()
    assert farm.sign_in(home).mirror_key == ben.mirror_key


def test_another_account_waits_until_the_edits_are_sent(home: Home, farm: Farm) -> None:
    ben = farm.sign_in(home)
    edit(ben)
    before = everything(home)
    with pytest.raises(UnsentEdits, match=r"1 edit of ben.*Hill Farm"):
        farm.sign_in(home, "anna", organization="Hill Farm")
    with pytest.raises(UnsentEdits):
        sign_out(home)
    assert everything(home) == before
    assert resume(home).user_id == ben.user_id
    Secrets(str(ben.device.id)).forget()
    with pytest.raises(UnsentEdits, match="cannot be seen"):
        sign_out(home)
    assert farm.sign_in(home).user_id == ben.user_id


def test_signing_out_keeps_the_mirror_for_the_next_time(home: Home, farm: Farm) -> None:
    session = farm.sign_in(home)
    session.open_mirror().close()
    sign_out(home)
    for action in (resume, sign_out):
        with pytest.raises(NotSignedIn):
            action(home)
    assert Secrets(str(session.device.id)).find() is None
    farm.central.stop()
    again = farm.sign_in(home)
    assert (again.mirror_key, again.mirror_path) == (session.mirror_key, session.mirror_path)


@pytest.mark.parametrize("discard", [False, True])
def test_signing_out_gives_unused_numbers_back(home: Home, farm: Farm, discard: bool) -> None:
    session = farm.sign_in(home)
    with session.open_mirror() as mirror, closing(session.gateway()) as gateway:
        cycle.sync(lambda job: job(mirror), gateway, session.organization_id, session.device)
    series = ["livestock"]
    with closing(session.gateway()) as gateway:
        before = gateway.number_gaps(session.organization_id, series)
        assert {one["state"] for one in before} == {"reserved"}
        sign_out(home, discard=discard)
        after = gateway.number_gaps(session.organization_id, series)
    assert {one["state"] for one in after} == {"given up"}
    assert len(after) == len(before)


def test_signing_out_offline_keeps_the_numbers_for_the_next_time(home: Home, farm: Farm) -> None:
    session = farm.sign_in(home)
    with session.open_mirror() as mirror, closing(session.gateway()) as gateway:
        cycle.sync(lambda job: job(mirror), gateway, session.organization_id, session.device)
        assert _left(mirror) > 0
    farm.central.stop()
    sign_out(home)
    assert home.current() is None
    with farm.sign_in(home).open_mirror() as mirror:
        assert _left(mirror) > 0


def _left(mirror: Mirror) -> int:
    with mirror.read() as connection:
        return numbers.left(connection, "livestock")


def test_discarded_edits_are_set_aside_and_not_sent(home: Home, farm: Farm) -> None:
    edit(farm.sign_in(home))
    sign_out(home, discard=True)
    (aside,) = home.path.glob("mirrors/*.discarded-*.db")
    assert aside.stat().st_size > 0
    with farm.sign_in(home).open_mirror() as mirror:
        assert mirror.open_units() == 0


def test_a_damaged_mirror_is_set_aside_when_central_can_give_another(
    home: Home, farm: Farm
) -> None:
    session = farm.sign_in(home)
    edit(session)
    session.mirror_path.write_bytes(b"damaged" * 1000)
    with pytest.raises(MirrorDamaged):
        session.open_mirror()
    with pytest.raises(MirrorDamaged):
        sign_out(home)
    farm.central.stop()
    with pytest.raises(MirrorDamaged):
        farm.sign_in(home)
    farm.central.start()
    again = farm.sign_in(home)
    assert again.damaged is not None
    assert again.damaged.read_bytes() == b"damaged" * 1000
    with again.open_mirror() as mirror:
        assert mirror.check() == []


def test_damage_that_opening_does_not_meet_is_found_at_signing_in(home: Home, farm: Farm) -> None:
    session = farm.sign_in(home)
    edit(session)
    with session.mirror_path.open("r+b") as file:
        file.seek(-4096, 2)
        file.write(b"\0" * 4096)
    again = farm.sign_in(home)
    assert again.damaged is not None
    with again.open_mirror() as mirror:
        assert mirror.check() == []


def synced(session: Session) -> int:
    """Sync once; return how many rows central took."""
    with session.open_mirror() as mirror, closing(session.gateway()) as gateway:
        device, organization = session.device, session.organization_id
        return cycle.sync(lambda job: job(mirror), gateway, organization, device).pushed


def test_unsent_edits_in_a_damaged_mirror_are_carried_over_and_sent(home: Home, farm: Farm) -> None:
    session = farm.sign_in(home)
    synced(session)
    edit(session)
    driver = connect(session.mirror_path, session.mirror_key)
    sql = "SELECT rootpage FROM sqlite_master WHERE name = 'livestock_breeds'"
    (page,) = driver.execute(sql).fetchone()
    driver.close()
    with session.mirror_path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(bytes(4096))
    again = farm.sign_in(home)
    assert again.damaged is not None
    assert again.salvaged is not None
    assert again.salvaged.told == "1 unsent edit was carried over."
    assert synced(again) == 1
    query = "select count(*) from farm_inventory where name = 'Straw'"
    assert farm.central.admin().execute(query).fetchone() == (1,)
    with again.open_mirror() as mirror:
        assert mirror.check() == []
        assert mirror.open_units() == 0
    assert farm.sign_in(home).damaged is None


def test_a_load_that_was_cut_is_no_damage(home: Home, farm: Farm) -> None:
    session = farm.sign_in(home)
    edit(session)
    with session.open_mirror() as mirror, mirror.apply() as connection:
        connection.exec_driver_sql("INSERT INTO livestock (id, dam_id) VALUES ('a', 'to come')")
    again = farm.sign_in(home)
    assert again.damaged is None
    with again.open_mirror() as mirror:
        assert mirror.check() != []
        assert mirror.open_units() == 1


def test_a_first_sign_in_names_the_host_that_cannot_be_reached(home: Home) -> None:
    with pytest.raises(Offline, match=r"reached at localhost\. Check the address"):
        sign_in(home, "postgresql://localhost:1/fluffypet", "a@b.example", "x")
    assert home.load() is None


def change_password(farm: Farm, name: str, password: str) -> None:
    farm.central.add_user(name, farm.hill, "staff", password)


def test_a_new_password_opens_the_mirror_where_its_key_is_kept(
    home: Home, farm: Farm, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, MemoryKeyring())
    first = farm.sign_in(home)
    edit(first)
    change_password(farm, "ben", "new horse")
    with pytest.raises(SignInRefused):
        farm.sign_in(home)
    again = farm.sign_in(home, password="new horse")
    assert again.mirror_key == first.mirror_key
    farm.central.stop()
    with pytest.raises(SignInRefused):
        farm.sign_in(home)
    assert farm.sign_in(home, password="new horse").mirror_key == first.mirror_key


def test_a_new_password_without_the_key_loses_nothing(home: Home, farm: Farm) -> None:
    first = farm.sign_in(home)
    edit(first)
    old = home.current()
    assert old is not None
    Secrets(str(first.device.id)).forget()
    change_password(farm, "ben", "new horse")
    with pytest.raises(SignInRefused, match="opens only with the old"):
        farm.sign_in(home, password="new horse")
    sign_out(home, discard=True)
    again = farm.sign_in(home, password="new horse")
    assert again.mirror_key != first.mirror_key
    assert again.account.former == (old.wrapped,)
    assert len(list(home.path.glob("mirrors/*.discarded-*.db"))) == 1
    again.open_mirror().close()


def test_a_home_of_another_place_is_another_pc(tmp_path: Path, farm: Farm) -> None:
    first, second = (farm.sign_in(Home(tmp_path / name)) for name in ("one", "two"))
    assert first.device.id != second.device.id
    assert first.mirror_key != second.mirror_key
