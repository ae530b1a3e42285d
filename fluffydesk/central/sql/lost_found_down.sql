drop function public.read_lf_messages(uuid, uuid);
drop function public.check_lf_recipient() cascade;
drop function public.answer_lf_match(uuid, public.lf_answer);
drop function public.set_lf_microchip(uuid, text);
drop function public.name_lf_reporters() cascade;
