alter table public.profiles drop constraint fk_profiles_id_users;
-- With their triggers, which only the owner of auth.users, who may be the host, could drop.
drop function public.handle_new_user() cascade;
drop function public.handle_new_email() cascade;
drop function sync.rename_channels() cascade;
drop function access.keep_an_owner() cascade;
drop function public.update_user_role(uuid, public.user_role);
drop function public.invite_member(uuid, text, public.role, text, text, timestamptz);
drop function public.accept_invite(text);
drop function access.think_of_code() cascade;
drop function public.redeem_invite_code(text);
drop function public.leave_organization(uuid);
drop function public.withdraw_consent(uuid);
drop function access.owns(uuid, uuid);
drop function access.is_service();
drop function access.my_email();
drop function access.hash_of(text);
drop function access.new_token();
