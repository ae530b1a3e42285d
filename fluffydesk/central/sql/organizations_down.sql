drop function public.unverify_provider() cascade;
