drop function public.keep_one_default_address() cascade;
drop function public.moderate_review(uuid, public.review_status, text);
drop function public.answer_review(uuid, text);
drop function public.keep_review() cascade;
