drop function
  public.name_farm_vet(), public.tie_farm_client(), public.find_at_farm(uuid, text, text),
  public.enter_at_farm(), public.enter_again(), public.follow_merged_client(),
  public.keep_farm_treatment(), public.keep_sent_reminder()
cascade;
drop function public.tie_clients(uuid[]), public.farm_of_client(uuid, uuid);
drop function
  public.kept_client(uuid), public.client_of_code(text), public.hours_at_farm(uuid, bigint)
cascade;
