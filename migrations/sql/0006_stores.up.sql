CREATE TABLE public.farm_inventory (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    category public.inventory_category NOT NULL,
    unit public.stock_unit NOT NULL,
    reorder_level NUMERIC(14, 3),
    daily_use NUMERIC(14, 3),
    supplier TEXT,
    location TEXT,
    status public.status NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_farm_inventory PRIMARY KEY (id),
    CONSTRAINT ck_farm_inventory_reorder_level_minimum CHECK (reorder_level >= 0),
    CONSTRAINT ck_farm_inventory_reorder_level_maximum CHECK (reorder_level <= 10000000),
    CONSTRAINT ck_farm_inventory_daily_use_minimum CHECK (daily_use >= 0),
    CONSTRAINT ck_farm_inventory_daily_use_maximum CHECK (daily_use <= 1000000),
    CONSTRAINT uq_farm_inventory_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_farm_inventory_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.farm_inventory is 'A thing kept in store: a feed, a medicine, a product.';
comment on column public.farm_inventory.id is 'Id';
comment on column public.farm_inventory.organization_id is 'Organization';
comment on column public.farm_inventory.name is 'Name';
comment on column public.farm_inventory.category is 'Kind';
comment on column public.farm_inventory.unit is 'Counted in';
comment on column public.farm_inventory.reorder_level is 'Reorder below';
comment on column public.farm_inventory.daily_use is 'Used per day';
comment on column public.farm_inventory.supplier is 'Supplier';
comment on column public.farm_inventory.location is 'Kept in';
comment on column public.farm_inventory.status is 'Status';
comment on column public.farm_inventory.notes is 'Notes';
comment on column public.farm_inventory.created_at is 'Created';
comment on column public.farm_inventory.updated_at is 'Changed';
comment on column public.farm_inventory.updated_by is 'Changed by';
comment on column public.farm_inventory.updated_device is 'Changed on';
comment on column public.farm_inventory.row_version is 'Version';

CREATE TABLE public.inventory_transactions (
    id UUID NOT NULL,
    organization_id UUID NOT NULL,
    item_id UUID NOT NULL,
    moved_on DATE NOT NULL,
    movement public.stock_movement NOT NULL,
    quantity NUMERIC(14, 3) NOT NULL,
    unit_cost NUMERIC(14, 4),
    lot TEXT,
    expires_on DATE,
    reason TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_inventory_transactions PRIMARY KEY (id),
    CONSTRAINT ck_inventory_transactions_sign_fits_movement CHECK (movement = 'stocktake' or (movement = 'receipt') = (quantity >= 0) or quantity = 0),
    CONSTRAINT ck_inventory_transactions_quantity_minimum CHECK (quantity >= -10000000),
    CONSTRAINT ck_inventory_transactions_quantity_maximum CHECK (quantity <= 10000000),
    CONSTRAINT ck_inventory_transactions_unit_cost_minimum CHECK (unit_cost >= 0),
    CONSTRAINT ck_inventory_transactions_unit_cost_maximum CHECK (unit_cost <= 1000000),
    CONSTRAINT uq_inventory_transactions_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_inventory_transactions_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_inventory_transactions_organization_id_item_id FOREIGN KEY(organization_id, item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_inventory_transactions_day ON public.inventory_transactions (organization_id, moved_on);
CREATE INDEX ix_inventory_transactions_item_id ON public.inventory_transactions (item_id);
comment on table public.inventory_transactions is 'One movement of a stored thing; the quantity is signed, receipts are positive.';
comment on column public.inventory_transactions.id is 'Id';
comment on column public.inventory_transactions.organization_id is 'Organization';
comment on column public.inventory_transactions.item_id is 'Stock item';
comment on column public.inventory_transactions.moved_on is 'Date';
comment on column public.inventory_transactions.movement is 'Movement';
comment on column public.inventory_transactions.quantity is 'Quantity';
comment on column public.inventory_transactions.unit_cost is 'Cost per unit';
comment on column public.inventory_transactions.lot is 'Lot';
comment on column public.inventory_transactions.expires_on is 'Expires';
comment on column public.inventory_transactions.reason is 'Reason';
comment on column public.inventory_transactions.notes is 'Notes';
comment on column public.inventory_transactions.created_at is 'Created';
comment on column public.inventory_transactions.updated_at is 'Changed';
comment on column public.inventory_transactions.updated_by is 'Changed by';
comment on column public.inventory_transactions.updated_device is 'Changed on';
comment on column public.inventory_transactions.row_version is 'Version';

insert into sync.tables (name, position, scope, scope_column)
values ('farm_inventory', 18, 'within', 'organization_id');

insert into sync.tables (name, position, scope, scope_column)
values ('inventory_transactions', 19, 'within', 'organization_id');

create trigger update_farm_inventory_updated_at before insert or update on public.farm_inventory
  for each row execute function public.update_updated_at_column();
create trigger audit_farm_inventory_trigger after insert or update or delete on public.farm_inventory
  for each row execute function public.audit_trigger_function();
create trigger log_insert after insert on public.farm_inventory
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.farm_inventory
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.farm_inventory
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.farm_inventory
  for each statement execute function sync.refuse_truncate();

create trigger update_inventory_transactions_updated_at before insert or update on public.inventory_transactions
  for each row execute function public.update_updated_at_column();
create trigger audit_inventory_transactions_trigger after insert or update or delete on public.inventory_transactions
  for each row execute function public.audit_trigger_function();
create trigger log_insert after insert on public.inventory_transactions
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.inventory_transactions
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.inventory_transactions
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.inventory_transactions
  for each statement execute function sync.refuse_truncate();

alter table public.farm_inventory enable row level security;
alter table public.farm_inventory force row level security;
revoke all on public.farm_inventory from public, anon, authenticated;
grant select, insert, update, delete on public.farm_inventory to service_role;
create policy members_read on public.farm_inventory for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.farm_inventory for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.farm_inventory for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.farm_inventory for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, name, category, unit, reorder_level, daily_use, supplier, location, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.farm_inventory to authenticated;
grant insert (id, organization_id, name, category, unit, reorder_level, daily_use, supplier, location, status, notes) on public.farm_inventory to authenticated;
grant update (name, category, unit, reorder_level, daily_use, supplier, location, status, notes) on public.farm_inventory to authenticated;
grant delete on public.farm_inventory to authenticated;

alter table public.inventory_transactions enable row level security;
alter table public.inventory_transactions force row level security;
revoke all on public.inventory_transactions from public, anon, authenticated;
grant select, insert, update, delete on public.inventory_transactions to service_role;
create policy members_read on public.inventory_transactions for select to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy members_add on public.inventory_transactions for insert to authenticated
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_change on public.inventory_transactions for update to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy members_remove on public.inventory_transactions for delete to authenticated
  using (auth.is_planned() and (select auth.is_unexplained()) and (
    organization_id = any((select auth.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
grant select (id, organization_id, item_id, moved_on, movement, quantity, unit_cost, lot, expires_on, reason, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.inventory_transactions to authenticated;
grant insert (id, organization_id, item_id, moved_on, movement, quantity, unit_cost, lot, expires_on, reason, notes) on public.inventory_transactions to authenticated;
grant update (item_id, moved_on, movement, quantity, unit_cost, lot, expires_on, reason, notes) on public.inventory_transactions to authenticated;
grant delete on public.inventory_transactions to authenticated;
