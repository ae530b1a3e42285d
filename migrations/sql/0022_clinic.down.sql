drop function
  public.name_farm_vet(), public.tie_farm_client(), public.find_at_farm(uuid, text, text),
  public.enter_at_farm(), public.enter_again(), public.follow_merged_client(),
  public.keep_farm_treatment(), public.keep_sent_reminder()
cascade;
drop function public.tie_clients(uuid[]), public.farm_of_client(uuid, uuid);
drop function
  public.kept_client(uuid), public.client_of_code(text), public.hours_at_farm(uuid, bigint)
cascade;
drop table public.farm_visit_treatments cascade;
drop table public.farm_visits cascade;
drop table public.lab_results cascade;
drop table public.pet_vaccinations cascade;
drop table public.prescriptions cascade;
drop table public.clinic_patient_people cascade;
drop table public.reminder_messages cascade;
drop table public.farm_vets cascade;
drop table public.till_closings cascade;
drop table public.reminder_rules cascade;
drop table public.note_templates cascade;
delete from sync.tables where name in ('note_templates', 'reminder_rules', 'till_closings', 'farm_vets', 'reminder_messages', 'clinic_patient_people', 'prescriptions', 'pet_vaccinations', 'lab_results', 'farm_visits', 'farm_visit_treatments');
