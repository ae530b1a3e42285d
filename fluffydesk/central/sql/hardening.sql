-- What Postgres shows to any login, taken away from members as far as it can be; harmless when run
-- again. Only a superuser can. Where a host keeps the accounts (Supabase), no member has a login,
-- and the host's own services look at all this: nothing is done there.
--
-- What cannot be hidden, whatever is revoked:
--   * whether a login of a given name exists, and login names by their number: the output of
--     `regrole` and the words of `set role` ask no privilege;
--   * to EXPLAIN EXECUTE of a statement that was prepared and planned beforehand: the planner's
--     estimate for a whole table (debug_print_plan tells it too), and whether any row at all has
--     a value that is indexed (any other EXPLAIN is refused by the policies, and this one too
--     once it meets a row);
--   * how many transactions the cluster has seen (pg_current_snapshot; pull's cursor is made
--     of it);
--   * how long a statement takes, or waits: who may delete from a table may also lock it;
--   * that an id is taken: inserting it again says so. Ids hold 74 random bits.

do $hardening$
declare
  d record;
  v record;
  f record;
  -- Whoever owns central, superuser or not, goes on as before.
  v_owner regrole := (select relowner from pg_class where oid = to_regclass('sync.epoch'));
begin
  if current_setting('is_superuser') <> 'on'
    or coalesce(obj_description(to_regnamespace('auth'), 'pg_namespace'), '')
      not like 'Who may sign in; stands in%'
  then
    return;
  end if;

  -- Other databases of the cluster.
  for d in select datname from pg_database
    where datname in ('postgres', 'template1') and datname <> current_database()
      and has_database_privilege('public', oid, 'connect, temporary')
  loop
    execute format('revoke all on database %I from public', d.datname);
  end loop;

  -- Statistics, sizes, locks, sessions: views.
  for v in
    select c.relname from pg_class c
    where c.relnamespace = 'pg_catalog'::regnamespace
      and c.relkind = 'v'
      and (c.relname ~ '^pg_(stat|statio|stats)(_|$)'
        or c.relname in (
          'pg_roles', 'pg_user', 'pg_group', 'pg_shadow', 'pg_locks', 'pg_prepared_xacts',
          'pg_replication_slots', 'pg_sequences', 'pg_publication_tables', 'pg_user_mappings',
          'pg_shmem_allocations', 'pg_backend_memory_contexts', 'pg_aios'
        ))
  loop
    execute format('revoke all on pg_catalog.%I from public', v.relname);
    execute format('grant select on pg_catalog.%I to %s', v.relname, v_owner);
  end loop;
  revoke all on pg_catalog.pg_auth_members, pg_catalog.pg_db_role_setting, pg_catalog.pg_shdepend
    from public;
  execute format('grant select on pg_auth_members, pg_db_role_setting, pg_shdepend to %s', v_owner);

  -- Row estimates: every column of pg_class but those.
  revoke all on pg_catalog.pg_class from public;
  execute format('grant select on pg_catalog.pg_class to %s', v_owner);
  execute (
    select format('grant select (%s) on pg_catalog.pg_class to public',
      string_agg(quote_ident(a.attname), ', '))
    from pg_attribute a
    where a.attrelid = 'pg_catalog.pg_class'::regclass
      and a.attname not in (
        'reltuples', 'relpages', 'relallvisible', 'relallfrozen', 'relfrozenxid', 'relminmxid',
        'xmin', 'xmax', 'cmin', 'cmax', 'ctid'
      )
  );

  -- Functions that count, measure, look at other sessions, keep large objects, write the log, or
  -- run text as a query.
  for f in
    select p.oid::regprocedure as signature from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace
      and (p.proname ~ '^(pg_stat_|pg_ls_|pg_logical_|pg_replication_|pg_walfile|pg_get_wal)'
        or p.proname ~ '^pg_(current|last)_(wal|xact|committed)_'
        or p.proname ~ '^(lo_|loread|lowrite)'
        or p.proname ~ '^(query|table|schema|database|cursor)_to_xml'
        or p.proname in (
          'pg_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_total_relation_size',
          'pg_database_size', 'pg_tablespace_size', 'pg_relation_filenode',
          'pg_relation_filepath', 'pg_filenode_relation', 'pg_lock_status', 'pg_prepared_xact',
          'pg_blocking_pids', 'pg_safe_snapshot_blocking_pids',
          'pg_isolation_test_session_is_blocked', 'pg_notification_queue_usage',
          'pg_last_committed_xact', 'pg_xact_commit_timestamp', 'pg_xact_status', 'txid_status',
          'pg_export_snapshot', 'pg_sequence_last_value', 'pg_get_sequence_data',
          'pg_show_replication_origin_status', 'pg_get_multixact_members', 'pg_get_aios',
          'pg_control_system', 'pg_control_checkpoint', 'pg_control_recovery',
          'pg_control_init', 'pg_mcv_list_items', 'currtid2', 'ts_stat', 'txid_current',
          'txid_current_if_assigned', 'pg_cancel_backend', 'pg_terminate_backend'
        ))
      and p.proname <> 'pg_stat_get_snapshot_timestamp'
  loop
    execute format('revoke all on function %s from public', f.signature);
    execute format('grant execute on function %s to %s', f.signature, v_owner);
  end loop;

  -- Code of one's own: no DO blocks, no functions.
  revoke usage on language plpgsql, sql from public;
  execute format('grant usage on language plpgsql, sql to %s', v_owner);
end $hardening$;
