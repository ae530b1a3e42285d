-- What everybody sees of a product: its variants and pictures, while it is active itself.
create function public.keep_is_public() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  new.is_public := coalesce(to_jsonb(new) ->> 'status', 'active') = 'active' and exists (
    select from public.products p where p.id = new.product_id and p.status = 'active'
  );
  return new;
end $$;
comment on function public.keep_is_public() is 'Show a part of a product with the product.';

create trigger keep_is_public before insert or update on public.product_variants
  for each row execute function public.keep_is_public();
create trigger keep_is_public before insert or update on public.product_images
  for each row execute function public.keep_is_public();

create function public.show_with_product() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.product_variants set is_public = false where product_id = new.id;
  update public.product_images set is_public = false where product_id = new.id;
  return null;
end $$;
comment on function public.show_with_product()
  is 'Have the parts of a product look again whether everybody sees them.';

create trigger show_with_product after update of status on public.products
  for each row when (old.status is distinct from new.status)
  execute function public.show_with_product();

-- Whether there is any of it, not how much: that is the shop's own business.
create function public.product_availability(p_product_ids uuid[])
returns table (product_id uuid, variant_id uuid, is_available boolean)
language plpgsql stable security definer set search_path = '' as $$
begin
  return query
  select p.id, v.id, coalesce(v.stock_item_id, p.stock_item_id) is null or coalesce((
    select sum(t.quantity) > 0 from public.inventory_transactions t
    where t.organization_id = p.organization_id
      and t.item_id = coalesce(v.stock_item_id, p.stock_item_id)
  ), false)
  from public.products p
  left join public.product_variants v on v.product_id = p.id and v.status = 'active'
  where p.id = any(p_product_ids) and p.status = 'active';
end $$;
comment on function public.product_availability(uuid[])
  is 'For active products and their variants: whether there are any in store.';

-- Numbers count up within a shop. Orders placed at the same moment wait for one another.
create function public.number_order() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('orders ' || new.organization_id::text, 0));
  new.number := 1 + coalesce((
    select max(o.number) from public.orders o where o.organization_id = new.organization_id
  ), 0);
  return new;
end $$;
comment on function public.number_order() is 'Give an order the next number of its shop.';

create trigger number_order before insert on public.orders
  for each row execute function public.number_order();

create function public.guard_order_status() returns trigger
language plpgsql set search_path = '' as $$
declare
  v_way constant text[] := '{pending,confirmed,processing,shipped,delivered}'::text[];
  v_from integer := array_position(v_way, old.status::text);
  v_to integer := array_position(v_way, new.status::text);
begin
  if not coalesce(case new.status
    when 'cancelled' then v_from <= 3
    when 'returned' then v_from >= 4
    else v_to > v_from
  end, false) then
    raise exception 'an order that is % cannot become %', old.status, new.status;
  end if;
  new.shipped_at := case when v_to >= 4 then coalesce(old.shipped_at, now())
    else old.shipped_at end;
  new.delivered_at := case when v_to = 5 then now() else old.delivered_at end;
  new.cancelled_at := case when new.status = 'cancelled' then now() end;
  return new;
end $$;
comment on function public.guard_order_status() is 'Let an order take no step back.';

create trigger guard_order_status before update of status on public.orders
  for each row when (old.status is distinct from new.status)
  execute function public.guard_order_status();

-- A cancelled order's things were never sent: they go back into store. What is returned may be
-- spoilt: a person decides.
create function public.log_order_status() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.order_status_history
    (organization_id, order_id, user_id, from_status, to_status, changed_by, changed_at, note)
  values (
    new.organization_id, new.id, new.user_id, case when tg_op = 'UPDATE' then old.status end,
    new.status, auth.uid(), now(), new.status_note
  );
  if tg_op = 'UPDATE' and new.status = 'cancelled' then
    insert into public.inventory_transactions
      (organization_id, item_id, moved_on, movement, quantity, reason)
    select i.organization_id, i.stock_item_id, current_date, 'receipt', sum(i.quantity),
      'Order ' || new.number || ' cancelled'
    from public.order_items i
    where i.order_id = new.id and i.stock_item_id is not null
    group by i.organization_id, i.stock_item_id;
  end if;
  return null;
end $$;
comment on function public.log_order_status() is 'Write down each step of an order.';

create trigger log_order_status_added after insert on public.orders
  for each row execute function public.log_order_status();
create trigger log_order_status_changed after update of status on public.orders
  for each row when (old.status is distinct from new.status)
  execute function public.log_order_status();

-- What a coupon takes off a sum; an error if this person may not use it on it. Those who use the
-- same coupon at the same moment wait for one another.
create function public.use_coupon(
  p_organization_id uuid, p_code text, p_subtotal numeric, p_currency text,
  out coupon_id uuid, out discount numeric, out ships_free boolean
)
language plpgsql security definer set search_path = '' as $$
declare
  v_coupon public.coupons;
begin
  select c.* into v_coupon from public.coupons c
  where c.organization_id = p_organization_id and c.code = upper(trim(p_code))
  for update;
  if v_coupon.id is null
    or v_coupon.status <> 'active'
    or v_coupon.currency <> p_currency
    or v_coupon.minimum_spend > p_subtotal
    or v_coupon.starts_at > now()
    or v_coupon.ends_at <= now()
    or v_coupon.most_uses <= (
      select count(*) from public.orders o
      where o.organization_id = p_organization_id and o.coupon_id = v_coupon.id
        and o.status <> 'cancelled'
    )
    or v_coupon.most_uses_each <= (
      select count(*) from public.orders o
      where o.organization_id = p_organization_id and o.coupon_id = v_coupon.id
        and o.status <> 'cancelled' and o.user_id = auth.uid()
    )
  then
    raise exception 'this coupon cannot be used for this order';
  end if;
  coupon_id := v_coupon.id;
  ships_free := v_coupon.kind = 'free_shipping';
  discount := least(p_subtotal, v_coupon.most_off, case v_coupon.kind
    when 'percent' then round(p_subtotal * v_coupon.value / 100, 2)
    when 'amount' then v_coupon.value
    else 0
  end);
end $$;
comment on function public.use_coupon(uuid, text, numeric, text)
  is 'What a coupon takes off a sum; an error if it may not be used.';

-- Order what is in a cart, whole or not at all, and return the order's id. Every price, tax and
-- discount is read here; addresses have the keys name, street, postcode, city, region, country,
-- phone and (of the bill) tax_number.
create function public.place_order(
  p_cart_id uuid,
  p_shipping_method_id uuid,
  p_ship_to jsonb,
  p_bill_to jsonb default null,
  p_coupon_code text default null
) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  v_cart public.carts;
  v_method public.shipping_methods;
  v_bill_to jsonb := coalesce(p_bill_to, p_ship_to);
  v_order uuid := gen_random_uuid();
  v_lines bigint;
  v_currencies text[];
  v_kg numeric;
  v_subtotal numeric;
  v_shipping numeric;
  v_coupon uuid;
  v_discount numeric := 0.0;
  v_ships_free boolean;
begin
  select c.* into v_cart from public.carts c
  where c.id = p_cart_id and c.user_id = auth.uid() and c.status = 'open'
  for update;
  if v_cart.id is null then
    raise exception 'there is no such cart of yours, or it was ordered already';
  end if;
  select m.* into v_method
  from public.shipping_methods m join public.organizations o on o.id = m.organization_id
  where m.id = p_shipping_method_id and m.organization_id = v_cart.organization_id
    and m.status = 'active' and o.status = 'active';
  if v_method.id is null then
    raise exception 'the shop does not send orders this way';
  elsif v_method.kind <> 'pickup'
    and not coalesce(p_ship_to ?& '{name,street,city,country}', false)
  then
    raise exception 'the address is not complete';
  elsif not p_ship_to ->> 'country' = any(v_method.countries) then
    raise exception 'the shop does not send orders this way to that country';
  end if;

  insert into public.orders (
    id, organization_id, user_id, shipping_method_id, currency, buyer_note,
    ship_to_name, ship_to_street, ship_to_postcode, ship_to_city, ship_to_region,
    ship_to_country, ship_to_phone, bill_to_name, bill_to_street, bill_to_postcode, bill_to_city,
    bill_to_region, bill_to_country, bill_to_tax_number
  ) values (
    v_order, v_cart.organization_id, v_cart.user_id, v_method.id, v_method.currency, v_cart.note,
    p_ship_to ->> 'name', p_ship_to ->> 'street', p_ship_to ->> 'postcode', p_ship_to ->> 'city',
    p_ship_to ->> 'region', p_ship_to ->> 'country', p_ship_to ->> 'phone',
    v_bill_to ->> 'name', v_bill_to ->> 'street', v_bill_to ->> 'postcode', v_bill_to ->> 'city',
    v_bill_to ->> 'region', v_bill_to ->> 'country', v_bill_to ->> 'tax_number'
  );
  with sold as (
    select i.quantity, p.id as product_id, v.id as variant_id, p.currency, p.tax_rate,
      concat_ws(', ', p.name, v.name) as name, coalesce(v.sku, p.sku) as sku,
      coalesce(v.price, p.price) as price, coalesce(v.weight_kg, p.weight_kg, 0) as kg,
      coalesce(v.stock_item_id, p.stock_item_id) as stock_item_id
    from public.cart_items i
    join public.products p on p.id = i.product_id and p.organization_id = v_cart.organization_id
    left join public.product_variants v
      on v.id = i.variant_id and v.product_id = p.id and v.status = 'active'
    where i.cart_id = v_cart.id and p.status = 'active' and not p.is_prescription_only
      and (v.id is not null or i.variant_id is null and not exists (
        select from public.product_variants o where o.product_id = p.id and o.status = 'active'
      ))
  ), added as (
    insert into public.order_items (
      organization_id, order_id, user_id, product_id, variant_id, stock_item_id, name, sku,
      quantity, unit_price, line_total, tax_rate
    )
    select v_cart.organization_id, v_order, v_cart.user_id, product_id, variant_id, stock_item_id,
      name, sku, quantity, price, quantity * price, tax_rate
    from sold
  )
  select count(*), array_agg(distinct currency), sum(quantity * kg), sum(quantity * price)
    into v_lines, v_currencies, v_kg, v_subtotal from sold;
  if v_lines = 0
    or v_lines <> (select count(*) from public.cart_items i where i.cart_id = v_cart.id)
  then
    raise exception 'the cart is empty, or something in it is not sold any more';
  elsif v_currencies <> array[v_method.currency] then
    raise exception 'the order would be in several currencies';
  elsif v_kg > v_method.most_kg then
    raise exception 'the order is too heavy to be sent this way';
  end if;

  v_shipping := case when v_subtotal >= v_method.free_from then 0 else v_method.price end;
  if p_coupon_code is not null then
    select u.coupon_id, u.discount, u.ships_free into v_coupon, v_discount, v_ships_free
    from public.use_coupon(
      v_cart.organization_id, p_coupon_code, v_subtotal, v_method.currency) u;
    v_shipping := case when v_ships_free then 0 else v_shipping end;
    -- Each line's share, so that the shares add up to the cent.
    update public.order_items i
    set discount = s.upto - s.before, line_total = i.line_total - (s.upto - s.before)
    from (
      select a.id, a.upto, lag(a.upto, 1, 0) over (order by a.id) as before
      from (
        select l.id, coalesce(round(
          v_discount * sum(l.line_total) over (order by l.id) / nullif(v_subtotal, 0), 2), 0) as upto
        from public.order_items l where l.order_id = v_order
      ) a
    ) s
    where i.id = s.id;
  end if;
  update public.order_items i set tax = round(i.line_total * i.tax_rate / (100 + i.tax_rate), 2)
  where i.order_id = v_order;
  update public.orders o
  set subtotal = v_subtotal, discount = v_discount, shipping = v_shipping,
    total = v_subtotal - v_discount + v_shipping,
    coupon_id = v_coupon,
    tax = round(v_shipping * v_method.tax_rate / (100 + v_method.tax_rate), 2)
      + (select sum(i.tax) from public.order_items i where i.order_id = v_order)
  where o.id = v_order;

  perform public.take_from_stock(v_order);
  update public.carts set status = 'ordered', ordered_at = now() where id = v_cart.id;
  return v_order;
end $$;
comment on function public.place_order(uuid, uuid, jsonb, jsonb, text)
  is 'Order what is in a cart of the person who asks, at the prices of this moment.';

-- Orders of the same thing wait for one another, and so does whoever else writes its ledger: the
-- key from the ledger to the thing shares a lock on it.
create function public.take_from_stock(p_order_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
  perform from public.farm_inventory f
  where f.id in (select i.stock_item_id from public.order_items i where i.order_id = p_order_id)
  order by f.id for update;
  insert into public.inventory_transactions
    (organization_id, item_id, moved_on, movement, quantity, reason)
  select i.organization_id, i.stock_item_id, current_date, 'use', -sum(i.quantity),
    'Order ' || o.number
  from public.order_items i join public.orders o on o.id = i.order_id
  where i.order_id = p_order_id and i.stock_item_id is not null
  group by i.organization_id, i.stock_item_id, o.number;
  if exists (
    select from public.inventory_transactions t
    join public.order_items i
      on i.organization_id = t.organization_id and i.stock_item_id = t.item_id
    where i.order_id = p_order_id
    group by i.id having sum(t.quantity) < 0
  ) then
    raise exception 'there is not enough in store for this order';
  end if;
end $$;
comment on function public.take_from_stock(uuid)
  is 'Take what an order needs out of store; an error if there is not enough.';

-- A buyer takes back an order that is not being packed yet.
create function public.cancel_order(p_order_id uuid, p_reason text default null) returns void
language plpgsql security definer set search_path = '' as $$
begin
  update public.orders set status = 'cancelled', status_note = p_reason
  where id = p_order_id and user_id = auth.uid() and status in ('pending', 'confirmed');
  if not found then
    raise exception 'there is no such order of yours that could still be cancelled';
  end if;
end $$;
comment on function public.cancel_order(uuid, text) is 'Take back an order of one''s own.';

revoke all on function
  public.keep_is_public(),
  public.show_with_product(),
  public.product_availability(uuid[]),
  public.number_order(),
  public.guard_order_status(),
  public.log_order_status(),
  public.use_coupon(uuid, text, numeric, text),
  public.place_order(uuid, uuid, jsonb, jsonb, text),
  public.take_from_stock(uuid),
  public.cancel_order(uuid, text)
from public;
grant execute on function public.product_availability(uuid[]) to anon, authenticated;
grant execute on function
  public.place_order(uuid, uuid, jsonb, jsonb, text),
  public.cancel_order(uuid, text)
to authenticated;
