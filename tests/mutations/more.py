"""More ways to spoil the engine: loads, the window, numbers, versions, the journal."""

from __future__ import annotations

from tests.mutations.mutation import Mutation, of_central, of_mirror, of_sync

MORE = (
    # What is due, in pages and over lives of central.
    of_central(
        "pull",
        ">= for > where a page goes on",
        "or (t.position, d.row_id) > ((p_page",
        "or (t.position, d.row_id) >= ((p_page",
        "central/test_pull.py::test_pages_are_of_one_moment_and_miss_nothing",
    ),
    of_central(
        "pull",
        "a cursor from the future is followed",
        "<= pg_snapshot_xmax(pg_current_snapshot())",
        "<= '9000000000000000000'::xid8",
        "central/test_pull.py::test_a_cursor_from_the_future_calls_for_a_baseline",
    ),
    of_central(
        "push",
        "what is written together is not counted: an edit of a row that moved on is called applied",
        "  if v_written is distinct from v_asked then\n",
        "  if false then\n",
        "central/test_push.py::test_among_many_edits_only_the_bad_ones_fail",
    ),
    # A first load.
    of_sync(
        "baseline",
        "a load that goes on keeps the cursor of its last snapshot, not of its first",
        "        return dict(mark)\n",
        '        mark = {**mark, "cursor": cursor}\n'
        '        mirror.state.put(connection, "baseline", mark)\n'
        "        return dict(mark)\n",
        "sync/test_baseline.py::test_a_load_that_is_cut_goes_on_and_misses_nothing",
    ),
    of_sync(
        "baseline",
        "a load overwrites what was edited meanwhile",
        "[r for r in rows if r[place] not in edits])",
        "rows)",
        "sync/test_baseline.py::test_a_new_epoch_loads_afresh_and_keeps_every_edit",
    ),
    of_sync(
        "baseline",
        "a load drops nothing of what central has no more",
        "    _drop(connection, table, here - {str(row[place]) for row in rows})\n    loading",
        "    loading",
        "sync/test_baseline.py::test_a_new_epoch_loads_afresh_and_keeps_every_edit",
    ),
    # The window.
    of_sync(
        "baseline",
        "what lies outside the window counts as deleted when all is loaded afresh",
        "    if window.is_log(connection, table):\n        return\n",
        "",
        "sync/test_window.py::test_an_edit_outside_survives_a_fresh_load_and_merges_with_anothers",
    ),
    of_sync(
        "window",
        "an unsent edit is dropped with its row when that leaves the window",
        '_UNEDITED = "id NOT IN (SELECT row_id FROM pending_rows WHERE table_name = ?)"',
        '_UNEDITED = "? IS NOT NULL"',
        "sync/test_window.py::test_an_edit_of_a_row_that_leaves_the_window_reaches_central",
    ),
    of_sync(
        "window",
        "what comes in again with more months is never fetched",
        "    return filled is None or (first is not None and first >= filled)\n",
        "    return filled is None or True\n",
        "sync/test_window.py::test_narrowing_drops_what_is_old_and_widening_brings_it_back",
    ),
    Mutation(
        "<= for < at the first day of the window",
        "fluffydesk/records/dated.py",
        'rules = [f"{dated.column} < ?"]',
        'rules = [f"{dated.column} <= ?"]',
        "tests/sync/test_window.py::test_the_first_day_is_kept_and_the_day_before_is_not",
    ),
    # Reserved numbers.
    of_sync(
        "numbers",
        "what was asked for is forgotten: an answer that is lost loses its numbers",
        '            mirror.state.put(connection, "numbers_asked", pending)\n',
        "            pass\n",
        "sync/test_numbers.py::test_a_lost_answer_loses_no_numbers",
    ),
    of_sync(
        "numbers",
        "numbers are handed out while they are given back",
        "            numbers.close(connection, ended)\n            mirror.state",
        "            mirror.state",
        "sync/test_numbers.py::test_what_is_being_given_back_is_handed_out_no_more",
    ),
    of_sync(
        "numbers",
        "a request that was not granted is forgotten, though its first try may still come",
        'mirror.state.put(connection, "numbers_asked", left or None)',
        'mirror.state.put(connection, "numbers_asked", None)',
        "sync/test_numbers.py::test_a_request_that_is_not_granted_is_made_again_under_its_id",
    ),
    of_central(
        "numbers",
        "two PCs get the same numbers",
        "set next = v_first + p_count\n",
        "set next = v_first\n",
        "sync/test_numbers.py::test_two_pcs_number_at_once_and_never_alike",
    ),
    of_central(
        "numbers",
        "a block that went back whole is forgotten: its request, come late, gets another",
        "update sync.number_blocks b set last = b.next - 1 where b.id = v_left.id;",
        "delete from sync.number_blocks b where b.id = v_left.id;",
        "sync/test_numbers.py::test_a_request_that_comes_late_gets_nothing_anew",
    ),
    of_mirror(
        "numbers",
        "a number that was handed out is not counted",
        "(found[1] + 1, found[0])",
        "(found[1], found[0])",
        "sync/test_numbers.py::test_a_draft_gets_its_number_when_it_is_posted",
    ),
    # The merge.
    of_sync(
        "merge",
        "what was changed here only is taken from the other side",
        "        elif there == was:\n            image[column] = here\n",
        "        elif there == was:\n            image[column] = there\n",
        "sync/test_merge.py",
    ),
    of_sync(
        "merge",
        "of two states mine wins, not the later",
        "return later is not None, later",
        "return later is not None, mine",
        "sync/test_merge.py",
    ),
    of_sync(
        "meet",
        "a deletion wins over an edit without a question",
        "    if asked or (edit.base is not None and differs(edit.key[0], edit.base, theirs)):\n",
        "    if asked:\n",
        "sync/test_two_desks.py::test_a_deletion_against_an_edit",
    ),
    # Comparing and looking ahead.
    of_sync(
        "verify",
        "what differs is not repaired",
        "            door(partial(_meet, table=table, rows=rows))\n",
        "",
        "sync/test_verify.py::test_rows_that_are_missing_too_many_and_wrong_are_found_and_mended",
    ),
    of_sync(
        "verify",
        "a deep look compares versions only",
        "tuple(kept[table] if deep else _QUICK)",
        "tuple(_QUICK)",
        "sync/test_sight.py::test_a_deep_comparison_finds_what_versions_do_not_show",
    ),
    of_sync(
        "dry_run",
        "what a dry run tries is not taken back",
        "            raise _TakeBack\n",
        "            return found\n",
        "sync/test_kill_more.py::test_a_dry_run_commits_nothing",
    ),
    # Other versions.
    of_sync(
        "skew",
        "what an older central has no place for goes without it",
        "        if unfit and not waits:\n",
        "        if False:\n",
        "sync/test_skew.py::TestAnOlderCentral"
        "::test_all_goes_but_what_it_has_no_place_for_which_is_kept_and_told",
        also=(
            (
                "fluffydesk/sync/skew.py",
                "        if waits or unfit:\n",
                "        unfit = None\n        if waits:\n",
            ),
        ),
    ),
    # The journal and the books.
    of_mirror(
        "schema",
        "a second edit takes the first for what central has",
        "    FROM units WHERE units.id = writer() AND NOT EXISTS (\n"
        "      SELECT 1 FROM pending_rows "
        "WHERE table_name = NEW.table_name AND row_id = NEW.row_id);",
        "    FROM units WHERE units.id = writer()\n"
        "    ON CONFLICT (table_name, row_id, unit_id) DO UPDATE SET base = excluded.base;",
        "mirror/test_journal_triggers.py::test_a_second_touch_keeps_the_first_base_and_counts_both_units",
    ),
    of_sync(
        "history",
        "the ledger's line is forgotten with what the unit touched",
        "    with mirror.apply() as connection:\n"
        '        mirror.state.put(connection, "history_swept", now)\n',
        "    with mirror.apply() as connection:\n"
        '        connection.exec_driver_sql("DELETE FROM units WHERE settled_at IS NOT NULL")\n'
        '        mirror.state.put(connection, "history_swept", now)\n',
        "sync/test_history.py::test_what_is_old_is_forgotten_and_the_ledger_keeps_its_lines",
    ),
)
