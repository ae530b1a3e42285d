CREATE TABLE public.farm_inventory (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    category public.inventory_category DEFAULT 'other' NOT NULL,
    unit public.stock_unit DEFAULT 'count' NOT NULL,
    reorder_level NUMERIC(14, 3),
    daily_use NUMERIC(14, 3),
    supplier TEXT,
    location TEXT,
    status public.status DEFAULT 'active' NOT NULL,
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

CREATE TABLE public.resources (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind public.resource_kind DEFAULT 'equipment' NOT NULL,
    make TEXT,
    serial_number TEXT,
    location TEXT,
    area_ha NUMERIC(14, 4),
    places BIGINT,
    acquired_on DATE,
    cost NUMERIC(14, 2),
    currency TEXT,
    serviced_on DATE,
    service_every_days BIGINT,
    service_every_hours BIGINT,
    next_service_on DATE,
    disposed_on DATE,
    status public.resource_status DEFAULT 'available' NOT NULL,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_resources PRIMARY KEY (id),
    CONSTRAINT ck_resources_disposed_after_bought CHECK (disposed_on >= acquired_on),
    CONSTRAINT ck_resources_area_ha_minimum CHECK (area_ha >= 0),
    CONSTRAINT ck_resources_area_ha_maximum CHECK (area_ha <= 1000000),
    CONSTRAINT ck_resources_places_minimum CHECK (places >= 0),
    CONSTRAINT ck_resources_places_maximum CHECK (places <= 1000000),
    CONSTRAINT ck_resources_cost_minimum CHECK (cost >= 0),
    CONSTRAINT ck_resources_cost_maximum CHECK (cost <= 1000000000),
    CONSTRAINT ck_resources_service_every_days_minimum CHECK (service_every_days >= 1),
    CONSTRAINT ck_resources_service_every_days_maximum CHECK (service_every_days <= 10000),
    CONSTRAINT ck_resources_service_every_hours_minimum CHECK (service_every_hours >= 1),
    CONSTRAINT ck_resources_service_every_hours_maximum CHECK (service_every_hours <= 100000),
    CONSTRAINT uq_resources_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_resources_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.resources is 'A machine, vehicle, tool, building or piece of land that the farm works with.';
comment on column public.resources.id is 'Id';
comment on column public.resources.organization_id is 'Organization';
comment on column public.resources.name is 'Name';
comment on column public.resources.kind is 'Kind';
comment on column public.resources.make is 'Make and model';
comment on column public.resources.serial_number is 'Serial or plate number';
comment on column public.resources.location is 'Kept at';
comment on column public.resources.area_ha is 'Area, ha';
comment on column public.resources.places is 'Places';
comment on column public.resources.acquired_on is 'Acquired';
comment on column public.resources.cost is 'Cost';
comment on column public.resources.currency is 'Currency';
comment on column public.resources.serviced_on is 'Last service';
comment on column public.resources.service_every_days is 'Service every, d';
comment on column public.resources.service_every_hours is 'Service every, h';
comment on column public.resources.next_service_on is 'Next service';
comment on column public.resources.disposed_on is 'Sold or scrapped';
comment on column public.resources.status is 'Status';
comment on column public.resources.notes is 'Notes';
comment on column public.resources.created_at is 'Created';
comment on column public.resources.updated_at is 'Changed';
comment on column public.resources.updated_by is 'Changed by';
comment on column public.resources.updated_device is 'Changed on';
comment on column public.resources.row_version is 'Version';

CREATE TABLE public.resource_transactions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    resource_id UUID NOT NULL,
    use public.resource_use DEFAULT 'work' NOT NULL,
    purpose TEXT,
    person_id UUID,
    outsider TEXT,
    taken_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    returned_at TIMESTAMP WITH TIME ZONE,
    hours NUMERIC(14, 2),
    area_ha NUMERIC(14, 4),
    meter_start NUMERIC(14, 1),
    meter_end NUMERIC(14, 1),
    fuel_l NUMERIC(14, 1),
    cost NUMERIC(14, 2),
    currency TEXT,
    condition TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_resource_transactions PRIMARY KEY (id),
    CONSTRAINT ck_resource_transactions_returned_after_taken CHECK (returned_at >= taken_at),
    CONSTRAINT ck_resource_transactions_meter_runs_up CHECK (meter_end >= meter_start),
    CONSTRAINT ck_resource_transactions_hours_minimum CHECK (hours >= 0),
    CONSTRAINT ck_resource_transactions_hours_maximum CHECK (hours <= 100000),
    CONSTRAINT ck_resource_transactions_area_ha_minimum CHECK (area_ha >= 0),
    CONSTRAINT ck_resource_transactions_area_ha_maximum CHECK (area_ha <= 1000000),
    CONSTRAINT ck_resource_transactions_meter_start_minimum CHECK (meter_start >= 0),
    CONSTRAINT ck_resource_transactions_meter_start_maximum CHECK (meter_start <= 10000000),
    CONSTRAINT ck_resource_transactions_meter_end_minimum CHECK (meter_end >= 0),
    CONSTRAINT ck_resource_transactions_meter_end_maximum CHECK (meter_end <= 10000000),
    CONSTRAINT ck_resource_transactions_fuel_l_minimum CHECK (fuel_l >= 0),
    CONSTRAINT ck_resource_transactions_fuel_l_maximum CHECK (fuel_l <= 100000),
    CONSTRAINT ck_resource_transactions_cost_minimum CHECK (cost >= 0),
    CONSTRAINT ck_resource_transactions_cost_maximum CHECK (cost <= 1000000000),
    CONSTRAINT uq_resource_transactions_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_resource_transactions_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_resource_transactions_organization_id_resource_id FOREIGN KEY(organization_id, resource_id) REFERENCES public.resources (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_resource_transactions_organization_id_person_id FOREIGN KEY(organization_id, person_id) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT
);
CREATE INDEX ix_resource_transactions_organization_id_person_id ON public.resource_transactions (organization_id, person_id);
CREATE INDEX ix_resource_transactions_resource ON public.resource_transactions (organization_id, resource_id, taken_at);
comment on table public.resource_transactions is 'One use or service of a machine or place: by whom, for what, from when until when.';
comment on column public.resource_transactions.id is 'Id';
comment on column public.resource_transactions.organization_id is 'Organization';
comment on column public.resource_transactions.resource_id is 'Machine or place';
comment on column public.resource_transactions.use is 'Why';
comment on column public.resource_transactions.purpose is 'For what';
comment on column public.resource_transactions.person_id is 'Taken by';
comment on column public.resource_transactions.outsider is 'Or by';
comment on column public.resource_transactions.taken_at is 'From';
comment on column public.resource_transactions.returned_at is 'Back';
comment on column public.resource_transactions.hours is 'Hours, h';
comment on column public.resource_transactions.area_ha is 'Area worked, ha';
comment on column public.resource_transactions.meter_start is 'Meter before';
comment on column public.resource_transactions.meter_end is 'Meter after';
comment on column public.resource_transactions.fuel_l is 'Fuel, L';
comment on column public.resource_transactions.cost is 'Cost';
comment on column public.resource_transactions.currency is 'Currency';
comment on column public.resource_transactions.condition is 'Condition';
comment on column public.resource_transactions.notes is 'Notes';
comment on column public.resource_transactions.created_at is 'Created';
comment on column public.resource_transactions.updated_at is 'Changed';
comment on column public.resource_transactions.updated_by is 'Changed by';
comment on column public.resource_transactions.updated_device is 'Changed on';
comment on column public.resource_transactions.row_version is 'Version';

CREATE TABLE public.farm_product_sales (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    customer TEXT,
    product public.farm_product NOT NULL,
    description TEXT,
    sold_on DATE DEFAULT current_date NOT NULL,
    quantity NUMERIC(14, 3) NOT NULL,
    unit public.sale_unit DEFAULT 'kg' NOT NULL,
    unit_price NUMERIC(14, 4) NOT NULL,
    total NUMERIC(14, 2) NOT NULL,
    currency TEXT,
    tax_percent NUMERIC(14, 2),
    head BIGINT,
    weight_kg NUMERIC(14, 1),
    animal_id UUID,
    batch_id UUID,
    herd_id UUID,
    flock_id UUID,
    milk_lot_id UUID,
    under_withdrawal BOOLEAN DEFAULT false NOT NULL,
    override_reason TEXT,
    invoice_number TEXT,
    due_on DATE,
    paid_on DATE,
    paid_by public.farm_payment,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_farm_product_sales PRIMARY KEY (id),
    CONSTRAINT ck_farm_product_sales_total_is_of_price CHECK (total = round(quantity * unit_price, 2)),
    CONSTRAINT ck_farm_product_sales_withdrawal_is_overridden CHECK (not under_withdrawal or override_reason is not null),
    CONSTRAINT ck_farm_product_sales_due_after_sold CHECK (due_on >= sold_on),
    CONSTRAINT ck_farm_product_sales_quantity_minimum CHECK (quantity >= 0),
    CONSTRAINT ck_farm_product_sales_quantity_maximum CHECK (quantity <= 10000000),
    CONSTRAINT ck_farm_product_sales_unit_price_minimum CHECK (unit_price >= 0),
    CONSTRAINT ck_farm_product_sales_unit_price_maximum CHECK (unit_price <= 1000000),
    CONSTRAINT ck_farm_product_sales_total_minimum CHECK (total >= 0),
    CONSTRAINT ck_farm_product_sales_total_maximum CHECK (total <= 100000000000),
    CONSTRAINT ck_farm_product_sales_tax_percent_minimum CHECK (tax_percent >= 0),
    CONSTRAINT ck_farm_product_sales_tax_percent_maximum CHECK (tax_percent <= 100),
    CONSTRAINT ck_farm_product_sales_head_minimum CHECK (head >= 1),
    CONSTRAINT ck_farm_product_sales_head_maximum CHECK (head <= 1000000),
    CONSTRAINT ck_farm_product_sales_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_farm_product_sales_weight_kg_maximum CHECK (weight_kg <= 10000000),
    CONSTRAINT uq_farm_product_sales_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_farm_product_sales_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_farm_product_sales_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_product_sales_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_product_sales_organization_id_herd_id FOREIGN KEY(organization_id, herd_id) REFERENCES public.herd_batches (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_product_sales_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_product_sales_organization_id_milk_lot_id FOREIGN KEY(organization_id, milk_lot_id) REFERENCES public.dairy_batches (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_farm_product_sales_day ON public.farm_product_sales (organization_id, sold_on);
CREATE INDEX ix_farm_product_sales_organization_id_animal_id ON public.farm_product_sales (organization_id, animal_id);
CREATE INDEX ix_farm_product_sales_organization_id_batch_id ON public.farm_product_sales (organization_id, batch_id);
CREATE INDEX ix_farm_product_sales_organization_id_flock_id ON public.farm_product_sales (organization_id, flock_id);
CREATE INDEX ix_farm_product_sales_organization_id_herd_id ON public.farm_product_sales (organization_id, herd_id);
CREATE INDEX ix_farm_product_sales_organization_id_milk_lot_id ON public.farm_product_sales (organization_id, milk_lot_id);
comment on table public.farm_product_sales is 'One product or animal sold to one customer: how much of it, at what price.';
comment on column public.farm_product_sales.id is 'Id';
comment on column public.farm_product_sales.organization_id is 'Organization';
comment on column public.farm_product_sales.customer is 'Customer';
comment on column public.farm_product_sales.product is 'Product';
comment on column public.farm_product_sales.description is 'What it is';
comment on column public.farm_product_sales.sold_on is 'Date';
comment on column public.farm_product_sales.quantity is 'Quantity';
comment on column public.farm_product_sales.unit is 'Sold by';
comment on column public.farm_product_sales.unit_price is 'Price of one';
comment on column public.farm_product_sales.total is 'Total';
comment on column public.farm_product_sales.currency is 'Currency';
comment on column public.farm_product_sales.tax_percent is 'Tax, %';
comment on column public.farm_product_sales.head is 'Head';
comment on column public.farm_product_sales.weight_kg is 'Live weight together, kg';
comment on column public.farm_product_sales.animal_id is 'Animal';
comment on column public.farm_product_sales.batch_id is 'Group';
comment on column public.farm_product_sales.herd_id is 'Herd';
comment on column public.farm_product_sales.flock_id is 'Flock';
comment on column public.farm_product_sales.milk_lot_id is 'Milk lot';
comment on column public.farm_product_sales.under_withdrawal is 'Under withdrawal';
comment on column public.farm_product_sales.override_reason is 'Why in spite of the withdrawal';
comment on column public.farm_product_sales.invoice_number is 'Invoice';
comment on column public.farm_product_sales.due_on is 'Due';
comment on column public.farm_product_sales.paid_on is 'Paid';
comment on column public.farm_product_sales.paid_by is 'Paid by';
comment on column public.farm_product_sales.notes is 'Notes';
comment on column public.farm_product_sales.created_at is 'Created';
comment on column public.farm_product_sales.updated_at is 'Changed';
comment on column public.farm_product_sales.updated_by is 'Changed by';
comment on column public.farm_product_sales.updated_device is 'Changed on';
comment on column public.farm_product_sales.row_version is 'Version';

CREATE TABLE public.farm_revenues (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    description TEXT NOT NULL,
    category public.farm_revenue_category DEFAULT 'other' NOT NULL,
    customer TEXT,
    invoice_number TEXT,
    earned_on DATE DEFAULT current_date NOT NULL,
    amount NUMERIC(14, 2) NOT NULL,
    tax NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    currency TEXT,
    due_on DATE,
    paid_on DATE,
    paid_by public.farm_payment,
    sale_id UUID,
    animal_id UUID,
    batch_id UUID,
    herd_id UUID,
    flock_id UUID,
    resource_id UUID,
    receipt TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_farm_revenues PRIMARY KEY (id),
    CONSTRAINT ck_farm_revenues_tax_within_amount CHECK (tax <= amount),
    CONSTRAINT ck_farm_revenues_due_after_earned CHECK (due_on >= earned_on),
    CONSTRAINT ck_farm_revenues_amount_minimum CHECK (amount >= 0),
    CONSTRAINT ck_farm_revenues_amount_maximum CHECK (amount <= 1000000000),
    CONSTRAINT ck_farm_revenues_tax_minimum CHECK (tax >= 0),
    CONSTRAINT ck_farm_revenues_tax_maximum CHECK (tax <= 1000000000),
    CONSTRAINT uq_farm_revenues_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_farm_revenues_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_farm_revenues_organization_id_sale_id FOREIGN KEY(organization_id, sale_id) REFERENCES public.farm_product_sales (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_revenues_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_revenues_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_revenues_organization_id_herd_id FOREIGN KEY(organization_id, herd_id) REFERENCES public.herd_batches (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_revenues_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_revenues_organization_id_resource_id FOREIGN KEY(organization_id, resource_id) REFERENCES public.resources (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_farm_revenues_day ON public.farm_revenues (organization_id, earned_on);
CREATE INDEX ix_farm_revenues_organization_id_animal_id ON public.farm_revenues (organization_id, animal_id);
CREATE INDEX ix_farm_revenues_organization_id_batch_id ON public.farm_revenues (organization_id, batch_id);
CREATE INDEX ix_farm_revenues_organization_id_flock_id ON public.farm_revenues (organization_id, flock_id);
CREATE INDEX ix_farm_revenues_organization_id_herd_id ON public.farm_revenues (organization_id, herd_id);
CREATE INDEX ix_farm_revenues_organization_id_resource_id ON public.farm_revenues (organization_id, resource_id);
CREATE INDEX ix_farm_revenues_organization_id_sale_id ON public.farm_revenues (organization_id, sale_id);
comment on table public.farm_revenues is 'One income of the farm: from what, from whom, how much, and when it was paid.';
comment on column public.farm_revenues.id is 'Id';
comment on column public.farm_revenues.organization_id is 'Organization';
comment on column public.farm_revenues.description is 'From what';
comment on column public.farm_revenues.category is 'Kind';
comment on column public.farm_revenues.customer is 'Customer';
comment on column public.farm_revenues.invoice_number is 'Invoice';
comment on column public.farm_revenues.earned_on is 'Date';
comment on column public.farm_revenues.amount is 'Amount';
comment on column public.farm_revenues.tax is 'Tax in it';
comment on column public.farm_revenues.currency is 'Currency';
comment on column public.farm_revenues.due_on is 'Due';
comment on column public.farm_revenues.paid_on is 'Paid';
comment on column public.farm_revenues.paid_by is 'Paid by';
comment on column public.farm_revenues.sale_id is 'Sale';
comment on column public.farm_revenues.animal_id is 'From animal';
comment on column public.farm_revenues.batch_id is 'From group';
comment on column public.farm_revenues.herd_id is 'From herd';
comment on column public.farm_revenues.flock_id is 'From flock';
comment on column public.farm_revenues.resource_id is 'From machine or place';
comment on column public.farm_revenues.receipt is 'Receipt';
comment on column public.farm_revenues.notes is 'Notes';
comment on column public.farm_revenues.created_at is 'Created';
comment on column public.farm_revenues.updated_at is 'Changed';
comment on column public.farm_revenues.updated_by is 'Changed by';
comment on column public.farm_revenues.updated_device is 'Changed on';
comment on column public.farm_revenues.row_version is 'Version';

CREATE TABLE public.inventory_transactions (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    item_id UUID NOT NULL,
    moved_on DATE DEFAULT current_date NOT NULL,
    movement public.stock_movement DEFAULT 'use' NOT NULL,
    quantity NUMERIC(14, 3) NOT NULL,
    unit_cost NUMERIC(14, 4),
    lot TEXT,
    expires_on DATE,
    sale_id UUID,
    invoice_id UUID,
    feed_log_id UUID,
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
    CONSTRAINT fk_inventory_transactions_organization_id_item_id FOREIGN KEY(organization_id, item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_inventory_transactions_organization_id_sale_id FOREIGN KEY(organization_id, sale_id) REFERENCES public.farm_product_sales (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_inventory_transactions_organization_id_invoice_id FOREIGN KEY(organization_id, invoice_id) REFERENCES public.invoices (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_inventory_transactions_day ON public.inventory_transactions (organization_id, moved_on);
CREATE INDEX ix_inventory_transactions_organization_id_invoice_id ON public.inventory_transactions (organization_id, invoice_id);
CREATE INDEX ix_inventory_transactions_organization_id_item_id ON public.inventory_transactions (organization_id, item_id);
CREATE INDEX ix_inventory_transactions_organization_id_sale_id ON public.inventory_transactions (organization_id, sale_id);
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
comment on column public.inventory_transactions.sale_id is 'Sale';
comment on column public.inventory_transactions.invoice_id is 'Invoice';
comment on column public.inventory_transactions.feed_log_id is 'Feeding';
comment on column public.inventory_transactions.reason is 'Reason';
comment on column public.inventory_transactions.notes is 'Notes';
comment on column public.inventory_transactions.created_at is 'Created';
comment on column public.inventory_transactions.updated_at is 'Changed';
comment on column public.inventory_transactions.updated_by is 'Changed by';
comment on column public.inventory_transactions.updated_device is 'Changed on';
comment on column public.inventory_transactions.row_version is 'Version';

CREATE TABLE public.farm_expenses (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    description TEXT NOT NULL,
    category public.farm_expense_category DEFAULT 'other' NOT NULL,
    supplier TEXT,
    invoice_number TEXT,
    spent_on DATE DEFAULT current_date NOT NULL,
    amount NUMERIC(14, 2) NOT NULL,
    tax NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    currency TEXT,
    due_on DATE,
    paid_on DATE,
    paid_by public.farm_payment,
    animal_id UUID,
    batch_id UUID,
    herd_id UUID,
    flock_id UUID,
    resource_id UUID,
    stock_movement_id UUID,
    receipt TEXT,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_farm_expenses PRIMARY KEY (id),
    CONSTRAINT ck_farm_expenses_tax_within_amount CHECK (tax <= amount),
    CONSTRAINT ck_farm_expenses_due_after_spent CHECK (due_on >= spent_on),
    CONSTRAINT ck_farm_expenses_amount_minimum CHECK (amount >= 0),
    CONSTRAINT ck_farm_expenses_amount_maximum CHECK (amount <= 1000000000),
    CONSTRAINT ck_farm_expenses_tax_minimum CHECK (tax >= 0),
    CONSTRAINT ck_farm_expenses_tax_maximum CHECK (tax <= 1000000000),
    CONSTRAINT uq_farm_expenses_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_farm_expenses_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_farm_expenses_organization_id_animal_id FOREIGN KEY(organization_id, animal_id) REFERENCES public.livestock (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_expenses_organization_id_batch_id FOREIGN KEY(organization_id, batch_id) REFERENCES public.livestock_batches (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_expenses_organization_id_herd_id FOREIGN KEY(organization_id, herd_id) REFERENCES public.herd_batches (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_expenses_organization_id_flock_id FOREIGN KEY(organization_id, flock_id) REFERENCES public.flocks (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_expenses_organization_id_resource_id FOREIGN KEY(organization_id, resource_id) REFERENCES public.resources (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_farm_expenses_organization_id_stock_movement_id FOREIGN KEY(organization_id, stock_movement_id) REFERENCES public.inventory_transactions (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_farm_expenses_day ON public.farm_expenses (organization_id, spent_on);
CREATE INDEX ix_farm_expenses_organization_id_animal_id ON public.farm_expenses (organization_id, animal_id);
CREATE INDEX ix_farm_expenses_organization_id_batch_id ON public.farm_expenses (organization_id, batch_id);
CREATE INDEX ix_farm_expenses_organization_id_flock_id ON public.farm_expenses (organization_id, flock_id);
CREATE INDEX ix_farm_expenses_organization_id_herd_id ON public.farm_expenses (organization_id, herd_id);
CREATE INDEX ix_farm_expenses_organization_id_resource_id ON public.farm_expenses (organization_id, resource_id);
CREATE INDEX ix_farm_expenses_organization_id_stock_movement_id ON public.farm_expenses (organization_id, stock_movement_id);
comment on table public.farm_expenses is 'One bill or payment of the farm: for what, to whom, how much, and when it was paid.';
comment on column public.farm_expenses.id is 'Id';
comment on column public.farm_expenses.organization_id is 'Organization';
comment on column public.farm_expenses.description is 'For what';
comment on column public.farm_expenses.category is 'Kind';
comment on column public.farm_expenses.supplier is 'Supplier';
comment on column public.farm_expenses.invoice_number is 'Invoice';
comment on column public.farm_expenses.spent_on is 'Date';
comment on column public.farm_expenses.amount is 'Amount';
comment on column public.farm_expenses.tax is 'Tax in it';
comment on column public.farm_expenses.currency is 'Currency';
comment on column public.farm_expenses.due_on is 'Due';
comment on column public.farm_expenses.paid_on is 'Paid';
comment on column public.farm_expenses.paid_by is 'Paid by';
comment on column public.farm_expenses.animal_id is 'For animal';
comment on column public.farm_expenses.batch_id is 'For group';
comment on column public.farm_expenses.herd_id is 'For herd';
comment on column public.farm_expenses.flock_id is 'For flock';
comment on column public.farm_expenses.resource_id is 'For machine or place';
comment on column public.farm_expenses.stock_movement_id is 'Stock received';
comment on column public.farm_expenses.receipt is 'Receipt';
comment on column public.farm_expenses.notes is 'Notes';
comment on column public.farm_expenses.created_at is 'Created';
comment on column public.farm_expenses.updated_at is 'Changed';
comment on column public.farm_expenses.updated_by is 'Changed by';
comment on column public.farm_expenses.updated_device is 'Changed on';
comment on column public.farm_expenses.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('farm_inventory', 17, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('resources', 18, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('resource_transactions', 41, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('farm_product_sales', 65, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('farm_revenues', 76, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('inventory_transactions', 83, '{breeding_facility,farm,ngo,pet_service_provider,pet_store,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('farm_expenses', 86, '{breeding_facility,farm,ngo,research_facility}',
  't.organization_id = %1$L::uuid');

alter table public.farm_inventory enable row level security;
alter table public.farm_inventory force row level security;
revoke all on public.farm_inventory from public, anon, authenticated;
grant select, insert, update, delete on public.farm_inventory to service_role;
grant select (id, organization_id, name, category, unit, reorder_level, daily_use, supplier, location, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.farm_inventory to authenticated;
grant insert (id, organization_id, name, category, unit, reorder_level, daily_use, supplier, location, status, notes) on public.farm_inventory to authenticated;
grant update (name, category, unit, reorder_level, daily_use, supplier, location, status, notes) on public.farm_inventory to authenticated;
grant delete on public.farm_inventory to authenticated;

alter table public.resources enable row level security;
alter table public.resources force row level security;
revoke all on public.resources from public, anon, authenticated;
grant select, insert, update, delete on public.resources to service_role;
grant select (id, organization_id, name, kind, make, serial_number, location, area_ha, places, acquired_on, cost, currency, serviced_on, service_every_days, service_every_hours, next_service_on, disposed_on, status, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.resources to authenticated;
grant insert (id, organization_id, name, kind, make, serial_number, location, area_ha, places, acquired_on, cost, currency, serviced_on, service_every_days, service_every_hours, next_service_on, disposed_on, status, notes) on public.resources to authenticated;
grant update (name, kind, make, serial_number, location, area_ha, places, acquired_on, cost, currency, serviced_on, service_every_days, service_every_hours, next_service_on, disposed_on, status, notes) on public.resources to authenticated;
grant delete on public.resources to authenticated;

alter table public.resource_transactions enable row level security;
alter table public.resource_transactions force row level security;
revoke all on public.resource_transactions from public, anon, authenticated;
grant select, insert, update, delete on public.resource_transactions to service_role;
grant select (id, organization_id, resource_id, use, purpose, person_id, outsider, taken_at, returned_at, hours, area_ha, meter_start, meter_end, fuel_l, cost, currency, condition, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.resource_transactions to authenticated;
grant insert (id, organization_id, resource_id, use, purpose, person_id, outsider, taken_at, returned_at, hours, area_ha, meter_start, meter_end, fuel_l, cost, currency, condition, notes) on public.resource_transactions to authenticated;
grant update (resource_id, use, purpose, person_id, outsider, taken_at, returned_at, hours, area_ha, meter_start, meter_end, fuel_l, cost, currency, condition, notes) on public.resource_transactions to authenticated;
grant delete on public.resource_transactions to authenticated;

alter table public.farm_product_sales enable row level security;
alter table public.farm_product_sales force row level security;
revoke all on public.farm_product_sales from public, anon, authenticated;
grant select, insert, update, delete on public.farm_product_sales to service_role;
grant select (id, organization_id, customer, product, description, sold_on, quantity, unit, unit_price, total, currency, tax_percent, head, weight_kg, animal_id, batch_id, herd_id, flock_id, milk_lot_id, under_withdrawal, override_reason, invoice_number, due_on, paid_on, paid_by, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.farm_product_sales to authenticated;
grant insert (id, organization_id, customer, product, description, sold_on, quantity, unit, unit_price, total, currency, tax_percent, head, weight_kg, animal_id, batch_id, herd_id, flock_id, milk_lot_id, under_withdrawal, override_reason, invoice_number, due_on, paid_on, paid_by, notes) on public.farm_product_sales to authenticated;
grant update (customer, product, description, sold_on, quantity, unit, unit_price, total, currency, tax_percent, head, weight_kg, animal_id, batch_id, herd_id, flock_id, milk_lot_id, under_withdrawal, override_reason, invoice_number, due_on, paid_on, paid_by, notes) on public.farm_product_sales to authenticated;
grant delete on public.farm_product_sales to authenticated;

alter table public.farm_revenues enable row level security;
alter table public.farm_revenues force row level security;
revoke all on public.farm_revenues from public, anon, authenticated;
grant select, insert, update, delete on public.farm_revenues to service_role;
grant select (id, organization_id, description, category, customer, invoice_number, earned_on, amount, tax, currency, due_on, paid_on, paid_by, sale_id, animal_id, batch_id, herd_id, flock_id, resource_id, receipt, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.farm_revenues to authenticated;
grant insert (id, organization_id, description, category, customer, invoice_number, earned_on, amount, tax, currency, due_on, paid_on, paid_by, sale_id, animal_id, batch_id, herd_id, flock_id, resource_id, receipt, notes) on public.farm_revenues to authenticated;
grant update (description, category, customer, invoice_number, earned_on, amount, tax, currency, due_on, paid_on, paid_by, sale_id, animal_id, batch_id, herd_id, flock_id, resource_id, receipt, notes) on public.farm_revenues to authenticated;
grant delete on public.farm_revenues to authenticated;

alter table public.inventory_transactions enable row level security;
alter table public.inventory_transactions force row level security;
revoke all on public.inventory_transactions from public, anon, authenticated;
grant select, insert, update, delete on public.inventory_transactions to service_role;
grant select (id, organization_id, item_id, moved_on, movement, quantity, unit_cost, lot, expires_on, sale_id, invoice_id, feed_log_id, reason, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.inventory_transactions to authenticated;
grant insert (id, organization_id, item_id, moved_on, movement, quantity, unit_cost, lot, expires_on, sale_id, invoice_id, feed_log_id, reason, notes) on public.inventory_transactions to authenticated;
grant update (item_id, moved_on, movement, quantity, unit_cost, lot, expires_on, sale_id, invoice_id, feed_log_id, reason, notes) on public.inventory_transactions to authenticated;
grant delete on public.inventory_transactions to authenticated;

alter table public.farm_expenses enable row level security;
alter table public.farm_expenses force row level security;
revoke all on public.farm_expenses from public, anon, authenticated;
grant select, insert, update, delete on public.farm_expenses to service_role;
grant select (id, organization_id, description, category, supplier, invoice_number, spent_on, amount, tax, currency, due_on, paid_on, paid_by, animal_id, batch_id, herd_id, flock_id, resource_id, stock_movement_id, receipt, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.farm_expenses to authenticated;
grant insert (id, organization_id, description, category, supplier, invoice_number, spent_on, amount, tax, currency, due_on, paid_on, paid_by, animal_id, batch_id, herd_id, flock_id, resource_id, stock_movement_id, receipt, notes) on public.farm_expenses to authenticated;
grant update (description, category, supplier, invoice_number, spent_on, amount, tax, currency, due_on, paid_on, paid_by, animal_id, batch_id, herd_id, flock_id, resource_id, stock_movement_id, receipt, notes) on public.farm_expenses to authenticated;
grant delete on public.farm_expenses to authenticated;

ALTER TABLE public.products ADD CONSTRAINT fk_products_organization_id_stock_item_id FOREIGN KEY(organization_id, stock_item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.product_variants ADD CONSTRAINT fk_product_variants_organization_id_stock_item_id FOREIGN KEY(organization_id, stock_item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.vaccine_logs ADD CONSTRAINT fk_vaccine_logs_organization_id_item_id FOREIGN KEY(organization_id, item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.order_items ADD CONSTRAINT fk_order_items_organization_id_stock_item_id FOREIGN KEY(organization_id, stock_item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.health_treatments ADD CONSTRAINT fk_health_treatments_organization_id_item_id FOREIGN KEY(organization_id, item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.milk_storage_logs ADD CONSTRAINT fk_milk_storage_logs_organization_id_sale_id FOREIGN KEY(organization_id, sale_id) REFERENCES public.farm_product_sales (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.egg_storage ADD CONSTRAINT fk_egg_storage_organization_id_sale_id FOREIGN KEY(organization_id, sale_id) REFERENCES public.farm_product_sales (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.wool_storage ADD CONSTRAINT fk_wool_storage_organization_id_sale_id FOREIGN KEY(organization_id, sale_id) REFERENCES public.farm_product_sales (organization_id, id) ON DELETE RESTRICT;

ALTER TABLE public.invoice_items ADD CONSTRAINT fk_invoice_items_organization_id_stock_item_id FOREIGN KEY(organization_id, stock_item_id) REFERENCES public.farm_inventory (organization_id, id) ON DELETE RESTRICT;

create trigger update_farm_inventory_updated_at before insert or update on public.farm_inventory
  for each row execute function public.update_updated_at_column();
create trigger audit_farm_inventory_trigger after insert or update or delete on public.farm_inventory
  for each row execute function public.audit_trigger_function('organization_id');
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

create trigger update_resources_updated_at before insert or update on public.resources
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.resources
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.resources
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.resources
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.resources
  for each statement execute function sync.refuse_truncate();

create trigger update_resource_transactions_updated_at before insert or update on public.resource_transactions
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.resource_transactions
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.resource_transactions
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.resource_transactions
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.resource_transactions
  for each statement execute function sync.refuse_truncate();

create trigger update_farm_product_sales_updated_at before insert or update on public.farm_product_sales
  for each row execute function public.update_updated_at_column();
create trigger audit_farm_product_sales_trigger after insert or update or delete on public.farm_product_sales
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.farm_product_sales
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.farm_product_sales
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.farm_product_sales
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.farm_product_sales
  for each statement execute function sync.refuse_truncate();

create trigger update_farm_revenues_updated_at before insert or update on public.farm_revenues
  for each row execute function public.update_updated_at_column();
create trigger audit_farm_revenues_trigger after insert or update or delete on public.farm_revenues
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.farm_revenues
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.farm_revenues
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.farm_revenues
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.farm_revenues
  for each statement execute function sync.refuse_truncate();

create trigger update_inventory_transactions_updated_at before insert or update on public.inventory_transactions
  for each row execute function public.update_updated_at_column();
create trigger audit_inventory_transactions_trigger after insert or update or delete on public.inventory_transactions
  for each row execute function public.audit_trigger_function('organization_id');
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

create trigger update_farm_expenses_updated_at before insert or update on public.farm_expenses
  for each row execute function public.update_updated_at_column();
create trigger audit_farm_expenses_trigger after insert or update or delete on public.farm_expenses
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.farm_expenses
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.farm_expenses
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.farm_expenses
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.farm_expenses
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.farm_inventory for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_inventory.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.farm_inventory for insert to authenticated
  with check (farm_inventory.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.farm_inventory for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_inventory.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (farm_inventory.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.farm_inventory for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_inventory.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.resources for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    resources.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.resources for insert to authenticated
  with check (resources.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.resources for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    resources.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (resources.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.resources for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    resources.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.resource_transactions for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    resource_transactions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.resource_transactions for insert to authenticated
  with check (resource_transactions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.resource_transactions for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    resource_transactions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (resource_transactions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.resource_transactions for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    resource_transactions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.farm_product_sales for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_product_sales.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
create policy may_add on public.farm_product_sales for insert to authenticated
  with check (farm_product_sales.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.farm_product_sales for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_product_sales.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (farm_product_sales.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.farm_product_sales for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_product_sales.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.farm_revenues for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_revenues.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy may_add on public.farm_revenues for insert to authenticated
  with check (farm_revenues.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.farm_revenues for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_revenues.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (farm_revenues.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.farm_revenues for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_revenues.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.inventory_transactions for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    inventory_transactions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.inventory_transactions for insert to authenticated
  with check (inventory_transactions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.inventory_transactions for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    inventory_transactions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (inventory_transactions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.inventory_transactions for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    inventory_transactions.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.farm_expenses for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_expenses.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy may_add on public.farm_expenses for insert to authenticated
  with check (farm_expenses.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.farm_expenses for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_expenses.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (farm_expenses.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.farm_expenses for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    farm_expenses.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
