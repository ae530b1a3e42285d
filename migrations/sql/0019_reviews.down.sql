drop function public.keep_one_default_address() cascade;
drop function public.moderate_review(uuid, public.review_status, text);
drop function public.answer_review(uuid, text);
drop function public.keep_review() cascade;
drop table public.reviews cascade;
drop table public.media_files cascade;
drop table public.custom_fields cascade;
drop table public.addresses cascade;
delete from sync.tables where name in ('addresses', 'custom_fields', 'media_files', 'reviews');
