drop function public.update_updated_at_column(), public.audit_trigger_function();
