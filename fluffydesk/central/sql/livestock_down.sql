drop function public.refuse_own_ancestor() cascade;
