"""What is too long or too much for central, or for one call: it is set aside or sent in parts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.sync import push as pushing
from fluffydesk.sync import resolve
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm

FEW = ("profiles", "organizations", "organization_users", "livestock_species", "livestock")

pytestmark = pytest.mark.only_tables(*FEW)


@pytest.fixture
def cows(farm: Farm, barn: Desk) -> list[UUID]:
    found = [farm.cow(barn, str(n)) for n in range(5)]
    farm.settle()
    return found


def stumble(farm: Farm, code: str) -> None:
    """Let central give up, as it does over what takes too long, on animals named 'bad'."""
    farm.execute(
        "CREATE FUNCTION public.own_rule() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF new.name = 'bad' THEN RAISE EXCEPTION 'gave up' USING ERRCODE = '{code}'; END IF; "
        "RETURN new; END $$"
    )
    farm.execute(
        "CREATE TRIGGER own_rule BEFORE UPDATE ON public.livestock "
        "FOR EACH ROW EXECUTE FUNCTION public.own_rule()"
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("57014", "Central took too long over this animal and gave up."),
        ("53200", "This animal is more than central has room for."),
        ("53400", "This animal is more than central has room for."),
    ],
)
def test_what_central_gives_up_on_holds_up_nothing_else(
    farm: Farm, barn: Desk, cows: list[UUID], code: str, words: str
) -> None:
    stumble(farm, code)
    for cow in cows:
        barn.change("livestock", cow, name="bad" if cow == cows[2] else "good")
    report = barn.sync()
    assert (report.pushed, report.quarantined) == (4, 1)
    [refused] = barn.quarantine()
    assert (refused.row_id, refused.code, refused.message) == (cows[2], code, words)
    assert barn.sync().pushed == 0
    farm.execute("DROP TRIGGER own_rule ON public.livestock")
    resolve.retry(barn.mirror, refused.id)
    assert barn.sync().pushed == 1
    assert barn.ledger() == {"applied": 10}
    farm.settle()
    farm.assert_quiet()


def test_what_took_too_long_once_is_sent_again_before_it_is_set_aside(
    farm: Farm, barn: Desk, cows: list[UUID]
) -> None:
    stumble(farm, "57014")
    barn.change("livestock", cows[0], name="bad")

    def mend(call: int) -> None:
        if call == 2:
            farm.execute("DROP TRIGGER own_rule ON public.livestock")

    line = barn.gateway
    barn.gateway = Faulty(line, before=mend)  # type: ignore[assignment]
    assert (barn.sync().pushed, barn.quarantine()) == (1, [])
    barn.gateway = line
    farm.assert_quiet()


def test_a_call_carries_no_more_than_so_many_bytes(
    farm: Farm, barn: Desk, cows: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "BYTES_AT_ONCE", 20_000)
    for cow, size in zip(cows, (4_000, 4_000, 30_000, 10, 10), strict=True):
        barn.change("livestock", cow, notes="n" * size)
    calls: list[list[int]] = []
    line = barn.gateway

    class Weighed(Faulty):
        def push(self, *call: Any) -> Any:
            calls.append([len(parcel) for parcel in call[2]])
            return super().push(*call)

    barn.gateway = Weighed(line)  # type: ignore[assignment]
    assert barn.sync().pushed == 5
    barn.gateway = line
    assert len(calls) > 1
    assert all(len(sizes) == 1 or sum(sizes) <= 20_000 for sizes in calls)
    farm.settle()
    farm.assert_quiet()


def test_a_page_of_a_pull_has_no_more_than_so_many_bytes(
    farm: Farm, barn: Desk, office: Desk, cows: list[UUID]
) -> None:
    long = "long note " * 100_000
    for cow in cows:
        farm.execute("UPDATE livestock SET notes = %s || id WHERE id = %s", long, cow)
    farm.execute("UPDATE livestock SET notes = repeat(notes, 10) WHERE id = %s", cows[1])
    sizes: list[int] = []
    line = office.gateway

    class Weighed(Faulty):
        @contextmanager
        def snapshot(self) -> Iterator[Any]:
            with line.snapshot() as snapshot:
                ask = snapshot.pull

                def pull(*call: Any) -> Any:
                    answer = ask(*call)
                    sizes.append(len(json.dumps(answer["changes"])))
                    return answer

                snapshot.pull = pull
                yield snapshot

    office.gateway = Weighed(line)  # type: ignore[assignment]
    office.sync()
    office.gateway = line
    assert sum(size > 4_200_000 for size in sizes) == 1  # the one row that is longer
    assert len(sizes) >= 3
    assert office.row("livestock", cows[1])["notes"].startswith(long)  # type: ignore[index]
    farm.settle()
    farm.assert_quiet()
