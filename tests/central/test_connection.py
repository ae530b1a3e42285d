"""Which addresses are taken, and with how much TLS."""

from __future__ import annotations

import pytest

from fluffydesk.central.connection import parameters
from fluffydesk.errors import Refusal

ANNA = {"email": "Anna@Farm.example", "password": "secret"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.1.2.3"])
def test_this_machine_needs_no_tls(host: str) -> None:
    given = parameters(f"postgresql://{host}:5432/fluffypet", **ANNA)
    assert given["sslmode"] == "prefer"
    assert given["user"] == "anna@farm.example"


@pytest.mark.parametrize(
    "host", ["central.example", "192.168.1.5", "127.0.0.1.example", "127.0.0.1,central.example"]
)
def test_any_other_host_must_prove_itself(host: str) -> None:
    given = parameters(f"postgresql://{host}/fluffypet", **ANNA)
    assert given["sslmode"] == "verify-full"
    assert given["sslrootcert"] == "system"


def test_an_address_behind_a_loopback_name_is_another_host() -> None:
    given = parameters("postgresql://localhost/x?hostaddr=192.0.2.1", **ANNA)
    assert given["sslmode"] == "verify-full"


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_weaker_is_refused(mode: str) -> None:
    with pytest.raises(Refusal, match="pose as"):
        parameters(f"postgresql://central.example/fluffypet?sslmode={mode}", **ANNA)


def test_a_certificate_of_ones_own_authority_is_kept() -> None:
    url = "postgresql://central.example/x?sslmode=verify-full&sslrootcert=/etc/ours.pem"
    assert parameters(url, **ANNA)["sslrootcert"] == "/etc/ours.pem"


@pytest.mark.parametrize("host", ["127.0.0.1", "central.example"])
def test_the_password_goes_by_scram_or_not_at_all(host: str) -> None:
    url = f"postgresql://{host}/fluffypet?require_auth=password"
    assert parameters(url, **ANNA)["require_auth"] == "scram-sha-256"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///fluffypet",
        "fluffypet",
        "http://central.example",
        "postgresql://x?service=other",
        "",
    ],
)
def test_an_address_without_a_host_is_refused(url: str) -> None:
    with pytest.raises(Refusal):
        parameters(url, **ANNA)


@pytest.mark.parametrize("who", ["anna@", "anna:secret@"])
def test_a_members_address_holds_no_user_and_no_password(who: str) -> None:
    with pytest.raises(Refusal, match="user or a password"):
        parameters(f"postgresql://{who}127.0.0.1/fluffypet", **ANNA)
