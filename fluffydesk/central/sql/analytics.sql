-- Summaries. The platform's scheduler refreshes them; nobody else writes them. Each refresh is one
-- statement, counts every organization or person afresh, and adds those that have no row yet.

-- Revenue is what came in and was not paid back, in the organization's own currency: sums of
-- several mean nothing.
create function public.refresh_all_org_summaries() returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.analytics_org_summary as s (
    organization_id, currency, total_bookings, bookings_30_days, cancelled_bookings,
    total_appointments, completed_appointments, missed_appointments, total_orders,
    total_revenue, revenue_30_days, active_patients, animals, clients, staff,
    review_count, average_rating, last_updated
  )
  select o.id, o.currency,
    coalesce(b.total, 0), coalesce(b.recent, 0), coalesce(b.cancelled, 0),
    coalesce(a.total, 0), coalesce(a.completed, 0), coalesce(a.missed, 0),
    coalesce(r.total, 0), coalesce(m.total, 0), coalesce(m.recent, 0),
    coalesce(p.total, 0), coalesce(l.total, 0), coalesce(c.total, 0), coalesce(u.total, 0),
    coalesce(v.total, 0), v.rating, now()
  from public.organizations o
  left join (
    select x.organization_id, count(*) as total,
      count(*) filter (
        where x.start_date between current_date - 29 and current_date
          and x.status not in ('cancelled', 'no_show')
      ) as recent,
      count(*) filter (where x.status = 'cancelled') as cancelled
    from public.bookings x group by x.organization_id
  ) b on b.organization_id = o.id
  left join (
    select x.organization_id, count(*) as total,
      count(*) filter (where x.status = 'completed') as completed,
      count(*) filter (where x.status = 'no_show') as missed
    from public.appointments x group by x.organization_id
  ) a on a.organization_id = o.id
  left join (
    select x.organization_id, count(*) as total
    from public.orders x where x.status <> 'cancelled' group by x.organization_id
  ) r on r.organization_id = o.id
  left join (
    select x.organization_id, x.currency, sum(x.amount - x.refunded_amount) as total,
      sum(x.amount - x.refunded_amount) filter (
        where coalesce(x.paid_at, x.created_at) > now() - interval '30 days'
      ) as recent
    from public.payments x where x.status in ('completed', 'disputed')
    group by x.organization_id, x.currency
  ) m on m.organization_id = o.id and m.currency = o.currency
  left join (
    select x.organization_id, count(*) as total
    from public.clinic_patients x where x.ended_on is null group by x.organization_id
  ) p on p.organization_id = o.id
  left join (
    select x.organization_id, count(*) as total
    from public.livestock x where x.status = 'active' group by x.organization_id
  ) l on l.organization_id = o.id
  left join (
    select x.organization_id, count(*) as total
    from public.clinic_clients x where x.status = 'active' group by x.organization_id
  ) c on c.organization_id = o.id
  left join (
    select x.organization_id, count(*) as total
    from public.organization_users x where x.status = 'active' group by x.organization_id
  ) u on u.organization_id = o.id
  left join (
    select x.organization_id, count(*) as total, round(avg(x.rating), 2) as rating
    from public.reviews x where x.status = 'published' and not x.works_there
    group by x.organization_id
  ) v on v.organization_id = o.id
  order by o.id -- two refreshes at once wait for each other, and do not lock each other out
  on conflict (organization_id) do update set (
    currency, total_bookings, bookings_30_days, cancelled_bookings,
    total_appointments, completed_appointments, missed_appointments, total_orders,
    total_revenue, revenue_30_days, active_patients, animals, clients, staff,
    review_count, average_rating, last_updated
  ) = (
    excluded.currency, excluded.total_bookings, excluded.bookings_30_days,
    excluded.cancelled_bookings, excluded.total_appointments, excluded.completed_appointments,
    excluded.missed_appointments, excluded.total_orders, excluded.total_revenue,
    excluded.revenue_30_days, excluded.active_patients, excluded.animals, excluded.clients,
    excluded.staff, excluded.review_count, excluded.average_rating, excluded.last_updated
  );
end $$;
comment on function public.refresh_all_org_summaries()
  is 'Count every organization''s bookings, revenue, patients and ratings afresh.';

create function public.refresh_all_provider_summaries() returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.analytics_provider_summary as s (
    organization_id, provider_id, person_id, currency, total_bookings, bookings_30_days,
    upcoming_bookings, completed_bookings, cancelled_bookings, cancellation_rate, pets,
    total_revenue, review_count, average_rating, last_updated
  )
  select f.organization_id, f.id, f.person_id, o.currency,
    coalesce(b.total, 0), coalesce(b.recent, 0), coalesce(b.upcoming, 0),
    coalesce(b.completed, 0), coalesce(b.cancelled, 0),
    round(100.0 * b.cancelled / nullif(b.total, 0), 2), coalesce(b.pets, 0),
    coalesce(b.revenue, 0), coalesce(v.total, 0), v.rating, now()
  from public.provider_profiles f
  join public.organizations o on o.id = f.organization_id
  left join (
    select x.organization_id, x.provider_id, count(*) as total,
      count(*) filter (
        where x.start_date between current_date - 29 and current_date
          and x.status not in ('cancelled', 'no_show')
      ) as recent,
      count(*) filter (
        where x.start_date > current_date and x.status in ('requested', 'confirmed')
      ) as upcoming,
      count(*) filter (where x.status = 'completed') as completed,
      count(*) filter (where x.status = 'cancelled') as cancelled,
      count(distinct x.pet_id) filter (where x.status not in ('cancelled', 'no_show')) as pets,
      sum(x.price) filter (where x.status = 'completed') as revenue
    from public.bookings x where x.provider_id is not null
    group by x.organization_id, x.provider_id
  ) b on b.organization_id = f.organization_id and b.provider_id = f.id
  left join (
    select x.organization_id, x.provider_id, count(*) as total, round(avg(w.rating), 2) as rating
    from public.reviews w
    join public.bookings x on x.organization_id = w.organization_id and x.id = w.booking_id
    where w.status = 'published' and not w.works_there and x.provider_id is not null
    group by x.organization_id, x.provider_id
  ) v on v.organization_id = f.organization_id and v.provider_id = f.id
  order by f.id
  on conflict (organization_id, provider_id) do update set (
    person_id, currency, total_bookings, bookings_30_days, upcoming_bookings,
    completed_bookings, cancelled_bookings, cancellation_rate, pets, total_revenue,
    review_count, average_rating, last_updated
  ) = (
    excluded.person_id, excluded.currency, excluded.total_bookings, excluded.bookings_30_days,
    excluded.upcoming_bookings, excluded.completed_bookings, excluded.cancelled_bookings,
    excluded.cancellation_rate, excluded.pets, excluded.total_revenue, excluded.review_count,
    excluded.average_rating, excluded.last_updated
  );
end $$;
comment on function public.refresh_all_provider_summaries()
  is 'Count every provider''s bookings, revenue and ratings afresh.';

create function public.refresh_all_owner_summaries() returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.analytics_owner_summary as s (
    user_id, pets, total_visits, visits_365_days, total_bookings, last_visit_at, next_visit_at,
    reminders_due, total_orders, spent_by_currency, last_updated
  )
  select h.id, coalesce(p.total, 0), coalesce(a.total, 0), coalesce(a.recent, 0),
    coalesce(b.total, 0), a.last_at, a.next_at, coalesce(r.total, 0), coalesce(q.total, 0),
    coalesce(m.spent, '{}'), now()
  from public.profiles h
  left join (
    select x.owner_id, count(*) as total
    from public.pets x where x.deceased_on is null group by x.owner_id
  ) p on p.owner_id = h.id
  left join (
    select o.owner_id,
      count(*) filter (where x.status = 'completed') as total,
      count(*) filter (
        where x.status = 'completed' and x.scheduled_at > now() - interval '365 days'
      ) as recent,
      max(x.scheduled_at) filter (where x.status = 'completed') as last_at,
      min(x.scheduled_at) filter (
        where x.status in ('scheduled', 'confirmed') and x.scheduled_at > now()
      ) as next_at
    from public.appointments x join public.pets o on o.id = x.pet_id group by o.owner_id
  ) a on a.owner_id = h.id
  left join (
    select o.owner_id, count(*) as total
    from public.bookings x join public.pets o on o.id = x.pet_id
    where x.status <> 'cancelled'
    group by o.owner_id
  ) b on b.owner_id = h.id
  left join (
    select w.whose, count(*) as total
    from (
      select coalesce(x.user_id, case when x.tells_owner then o.owner_id end) as whose
      from public.reminders x left join public.pets o on o.id = x.pet_id
      where x.status in ('pending', 'sent') and x.due_on <= current_date
    ) w
    group by w.whose
  ) r on r.whose = h.id
  left join (
    select x.user_id, count(*) as total
    from public.orders x where x.status <> 'cancelled' group by x.user_id
  ) q on q.user_id = h.id
  left join (
    select y.user_id, jsonb_object_agg(y.currency, y.total) as spent
    from (
      select x.user_id, x.currency, sum(x.amount - x.refunded_amount) as total
      from public.payments x
      where x.status in ('completed', 'disputed') and x.user_id is not null
      group by x.user_id, x.currency
    ) y
    group by y.user_id
  ) m on m.user_id = h.id
  order by h.id
  on conflict (user_id) do update set (
    pets, total_visits, visits_365_days, total_bookings, last_visit_at, next_visit_at,
    reminders_due, total_orders, spent_by_currency, last_updated
  ) = (
    excluded.pets, excluded.total_visits, excluded.visits_365_days, excluded.total_bookings,
    excluded.last_visit_at, excluded.next_visit_at, excluded.reminders_due,
    excluded.total_orders, excluded.spent_by_currency, excluded.last_updated
  );
end $$;
comment on function public.refresh_all_owner_summaries()
  is 'Count every person''s pets, visits, spending and reminders due afresh.';

-- Today so far, and yesterday once more: it was not over when it was counted last. What is gone
-- since then is not counted, so earlier days are left as they are.
create function public.refresh_all_platform_summaries() returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_today date := (now() at time zone 'utc')::date;
begin
  insert into public.analytics_platform_summary as s (
    day, total_users, new_users, total_organizations, new_organizations, active_organizations,
    total_pets, new_pets, new_bookings, new_appointments, new_orders, new_reviews, new_reports,
    revenue_by_currency, last_updated
  )
  select d.day, h.total, h.added, o.total, o.added, w.total, p.total, p.added, b.added, a.added,
    r.added, v.added, c.added, m.revenue, now()
  from (
    select t.day, t.day::timestamp at time zone 'utc' as starts,
      (t.day + 1)::timestamp at time zone 'utc' as ends
    from (values (v_today - 1), (v_today)) as t(day)
  ) d
  cross join lateral (
    select count(*) as total, count(*) filter (where x.created_at >= d.starts) as added
    from public.profiles x where x.created_at < d.ends
  ) h
  cross join lateral (
    select count(*) as total, count(*) filter (where x.created_at >= d.starts) as added
    from public.organizations x where x.created_at < d.ends
  ) o
  cross join lateral (
    select count(*) as total, count(*) filter (where x.created_at >= d.starts) as added
    from public.pets x where x.created_at < d.ends
  ) p
  cross join lateral (
    select count(distinct x.organization_id) as total
    from (
      select organization_id from public.bookings
        where created_at >= d.starts and created_at < d.ends
      union all
      select organization_id from public.appointments
        where created_at >= d.starts and created_at < d.ends
      union all
      select organization_id from public.orders
        where created_at >= d.starts and created_at < d.ends
      union all
      select organization_id from public.tasks
        where created_at >= d.starts and created_at < d.ends
    ) x
  ) w
  cross join lateral (
    select count(*) as added from public.bookings x
    where x.created_at >= d.starts and x.created_at < d.ends
  ) b
  cross join lateral (
    select count(*) as added from public.appointments x
    where x.created_at >= d.starts and x.created_at < d.ends
  ) a
  cross join lateral (
    select count(*) as added from public.orders x
    where x.created_at >= d.starts and x.created_at < d.ends
  ) r
  cross join lateral (
    select count(*) as added from public.reviews x
    where x.created_at >= d.starts and x.created_at < d.ends
  ) v
  cross join lateral (
    select count(*) as added from public.reports x
    where x.created_at >= d.starts and x.created_at < d.ends
  ) c
  cross join lateral (
    select coalesce(jsonb_object_agg(y.currency, y.total), '{}') as revenue
    from (
      select x.currency, sum(x.amount - x.refunded_amount) as total from public.payments x
      where x.status in ('completed', 'disputed')
        and coalesce(x.paid_at, x.created_at) >= d.starts
        and coalesce(x.paid_at, x.created_at) < d.ends
      group by x.currency
    ) y
  ) m
  order by d.day
  on conflict (day) do update set (
    total_users, new_users, total_organizations, new_organizations, active_organizations,
    total_pets, new_pets, new_bookings, new_appointments, new_orders, new_reviews, new_reports,
    revenue_by_currency, last_updated
  ) = (
    excluded.total_users, excluded.new_users, excluded.total_organizations,
    excluded.new_organizations, excluded.active_organizations, excluded.total_pets,
    excluded.new_pets, excluded.new_bookings, excluded.new_appointments, excluded.new_orders,
    excluded.new_reviews, excluded.new_reports, excluded.revenue_by_currency,
    excluded.last_updated
  );
end $$;
comment on function public.refresh_all_platform_summaries()
  is 'Count the platform''s today, and yesterday once more.';

revoke all on function
  public.refresh_all_org_summaries(),
  public.refresh_all_provider_summaries(),
  public.refresh_all_owner_summaries(),
  public.refresh_all_platform_summaries()
  from public;
grant execute on function
  public.refresh_all_org_summaries(),
  public.refresh_all_provider_summaries(),
  public.refresh_all_owner_summaries(),
  public.refresh_all_platform_summaries()
  to service_role;
