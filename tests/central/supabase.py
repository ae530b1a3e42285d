"""A database as Supabase hands it over: its roles and accounts, its owner no superuser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg

from fluffydesk.central.embedded import EmbeddedServer

OWNER = "project_owner"  # there: `postgres`, a name that the superuser has here
PASSWORD = "correct horse"

_ROLES = f"""
do $$
begin
  create role anon nologin;
  create role authenticated nologin;
  create role service_role nologin bypassrls;
  create role authenticator noinherit;
exception
  when duplicate_object then null; -- another database of this server is a central of its own
end $$;
alter role authenticator login password '{PASSWORD}';
grant anon, authenticated, service_role to authenticator;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
create role supabase_auth_admin login noinherit createrole password '{PASSWORD}';
create role supabase_storage_admin login noinherit createrole password '{PASSWORD}';
create role {OWNER} login nosuperuser createdb createrole replication bypassrls
  password '{PASSWORD}';
grant anon, authenticated, service_role to {OWNER} with admin option;
"""

_DATABASE = f"""
create schema extensions;
grant usage on schema extensions to {OWNER}, anon, authenticated, service_role;
grant all on schema extensions to {OWNER};
create extension pg_stat_statements schema extensions;
grant usage on schema public to {OWNER}, anon, authenticated, service_role;
set role {OWNER};
alter default privileges in schema public
  grant all on tables to {OWNER}, anon, authenticated, service_role;
alter default privileges in schema public
  grant all on functions to {OWNER}, anon, authenticated, service_role;
alter default privileges in schema public
  grant all on sequences to {OWNER}, anon, authenticated, service_role;
reset role;

create schema auth authorization supabase_auth_admin;
grant usage on schema auth to {OWNER}, anon, authenticated, service_role;
set role supabase_auth_admin;
create table auth.users (
  instance_id uuid,
  id uuid not null constraint users_pkey primary key,
  aud varchar(255),
  role varchar(255),
  email varchar(255),
  encrypted_password varchar(255),
  email_confirmed_at timestamptz,
  invited_at timestamptz,
  confirmation_token varchar(255),
  confirmation_sent_at timestamptz,
  recovery_token varchar(255),
  recovery_sent_at timestamptz,
  email_change_token_new varchar(255),
  email_change varchar(255),
  email_change_sent_at timestamptz,
  last_sign_in_at timestamptz,
  raw_app_meta_data jsonb,
  raw_user_meta_data jsonb,
  is_super_admin boolean,
  created_at timestamptz,
  updated_at timestamptz,
  phone text default null constraint users_phone_key unique,
  phone_confirmed_at timestamptz,
  confirmed_at timestamptz generated always as (least(email_confirmed_at, phone_confirmed_at))
    stored,
  banned_until timestamptz,
  is_sso_user boolean not null default false,
  deleted_at timestamptz,
  is_anonymous boolean not null default false
);
comment on table auth.users is 'Auth: Stores user login data within a secure schema.';
create index users_instance_id_email_idx on auth.users (instance_id, lower(email));
create index users_instance_id_idx on auth.users (instance_id);
create unique index users_email_partial_key on auth.users (email) where is_sso_user = false;
create table auth.refresh_tokens (
  instance_id uuid,
  id bigserial constraint refresh_tokens_pkey primary key,
  token varchar(255),
  user_id varchar(255),
  revoked boolean
);
create table auth.schema_migrations (version varchar(255) not null primary key);
alter table auth.users enable row level security;
alter table auth.refresh_tokens enable row level security;
alter table auth.schema_migrations enable row level security;
grant all on all tables in schema auth to {OWNER};
grant all on all sequences in schema auth to {OWNER};
grant select on auth.users, auth.refresh_tokens to {OWNER} with grant option;
revoke all on auth.schema_migrations from {OWNER};
create function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
  )::uuid
$$;
create function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
  )::text
$$;
create function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
  )::text
$$;
create function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;
reset role;

create schema storage authorization supabase_storage_admin;
set role supabase_storage_admin;
create table storage.objects (id uuid primary key, owner uuid);
alter table storage.objects enable row level security;
reset role;
create policy mine on storage.objects using (owner = auth.uid());
"""

# All that Postgres knows of the schema auth and what is in it. That a table has triggers at all,
# and those of foreign keys, are told apart: they come with any reference to it.
_AUTH = {
    "schema": """
        select to_jsonb(n) || jsonb_build_object('comment', obj_description(n.oid, 'pg_namespace'))
        from pg_namespace n where nspname = 'auth'
        """,
    "tables": """
        select to_jsonb(c) - '{relhastriggers,relpages,reltuples,relallvisible,relallfrozen,
            relfrozenxid,relminmxid}'::text[]
          || jsonb_build_object('comment', obj_description(c.oid, 'pg_class'))
        from pg_class c where relnamespace = 'auth'::regnamespace order by oid
        """,
    "columns": """
        select to_jsonb(a) from pg_attribute a join pg_class c on c.oid = a.attrelid
        where relnamespace = 'auth'::regnamespace order by attrelid, attnum
        """,
    "defaults": """
        select to_jsonb(d) from pg_attrdef d join pg_class c on c.oid = d.adrelid
        where relnamespace = 'auth'::regnamespace order by d.oid
        """,
    "constraints": """
        select to_jsonb(c) from pg_constraint c where connamespace = 'auth'::regnamespace
        order by oid
        """,
    "functions": "select to_jsonb(p) from pg_proc p where pronamespace = 'auth'::regnamespace"
    " order by oid",
    "policies": """
        select to_jsonb(p) from pg_policy p join pg_class c on c.oid = p.polrelid
        where relnamespace = 'auth'::regnamespace order by p.oid
        """,
    "triggers": """
        select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where relnamespace = 'auth'::regnamespace and not tgisinternal order by tgname
        """,
    "default privileges": """
        select to_jsonb(d) from pg_default_acl d where defaclnamespace = 'auth'::regnamespace
        """,
    "rows": "select to_jsonb(u) from auth.users u order by id",
}


class Host:
    """A host that keeps the accounts, with one database in it."""

    def __init__(self, server: EmbeddedServer, name: str) -> None:
        self._server = server
        self.name = name

    def url(self, login: str) -> str:
        where = self._server.member_url.rpartition("/")[0].partition("//")[2]
        return f"postgresql://{login}:{PASSWORD.replace(' ', '%20')}@{where}/{self.name}"

    @property
    def owner_url(self) -> str:
        return self.url(OWNER)

    @property
    def superuser_url(self) -> str:
        return self._server.admin_url.rpartition("/")[0] + f"/{self.name}"

    def ask(self, query: str, *values: Any, login: str = OWNER) -> Any:
        """Return the first row that a query of a login gives, or None."""
        with psycopg.connect(self.url(login), autocommit=True) as connection:
            done = connection.execute(query, values or None)
            return done.fetchone() if done.description else None

    def sign_up(self, email: str | None, name: str | None = None) -> UUID:
        """Do what the host's own service does for somebody who signs up."""
        user_id = uuid4()
        told = json.dumps({"full_name": name}) if name else None
        self.ask(
            "insert into auth.users (instance_id, id, aud, role, email, encrypted_password,"
            " email_confirmed_at, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)"
            " values (gen_random_uuid(), %s, 'authenticated', 'authenticated', %s, 'x', now(),"
            """ '{"provider": "email"}', %s, now(), now())""",
            user_id,
            email,
            told,
            login="supabase_auth_admin",
        )
        return user_id

    @contextmanager
    def request(
        self, user_id: UUID | None, role: str = "authenticated"
    ) -> Iterator[psycopg.Connection[Any]]:
        """Do what PostgREST does for one request of a person; kept as it would keep it."""
        claims = {"role": role, "aud": role} | ({"sub": str(user_id)} if user_id else {})
        with (
            psycopg.connect(self.url("authenticator")) as connection,
            connection.transaction(),
        ):
            connection.execute(f"set local role {role}")
            connection.execute(
                "select set_config('request.jwt.claims', %s, true)", (json.dumps(claims),)
            )
            yield connection

    def accounts(self) -> dict[str, list[Any]]:
        """Return all there is to know of the schema auth."""
        with psycopg.connect(self.superuser_url) as connection:
            return {
                what: [row[0] for row in connection.execute(query)] for what, query in _AUTH.items()
            }


def hand_over(server: EmbeddedServer, name: str) -> Host:
    """Make the roles, where they are not there yet, and a database of that name."""
    with psycopg.connect(server.admin_url, autocommit=True) as connection:
        if connection.execute("select to_regrole(%s)", (OWNER,)).fetchone() == (None,):
            connection.execute(_ROLES)
        connection.execute(f"create database {name} template template0 owner {OWNER}")
    host = Host(server, name)
    with psycopg.connect(host.superuser_url, autocommit=True) as connection:
        connection.execute(_DATABASE)
    return host
