"""Who shares a pet and until when, how it gets another owner, and which clinics see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege, NoDataFound

INVITE = (
    "insert into pet_collaborators (pet_id, email, permission) values (%s, %s, %s) returning id"
)
ANSWER = "select answer_pet_invitation(%s, %s)"
SHARE = "select share_pet(%s, now() + interval '1 day', %s, %s)"
CLAIM = "select claim_pet_share(%s)"
GIVE = "select transfer_pet(%s, %s)"
TAKE = "select answer_pet_transfer(%s, %s)"
SEEN = "select 1 from pets where id = %s"
RENAME = "update pets set name = 'Max' where id = %s"
VISIT = (
    "insert into appointments (organization_id, pet_id, service_id, scheduled_at, ends_at)"
    " select %s, %s, %s, d, d + interval '1 hour' from (select now() + %s * interval '1 day') v(d)"
    " returning id"
)


@pytest.fixture
def clinic(central: Any) -> UUID:
    """A clinic, and beside it people with an account and no more."""
    clinic: UUID = central.add_organization("Town Clinic", "veterinary_clinic")
    for role in ("owner", "staff"):
        central.add_user(role, clinic, role)
    for name in ("petra", "bert", "cora"):
        person = central.add_user(name, clinic, "viewer")
        central.admin().execute("delete from organization_users where user_id = %s", (person,))
    return clinic


@pytest.fixture
def rex(central: Any, clinic: UUID) -> UUID:
    """Petra's pet."""
    add = (
        "insert into pets (name, species, owner_id) values ('Rex', 'Dog', auth.uid()) returning id"
    )
    return UUID(str(one(central.login("petra"), add)))


@pytest.fixture
def service(central: Any, clinic: UUID) -> Any:
    """What anybody may ask the clinic for."""
    admin = central.admin()
    made = one(
        admin,
        "insert into services (organization_id, name) values (%s, 'Check-up') returning id",
        clinic,
    )
    admin.execute(
        "insert into organization_services"
        " (organization_id, service_id, title, is_public, books_online)"
        " values (%s, %s, 'Check-up', true, true)",
        (clinic, made),
    )
    return made


def one(connection: Any, query: str, *values: Any) -> Any:
    return connection.execute(query, values).fetchone()[0]


def sees(login: Any, pet: Any) -> bool:
    return bool(login.execute(SEEN, (pet,)).rowcount)


def changes(login: Any, pet: Any) -> bool:
    with login.transaction(force_rollback=True):
        return bool(login.execute(RENAME, (pet,)).rowcount)


def join(central: Any, inviter: Any, name: str, pet: UUID, permission: str) -> Any:
    """Share a pet with somebody who accepts; return the row's id."""
    row = one(inviter, INVITE, pet, central.email(name), permission)
    central.login(name).execute(ANSWER, (row, True))
    return row


def test_a_pet_is_shared_with_who_accepts(central: Any, rex: UUID) -> None:
    petra, bert, cora = (central.login(name) for name in ("petra", "bert", "cora"))
    row = one(petra, INVITE, rex, central.email("Bert"), "edit")
    assert one(petra, "select user_id from pet_collaborators") is None
    assert not sees(bert, rex)
    asked = bert.execute("select kind, id, pet_name, from_name from my_pet_invitations()")
    assert asked.fetchall() == [("share", row, "Rex", "Petra")]
    assert cora.execute("select from my_pet_invitations()").rowcount == 0
    with pytest.raises(NoDataFound):
        cora.execute(ANSWER, (row, True))
    bert.execute(ANSWER, (row, True))
    assert (sees(bert, rex), changes(bert, rex)) == (True, True)
    petra.execute("update pet_collaborators set permission = 'view'")
    assert (sees(bert, rex), changes(bert, rex)) == (True, False)
    petra.execute("update pet_collaborators set revoked_at = now()")
    assert not sees(bert, rex)
    with pytest.raises(InsufficientPrivilege):
        bert.execute("update pet_collaborators set accepted_at = now()")
    bert.execute("delete from pet_collaborators")
    assert petra.execute("select from pet_collaborators").rowcount == 0


def test_who_manages_a_pet_shares_it_and_makes_no_managers(central: Any, rex: UUID) -> None:
    petra, bert = central.login("petra"), central.login("bert")
    join(central, petra, "bert", rex, "manage")
    with pytest.raises(InsufficientPrivilege):
        bert.execute(INVITE, (rex, central.email("cora"), "manage"))
    join(central, bert, "cora", rex, "edit")
    with pytest.raises(InsufficientPrivilege):
        bert.execute("update pet_collaborators set permission = 'manage'")
    cora = central.login("cora")
    assert changes(cora, rex)
    with pytest.raises(InsufficientPrivilege):
        cora.execute(INVITE, (rex, "eve@example.org", "view"))
    with pytest.raises(InsufficientPrivilege):
        cora.execute(SHARE, (rex, "view", 1))
    assert cora.execute("update pet_collaborators set permission = 'edit'").rowcount == 0
    with pytest.raises(InsufficientPrivilege):
        bert.execute("update pets set owner_id = auth.uid()")


def test_an_invitation_holds_while_the_inviter_manages_the_pet(central: Any, rex: UUID) -> None:
    petra, bert, cora = (central.login(name) for name in ("petra", "bert", "cora"))
    row = join(central, petra, "bert", rex, "manage")
    token = one(bert, SHARE, rex, "view", 1)
    asked = one(bert, INVITE, rex, central.email("cora"), "view")
    petra.execute("delete from pet_collaborators where id = %s", (row,))
    with pytest.raises(NoDataFound):
        cora.execute(ANSWER, (asked, True))
    for login in (cora, bert):
        with pytest.raises(NoDataFound):
            login.execute(CLAIM, (token,))


def test_a_share_is_claimed_by_as_many_as_it_is_for(central: Any, rex: UUID) -> None:
    petra, bert, cora = (central.login(name) for name in ("petra", "bert", "cora"))
    token = one(petra, SHARE, rex, "edit", 1)
    for _ in range(2):  # once more is no second use
        assert one(bert, CLAIM, token) == rex
    assert (sees(bert, rex), changes(bert, rex)) == (True, True)
    with pytest.raises(NoDataFound, match="claimed already"):
        cora.execute(CLAIM, (token,))
    petra.execute("update pet_shares set max_uses = 2, permission = 'view' where share_id is null")
    cora.execute(CLAIM, (token,))
    assert (sees(cora, rex), changes(bert, rex)) == (True, False)
    with pytest.raises(InsufficientPrivilege):
        petra.execute("select token_hash from pet_shares")
    petra.execute("update pet_shares set revoked_at = now() where share_id is null")
    assert (sees(bert, rex), sees(cora, rex)) == (False, False)
    with pytest.raises(NoDataFound, match="not hold"):
        cora.execute(CLAIM, (token,))


def test_a_share_ends_by_itself(central: Any, rex: UUID) -> None:
    petra, bert = central.login("petra"), central.login("bert")
    bert.execute(CLAIM, (one(petra, SHARE, rex, "view", 1),))
    assert sees(bert, rex)
    petra.execute("update pet_shares set expires_at = now() where share_id is null")
    assert not sees(bert, rex)
    with pytest.raises(CheckViolation):
        petra.execute(SHARE, (rex, "manage", 1))


def test_a_pet_changes_hands_when_the_other_accepts(central: Any, rex: UUID) -> None:
    petra, bert, cora = (central.login(name) for name in ("petra", "bert", "cora"))
    join(central, petra, "cora", rex, "manage")
    petra.execute(
        "insert into emergency_contacts (pet_id, full_name, phone) values (%s, 'Ida', '1')", (rex,)
    )
    for login in (bert, cora):
        with pytest.raises(InsufficientPrivilege):
            login.execute(GIVE, (rex, central.email("cora")))
    first = one(petra, GIVE, rex, central.email("cora"))
    offer = one(petra, GIVE, rex, central.email("Bert"))
    with pytest.raises(NoDataFound):  # another offer takes the place of the first
        cora.execute(TAKE, (first, True))
    assert (sees(bert, rex), one(bert, "select pet_name from my_pet_invitations()")) == (
        False,
        "Rex",
    )
    with pytest.raises(NoDataFound):
        cora.execute(TAKE, (offer, True))
    bert.execute(TAKE, (offer, True))
    assert [sees(login, rex) for login in (petra, bert, cora)] == [False, True, False]
    assert bert.execute("select from emergency_contacts").rowcount == 0
    history = "select status::text from pet_transfer_logs order by offered_at"
    assert petra.execute(history).fetchall() == [("cancelled",), ("accepted",)]
    for statement in ("update pet_transfer_logs set note = 'x'", "delete from pet_transfer_logs"):
        with pytest.raises(InsufficientPrivilege, match="never"):
            central.admin().execute(statement)
    central.admin().execute("delete from pets where id = %s", (rex,))


def test_an_offer_is_declined_or_taken_back(central: Any, rex: UUID) -> None:
    petra, bert = central.login("petra"), central.login("bert")
    offer = one(petra, GIVE, rex, central.email("bert"))
    bert.execute(TAKE, (offer, False))
    offer = one(petra, GIVE, rex, central.email("bert"))
    with pytest.raises(NoDataFound):
        bert.execute("select cancel_pet_transfer(%s)", (offer,))
    petra.execute("select cancel_pet_transfer(%s)", (offer,))
    with pytest.raises(NoDataFound):
        bert.execute(TAKE, (offer, True))
    assert sees(petra, rex)


def test_a_clinic_hands_a_pet_it_registered_to_its_person(central: Any, clinic: UUID) -> None:
    staff, petra = central.login("staff"), central.login("petra")
    kit = one(
        staff,
        "insert into pets (name, species, registered_by) values ('Kit', 'Cat', %s) returning id",
        clinic,
    )
    with pytest.raises(InsufficientPrivilege):
        petra.execute(GIVE, (kit, central.email("petra")))
    petra.execute(TAKE, (one(staff, GIVE, kit, central.email("petra")), True))
    assert (sees(petra, kit), sees(staff, kit)) == (True, True)
    petra.execute("select end_clinic_link(id) from clinic_patients")
    assert (sees(petra, kit), sees(staff, kit)) == (True, False)
    for statement in (
        "update clinic_patients set ended_on = null",
        f"insert into clinic_patients (organization_id, pet_id) values ('{clinic}', '{kit}')",
    ):
        with pytest.raises((InsufficientPrivilege, psycopg.errors.UniqueViolation)):
            staff.execute(statement)
    assert staff.execute("delete from clinic_patients").rowcount == 0
    assert not sees(staff, kit)
    with pytest.raises(InsufficientPrivilege):
        staff.execute(GIVE, (kit, central.email("staff")))


def test_an_owner_who_books_lets_the_clinic_see_the_pet(
    central: Any, clinic: UUID, rex: UUID, service: Any
) -> None:
    petra, staff = central.login("petra"), central.login("staff")
    profile = "select phone from profiles where full_name = 'Petra'"
    petra.execute("update profiles set phone = '0612345678'")
    assert (sees(staff, rex), staff.execute(profile).rowcount) == (False, 0)
    visit = one(petra, VISIT, clinic, rex, service, 1)
    assert (sees(staff, rex), one(staff, profile)) == (True, "0612345678")
    assert one(staff, "select full_name from clinic_clients") == "Petra"
    assert one(staff, "select source::text from clinic_patients") == "appointment"
    second = one(petra, VISIT, clinic, rex, service, 7)
    staff.execute("update appointments set status = 'cancelled' where id = %s", (visit,))
    assert sees(staff, rex)
    petra.execute("select cancel_visit(%s)", (second,))
    assert (sees(staff, rex), staff.execute(profile).rowcount) == (False, 0)
    # The clinic cannot begin it again, the owner can, and the client is the same one.
    with pytest.raises(InsufficientPrivilege):
        staff.execute("update clinic_patients set ended_on = null")
    petra.execute(VISIT, (clinic, rex, service, 1))
    assert sees(staff, rex)
    assert staff.execute("select from clinic_clients").rowcount == 1


def test_a_visit_that_is_refused_links_nothing(
    central: Any, clinic: UUID, rex: UUID, service: Any
) -> None:
    central.admin().execute("update organization_services set books_online = false")
    with pytest.raises(InsufficientPrivilege):
        central.login("petra").execute(VISIT, (clinic, rex, service, 1))
    with pytest.raises(psycopg.Error):
        central.login("bert").execute(VISIT, (clinic, rex, service, 1))
    assert central.admin().execute("select from clinic_patients").rowcount == 0


def test_what_the_owner_shares_lasts_beyond_visits(
    central: Any, clinic: UUID, rex: UUID, service: Any
) -> None:
    petra, staff = central.login("petra"), central.login("staff")
    known = "insert into clinic_clients (organization_id, full_name, email) values (%s, 'P.', %s)"
    staff.execute(known, (clinic, central.email("Petra")))
    with pytest.raises(InsufficientPrivilege):
        central.login("bert").execute("select share_pet_with_clinic(%s, %s)", (rex, clinic))
    visit = one(petra, VISIT, clinic, rex, service, 1)
    link = one(petra, "select share_pet_with_clinic(%s, %s)", rex, clinic)
    petra.execute("select cancel_visit(%s)", (visit,))
    assert sees(staff, rex)
    assert staff.execute("select full_name from clinic_clients").fetchall() == [("P.",)]
    visit = one(petra, VISIT, clinic, rex, service, 1)
    with pytest.raises(NoDataFound):
        central.login("bert").execute("select end_clinic_link(%s)", (link,))
    petra.execute("select end_clinic_link(%s)", (link,))
    assert not sees(staff, rex)
    assert one(staff, "select status::text from appointments where id = %s", visit) == "cancelled"


def test_a_clinic_sees_the_new_owner_and_not_the_former(
    central: Any, clinic: UUID, rex: UUID
) -> None:
    petra, bert, staff = (central.login(name) for name in ("petra", "bert", "staff"))
    petra.execute("select share_pet_with_clinic(%s, %s)", (rex, clinic))
    people = "select full_name from profiles where full_name in ('Petra', 'Bert')"
    assert staff.execute(people).fetchall() == [("Petra",)]
    bert.execute(TAKE, (one(petra, GIVE, rex, central.email("bert")), True))
    assert staff.execute(people).fetchall() == [("Bert",)]
    assert petra.execute("select from clinic_patients").rowcount == 0
    assert bert.execute("select from clinic_patients").rowcount == 1


def test_a_clinic_reads_whom_to_call_while_the_pet_is_its_patient(
    central: Any, clinic: UUID, rex: UUID
) -> None:
    petra, staff = central.login("petra"), central.login("staff")
    add = "insert into emergency_contacts (pet_id, full_name, phone) values (%s, 'Ida', '1')"
    petra.execute(add, (rex,))
    link = one(petra, "select share_pet_with_clinic(%s, %s)", rex, clinic)
    assert staff.execute("select full_name from emergency_contacts").fetchall() == [("Ida",)]
    assert staff.execute("update emergency_contacts set phone = '2'").rowcount == 0
    with pytest.raises(InsufficientPrivilege):
        staff.execute(add, (rex,))
    petra.execute("select end_clinic_link(%s)", (link,))
    assert staff.execute("select from emergency_contacts").rowcount == 0


def test_a_file_is_the_pets_own(central: Any, rex: UUID) -> None:
    petra = central.login("petra")
    add = "insert into pet_media (pet_id, path, uploaded_by) values (%s, %s, auth.uid())"
    petra.execute(add, (rex, f"{rex}/one.jpg"))
    for path in (f"{UUID(int=1)}/one.jpg", f"{rex}/../{UUID(int=1)}/one.jpg"):
        with pytest.raises(CheckViolation):
            petra.execute(add, (rex, path))
    with pytest.raises(InsufficientPrivilege):
        central.login("bert").execute(add, (rex, f"{rex}/two.jpg"))


def test_who_deletes_an_account_leaves_the_pet_to_its_clinic(
    central: Any, clinic: UUID, rex: UUID
) -> None:
    petra, staff = central.login("petra"), central.login("staff")
    petra.execute("select share_pet_with_clinic(%s, %s)", (rex, clinic))
    petra.execute(GIVE, (rex, central.email("bert")))
    central.admin().execute("delete from auth.users where email = %s", (central.email("petra"),))
    assert sees(staff, rex)
    assert one(staff, "select full_name from clinic_clients") == "Petra"
