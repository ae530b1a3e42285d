-- What was verified is verified no more once it says that it is another.
create function public.unverify_provider() returns trigger
language plpgsql set search_path = '' as $$
begin
  if auth.uid() is not null
    and (new.display_name, new.kind, new.person_id, new.country)
    is distinct from (old.display_name, old.kind, old.person_id, old.country)
  then
    new.verified_at := null;
  end if;
  return new;
end $$;
comment on function public.unverify_provider()
  is 'Take the mark of verification from a provider who takes another name.';
revoke all on function public.unverify_provider() from public;

create trigger unverify before update on public.provider_profiles
  for each row execute function public.unverify_provider();
