drop function public.guard_signed_record() cascade;
drop function public.check_reminder() cascade;
drop function public.reckon_withdrawal() cascade;
drop function public.review_insight(uuid, public.insight_verdict, boolean);
