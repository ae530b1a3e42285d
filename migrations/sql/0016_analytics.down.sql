drop function
  public.refresh_all_org_summaries(),
  public.refresh_all_provider_summaries(),
  public.refresh_all_owner_summaries(),
  public.refresh_all_platform_summaries();
drop table public.analytics_provider_summary cascade;
drop table public.analytics_org_summary cascade;
drop table public.analytics_owner_summary cascade;
drop table public.analytics_platform_summary cascade;
delete from sync.tables where name in ('analytics_platform_summary', 'analytics_owner_summary', 'analytics_org_summary', 'analytics_provider_summary');
