drop function public.decide_breeding_verification(
  uuid, public.breeding_verification_status, text, boolean
);
drop function public.answer_breeding_request(uuid, public.breeding_request_status, text);
drop function public.part_blocked_breeders() cascade;
drop function public.end_breeding_match(uuid);
drop function public.match_breeding_swipes() cascade;
drop function public.name_breeding_recipient() cascade;
drop function public.name_breeding_owners() cascade;
drop function public.retire_breeding_profiles() cascade;
drop function public.unverify_breeding_profile() cascade;
drop function access.breeders_who_blocked_me() cascade;
drop table public.breeding_reports cascade;
drop table public.breeding_records cascade;
drop table public.breeding_verifications cascade;
drop table public.breeding_photos cascade;
drop table public.breeding_swipes cascade;
drop table public.breeding_requests cascade;
drop table public.breeding_matches cascade;
drop table public.breeding_profiles cascade;
drop table public.breeding_blocklist cascade;
drop table public.breeding_prefs cascade;
delete from sync.tables where name in ('breeding_prefs', 'breeding_blocklist', 'breeding_profiles', 'breeding_matches', 'breeding_requests', 'breeding_swipes', 'breeding_photos', 'breeding_verifications', 'breeding_records', 'breeding_reports');
