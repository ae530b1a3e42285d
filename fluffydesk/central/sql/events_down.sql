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
