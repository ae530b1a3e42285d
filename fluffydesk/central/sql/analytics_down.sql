drop function
  public.refresh_all_org_summaries(),
  public.refresh_all_provider_summaries(),
  public.refresh_all_owner_summaries(),
  public.refresh_all_platform_summaries();
