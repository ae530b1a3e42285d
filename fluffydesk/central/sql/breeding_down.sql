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
