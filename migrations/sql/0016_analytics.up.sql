CREATE TABLE public.analytics_platform_summary (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    day DATE NOT NULL,
    total_users BIGINT DEFAULT 0 NOT NULL,
    new_users BIGINT DEFAULT 0 NOT NULL,
    total_organizations BIGINT DEFAULT 0 NOT NULL,
    new_organizations BIGINT DEFAULT 0 NOT NULL,
    active_organizations BIGINT DEFAULT 0 NOT NULL,
    total_pets BIGINT DEFAULT 0 NOT NULL,
    new_pets BIGINT DEFAULT 0 NOT NULL,
    new_bookings BIGINT DEFAULT 0 NOT NULL,
    new_appointments BIGINT DEFAULT 0 NOT NULL,
    new_orders BIGINT DEFAULT 0 NOT NULL,
    new_reviews BIGINT DEFAULT 0 NOT NULL,
    new_reports BIGINT DEFAULT 0 NOT NULL,
    revenue_by_currency JSONB DEFAULT '{}' NOT NULL,
    last_updated TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_analytics_platform_summary PRIMARY KEY (id),
    CONSTRAINT uq_analytics_platform_summary_day UNIQUE (day),
    CONSTRAINT ck_analytics_platform_summary_total_users_minimum CHECK (total_users >= 0),
    CONSTRAINT ck_analytics_platform_summary_new_users_minimum CHECK (new_users >= 0),
    CONSTRAINT ck_analytics_platform_summary_total_organizations_minimum CHECK (total_organizations >= 0),
    CONSTRAINT ck_analytics_platform_summary_new_organizations_minimum CHECK (new_organizations >= 0),
    CONSTRAINT ck_analytics_platform_summary_active_organizations_minimum CHECK (active_organizations >= 0),
    CONSTRAINT ck_analytics_platform_summary_total_pets_minimum CHECK (total_pets >= 0),
    CONSTRAINT ck_analytics_platform_summary_new_pets_minimum CHECK (new_pets >= 0),
    CONSTRAINT ck_analytics_platform_summary_new_bookings_minimum CHECK (new_bookings >= 0),
    CONSTRAINT ck_analytics_platform_summary_new_appointments_minimum CHECK (new_appointments >= 0),
    CONSTRAINT ck_analytics_platform_summary_new_orders_minimum CHECK (new_orders >= 0),
    CONSTRAINT ck_analytics_platform_summary_new_reviews_minimum CHECK (new_reviews >= 0),
    CONSTRAINT ck_analytics_platform_summary_new_reports_minimum CHECK (new_reports >= 0)
);
comment on table public.analytics_platform_summary is 'What the whole platform was on one day, and what was new on it; days are those of UTC.';
comment on column public.analytics_platform_summary.id is 'Id';
comment on column public.analytics_platform_summary.day is 'Day';
comment on column public.analytics_platform_summary.total_users is 'People';
comment on column public.analytics_platform_summary.new_users is 'New people';
comment on column public.analytics_platform_summary.total_organizations is 'Organizations';
comment on column public.analytics_platform_summary.new_organizations is 'New organizations';
comment on column public.analytics_platform_summary.active_organizations is 'Organizations in which anything was planned';
comment on column public.analytics_platform_summary.total_pets is 'Pets';
comment on column public.analytics_platform_summary.new_pets is 'New pets';
comment on column public.analytics_platform_summary.new_bookings is 'New bookings';
comment on column public.analytics_platform_summary.new_appointments is 'New appointments';
comment on column public.analytics_platform_summary.new_orders is 'New orders';
comment on column public.analytics_platform_summary.new_reviews is 'New reviews';
comment on column public.analytics_platform_summary.new_reports is 'New reports';
comment on column public.analytics_platform_summary.revenue_by_currency is 'Paid on the day, by currency';
comment on column public.analytics_platform_summary.last_updated is 'Computed';
comment on column public.analytics_platform_summary.created_at is 'Created';
comment on column public.analytics_platform_summary.updated_at is 'Changed';
comment on column public.analytics_platform_summary.updated_by is 'Changed by';
comment on column public.analytics_platform_summary.updated_device is 'Changed on';
comment on column public.analytics_platform_summary.row_version is 'Version';

CREATE TABLE public.analytics_owner_summary (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    pets BIGINT DEFAULT 0 NOT NULL,
    total_visits BIGINT DEFAULT 0 NOT NULL,
    visits_365_days BIGINT DEFAULT 0 NOT NULL,
    total_bookings BIGINT DEFAULT 0 NOT NULL,
    last_visit_at TIMESTAMP WITH TIME ZONE,
    next_visit_at TIMESTAMP WITH TIME ZONE,
    reminders_due BIGINT DEFAULT 0 NOT NULL,
    total_orders BIGINT DEFAULT 0 NOT NULL,
    spent_by_currency JSONB DEFAULT '{}' NOT NULL,
    last_updated TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_analytics_owner_summary PRIMARY KEY (id),
    CONSTRAINT uq_analytics_owner_summary_user_id UNIQUE (user_id),
    CONSTRAINT ck_analytics_owner_summary_pets_minimum CHECK (pets >= 0),
    CONSTRAINT ck_analytics_owner_summary_total_visits_minimum CHECK (total_visits >= 0),
    CONSTRAINT ck_analytics_owner_summary_visits_365_days_minimum CHECK (visits_365_days >= 0),
    CONSTRAINT ck_analytics_owner_summary_total_bookings_minimum CHECK (total_bookings >= 0),
    CONSTRAINT ck_analytics_owner_summary_reminders_due_minimum CHECK (reminders_due >= 0),
    CONSTRAINT ck_analytics_owner_summary_total_orders_minimum CHECK (total_orders >= 0),
    CONSTRAINT fk_analytics_owner_summary_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE
);
comment on table public.analytics_owner_summary is 'What one person has on the platform: pets, visits, spending and reminders due.';
comment on column public.analytics_owner_summary.id is 'Id';
comment on column public.analytics_owner_summary.user_id is 'Person';
comment on column public.analytics_owner_summary.pets is 'Pets';
comment on column public.analytics_owner_summary.total_visits is 'Visits';
comment on column public.analytics_owner_summary.visits_365_days is 'Visits in a year';
comment on column public.analytics_owner_summary.total_bookings is 'Bookings';
comment on column public.analytics_owner_summary.last_visit_at is 'Last visit';
comment on column public.analytics_owner_summary.next_visit_at is 'Next visit';
comment on column public.analytics_owner_summary.reminders_due is 'Reminders due';
comment on column public.analytics_owner_summary.total_orders is 'Orders';
comment on column public.analytics_owner_summary.spent_by_currency is 'Spent, by currency';
comment on column public.analytics_owner_summary.last_updated is 'Computed';
comment on column public.analytics_owner_summary.created_at is 'Created';
comment on column public.analytics_owner_summary.updated_at is 'Changed';
comment on column public.analytics_owner_summary.updated_by is 'Changed by';
comment on column public.analytics_owner_summary.updated_device is 'Changed on';
comment on column public.analytics_owner_summary.row_version is 'Version';

CREATE TABLE public.analytics_org_summary (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    total_bookings BIGINT DEFAULT 0 NOT NULL,
    bookings_30_days BIGINT DEFAULT 0 NOT NULL,
    cancelled_bookings BIGINT DEFAULT 0 NOT NULL,
    total_appointments BIGINT DEFAULT 0 NOT NULL,
    completed_appointments BIGINT DEFAULT 0 NOT NULL,
    missed_appointments BIGINT DEFAULT 0 NOT NULL,
    total_orders BIGINT DEFAULT 0 NOT NULL,
    total_revenue NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    revenue_30_days NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    currency TEXT DEFAULT 'EUR' NOT NULL,
    active_patients BIGINT DEFAULT 0 NOT NULL,
    animals BIGINT DEFAULT 0 NOT NULL,
    clients BIGINT DEFAULT 0 NOT NULL,
    staff BIGINT DEFAULT 0 NOT NULL,
    review_count BIGINT DEFAULT 0 NOT NULL,
    average_rating NUMERIC(14, 2),
    last_updated TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_analytics_org_summary PRIMARY KEY (id),
    CONSTRAINT uq_analytics_org_summary_organization_id UNIQUE (organization_id),
    CONSTRAINT ck_analytics_org_summary_total_bookings_minimum CHECK (total_bookings >= 0),
    CONSTRAINT ck_analytics_org_summary_bookings_30_days_minimum CHECK (bookings_30_days >= 0),
    CONSTRAINT ck_analytics_org_summary_cancelled_bookings_minimum CHECK (cancelled_bookings >= 0),
    CONSTRAINT ck_analytics_org_summary_total_appointments_minimum CHECK (total_appointments >= 0),
    CONSTRAINT ck_analytics_org_summary_completed_appointments_minimum CHECK (completed_appointments >= 0),
    CONSTRAINT ck_analytics_org_summary_missed_appointments_minimum CHECK (missed_appointments >= 0),
    CONSTRAINT ck_analytics_org_summary_total_orders_minimum CHECK (total_orders >= 0),
    CONSTRAINT ck_analytics_org_summary_active_patients_minimum CHECK (active_patients >= 0),
    CONSTRAINT ck_analytics_org_summary_animals_minimum CHECK (animals >= 0),
    CONSTRAINT ck_analytics_org_summary_clients_minimum CHECK (clients >= 0),
    CONSTRAINT ck_analytics_org_summary_staff_minimum CHECK (staff >= 0),
    CONSTRAINT ck_analytics_org_summary_review_count_minimum CHECK (review_count >= 0),
    CONSTRAINT ck_analytics_org_summary_average_rating_minimum CHECK (average_rating >= 1),
    CONSTRAINT ck_analytics_org_summary_average_rating_maximum CHECK (average_rating <= 5),
    CONSTRAINT uq_analytics_org_summary_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_analytics_org_summary_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.analytics_org_summary is 'How one organization stands: its bookings, revenue, patients, people and rating.';
comment on column public.analytics_org_summary.id is 'Id';
comment on column public.analytics_org_summary.organization_id is 'Organization';
comment on column public.analytics_org_summary.total_bookings is 'Bookings';
comment on column public.analytics_org_summary.bookings_30_days is 'Bookings that began in 30 days';
comment on column public.analytics_org_summary.cancelled_bookings is 'Bookings cancelled';
comment on column public.analytics_org_summary.total_appointments is 'Appointments';
comment on column public.analytics_org_summary.completed_appointments is 'Appointments completed';
comment on column public.analytics_org_summary.missed_appointments is 'Appointments missed';
comment on column public.analytics_org_summary.total_orders is 'Orders';
comment on column public.analytics_org_summary.total_revenue is 'Revenue';
comment on column public.analytics_org_summary.revenue_30_days is 'Revenue in 30 days';
comment on column public.analytics_org_summary.currency is 'Currency';
comment on column public.analytics_org_summary.active_patients is 'Patients';
comment on column public.analytics_org_summary.animals is 'Farm animals';
comment on column public.analytics_org_summary.clients is 'Clients';
comment on column public.analytics_org_summary.staff is 'Members';
comment on column public.analytics_org_summary.review_count is 'Reviews';
comment on column public.analytics_org_summary.average_rating is 'Rating';
comment on column public.analytics_org_summary.last_updated is 'Computed';
comment on column public.analytics_org_summary.created_at is 'Created';
comment on column public.analytics_org_summary.updated_at is 'Changed';
comment on column public.analytics_org_summary.updated_by is 'Changed by';
comment on column public.analytics_org_summary.updated_device is 'Changed on';
comment on column public.analytics_org_summary.row_version is 'Version';

CREATE TABLE public.analytics_provider_summary (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    provider_id UUID NOT NULL,
    person_id UUID,
    total_bookings BIGINT DEFAULT 0 NOT NULL,
    bookings_30_days BIGINT DEFAULT 0 NOT NULL,
    upcoming_bookings BIGINT DEFAULT 0 NOT NULL,
    completed_bookings BIGINT DEFAULT 0 NOT NULL,
    cancelled_bookings BIGINT DEFAULT 0 NOT NULL,
    cancellation_rate NUMERIC(14, 2),
    pets BIGINT DEFAULT 0 NOT NULL,
    total_revenue NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    currency TEXT DEFAULT 'EUR' NOT NULL,
    review_count BIGINT DEFAULT 0 NOT NULL,
    average_rating NUMERIC(14, 2),
    last_updated TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_analytics_provider_summary PRIMARY KEY (id),
    CONSTRAINT uq_analytics_provider_summary_organization_id_provider_id UNIQUE (organization_id, provider_id),
    CONSTRAINT ck_analytics_provider_summary_total_bookings_minimum CHECK (total_bookings >= 0),
    CONSTRAINT ck_analytics_provider_summary_bookings_30_days_minimum CHECK (bookings_30_days >= 0),
    CONSTRAINT ck_analytics_provider_summary_upcoming_bookings_minimum CHECK (upcoming_bookings >= 0),
    CONSTRAINT ck_analytics_provider_summary_completed_bookings_minimum CHECK (completed_bookings >= 0),
    CONSTRAINT ck_analytics_provider_summary_cancelled_bookings_minimum CHECK (cancelled_bookings >= 0),
    CONSTRAINT ck_analytics_provider_summary_cancellation_rate_minimum CHECK (cancellation_rate >= 0),
    CONSTRAINT ck_analytics_provider_summary_cancellation_rate_maximum CHECK (cancellation_rate <= 100),
    CONSTRAINT ck_analytics_provider_summary_pets_minimum CHECK (pets >= 0),
    CONSTRAINT ck_analytics_provider_summary_review_count_minimum CHECK (review_count >= 0),
    CONSTRAINT ck_analytics_provider_summary_average_rating_minimum CHECK (average_rating >= 1),
    CONSTRAINT ck_analytics_provider_summary_average_rating_maximum CHECK (average_rating <= 5),
    CONSTRAINT uq_analytics_provider_summary_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_analytics_provider_summary_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_analytics_provider_summary_organization_id_provider_id FOREIGN KEY(organization_id, provider_id) REFERENCES public.provider_profiles (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_analytics_provider_summary_person_id FOREIGN KEY(person_id) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_analytics_provider_summary_person_id ON public.analytics_provider_summary (person_id);
comment on table public.analytics_provider_summary is 'How one provider does: bookings, revenue, rating, and how many bookings are cancelled.';
comment on column public.analytics_provider_summary.id is 'Id';
comment on column public.analytics_provider_summary.organization_id is 'Organization';
comment on column public.analytics_provider_summary.provider_id is 'Provider';
comment on column public.analytics_provider_summary.person_id is 'Person';
comment on column public.analytics_provider_summary.total_bookings is 'Bookings';
comment on column public.analytics_provider_summary.bookings_30_days is 'Bookings that began in 30 days';
comment on column public.analytics_provider_summary.upcoming_bookings is 'Bookings to come';
comment on column public.analytics_provider_summary.completed_bookings is 'Bookings completed';
comment on column public.analytics_provider_summary.cancelled_bookings is 'Bookings cancelled';
comment on column public.analytics_provider_summary.cancellation_rate is 'Cancelled of all bookings, %';
comment on column public.analytics_provider_summary.pets is 'Pets looked after';
comment on column public.analytics_provider_summary.total_revenue is 'Price of completed bookings';
comment on column public.analytics_provider_summary.currency is 'Currency';
comment on column public.analytics_provider_summary.review_count is 'Reviews';
comment on column public.analytics_provider_summary.average_rating is 'Rating';
comment on column public.analytics_provider_summary.last_updated is 'Computed';
comment on column public.analytics_provider_summary.created_at is 'Created';
comment on column public.analytics_provider_summary.updated_at is 'Changed';
comment on column public.analytics_provider_summary.updated_by is 'Changed by';
comment on column public.analytics_provider_summary.updated_device is 'Changed on';
comment on column public.analytics_provider_summary.row_version is 'Version';

alter table public.analytics_platform_summary enable row level security;
alter table public.analytics_platform_summary force row level security;
revoke all on public.analytics_platform_summary from public, anon, authenticated;
grant select, insert, update, delete on public.analytics_platform_summary to service_role;
grant select (id, day, total_users, new_users, total_organizations, new_organizations, active_organizations, total_pets, new_pets, new_bookings, new_appointments, new_orders, new_reviews, new_reports, revenue_by_currency, last_updated, created_at, updated_at, updated_by, updated_device, row_version) on public.analytics_platform_summary to authenticated;

alter table public.analytics_owner_summary enable row level security;
alter table public.analytics_owner_summary force row level security;
revoke all on public.analytics_owner_summary from public, anon, authenticated;
grant select, insert, update, delete on public.analytics_owner_summary to service_role;
grant select (id, user_id, pets, total_visits, visits_365_days, total_bookings, last_visit_at, next_visit_at, reminders_due, total_orders, spent_by_currency, last_updated, created_at, updated_at, updated_by, updated_device, row_version) on public.analytics_owner_summary to authenticated;

alter table public.analytics_org_summary enable row level security;
alter table public.analytics_org_summary force row level security;
revoke all on public.analytics_org_summary from public, anon, authenticated;
grant select, insert, update, delete on public.analytics_org_summary to service_role;
grant select (id, organization_id, total_bookings, bookings_30_days, cancelled_bookings, total_appointments, completed_appointments, missed_appointments, total_orders, total_revenue, revenue_30_days, currency, active_patients, animals, clients, staff, review_count, average_rating, last_updated, created_at, updated_at, updated_by, updated_device, row_version) on public.analytics_org_summary to authenticated;

alter table public.analytics_provider_summary enable row level security;
alter table public.analytics_provider_summary force row level security;
revoke all on public.analytics_provider_summary from public, anon, authenticated;
grant select, insert, update, delete on public.analytics_provider_summary to service_role;
grant select (id, organization_id, provider_id, person_id, total_bookings, bookings_30_days, upcoming_bookings, completed_bookings, cancelled_bookings, cancellation_rate, pets, total_revenue, currency, review_count, average_rating, last_updated, created_at, updated_at, updated_by, updated_device, row_version) on public.analytics_provider_summary to authenticated;

create trigger update_analytics_platform_summary_updated_at before insert or update on public.analytics_platform_summary
  for each row execute function public.update_updated_at_column();

create trigger update_analytics_owner_summary_updated_at before insert or update on public.analytics_owner_summary
  for each row execute function public.update_updated_at_column();

create trigger update_analytics_org_summary_updated_at before insert or update on public.analytics_org_summary
  for each row execute function public.update_updated_at_column();

create trigger update_analytics_provider_summary_updated_at before insert or update on public.analytics_provider_summary
  for each row execute function public.update_updated_at_column();

create policy may_read on public.analytics_platform_summary for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ));

create policy may_read on public.analytics_owner_summary for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    analytics_owner_summary.user_id = (select auth.uid())
  ));

create policy may_read on public.analytics_org_summary for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    analytics_org_summary.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.analytics_provider_summary for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    analytics_provider_summary.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
    or (analytics_provider_summary.person_id = (select auth.uid())
      and analytics_provider_summary.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[]))
  ));

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
