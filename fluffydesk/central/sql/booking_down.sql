drop function public.claim_times() cascade;
drop trigger link_by_visit on public.appointments;
drop trigger link_by_visit on public.bookings;
drop trigger unlink_by_visit on public.appointments;
drop trigger unlink_by_visit on public.bookings;
drop function public.check_visit() cascade;
drop function public.check_room_has_place() cascade;
drop function public.cancel_visit(uuid);
