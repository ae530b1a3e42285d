-- Rule 6: nobody is their own ancestor. Two PCs may each add one half of a circle, so whatever
-- changes parents is followed once more here. One at a time in an organization: of a half that is
-- not committed yet nobody else knows. An animal that is new has no young but in its own statement.
create function public.refuse_own_ancestor() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_given uuid[];
  v_circle uuid;
begin
  if tg_op = 'INSERT' then
    v_given := array(
      select n.id from new_rows n join new_rows y on y.dam_id = n.id
      union
      select n.id from new_rows n join new_rows y on y.sire_id = n.id
    );
  else
    v_given := array(
      select n.id from new_rows n join old_rows f on f.id = n.id
      where (n.dam_id is distinct from f.dam_id and n.dam_id is not null)
        or (n.sire_id is distinct from f.sire_id and n.sire_id is not null)
    );
  end if;
  if v_given = '{}' then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('pedigree/' || o.organization_id, 0))
  from (
    select distinct a.organization_id from public.livestock a where a.id = any(v_given) order by 1
  ) o;
  with recursive line(animal_id, ancestor_id) as (
    select a.id, p.id
    from public.livestock a, lateral (values (a.dam_id), (a.sire_id)) as p(id)
    where a.id = any(v_given) and p.id is not null
    union
    select l.animal_id, p.id
    from line l
    join public.livestock a on a.id = l.ancestor_id,
      lateral (values (a.dam_id), (a.sire_id)) as p(id)
    where p.id is not null and l.ancestor_id <> l.animal_id
  )
  select l.animal_id into v_circle from line l where l.animal_id = l.ancestor_id limit 1;
  if found then
    raise exception 'an animal would be its own ancestor'
      using errcode = '23514', detail = v_circle::text, schema = 'public', table = 'livestock',
        column = 'dam_id', constraint = 'ck_livestock_own_ancestor';
  end if;
  return null;
end $$;
comment on function public.refuse_own_ancestor() is 'Refuse parents that make a circle (rule 6).';
revoke all on function public.refuse_own_ancestor() from public;

create trigger no_own_ancestor_insert after insert on public.livestock
  referencing new table as new_rows
  for each statement execute function public.refuse_own_ancestor();
create trigger no_own_ancestor_update after update on public.livestock
  referencing old table as old_rows new table as new_rows
  for each statement execute function public.refuse_own_ancestor();
