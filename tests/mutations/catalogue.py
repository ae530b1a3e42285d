"""Ways to spoil the sync engine, each with the test that must then fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ASSERTION = r"AssertionError|assert |Failed: DID NOT RAISE|ValueError: .*values to unpack"
"""How the words of a failure begin that a test brought about: it found other than it says."""


@dataclass(frozen=True)
class Mutation:
    """In `file`, `old` (which is there so many `times`) becomes `new`, and so on in `also`; `test`
    must notice, and fail in words that begin as `by` says."""

    name: str
    file: str
    old: str
    new: str
    test: str
    times: int = 1
    also: tuple[tuple[str, str, str], ...] = ()
    by: str = ASSERTION

    @property
    def edits(self) -> tuple[tuple[str, str, str], ...]:
        """What becomes what in which file."""
        return ((self.file, self.old, self.new), *self.also)

    @property
    def described(self) -> str:
        """Where a word that is searched for may stand."""
        return f"{self.name} {self.file} {self.test}"


def _sync(file: str, name: str, old: str, new: str, test: str) -> Mutation:
    return Mutation(name, f"fluffydesk/sync/{file}.py", old, new, f"tests/{test}")


def _mirror(file: str, name: str, old: str, new: str, test: str) -> Mutation:
    return Mutation(name, f"fluffydesk/mirror/{file}.py", old, new, f"tests/{test}")


def _central(file: str, name: str, old: str, new: str, test: str, **more: Any) -> Mutation:
    path = f"fluffydesk/central/sql/sync_{file}.sql"
    return Mutation(name, path, old, new, f"tests/{test}", **more)


MUTATIONS = (
    # What is due: the snapshot rule.
    _central(
        "pull",
        "a sequence instead of the snapshot rule: what is older than the cursor is not due",
        "c.xid >= pg_snapshot_xmin(p_since)",
        "c.xid >= pg_snapshot_xmax(p_since)",
        "central/test_pull.py::test_a_transaction_held_open_across_pulls_is_not_lost",
    ),
    _central(
        "pull",
        "> for >= in the snapshot rule",
        "c.xid >= pg_snapshot_xmin(p_since)",
        "c.xid > pg_snapshot_xmin(p_since)",
        "central/test_pull.py::test_a_transaction_held_open_across_pulls_is_not_lost",
    ),
    _central(
        "pull",
        "what the cursor has seen is due again",
        "and not pg_visible_in_snapshot(c.xid, p_since)",
        "",
        "central/test_pull.py::test_a_transaction_held_open_across_pulls_is_not_lost",
    ),
    _central(
        "pull",
        "a timestamp is trusted",
        "and not pg_visible_in_snapshot(c.xid, p_since)",
        "and c.made_at > coalesce((select max(d.made_at) from sync.changes d"
        " where pg_visible_in_snapshot(d.xid, p_since)), '-infinity')",
        "central/test_pull.py::test_a_transaction_held_open_across_pulls_is_not_lost",
        also=(
            (
                "fluffydesk/central/sql/sync_log.sql",
                "grant select (scope_id, xid, table_name, row_id, kind) on sync.changes",
                "grant select (scope_id, xid, made_at, table_name, row_id, kind) on sync.changes",
            ),
        ),
        by=r"AssertionError: assert \[\] == \['late'\]|assert \[\] == \['late'\]",
    ),
    _central(
        "pull",
        "a log pruned past the cursor is followed",
        ">= e.pruned_before",
        ">= '0'::xid8",
        "central/test_pull.py::test_what_was_pruned_calls_for_a_baseline",
    ),
    _central(
        "log",
        "a copy of the database has the same life",
        "concat_ws('/', e.id, v_cluster, v_timeline, d.oid)",
        "concat_ws('/', e.id, v_cluster, v_timeline)",
        "central/test_pull.py::test_a_copy_of_central_has_another_life",
    ),
    _central(
        "log",
        "a row that moves to another organization does not leave",
        "where o.organization_id <> n.organization_id;",
        "where false;",
        "central/test_pull.py::test_a_row_moved_to_another_organization_leaves_one_and_enters_the_other",
    ),
    # Pushing.
    _central(
        "push",
        "no memory of what was applied: the idempotency check is dropped",
        "a.user_id = auth.uid() and a.device_id = v_device",
        "false",
        "central/test_push.py::test_the_same_parcel_again_changes_nothing_and_says_the_same",
        times=2,
    ),
    _central(
        "push",
        "the last to write wins: no version is asked for",
        "and t.row_version = ($1 ->> ''version'')::bigint and",
        "and",
        "central/test_push.py::test_what_moved_on_is_stale_and_comes_with_the_answer",
    ),
    _central(
        "push",
        "a retry does not wait for the first try",
        "  perform pg_advisory_xact_lock(hashtextextended(v_device::text, 0));\n",
        "",
        "central/test_push.py::test_a_retry_that_overtakes_the_first_try_waits_for_it",
    ),
    _sync(
        "push",
        "what is edited while it is under way counts as sent",
        "if row.key not in asked and not differs(table, row.image, here):",
        "if row.key not in asked:",
        "sync/test_two_desks.py::test_an_edit_made_while_a_push_is_under_way_goes_next",
    ),
    _sync(
        "push",
        "answers are not settled",
        "        _applied(connection, done)\n",
        "",
        "sync/test_faults.py::test_an_answer_that_is_lost_then_more_edits",
    ),
    _sync(
        "push",
        "parcels are made anew while others are under way",
        "if not pending.count_parcels(connection):",
        "if pending.empty_outbox(connection) is None:",
        "sync/test_faults.py::test_the_outbox_is_sent_as_it_was",
    ),
    _sync(
        "push",
        "what is refused is not kept aside",
        "                _rejected(connection, parcel, answer)\n",
        "                pass\n",
        "sync/test_poison.py::test_it_holds_up_nothing_and_can_be_mended",
    ),
    _sync(
        "push",
        "what depends on a refused row is refused as well",
        "waits = any(refused.intersection(needs(row)) for row in parcel.rows)",
        "waits = False",
        "sync/test_refusals.py::test_what_refers_to_a_refused_row_waits_with_it",
    ),
    _sync(
        "push",
        "a call that cannot be read is refused with all that is in it",
        "        if len(batch) > 1:\n",
        "        if len(batch) > 1:\n"
        '            told = {"result": "rejected", "code": "P0001", "message": refusal.message}\n'
        '            return [{"id": one.id, **told} for one in batch]\n'
        "        if len(batch) > 1:\n",
        "sync/test_poison.py::test_it_holds_up_nothing_and_can_be_mended",
    ),
    _sync(
        "parcels",
        "units that touched the same row are torn apart",
        "parent[root(key)] = root(unit)",
        "root(key), root(unit)",
        "sync/test_meet.py::test_units_that_touch_the_same_row_go_together_and_others_alone",
    ),
    _sync(
        "parcels",
        "children go before their parents",
        "    for start in bundles:\n        stack",
        "    for start in ():\n        stack",
        "sync/test_meet.py::test_what_refers_to_a_new_row_comes_after_it",
    ),
    _sync(
        "parcels",
        "the quarantine is sent again and again",
        "if not (blocked.isdisjoint(bundle.keys) and absent.isdisjoint(bundle.needs))",
        "if not absent.isdisjoint(bundle.needs)",
        "sync/test_poison.py::test_it_holds_up_nothing_and_can_be_mended",
    ),
    # Where central's row meets an edit.
    _sync(
        "meet",
        "nothing is deferred: central's row overwrites an unsent edit",
        "edited = {key[1] for key in _edited(connection, table, rows)}",
        "edited = set[str]()",
        "sync/test_two_desks.py::test_weights_merge_names_become_a_conflict_and_a_decision_ends_it",
    ),
    _sync(
        "meet",
        "rows are merged without their base",
        "merge(base or {}, mine, theirs, policies_of(record))",
        "merge({}, mine, theirs, policies_of(record))",
        "sync/test_two_desks.py::test_weights_merge_names_become_a_conflict_and_a_decision_ends_it",
    ),
    _sync(
        "meet",
        "after a merge the old base is kept",
        "[merged.image])\n    journal.keep_base(connection, key, theirs)\n",
        "[merged.image])\n",
        "sync/test_two_desks.py::test_weights_merge_names_become_a_conflict_and_a_decision_ends_it",
    ),
    _sync(
        "meet",
        "an edit of a deleted row vanishes with it",
        'pending.open_conflict(connection, edit.key, "", (edit.base, mine, None))',
        "restore(connection, edit.key)",
        "sync/test_two_desks.py::test_an_edit_against_a_deletion",
    ),
    _sync(
        "meet",
        "an edit of a row that left sight vanishes with it",
        "        set_aside(connection, [key], OUT_OF_SIGHT)\n",
        "        restore(connection, key)\n",
        "sync/test_sight.py::test_what_was_saved_with_a_row_that_left_sight_waits_with_it",
    ),
    _sync(
        "meet",
        "a save is torn when one of its rows leaves sight",
        "units, rows = journal.entangled(connection, key)",
        "units, rows = set(journal.units_on(connection, key)), {key}",
        "sync/test_sight.py::test_what_was_saved_with_a_row_that_left_sight_waits_with_it",
    ),
    _sync(
        "pull",
        "what left sight counts as deleted",
        'image = Gone.DELETED if change["kind"] == "delete" else Gone.OUT_OF_SIGHT',
        "image = Gone.DELETED",
        "sync/test_sight.py::test_what_was_saved_with_a_row_that_left_sight_waits_with_it",
    ),
    _sync(
        "pull",
        "the cursor is kept before all pages have come",
        "cursor=first if page is None else None",
        "cursor=first",
        "sync/test_faults.py::test_a_pull_that_is_cut_between_pages_misses_nothing",
    ),
    # The merge itself.
    _sync(
        "merge",
        "where both sides changed, mine wins without a word",
        "            if not agreed:\n",
        "            if False:\n",
        "sync/test_merge.py",
    ),
    _sync(
        "merge",
        "the smaller of two counters wins",
        "return True, _further(mine, theirs)[1]",
        "return True, _further(mine, theirs)[0]",
        "sync/test_merge.py",
    ),
    _sync(
        "lines",
        "<= for < where lines collide",
        "return one.start < other.end and other.start < one.end",
        "return one.start <= other.end and other.start <= one.end",
        "sync/test_merge.py",
    ),
    # One sync from its beginning to its end.
    _sync(
        "cycle",
        "a pull comes before what was being sent is settled",
        "= self.greet()\n        self.send()\n",
        "= self.greet()\n        self.pull(hello)\n        self.send()\n",
        "sync/test_faults.py::test_an_answer_that_is_lost_then_more_edits",
    ),
    _sync(
        "cycle",
        "a restored central gets what was under way to the one before",
        "if known is not None and known != str(hello.epoch):",
        "if False:",
        "sync/test_baseline.py::test_what_was_under_way_to_an_older_central_is_asked_about_afresh",
    ),
    _sync(
        "cycle",
        "no copy is kept of what a restored central lost",
        "        backup(mirror, copy)\n",
        "        pass\n",
        "sync/test_restores.py::test_a_central_put_back_without_a_word",
    ),
    _sync(
        "cycle",
        "unsent edits go with the membership",
        "            set_aside(connection, keys, pending.MEMBERSHIP_ENDED)\n",
        "",
        "sync/test_sight.py::test_a_member_who_is_removed_keeps_nothing_but_unsent_edits",
    ),
    _sync(
        "cycle",
        "a change of what one may see is not looked into",
        "if seen == hello.fingerprint or self.stopped():",
        "if seen is not None or self.stopped():",
        "sync/test_sight.py::test_a_change_of_role_compares_the_mirror_with_central",
    ),
    _sync(
        "cycle",
        "what vanished past the log is sent for ever",
        "                self._look_for_gone(snapshot)\n",
        "",
        "sync/test_restores.py::test_a_row_that_went_without_a_word_to_the_log",
    ),
    _sync(
        "verify",
        "the comparison compares nothing",
        'if self.door(partial(_hash, stretch=stretch)) != chunk["hash"]:',
        "if False:",
        "sync/test_sight.py::test_a_deep_comparison_finds_what_versions_do_not_show",
    ),
    _sync(
        "verify",
        "an unsent edit counts as a difference",
        "    if not edits:\n",
        "    if True:\n",
        "sync/test_verify.py::test_what_is_saved_while_it_is_compared_is_no_difference",
    ),
    _sync(
        "resolve",
        "who discards one save discards those with it without a line",
        '        journal.mark(connection, others, "discarded", by)\n',
        "",
        "sync/test_poison.py::test_what_was_edited_since_is_discarded_with_it",
    ),
    # The books.
    _mirror(
        "journal",
        "a unit that a person is asked about is settled all the same",
        "AND outcome NOT IN ('quarantined', 'conflict') \"",
        '"',
        "sync/test_sight.py::test_a_member_who_comes_back_may_try_again",
    ),
    _mirror(
        "journal",
        "what was merged is called applied",
        "CASE outcome WHEN 'waiting' THEN 'applied' ELSE outcome END",
        "'applied'",
        "sync/test_two_desks.py::test_both_add_the_same_thing_under_the_same_key",
    ),
    _mirror(
        "mirror",
        "units are not counted when they are made",
        "DO UPDATE SET value = value + 1",
        "DO UPDATE SET value = value",
        "mirror/test_units.py::test_units_made_counts_the_units_that_changed_something",
    ),
    _mirror(
        "mirror",
        "what central sends is journalled as if a person had typed it",
        "self.hand.writer = CENTRAL",
        "last = self._driver.execute('SELECT max(id) FROM units').fetchone()[0]\n"
        "            self.hand.writer = last or CENTRAL",
        "mirror/test_journal_triggers.py::test_what_central_sends_is_not_journalled",
    ),
    _mirror(
        "mirror",
        "a save does not wait for the disk",
        '"FULL" if durable else "NORMAL"',
        '"NORMAL"',
        "mirror/test_units.py::test_a_save_waits_for_the_disk_and_what_central_has_need_not",
    ),
    _mirror(
        "pending",
        "what is decided by keeping theirs counts as merged",
        'outcome = "discarded" if decision == "theirs" else "merged"',
        'outcome = "merged"',
        "sync/test_two_desks.py::test_what_is_given_up_in_a_conflict_is_in_the_books",
    ),
    _mirror(
        "upgrade",
        "a new column looks edited",
        '"UPDATE edits SET base = json_insert(base, ?, NULL) "',
        "\"UPDATE edits SET base = json_insert(base, ?, 'x') \"",
        "mirror/test_mirror_upgrade.py::test_the_waiting_edit_looks_as_it_did",
    ),
    _mirror(
        "upgrade",
        "new columns are never filled in",
        "        driver.execute(\"DELETE FROM state WHERE key IN ('fingerprint', 'lacks')\")\n",
        "",
        "mirror/test_mirror_upgrade.py::test_the_next_sync_compares_everything_and_goes_on_from_its_cursor",
    ),
)
