"""Who may do what to a record's rows, and whose rows they are: the words policies are made of.

A record says it in one place, read aloud: `Access(read=[EVERYONE, Person("owner_id")],
write=WORKERS)` lets every member read, and the owner; those who work there add, change and delete.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fluffydesk.records.enums import OrgType, Role

EVERYONE = frozenset(Role)
KEEPERS = frozenset({Role.OWNER, Role.MANAGER})
WORKERS = frozenset({Role.OWNER, Role.MANAGER, Role.VETERINARIAN, Role.STAFF})
NOBODY: frozenset[Role] = frozenset()

# Places that keep both farm animals and pets are in both.
_BOTH = {OrgType.BREEDING_FACILITY, OrgType.RESEARCH_FACILITY, OrgType.NGO}
FARMS = frozenset({OrgType.FARM} | _BOTH)
CLINICS = frozenset({OrgType.VETERINARY_CLINIC, OrgType.PET_SERVICE_PROVIDER} | _BOTH)
ALL_KINDS = frozenset(OrgType)

Verb = Literal["read", "add", "change", "delete"]


@dataclass(frozen=True)
class Members:
    """Active members, in one of the roles, of the organization whose the row is.

    A bare set of roles means the same. `when` is a condition on the row; `column` names the
    organization where that is not what the record's scope says.
    """

    roles: frozenset[Role]
    when: str | None = None
    column: str | None = None


@dataclass(frozen=True)
class Person:
    """The person whom a column names, where the condition `when` on the row holds."""

    column: str = "user_id"
    when: str | None = None


@dataclass(frozen=True)
class Anyone:
    """Everybody, signed in or not, where the condition `when` on the row holds."""

    when: str | None = None


@dataclass(frozen=True)
class SignedIn:
    """Everybody with an account, where the condition `when` on the row holds."""

    when: str | None = None


@dataclass(frozen=True)
class Of:
    """Whoever may read (or `may` ..) the row of another table that the link `column` names."""

    column: str
    may: Verb = "read"
    when: str | None = None


@dataclass(frozen=True)
class Named:
    """Whoever a row of another `table` names in `person`, for the rows it names in `column`.

    Those rows are found by `key`. `active` is a condition on that other table's row, `when` one
    on this row. `name` is that of the function which finds them once a query: `access.<name>()`.
    For what one person has few of: shared pets, groups, conversations.
    """

    name: str
    table: str
    column: str
    person: str = "user_id"
    active: str = "true"
    key: str = "id"
    when: str | None = None


@dataclass(frozen=True)
class Platform:
    """The platform's own administrators."""


@dataclass(frozen=True)
class All:
    """Whoever is each of these at once: the sender, and a participant of the conversation."""

    ways: tuple[Way, ...]

    def __init__(self, *ways: Way) -> None:
        object.__setattr__(self, "ways", ways)


Way = Members | Person | Anyone | SignedIn | Of | Named | Platform | All
Who = frozenset[Role] | Way | Sequence[frozenset[Role] | Way]


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who may read a row, and who may write it: change it and, unless said, add and delete it.

    `mirrored` are the kinds of organization whose PCs keep the rows their user may read.
    `audited` says why every change is entered in the audit trail. Whoever is named by
    `hidden_from` never reads the row.
    """

    read: Who = EVERYONE
    write: Who = NOBODY
    add: Who | None = None
    delete: Who | None = None
    hidden_from: Named | None = None
    mirrored: frozenset[OrgType] = frozenset()
    audited: str | None = None

    def ways(self, verb: Verb) -> tuple[Way, ...]:
        """Return the ways by which somebody may do this to a row; any one is enough."""
        said = {"read": self.read, "add": self.add, "change": self.write, "delete": self.delete}
        who = said[verb]
        if who is None:
            who = self.write
        several = [who] if isinstance(who, frozenset) or not isinstance(who, Sequence) else who
        ways = [Members(one) if isinstance(one, frozenset) else one for one in several]
        return tuple(way for way in ways if way != Members(NOBODY))

    def roles(self, verb: Verb) -> frozenset[Role]:
        """Return the roles in which a member of the organization may do this, if all else holds."""
        ways = [
            one for way in self.ways(verb) for one in (way.ways if isinstance(way, All) else (way,))
        ]
        return frozenset().union(*(way.roles for way in ways if isinstance(way, Members)))


VERBS: tuple[Verb, ...] = ("read", "add", "change", "delete")


def every_way(access: Access) -> Iterator[Way]:
    """Yield every way said anywhere in an access, those within others too."""
    waiting: list[Way] = [way for verb in VERBS for way in access.ways(verb)]
    if access.hidden_from is not None:
        waiting.append(access.hidden_from)
    while waiting:
        way = waiting.pop(0)
        yield way
        if isinstance(way, All):
            waiting += way.ways


@dataclass(frozen=True)
class Within:
    """The rows belong to one organization, named by `column`."""

    column: str = "organization_id"


@dataclass(frozen=True)
class Mine:
    """The rows belong to one person, named by `column`."""

    column: str = "user_id"


@dataclass(frozen=True)
class ForAll:
    """Reference data: the same for everybody, written by the platform alone."""


@dataclass(frozen=True)
class Reach:
    """A link by which an organization sees a row: an active row of `table` whose `column` is the
    row's `key`; `active` is a condition on the link table's own columns."""

    table: str
    column: str
    active: str
    key: str = "id"


@dataclass(frozen=True)
class Through:
    """The rows are seen by each organization that has one of the links, as long as it is active.

    With a `home`, the column naming the organization that keeps the row, that one sees it always
    and it alone writes it. `registrar` is the column naming the organization that made the row,
    which sees it until it has made a link.
    """

    reaches: tuple[Reach, ...]
    home: str | None = None
    registrar: str | None = None

    def __init__(
        self, *reaches: Reach, home: str | None = None, registrar: str | None = None
    ) -> None:
        object.__setattr__(self, "reaches", reaches)
        object.__setattr__(self, "home", home)
        object.__setattr__(self, "registrar", registrar)


Scope = Within | Mine | Through | ForAll
