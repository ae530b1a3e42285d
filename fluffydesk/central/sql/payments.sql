-- Whose invoice or payment it is on the platform: the account of the clinic's client, else of who
-- ordered. Nobody types it, so nobody is sent a stranger's bill.
create function public.fill_payer() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_payer uuid := coalesce(
    (select c.user_id from public.clinic_clients c
      where c.organization_id = new.organization_id and c.id = new.client_id),
    (select i.user_id from public.invoices i
      where i.organization_id = new.organization_id
        and i.id = (to_jsonb(new) ->> 'invoice_id')::uuid),
    (select o.user_id from public.orders o
      where o.organization_id = new.organization_id and o.id = new.order_id)
  );
begin
  new.user_id := coalesce(v_payer, case when tg_op = 'INSERT' then new.user_id end);
  return new;
end $$;
comment on function public.fill_payer() is 'Name the account of who pays.';

create trigger fill_payer before insert or update of client_id, order_id on public.invoices
  for each row execute function public.fill_payer();
create trigger fill_payer before insert or update of client_id, invoice_id, order_id
  on public.payments
  for each row execute function public.fill_payer();

-- A client who gets an account finds earlier bills there.
create function public.follow_client_account() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.invoices set user_id = new.user_id
  where organization_id = new.organization_id and client_id = new.id;
  update public.payments set user_id = new.user_id
  where organization_id = new.organization_id and client_id = new.id;
  return null;
end $$;
comment on function public.follow_client_account()
  is 'Show a client''s bills to the account that is the client''s now.';

create trigger follow_client_account after update of user_id on public.clinic_clients
  for each row when (old.user_id is distinct from new.user_id)
  execute function public.follow_client_account();

create function public.paid_back(p_organization_id uuid, p_payment_id uuid) returns numeric
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(sum(r.amount), 0) from public.payment_refunds r
    where r.organization_id = p_organization_id and r.payment_id = p_payment_id
  );
end $$;
comment on function public.paid_back(uuid, uuid) is 'The sum of the refunds of a payment.';

-- What was received for an invoice and not paid back, by the rows: what a payment keeps of its
-- refunds follows only at the end of the transaction.
create function public.received_for(p_invoice_id uuid) returns numeric
language plpgsql stable security definer set search_path = '' as $$
begin
  return (
    select coalesce(sum(p.amount - public.paid_back(p.organization_id, p.id)), 0)
    from public.payments p join public.invoices i
      on i.organization_id = p.organization_id and i.id = p.invoice_id
    where i.id = p_invoice_id and p.status in ('completed', 'disputed')
  );
end $$;
comment on function public.received_for(uuid) is 'The sum of the payments of an invoice.';

-- What lines come to, with a discount on the whole: that is with tax, shared out over the lines by
-- what they come to, cent by cent to those that lose most by rounding, and taken off at the rate of
-- each (figures/invoices.totals). A line itself is rounded by the clinic's custom, and taken as is.
create function public.reckon_invoice(
  p_invoice_id uuid, p_off numeric, p_percent numeric,
  out subtotal numeric, out discount numeric, out tax numeric, out total numeric
)
language sql stable security definer set search_path = '' as $$
  with line as (
    select l.line_total as net, l.tax, l.tax_rate, l.line_total + l.tax as gross,
      sum(l.line_total + l.tax) over () as whole,
      row_number() over (order by l.position, l.id) as n
    from public.invoice_items l where l.invoice_id = p_invoice_id
  ), asked as (
    select l.*, case when p_percent > 0
      then round(l.whole * p_percent * 0.01, 2) else least(p_off, l.whole)
    end as off
    from line l
  ), shared as (
    select l.*, l.off * 100 as cents,
      div(l.off * l.gross * 10000, nullif(l.whole, 0) * 100) as share,
      mod(l.off * l.gross * 10000, nullif(l.whole, 0) * 100) as rest
    from asked l
  ), cut as (
    select s.*, coalesce(s.share + (
      row_number() over (order by s.rest desc, s.n) <= s.cents - sum(s.share) over ()
    )::int, 0) / 100 as less
    from shared s
  ), taken as (
    select c.*, case when c.less > 0
      then least(c.net, round((c.gross - c.less) / (1 + c.tax_rate / 100), 2)) else c.net
    end as left_of_it
    from cut c
  )
  select coalesce(sum(t.net), 0), coalesce(sum(t.net - t.left_of_it), 0),
    coalesce(sum(t.gross - t.less - t.left_of_it), 0), coalesce(sum(t.gross - t.less), 0)
  from taken t
$$;
comment on function public.reckon_invoice(uuid, numeric, numeric)
  is 'What the lines of an invoice come to with a discount on the whole.';

-- Rule 23. A posted invoice keeps its number, its client and its amounts, and so do its lines. The
-- transaction that posts it may still write them: a PC sends an invoice before its lines.
create function public.guard_invoice() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_series text;
begin
  if tg_op <> 'INSERT' and old.status <> 'draft' and old.posted_at is distinct from now() then
    if tg_op = 'DELETE' then
      -- unless the whole organization goes
      if exists (select from public.organizations o where o.id = old.organization_id) then
        raise exception 'it is posted: correct it with a credit note';
      end if;
    elsif new.status = 'draft' or (
      new.kind, new.credits_id, new.client_id, new.bill_to_name, new.bill_to_address,
      new.bill_to_tax_number, new.issue_date, new.currency, new.price_off,
      new.price_off_percent, new.subtotal, new.discount, new.tax, new.total,
      coalesce(new.number, '')
    ) is distinct from (
      old.kind, old.credits_id, old.client_id, old.bill_to_name, old.bill_to_address,
      old.bill_to_tax_number, old.issue_date, old.currency, old.price_off,
      old.price_off_percent, old.subtotal, old.discount, old.tax, old.total,
      coalesce(old.number, new.number, '')
    ) then
      raise exception 'it is posted: correct it with a credit note';
    end if;
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  -- Parts of two desks may have met in it; what its lines come to is looked at in the end.
  if new.status = 'draft' and new.total is distinct from new.subtotal - new.discount + new.tax then
    select r.subtotal, r.discount, r.tax, r.total
    into new.subtotal, new.discount, new.tax, new.total
    from public.reckon_invoice(new.id, new.price_off, new.price_off_percent) r;
  end if;
  if tg_op = 'UPDATE' and new.total < old.total and public.received_for(new.id) > new.total then
    raise exception 'more than this has been paid already';
  end if;
  if new.status = 'draft' then
    new.posted_at := null;
    return new;
  end if;
  if new.posted_total <> new.total then
    raise exception 'its lines were changed on another PC before it was posted: look at both';
  end if;
  new.posted_at := coalesce(case when tg_op = 'UPDATE' then old.posted_at end, now());
  if new.credits_id is not null and not exists (
    select from public.invoices i
    where i.id = new.credits_id and i.organization_id = new.organization_id
      and i.kind = 'invoice' and i.status <> 'draft' and i.currency = new.currency
  ) then
    raise exception 'a credit note corrects an invoice that is posted, in its currency';
  end if;
  if new.number is null then
    v_series := 'invoices/' || to_char(new.issue_date, 'YYYY');
    new.number := sync.number_text(v_series, sync.take_numbers(new.organization_id, v_series, 1));
  end if;
  return new;
end $$;
comment on function public.guard_invoice() is 'Number an invoice when posted, then keep it.';

create trigger guard_invoice before insert or update or delete on public.invoices
  for each row execute function public.guard_invoice();

create function public.guard_invoice_item() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_row jsonb := case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
  v_invoice record;
begin
  -- The lock makes whoever posts the invoice, or writes to it, at this moment wait, or waits for
  -- them: the line changes what it comes to.
  select i.status, i.posted_at into v_invoice from public.invoices i
  where i.id = (v_row ->> 'invoice_id')::uuid for no key update;
  if v_invoice.status <> 'draft' and v_invoice.posted_at is distinct from now() then
    raise exception 'its invoice is posted: correct it with a credit note';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end $$;
comment on function public.guard_invoice_item() is 'Keep the lines of posted invoices.';

create trigger guard_invoice_item before insert or update or delete on public.invoice_items
  for each row execute function public.guard_invoice_item();

-- What a draft comes to follows from its lines and its discount, whichever desks wrote them. A PC
-- sends an invoice before its lines, and what it reckoned itself: so this waits for the end of the
-- transaction, and writes only where that differs. A bill of the platform's apps may have no lines.
create function public.follow_lines() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_ids constant uuid[] := case when tg_table_name = 'invoices' then array[new.id] else array[
    case when tg_op <> 'INSERT' then (to_jsonb(old) ->> 'invoice_id')::uuid end,
    case when tg_op <> 'DELETE' then (to_jsonb(new) ->> 'invoice_id')::uuid end
  ] end;
  v_invoice public.invoices;
  v_comes record;
begin
  for v_invoice in
    select i.* from public.invoices i
    where i.id = any(v_ids) and (i.status = 'draft' or i.posted_at = now())
    order by i.id for no key update
  loop
    select * into v_comes from public.reckon_invoice(
      v_invoice.id, v_invoice.price_off, v_invoice.price_off_percent
    );
    if (v_invoice.subtotal, v_invoice.discount, v_invoice.tax, v_invoice.total)
      = (v_comes.subtotal, v_comes.discount, v_comes.tax, v_comes.total)
    then
      continue;
    elsif v_invoice.status = 'draft' then
      update public.invoices i set subtotal = v_comes.subtotal, discount = v_comes.discount,
        tax = v_comes.tax, total = v_comes.total
      where i.id = v_invoice.id;
    elsif v_invoice.posted_total is not null
      or exists (select from public.invoice_items l where l.invoice_id = v_invoice.id)
    then
      raise exception 'its lines were changed on another PC before it was posted: look at both';
    end if;
  end loop;
  return null;
end $$;
comment on function public.follow_lines() is 'Keep what a draft comes to as its lines say.';

create constraint trigger follow_lines after insert or delete
  or update of invoice_id, position, line_total, tax, tax_rate on public.invoice_items
  deferrable initially deferred
  for each row execute function public.follow_lines();
create constraint trigger follow_lines after insert
  or update of price_off, price_off_percent, subtotal, discount, tax, total, status
  on public.invoices
  deferrable initially deferred
  for each row execute function public.follow_lines();

create function public.check_payment() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_invoice record;
begin
  select i.total, i.currency into v_invoice from public.invoices i
  where i.organization_id = new.organization_id and i.id = new.invoice_id
  for no key update;
  if v_invoice.currency <> new.currency then
    raise exception 'its invoice is in another currency';
  elsif public.received_for(new.invoice_id) > v_invoice.total then
    raise exception 'with it, more would be paid than the invoice''s total'
      using errcode = '23514', constraint = 'ck_payments_within_invoice';
  end if;
  return null;
end $$;
comment on function public.check_payment() is 'Let no invoice be paid more than its total.';

create trigger check_payment
  after insert or update of invoice_id, amount, status, currency
  on public.payments
  for each row when (new.invoice_id is not null) execute function public.check_payment();

-- Rule 23: no more is paid back than was received, whichever desks did.
create function public.check_refunds() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_ids constant uuid[] := case tg_table_name
    when 'payments' then array[new.id]
    else array(
      select distinct (r ->> 'payment_id')::uuid
      from unnest(array[to_jsonb(old), to_jsonb(new)]) r where r is not null order by 1
    )
  end;
  v_payment record;
  v_back numeric;
begin
  for v_payment in
    select p.* from public.payments p where p.id = any(v_ids) order by p.id for no key update
  loop
    if tg_op <> 'INSERT' then
      perform from public.invoices i where i.id = v_payment.invoice_id for no key update;
    end if;
    v_back := public.paid_back(v_payment.organization_id, v_payment.id);
    if v_back > v_payment.amount then
      raise exception 'more would be paid back than was received: % of %', v_back, v_payment.amount
        using errcode = '23514', constraint = 'ck_payment_refunds_within_payment';
    elsif v_back > 0 and v_payment.status in ('pending', 'processing', 'failed') then
      raise exception 'what was not received is not paid back'
        using errcode = '23514', constraint = 'ck_payment_refunds_of_received';
    elsif public.received_for(v_payment.invoice_id) > (
      select i.total from public.invoices i where i.id = v_payment.invoice_id
    ) then
      raise exception 'without it, more would be paid than the invoice''s total';
    end if;
  end loop;
  return null;
end $$;
comment on function public.check_refunds() is 'Let no payment be paid back twice.';

create trigger check_refunds after insert or delete or update of payment_id, amount
  on public.payment_refunds
  for each row execute function public.check_refunds();
create trigger check_refunds after update of amount, status on public.payments
  for each row execute function public.check_refunds();

-- Rule 23: credit notes give back no more than their invoice asked for, whichever desks wrote them.
create function public.check_credit() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_total numeric;
begin
  select i.total into v_total from public.invoices i where i.id = new.credits_id
  for no key update;
  if (
    select sum(n.total) from public.invoices n
    where n.credits_id = new.credits_id and n.status in ('posted', 'paid')
  ) > v_total then
    raise exception 'with it, more would be given back than the invoice''s total';
  end if;
  return null;
end $$;
comment on function public.check_credit() is 'Let no invoice be given back twice.';
revoke all on function public.check_credit() from public;

create trigger check_credit after insert or update of credits_id, status, total on public.invoices
  for each row when (new.credits_id is not null and new.status <> 'draft')
  execute function public.check_credit();

-- An invoice is paid when its payments and what credit notes take off reach its total.
create function public.settle_invoice(p_invoice_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
declare
  v_paid numeric;
  v_owed numeric;
begin
  perform from public.invoices i where i.id = p_invoice_id for no key update;
  v_paid := public.received_for(p_invoice_id);
  select i.total - coalesce((
    select sum(n.total) from public.invoices n
    where n.credits_id = i.id and n.status in ('posted', 'paid')
  ), 0) - v_paid into v_owed from public.invoices i where i.id = p_invoice_id;
  update public.invoices i
  set paid = v_paid, status = s.status
  from (
    select n.id, case
      when n.status = 'posted' and v_owed <= 0 then 'paid'
      when n.status = 'paid' and v_owed > 0 then 'posted'
      else n.status
    end as status
    from public.invoices n where n.id = p_invoice_id
  ) s
  where i.id = s.id and (i.paid, i.status) is distinct from (v_paid, s.status);
end $$;
comment on function public.settle_invoice(uuid) is 'Keep what is paid of an invoice.';

create function public.settle_order(p_order_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.orders o where o.id = p_order_id for no key update;
  update public.orders o
  set paid = s.paid, payment_status = case
    when s.disputed then 'disputed'::public.payment_status
    when s.paid >= o.total then 'completed'
    when s.paid_back and s.paid = 0 then 'refunded'
    else 'pending'
  end
  from (
    select
      coalesce(sum(p.amount - p.refunded_amount)
        filter (where p.status in ('completed', 'disputed')), 0) as paid,
      coalesce(bool_or(p.status = 'disputed'), false) as disputed,
      coalesce(bool_or(p.status = 'refunded' or p.refunded_amount > 0), false) as paid_back
    from public.payments p
    where p.order_id = p_order_id
  ) s
  where o.id = p_order_id;
end $$;
comment on function public.settle_order(uuid) is 'Keep what is paid of an order.';

-- These write rows that the same parcel of a PC may be about to change, at the version it saw: so
-- they wait for the end of the transaction.
create function public.settle_payment() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_rows constant jsonb[] := array[
    case when tg_op <> 'INSERT' then to_jsonb(old) end,
    case when tg_op <> 'DELETE' then to_jsonb(new) end
  ];
begin
  perform public.settle_invoice(t.id) from (
    select distinct (r ->> 'invoice_id')::uuid as id from unnest(v_rows) r order by 1
  ) t where t.id is not null;
  perform public.settle_order(t.id) from (
    select distinct (r ->> 'order_id')::uuid as id from unnest(v_rows) r order by 1
  ) t where t.id is not null;
  return null;
end $$;
comment on function public.settle_payment() is 'Keep what is paid of invoices and orders.';

create constraint trigger settle_payment after insert or update or delete on public.payments
  deferrable initially deferred
  for each row execute function public.settle_payment();

create function public.settle_refund() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.payments p
  set refunded_amount = public.paid_back(p.organization_id, p.id)
  from unnest(array[to_jsonb(old), to_jsonb(new)]) r
  where p.id = (r ->> 'payment_id')::uuid
    and p.refunded_amount <> public.paid_back(p.organization_id, p.id);
  return null;
end $$;
comment on function public.settle_refund() is 'Keep what is paid back of payments.';

create constraint trigger settle_refund after insert or update or delete on public.payment_refunds
  deferrable initially deferred
  for each row execute function public.settle_refund();

create function public.settle_credited() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform public.settle_invoice(new.credits_id);
  return null;
end $$;
comment on function public.settle_credited() is 'Keep what is owed of an invoice credited.';

create constraint trigger settle_credited after insert or update on public.invoices
  deferrable initially deferred
  for each row when (new.credits_id is not null and new.status <> 'draft')
  execute function public.settle_credited();

-- A shop enters what came in for an order by itself: cash at the door, a transfer.
create function public.record_order_payment(
  p_order_id uuid,
  p_amount numeric,
  p_method public.payment_method,
  p_reference text default null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_id uuid;
begin
  insert into public.payments
    (organization_id, order_id, amount, currency, method, reference, received_by)
  select o.organization_id, o.id, p_amount, o.currency, p_method, p_reference, auth.uid()
  from public.orders o
  where o.id = p_order_id
    and o.organization_id = any(access.organizations_as('{owner,manager,veterinarian,staff}'))
  returning id into v_id;
  if v_id is null then
    raise exception 'there is no such order of your shop' using errcode = '42501';
  end if;
  return v_id;
end $$;
comment on function public.record_order_payment(uuid, numeric, public.payment_method, text)
  is 'Enter money that the shop itself received for an order.';

revoke all on function
  public.fill_payer(),
  public.follow_client_account(),
  public.paid_back(uuid, uuid),
  public.received_for(uuid),
  public.guard_invoice(),
  public.guard_invoice_item(),
  public.reckon_invoice(uuid, numeric, numeric),
  public.follow_lines(),
  public.check_payment(),
  public.check_refunds(),
  public.settle_invoice(uuid),
  public.settle_order(uuid),
  public.settle_payment(),
  public.settle_refund(),
  public.settle_credited(),
  public.record_order_payment(uuid, numeric, public.payment_method, text)
from public;
grant execute on function
  public.record_order_payment(uuid, numeric, public.payment_method, text)
to authenticated;
