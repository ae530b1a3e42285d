drop function public.place_message() cascade;
drop function public.keep_last_message_at() cascade;
drop function public.tidy_message() cascade;
drop function public.end_with_office() cascade;
drop function public.leave_conversation(uuid, uuid);
drop function access.take_out(uuid, uuid);
drop function public.add_to_conversation(uuid, uuid[]);
drop function public.start_conversation(uuid[], text, public.conversation_kind, uuid);
