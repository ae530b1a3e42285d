drop function
  public.place_event_attendee(),
  public.refuse_late_registration(),
  public.promote_event_attendees(),
  public.leave_answer_to_invited(),
  public.answer_event_invitation(uuid, boolean),
  public.stamp_volunteer_hours(),
  public.refuse_full_shift(),
  sync.log_event_people()
  cascade;
drop function access.shifts_i_take() cascade;
drop function access.events_i_registered_for() cascade;
drop function access.events_i_take_part_in() cascade;
drop table public.tasks cascade;
drop table public.volunteer_hours cascade;
drop table public.event_checkins cascade;
drop table public.shifts cascade;
drop table public.event_attendees cascade;
drop table public.event_participants cascade;
drop table public.volunteer_skills cascade;
drop table public.volunteer_availability cascade;
drop table public.events cascade;
delete from sync.tables where name in ('events', 'volunteer_availability', 'volunteer_skills', 'event_participants', 'event_attendees', 'shifts', 'event_checkins', 'volunteer_hours', 'tasks');
