CREATE TABLE public.product_categories (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    parent_id UUID,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    description TEXT,
    image_url TEXT,
    position BIGINT DEFAULT 0 NOT NULL,
    status public.status DEFAULT 'active' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_product_categories PRIMARY KEY (id),
    CONSTRAINT uq_product_categories_slug UNIQUE (slug),
    CONSTRAINT ck_product_categories_not_its_own_parent CHECK (parent_id <> id),
    CONSTRAINT ck_product_categories_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_product_categories_position_maximum CHECK (position <= 10000),
    CONSTRAINT fk_product_categories_parent_id FOREIGN KEY(parent_id) REFERENCES public.product_categories (id) ON DELETE RESTRICT
);
CREATE INDEX ix_product_categories_parent_id ON public.product_categories (parent_id);
comment on table public.product_categories is 'A branch of the platform''s tree of what is sold.';
comment on column public.product_categories.id is 'Id';
comment on column public.product_categories.parent_id is 'Within';
comment on column public.product_categories.name is 'Name';
comment on column public.product_categories.slug is 'Short name';
comment on column public.product_categories.description is 'Description';
comment on column public.product_categories.image_url is 'Picture';
comment on column public.product_categories.position is 'Place in the list';
comment on column public.product_categories.status is 'Status';
comment on column public.product_categories.created_at is 'Created';
comment on column public.product_categories.updated_at is 'Changed';
comment on column public.product_categories.updated_by is 'Changed by';
comment on column public.product_categories.updated_device is 'Changed on';
comment on column public.product_categories.row_version is 'Version';

CREATE TABLE public.carts (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    organization_id UUID NOT NULL,
    status public.cart_status DEFAULT 'open' NOT NULL,
    note TEXT,
    ordered_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_carts PRIMARY KEY (id),
    CONSTRAINT uq_carts_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_carts_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_carts_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
CREATE INDEX ix_carts_user_id ON public.carts (user_id);
CREATE UNIQUE INDEX uq_carts_open ON public.carts (user_id, organization_id) WHERE status = 'open';
comment on table public.carts is 'What a person gathers in one shop before ordering it; one at a time is open.';
comment on column public.carts.id is 'Id';
comment on column public.carts.user_id is 'Person';
comment on column public.carts.organization_id is 'Shop';
comment on column public.carts.status is 'Status';
comment on column public.carts.note is 'Wish';
comment on column public.carts.ordered_at is 'Ordered';
comment on column public.carts.created_at is 'Created';
comment on column public.carts.updated_at is 'Changed';
comment on column public.carts.updated_by is 'Changed by';
comment on column public.carts.updated_device is 'Changed on';
comment on column public.carts.row_version is 'Version';

CREATE TABLE public.coupons (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    code TEXT NOT NULL,
    description TEXT,
    kind public.coupon_kind DEFAULT 'percent' NOT NULL,
    value NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    currency TEXT DEFAULT 'EUR' NOT NULL,
    minimum_spend NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    most_off NUMERIC(14, 2),
    starts_at TIMESTAMP WITH TIME ZONE,
    ends_at TIMESTAMP WITH TIME ZONE,
    most_uses BIGINT,
    most_uses_each BIGINT,
    status public.status DEFAULT 'active' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_coupons PRIMARY KEY (id),
    CONSTRAINT uq_coupons_organization_id_code UNIQUE (organization_id, code),
    CONSTRAINT ck_coupons_code_in_capitals CHECK (code = upper(code)),
    CONSTRAINT ck_coupons_at_most_everything CHECK (kind <> 'percent' or value <= 100),
    CONSTRAINT ck_coupons_ends_after_start CHECK (ends_at > starts_at),
    CONSTRAINT ck_coupons_currency_letters CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT ck_coupons_value_minimum CHECK (value >= 0),
    CONSTRAINT ck_coupons_value_maximum CHECK (value <= 100000000),
    CONSTRAINT ck_coupons_minimum_spend_minimum CHECK (minimum_spend >= 0),
    CONSTRAINT ck_coupons_minimum_spend_maximum CHECK (minimum_spend <= 100000000),
    CONSTRAINT ck_coupons_most_off_minimum CHECK (most_off >= 0),
    CONSTRAINT ck_coupons_most_off_maximum CHECK (most_off <= 100000000),
    CONSTRAINT ck_coupons_most_uses_minimum CHECK (most_uses >= 1),
    CONSTRAINT ck_coupons_most_uses_maximum CHECK (most_uses <= 1000000),
    CONSTRAINT ck_coupons_most_uses_each_minimum CHECK (most_uses_each >= 1),
    CONSTRAINT ck_coupons_most_uses_each_maximum CHECK (most_uses_each <= 1000),
    CONSTRAINT uq_coupons_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_coupons_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.coupons is 'A code that takes something off an order; nobody but the shop can list them.';
comment on column public.coupons.id is 'Id';
comment on column public.coupons.organization_id is 'Organization';
comment on column public.coupons.code is 'Code';
comment on column public.coupons.description is 'For what';
comment on column public.coupons.kind is 'Takes off';
comment on column public.coupons.value is 'Percent or amount';
comment on column public.coupons.currency is 'Currency';
comment on column public.coupons.minimum_spend is 'From an order of';
comment on column public.coupons.most_off is 'Takes off at most';
comment on column public.coupons.starts_at is 'Valid from';
comment on column public.coupons.ends_at is 'Valid until';
comment on column public.coupons.most_uses is 'Times in all';
comment on column public.coupons.most_uses_each is 'Times for each buyer';
comment on column public.coupons.status is 'Status';
comment on column public.coupons.created_at is 'Created';
comment on column public.coupons.updated_at is 'Changed';
comment on column public.coupons.updated_by is 'Changed by';
comment on column public.coupons.updated_device is 'Changed on';
comment on column public.coupons.row_version is 'Version';

CREATE TABLE public.shipping_methods (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    kind public.shipping_kind DEFAULT 'post' NOT NULL,
    carrier TEXT,
    price NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    free_from NUMERIC(14, 2),
    currency TEXT DEFAULT 'EUR' NOT NULL,
    tax_rate NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    most_kg NUMERIC(14, 3),
    countries TEXT[],
    shortest_days BIGINT,
    longest_days BIGINT,
    position BIGINT DEFAULT 0 NOT NULL,
    status public.status DEFAULT 'active' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_shipping_methods PRIMARY KEY (id),
    CONSTRAINT ck_shipping_methods_days_in_order CHECK (longest_days >= shortest_days),
    CONSTRAINT ck_shipping_methods_currency_letters CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT ck_shipping_methods_price_minimum CHECK (price >= 0),
    CONSTRAINT ck_shipping_methods_price_maximum CHECK (price <= 100000000),
    CONSTRAINT ck_shipping_methods_free_from_minimum CHECK (free_from >= 0),
    CONSTRAINT ck_shipping_methods_free_from_maximum CHECK (free_from <= 100000000),
    CONSTRAINT ck_shipping_methods_tax_rate_minimum CHECK (tax_rate >= 0),
    CONSTRAINT ck_shipping_methods_tax_rate_maximum CHECK (tax_rate <= 100),
    CONSTRAINT ck_shipping_methods_most_kg_minimum CHECK (most_kg >= 0),
    CONSTRAINT ck_shipping_methods_most_kg_maximum CHECK (most_kg <= 100000),
    CONSTRAINT ck_shipping_methods_shortest_days_minimum CHECK (shortest_days >= 0),
    CONSTRAINT ck_shipping_methods_shortest_days_maximum CHECK (shortest_days <= 365),
    CONSTRAINT ck_shipping_methods_longest_days_minimum CHECK (longest_days >= 0),
    CONSTRAINT ck_shipping_methods_longest_days_maximum CHECK (longest_days <= 365),
    CONSTRAINT ck_shipping_methods_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_shipping_methods_position_maximum CHECK (position <= 10000),
    CONSTRAINT uq_shipping_methods_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_shipping_methods_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE
);
comment on table public.shipping_methods is 'A way in which a shop sends orders, and what it costs.';
comment on column public.shipping_methods.id is 'Id';
comment on column public.shipping_methods.organization_id is 'Organization';
comment on column public.shipping_methods.name is 'Name';
comment on column public.shipping_methods.kind is 'Kind';
comment on column public.shipping_methods.carrier is 'Carrier';
comment on column public.shipping_methods.price is 'Price';
comment on column public.shipping_methods.free_from is 'Free from an order of';
comment on column public.shipping_methods.currency is 'Currency';
comment on column public.shipping_methods.tax_rate is 'Tax in the price, %';
comment on column public.shipping_methods.most_kg is 'Heaviest order, kg';
comment on column public.shipping_methods.countries is 'Countries';
comment on column public.shipping_methods.shortest_days is 'Takes from, d';
comment on column public.shipping_methods.longest_days is 'Takes up to, d';
comment on column public.shipping_methods.position is 'Place in the list';
comment on column public.shipping_methods.status is 'Status';
comment on column public.shipping_methods.created_at is 'Created';
comment on column public.shipping_methods.updated_at is 'Changed';
comment on column public.shipping_methods.updated_by is 'Changed by';
comment on column public.shipping_methods.updated_device is 'Changed on';
comment on column public.shipping_methods.row_version is 'Version';

CREATE TABLE public.orders (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    number BIGINT DEFAULT 0 NOT NULL,
    user_id UUID,
    status public.order_status DEFAULT 'pending' NOT NULL,
    status_note TEXT,
    payment_status public.payment_status DEFAULT 'pending' NOT NULL,
    currency TEXT DEFAULT 'EUR' NOT NULL,
    subtotal NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    discount NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    shipping NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    total NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    tax NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    paid NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    coupon_id UUID,
    shipping_method_id UUID,
    ship_to_name TEXT,
    ship_to_street TEXT,
    ship_to_postcode TEXT,
    ship_to_city TEXT,
    ship_to_region TEXT,
    ship_to_country TEXT,
    ship_to_phone TEXT,
    bill_to_name TEXT,
    bill_to_street TEXT,
    bill_to_postcode TEXT,
    bill_to_city TEXT,
    bill_to_region TEXT,
    bill_to_country TEXT,
    bill_to_tax_number TEXT,
    buyer_note TEXT,
    carrier TEXT,
    tracking_number TEXT,
    tracking_url TEXT,
    shipped_at TIMESTAMP WITH TIME ZONE,
    delivered_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT uq_orders_organization_id_number UNIQUE (organization_id, number),
    CONSTRAINT ck_orders_total_adds_up CHECK (total = subtotal - discount + shipping),
    CONSTRAINT ck_orders_discount_within_subtotal CHECK (discount <= subtotal),
    CONSTRAINT ck_orders_currency_letters CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT ck_orders_subtotal_minimum CHECK (subtotal >= 0),
    CONSTRAINT ck_orders_subtotal_maximum CHECK (subtotal <= 100000000),
    CONSTRAINT ck_orders_discount_minimum CHECK (discount >= 0),
    CONSTRAINT ck_orders_discount_maximum CHECK (discount <= 100000000),
    CONSTRAINT ck_orders_shipping_minimum CHECK (shipping >= 0),
    CONSTRAINT ck_orders_shipping_maximum CHECK (shipping <= 100000000),
    CONSTRAINT ck_orders_total_minimum CHECK (total >= 0),
    CONSTRAINT ck_orders_total_maximum CHECK (total <= 100000000),
    CONSTRAINT ck_orders_tax_minimum CHECK (tax >= 0),
    CONSTRAINT ck_orders_tax_maximum CHECK (tax <= 100000000),
    CONSTRAINT ck_orders_paid_minimum CHECK (paid >= 0),
    CONSTRAINT ck_orders_paid_maximum CHECK (paid <= 100000000),
    CONSTRAINT uq_orders_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_orders_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_orders_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_orders_organization_id_coupon_id FOREIGN KEY(organization_id, coupon_id) REFERENCES public.coupons (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_orders_organization_id_shipping_method_id FOREIGN KEY(organization_id, shipping_method_id) REFERENCES public.shipping_methods (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_orders_organization_id_coupon_id ON public.orders (organization_id, coupon_id);
CREATE INDEX ix_orders_organization_id_shipping_method_id ON public.orders (organization_id, shipping_method_id);
CREATE INDEX ix_orders_status ON public.orders (organization_id, status);
CREATE INDEX ix_orders_user_id ON public.orders (user_id);
comment on table public.orders is 'What one buyer ordered of one shop, at the prices of that moment.';
comment on column public.orders.id is 'Id';
comment on column public.orders.organization_id is 'Organization';
comment on column public.orders.number is 'Number';
comment on column public.orders.user_id is 'Buyer';
comment on column public.orders.status is 'Status';
comment on column public.orders.status_note is 'Told to the buyer';
comment on column public.orders.payment_status is 'Payment';
comment on column public.orders.currency is 'Currency';
comment on column public.orders.subtotal is 'Items';
comment on column public.orders.discount is 'Discount';
comment on column public.orders.shipping is 'Shipping';
comment on column public.orders.total is 'Total';
comment on column public.orders.tax is 'Tax in the total';
comment on column public.orders.paid is 'Paid';
comment on column public.orders.coupon_id is 'Coupon';
comment on column public.orders.shipping_method_id is 'Shipping';
comment on column public.orders.ship_to_name is 'Ship to';
comment on column public.orders.ship_to_street is 'Street';
comment on column public.orders.ship_to_postcode is 'Postcode';
comment on column public.orders.ship_to_city is 'City';
comment on column public.orders.ship_to_region is 'Region';
comment on column public.orders.ship_to_country is 'Country';
comment on column public.orders.ship_to_phone is 'Phone';
comment on column public.orders.bill_to_name is 'Bill to';
comment on column public.orders.bill_to_street is 'Street on the bill';
comment on column public.orders.bill_to_postcode is 'Postcode on the bill';
comment on column public.orders.bill_to_city is 'City on the bill';
comment on column public.orders.bill_to_region is 'Region on the bill';
comment on column public.orders.bill_to_country is 'Country on the bill';
comment on column public.orders.bill_to_tax_number is 'Buyer''s tax number';
comment on column public.orders.buyer_note is 'Buyer''s wish';
comment on column public.orders.carrier is 'Carrier';
comment on column public.orders.tracking_number is 'Tracking number';
comment on column public.orders.tracking_url is 'Tracking page';
comment on column public.orders.shipped_at is 'Shipped';
comment on column public.orders.delivered_at is 'Delivered';
comment on column public.orders.cancelled_at is 'Cancelled';
comment on column public.orders.created_at is 'Created';
comment on column public.orders.updated_at is 'Changed';
comment on column public.orders.updated_by is 'Changed by';
comment on column public.orders.updated_device is 'Changed on';
comment on column public.orders.row_version is 'Version';

CREATE TABLE public.products (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    name TEXT NOT NULL,
    category_id UUID,
    brand TEXT,
    sku TEXT,
    barcode TEXT,
    description TEXT,
    price NUMERIC(14, 2) NOT NULL,
    list_price NUMERIC(14, 2),
    currency TEXT DEFAULT 'EUR' NOT NULL,
    tax_rate NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    weight_kg NUMERIC(14, 3),
    stock_item_id UUID,
    is_prescription_only BOOLEAN DEFAULT false NOT NULL,
    status public.status DEFAULT 'inactive' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_products PRIMARY KEY (id),
    CONSTRAINT uq_products_organization_id_sku UNIQUE (organization_id, sku),
    CONSTRAINT ck_products_currency_letters CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT ck_products_price_minimum CHECK (price >= 0),
    CONSTRAINT ck_products_price_maximum CHECK (price <= 100000000),
    CONSTRAINT ck_products_list_price_minimum CHECK (list_price >= 0),
    CONSTRAINT ck_products_list_price_maximum CHECK (list_price <= 100000000),
    CONSTRAINT ck_products_tax_rate_minimum CHECK (tax_rate >= 0),
    CONSTRAINT ck_products_tax_rate_maximum CHECK (tax_rate <= 100),
    CONSTRAINT ck_products_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_products_weight_kg_maximum CHECK (weight_kg <= 10000),
    CONSTRAINT uq_products_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_products_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_products_category_id FOREIGN KEY(category_id) REFERENCES public.product_categories (id) ON DELETE RESTRICT
);
CREATE INDEX ix_products_barcode ON public.products (organization_id, barcode);
CREATE INDEX ix_products_category_id ON public.products (category_id);
CREATE INDEX ix_products_organization_id_stock_item_id ON public.products (organization_id, stock_item_id);
comment on table public.products is 'Something an organization sells; everybody sees it while it is active.';
comment on column public.products.id is 'Id';
comment on column public.products.organization_id is 'Organization';
comment on column public.products.name is 'Name';
comment on column public.products.category_id is 'Category';
comment on column public.products.brand is 'Brand';
comment on column public.products.sku is 'Article number';
comment on column public.products.barcode is 'Barcode';
comment on column public.products.description is 'Description';
comment on column public.products.price is 'Price';
comment on column public.products.list_price is 'List price';
comment on column public.products.currency is 'Currency';
comment on column public.products.tax_rate is 'Tax in the price, %';
comment on column public.products.weight_kg is 'Weight, kg';
comment on column public.products.stock_item_id is 'Taken from stock of';
comment on column public.products.is_prescription_only is 'On prescription only';
comment on column public.products.status is 'Status';
comment on column public.products.created_at is 'Created';
comment on column public.products.updated_at is 'Changed';
comment on column public.products.updated_by is 'Changed by';
comment on column public.products.updated_device is 'Changed on';
comment on column public.products.row_version is 'Version';

CREATE TABLE public.order_status_history (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    order_id UUID NOT NULL,
    user_id UUID,
    from_status public.order_status,
    to_status public.order_status NOT NULL,
    changed_by UUID,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    note TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_order_status_history PRIMARY KEY (id),
    CONSTRAINT uq_order_status_history_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_order_status_history_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_order_status_history_organization_id_order_id FOREIGN KEY(organization_id, order_id) REFERENCES public.orders (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_order_status_history_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_order_status_history_changed_by FOREIGN KEY(changed_by) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_order_status_history_changed_by ON public.order_status_history (changed_by);
CREATE INDEX ix_order_status_history_organization_id_order_id ON public.order_status_history (organization_id, order_id);
CREATE INDEX ix_order_status_history_user_id ON public.order_status_history (user_id);
comment on table public.order_status_history is 'A step of an order, as it was taken; never changed.';
comment on column public.order_status_history.id is 'Id';
comment on column public.order_status_history.organization_id is 'Organization';
comment on column public.order_status_history.order_id is 'Order';
comment on column public.order_status_history.user_id is 'Buyer';
comment on column public.order_status_history.from_status is 'From';
comment on column public.order_status_history.to_status is 'To';
comment on column public.order_status_history.changed_by is 'By';
comment on column public.order_status_history.changed_at is 'At';
comment on column public.order_status_history.note is 'Note';
comment on column public.order_status_history.created_at is 'Created';
comment on column public.order_status_history.updated_at is 'Changed';
comment on column public.order_status_history.updated_by is 'Changed by';
comment on column public.order_status_history.updated_device is 'Changed on';
comment on column public.order_status_history.row_version is 'Version';

CREATE TABLE public.product_variants (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    product_id UUID NOT NULL,
    name TEXT NOT NULL,
    size TEXT,
    colour TEXT,
    options JSONB DEFAULT '{}' NOT NULL,
    sku TEXT,
    barcode TEXT,
    price NUMERIC(14, 2),
    weight_kg NUMERIC(14, 3),
    stock_item_id UUID,
    position BIGINT DEFAULT 0 NOT NULL,
    status public.status DEFAULT 'active' NOT NULL,
    is_public BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_product_variants PRIMARY KEY (id),
    CONSTRAINT uq_product_variants_organization_id_sku UNIQUE (organization_id, sku),
    CONSTRAINT ck_product_variants_price_minimum CHECK (price >= 0),
    CONSTRAINT ck_product_variants_price_maximum CHECK (price <= 100000000),
    CONSTRAINT ck_product_variants_weight_kg_minimum CHECK (weight_kg >= 0),
    CONSTRAINT ck_product_variants_weight_kg_maximum CHECK (weight_kg <= 10000),
    CONSTRAINT ck_product_variants_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_product_variants_position_maximum CHECK (position <= 10000),
    CONSTRAINT uq_product_variants_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_product_variants_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_product_variants_organization_id_product_id FOREIGN KEY(organization_id, product_id) REFERENCES public.products (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_product_variants_organization_id_product_id ON public.product_variants (organization_id, product_id);
CREATE INDEX ix_product_variants_organization_id_stock_item_id ON public.product_variants (organization_id, stock_item_id);
comment on table public.product_variants is 'One size, colour or taste in which a product is sold.';
comment on column public.product_variants.id is 'Id';
comment on column public.product_variants.organization_id is 'Organization';
comment on column public.product_variants.product_id is 'Product';
comment on column public.product_variants.name is 'Name';
comment on column public.product_variants.size is 'Size';
comment on column public.product_variants.colour is 'Colour';
comment on column public.product_variants.options is 'Other options';
comment on column public.product_variants.sku is 'Article number';
comment on column public.product_variants.barcode is 'Barcode';
comment on column public.product_variants.price is 'Price';
comment on column public.product_variants.weight_kg is 'Weight, kg';
comment on column public.product_variants.stock_item_id is 'Taken from stock of';
comment on column public.product_variants.position is 'Place in the list';
comment on column public.product_variants.status is 'Status';
comment on column public.product_variants.is_public is 'Everybody sees it';
comment on column public.product_variants.created_at is 'Created';
comment on column public.product_variants.updated_at is 'Changed';
comment on column public.product_variants.updated_by is 'Changed by';
comment on column public.product_variants.updated_device is 'Changed on';
comment on column public.product_variants.row_version is 'Version';

CREATE TABLE public.product_images (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    product_id UUID NOT NULL,
    variant_id UUID,
    url TEXT NOT NULL,
    alt_text TEXT,
    width_px BIGINT,
    height_px BIGINT,
    position BIGINT DEFAULT 0 NOT NULL,
    is_public BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_product_images PRIMARY KEY (id),
    CONSTRAINT ck_product_images_width_px_minimum CHECK (width_px >= 1),
    CONSTRAINT ck_product_images_width_px_maximum CHECK (width_px <= 100000),
    CONSTRAINT ck_product_images_height_px_minimum CHECK (height_px >= 1),
    CONSTRAINT ck_product_images_height_px_maximum CHECK (height_px <= 100000),
    CONSTRAINT ck_product_images_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_product_images_position_maximum CHECK (position <= 10000),
    CONSTRAINT uq_product_images_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_product_images_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_product_images_organization_id_product_id FOREIGN KEY(organization_id, product_id) REFERENCES public.products (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_product_images_organization_id_variant_id FOREIGN KEY(organization_id, variant_id) REFERENCES public.product_variants (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_product_images_organization_id_product_id ON public.product_images (organization_id, product_id);
CREATE INDEX ix_product_images_organization_id_variant_id ON public.product_images (organization_id, variant_id);
comment on table public.product_images is 'A picture of a product; the first is the one in lists.';
comment on column public.product_images.id is 'Id';
comment on column public.product_images.organization_id is 'Organization';
comment on column public.product_images.product_id is 'Product';
comment on column public.product_images.variant_id is 'Variant';
comment on column public.product_images.url is 'Address';
comment on column public.product_images.alt_text is 'In words';
comment on column public.product_images.width_px is 'Width, px';
comment on column public.product_images.height_px is 'Height, px';
comment on column public.product_images.position is 'Place in the list';
comment on column public.product_images.is_public is 'Everybody sees it';
comment on column public.product_images.created_at is 'Created';
comment on column public.product_images.updated_at is 'Changed';
comment on column public.product_images.updated_by is 'Changed by';
comment on column public.product_images.updated_device is 'Changed on';
comment on column public.product_images.row_version is 'Version';

CREATE TABLE public.order_items (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    order_id UUID NOT NULL,
    user_id UUID,
    product_id UUID,
    variant_id UUID,
    stock_item_id UUID,
    name TEXT NOT NULL,
    sku TEXT,
    quantity BIGINT DEFAULT 1 NOT NULL,
    unit_price NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    discount NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    line_total NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    tax_rate NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    tax NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_order_items PRIMARY KEY (id),
    CONSTRAINT ck_order_items_quantity_minimum CHECK (quantity >= 1),
    CONSTRAINT ck_order_items_quantity_maximum CHECK (quantity <= 10000),
    CONSTRAINT ck_order_items_unit_price_minimum CHECK (unit_price >= 0),
    CONSTRAINT ck_order_items_unit_price_maximum CHECK (unit_price <= 100000000),
    CONSTRAINT ck_order_items_discount_minimum CHECK (discount >= 0),
    CONSTRAINT ck_order_items_discount_maximum CHECK (discount <= 100000000),
    CONSTRAINT ck_order_items_line_total_minimum CHECK (line_total >= 0),
    CONSTRAINT ck_order_items_line_total_maximum CHECK (line_total <= 100000000),
    CONSTRAINT ck_order_items_tax_rate_minimum CHECK (tax_rate >= 0),
    CONSTRAINT ck_order_items_tax_rate_maximum CHECK (tax_rate <= 100),
    CONSTRAINT ck_order_items_tax_minimum CHECK (tax >= 0),
    CONSTRAINT ck_order_items_tax_maximum CHECK (tax <= 100000000),
    CONSTRAINT uq_order_items_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_order_items_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_order_items_organization_id_order_id FOREIGN KEY(organization_id, order_id) REFERENCES public.orders (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_order_items_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_order_items_organization_id_product_id FOREIGN KEY(organization_id, product_id) REFERENCES public.products (organization_id, id) ON DELETE SET NULL (product_id),
    CONSTRAINT fk_order_items_organization_id_variant_id FOREIGN KEY(organization_id, variant_id) REFERENCES public.product_variants (organization_id, id) ON DELETE SET NULL (variant_id)
);
CREATE INDEX ix_order_items_organization_id_order_id ON public.order_items (organization_id, order_id);
CREATE INDEX ix_order_items_organization_id_product_id ON public.order_items (organization_id, product_id);
CREATE INDEX ix_order_items_organization_id_stock_item_id ON public.order_items (organization_id, stock_item_id);
CREATE INDEX ix_order_items_organization_id_variant_id ON public.order_items (organization_id, variant_id);
CREATE INDEX ix_order_items_user_id ON public.order_items (user_id);
comment on table public.order_items is 'A line of an order, with the product''s name and price as they were.';
comment on column public.order_items.id is 'Id';
comment on column public.order_items.organization_id is 'Organization';
comment on column public.order_items.order_id is 'Order';
comment on column public.order_items.user_id is 'Buyer';
comment on column public.order_items.product_id is 'Product';
comment on column public.order_items.variant_id is 'Variant';
comment on column public.order_items.stock_item_id is 'Taken from stock of';
comment on column public.order_items.name is 'Name';
comment on column public.order_items.sku is 'Article number';
comment on column public.order_items.quantity is 'Quantity';
comment on column public.order_items.unit_price is 'Price';
comment on column public.order_items.discount is 'Discount';
comment on column public.order_items.line_total is 'Together';
comment on column public.order_items.tax_rate is 'Tax rate, %';
comment on column public.order_items.tax is 'Tax in it';
comment on column public.order_items.created_at is 'Created';
comment on column public.order_items.updated_at is 'Changed';
comment on column public.order_items.updated_by is 'Changed by';
comment on column public.order_items.updated_device is 'Changed on';
comment on column public.order_items.row_version is 'Version';

CREATE TABLE public.cart_items (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    organization_id UUID NOT NULL,
    cart_id UUID NOT NULL,
    product_id UUID NOT NULL,
    variant_id UUID,
    quantity BIGINT DEFAULT 1 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_cart_items PRIMARY KEY (id),
    CONSTRAINT uq_cart_items_cart_id_product_id_variant_id UNIQUE NULLS NOT DISTINCT (cart_id, product_id, variant_id),
    CONSTRAINT ck_cart_items_quantity_minimum CHECK (quantity >= 1),
    CONSTRAINT ck_cart_items_quantity_maximum CHECK (quantity <= 10000),
    CONSTRAINT uq_cart_items_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_cart_items_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_cart_items_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_cart_items_organization_id_cart_id FOREIGN KEY(organization_id, cart_id) REFERENCES public.carts (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_cart_items_organization_id_product_id FOREIGN KEY(organization_id, product_id) REFERENCES public.products (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_cart_items_organization_id_variant_id FOREIGN KEY(organization_id, variant_id) REFERENCES public.product_variants (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_cart_items_organization_id_cart_id ON public.cart_items (organization_id, cart_id);
CREATE INDEX ix_cart_items_organization_id_product_id ON public.cart_items (organization_id, product_id);
CREATE INDEX ix_cart_items_organization_id_variant_id ON public.cart_items (organization_id, variant_id);
CREATE INDEX ix_cart_items_user_id ON public.cart_items (user_id);
comment on table public.cart_items is 'A product in a person''s cart, and how many of it.';
comment on column public.cart_items.id is 'Id';
comment on column public.cart_items.user_id is 'Person';
comment on column public.cart_items.organization_id is 'Shop';
comment on column public.cart_items.cart_id is 'Cart';
comment on column public.cart_items.product_id is 'Product';
comment on column public.cart_items.variant_id is 'Variant';
comment on column public.cart_items.quantity is 'Quantity';
comment on column public.cart_items.created_at is 'Created';
comment on column public.cart_items.updated_at is 'Changed';
comment on column public.cart_items.updated_by is 'Changed by';
comment on column public.cart_items.updated_device is 'Changed on';
comment on column public.cart_items.row_version is 'Version';

CREATE TABLE public.wishlists (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    list_name TEXT DEFAULT 'Wishes' NOT NULL,
    product_id UUID NOT NULL,
    variant_id UUID,
    quantity BIGINT DEFAULT 1 NOT NULL,
    note TEXT,
    tell_when_cheaper BOOLEAN DEFAULT false NOT NULL,
    tell_when_back BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_wishlists PRIMARY KEY (id),
    CONSTRAINT uq_wishlists_user_id_list_name_product_id_variant_id UNIQUE NULLS NOT DISTINCT (user_id, list_name, product_id, variant_id),
    CONSTRAINT ck_wishlists_quantity_minimum CHECK (quantity >= 1),
    CONSTRAINT ck_wishlists_quantity_maximum CHECK (quantity <= 10000),
    CONSTRAINT fk_wishlists_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_wishlists_product_id FOREIGN KEY(product_id) REFERENCES public.products (id) ON DELETE CASCADE,
    CONSTRAINT fk_wishlists_variant_id FOREIGN KEY(variant_id) REFERENCES public.product_variants (id) ON DELETE CASCADE
);
CREATE INDEX ix_wishlists_product_id ON public.wishlists (product_id);
CREATE INDEX ix_wishlists_variant_id ON public.wishlists (variant_id);
comment on table public.wishlists is 'A product that a person would like to have, on one of their lists.';
comment on column public.wishlists.id is 'Id';
comment on column public.wishlists.user_id is 'Person';
comment on column public.wishlists.list_name is 'List';
comment on column public.wishlists.product_id is 'Product';
comment on column public.wishlists.variant_id is 'Variant';
comment on column public.wishlists.quantity is 'Quantity';
comment on column public.wishlists.note is 'Note';
comment on column public.wishlists.tell_when_cheaper is 'Tell me when it is cheaper';
comment on column public.wishlists.tell_when_back is 'Tell me when it is back in stock';
comment on column public.wishlists.created_at is 'Created';
comment on column public.wishlists.updated_at is 'Changed';
comment on column public.wishlists.updated_by is 'Changed by';
comment on column public.wishlists.updated_device is 'Changed on';
comment on column public.wishlists.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('product_categories', 3, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  'true');

insert into sync.tables (name, position, kinds, belongs)
values ('products', 40, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

alter table public.product_categories enable row level security;
alter table public.product_categories force row level security;
revoke all on public.product_categories from public, anon, authenticated;
grant select, insert, update, delete on public.product_categories to service_role;
grant select (id, parent_id, name, slug, description, image_url, position, status, created_at, updated_at, updated_by, updated_device, row_version) on public.product_categories to authenticated;
grant select (id, parent_id, name, slug, description, image_url, position, status, created_at, updated_at, updated_by, updated_device, row_version) on public.product_categories to anon;
grant insert (id, parent_id, name, slug, description, image_url, position, status) on public.product_categories to authenticated;
grant update (parent_id, name, slug, description, image_url, position, status) on public.product_categories to authenticated;
grant delete on public.product_categories to authenticated;

alter table public.carts enable row level security;
alter table public.carts force row level security;
revoke all on public.carts from public, anon, authenticated;
grant select, insert, update, delete on public.carts to service_role;
grant select (id, user_id, organization_id, status, note, ordered_at, created_at, updated_at, updated_by, updated_device, row_version) on public.carts to authenticated;
grant insert (id, user_id, organization_id, note) on public.carts to authenticated;
grant update (organization_id, note) on public.carts to authenticated;
grant delete on public.carts to authenticated;

alter table public.coupons enable row level security;
alter table public.coupons force row level security;
revoke all on public.coupons from public, anon, authenticated;
grant select, insert, update, delete on public.coupons to service_role;
grant select (id, organization_id, code, description, kind, value, currency, minimum_spend, most_off, starts_at, ends_at, most_uses, most_uses_each, status, created_at, updated_at, updated_by, updated_device, row_version) on public.coupons to authenticated;
grant insert (id, organization_id, code, description, kind, value, currency, minimum_spend, most_off, starts_at, ends_at, most_uses, most_uses_each, status) on public.coupons to authenticated;
grant update (code, description, kind, value, currency, minimum_spend, most_off, starts_at, ends_at, most_uses, most_uses_each, status) on public.coupons to authenticated;
grant delete on public.coupons to authenticated;

alter table public.shipping_methods enable row level security;
alter table public.shipping_methods force row level security;
revoke all on public.shipping_methods from public, anon, authenticated;
grant select, insert, update, delete on public.shipping_methods to service_role;
grant select (id, organization_id, name, kind, carrier, price, free_from, currency, tax_rate, most_kg, countries, shortest_days, longest_days, position, status, created_at, updated_at, updated_by, updated_device, row_version) on public.shipping_methods to authenticated;
grant select (id, organization_id, name, kind, carrier, price, free_from, currency, tax_rate, most_kg, countries, shortest_days, longest_days, position, status, created_at, updated_at, updated_by, updated_device, row_version) on public.shipping_methods to anon;
grant insert (id, organization_id, name, kind, carrier, price, free_from, currency, tax_rate, most_kg, countries, shortest_days, longest_days, position, status) on public.shipping_methods to authenticated;
grant update (name, kind, carrier, price, free_from, currency, tax_rate, most_kg, countries, shortest_days, longest_days, position, status) on public.shipping_methods to authenticated;
grant delete on public.shipping_methods to authenticated;

alter table public.orders enable row level security;
alter table public.orders force row level security;
revoke all on public.orders from public, anon, authenticated;
grant select, insert, update, delete on public.orders to service_role;
grant select (id, organization_id, number, user_id, status, status_note, payment_status, currency, subtotal, discount, shipping, total, tax, paid, coupon_id, shipping_method_id, ship_to_name, ship_to_street, ship_to_postcode, ship_to_city, ship_to_region, ship_to_country, ship_to_phone, bill_to_name, bill_to_street, bill_to_postcode, bill_to_city, bill_to_region, bill_to_country, bill_to_tax_number, buyer_note, carrier, tracking_number, tracking_url, shipped_at, delivered_at, cancelled_at, created_at, updated_at, updated_by, updated_device, row_version) on public.orders to authenticated;
grant update (status, status_note, ship_to_name, ship_to_street, ship_to_postcode, ship_to_city, ship_to_region, ship_to_phone, carrier, tracking_number, tracking_url) on public.orders to authenticated;

alter table public.products enable row level security;
alter table public.products force row level security;
revoke all on public.products from public, anon, authenticated;
grant select, insert, update, delete on public.products to service_role;
grant select (id, organization_id, name, category_id, brand, sku, barcode, description, price, list_price, currency, tax_rate, weight_kg, stock_item_id, is_prescription_only, status, created_at, updated_at, updated_by, updated_device, row_version) on public.products to authenticated;
grant select (id, organization_id, name, category_id, brand, sku, barcode, description, price, list_price, currency, tax_rate, weight_kg, stock_item_id, is_prescription_only, status, created_at, updated_at, updated_by, updated_device, row_version) on public.products to anon;
grant insert (id, organization_id, name, category_id, brand, sku, barcode, description, price, list_price, currency, tax_rate, weight_kg, stock_item_id, is_prescription_only, status) on public.products to authenticated;
grant update (name, category_id, brand, sku, barcode, description, price, list_price, currency, tax_rate, weight_kg, stock_item_id, is_prescription_only, status) on public.products to authenticated;
grant delete on public.products to authenticated;

alter table public.order_status_history enable row level security;
alter table public.order_status_history force row level security;
revoke all on public.order_status_history from public, anon, authenticated;
grant select, insert, update, delete on public.order_status_history to service_role;
grant select (id, organization_id, order_id, user_id, from_status, to_status, changed_by, changed_at, note, created_at, updated_at, updated_by, updated_device, row_version) on public.order_status_history to authenticated;

alter table public.product_variants enable row level security;
alter table public.product_variants force row level security;
revoke all on public.product_variants from public, anon, authenticated;
grant select, insert, update, delete on public.product_variants to service_role;
grant select (id, organization_id, product_id, name, size, colour, options, sku, barcode, price, weight_kg, stock_item_id, position, status, is_public, created_at, updated_at, updated_by, updated_device, row_version) on public.product_variants to authenticated;
grant select (id, organization_id, product_id, name, size, colour, options, sku, barcode, price, weight_kg, stock_item_id, position, status, is_public, created_at, updated_at, updated_by, updated_device, row_version) on public.product_variants to anon;
grant insert (id, organization_id, product_id, name, size, colour, options, sku, barcode, price, weight_kg, stock_item_id, position, status) on public.product_variants to authenticated;
grant update (product_id, name, size, colour, options, sku, barcode, price, weight_kg, stock_item_id, position, status) on public.product_variants to authenticated;
grant delete on public.product_variants to authenticated;

alter table public.product_images enable row level security;
alter table public.product_images force row level security;
revoke all on public.product_images from public, anon, authenticated;
grant select, insert, update, delete on public.product_images to service_role;
grant select (id, organization_id, product_id, variant_id, url, alt_text, width_px, height_px, position, is_public, created_at, updated_at, updated_by, updated_device, row_version) on public.product_images to authenticated;
grant select (id, organization_id, product_id, variant_id, url, alt_text, width_px, height_px, position, is_public, created_at, updated_at, updated_by, updated_device, row_version) on public.product_images to anon;
grant insert (id, organization_id, product_id, variant_id, url, alt_text, width_px, height_px, position) on public.product_images to authenticated;
grant update (product_id, variant_id, url, alt_text, width_px, height_px, position) on public.product_images to authenticated;
grant delete on public.product_images to authenticated;

alter table public.order_items enable row level security;
alter table public.order_items force row level security;
revoke all on public.order_items from public, anon, authenticated;
grant select, insert, update, delete on public.order_items to service_role;
grant select (id, organization_id, order_id, user_id, product_id, variant_id, stock_item_id, name, sku, quantity, unit_price, discount, line_total, tax_rate, tax, created_at, updated_at, updated_by, updated_device, row_version) on public.order_items to authenticated;

alter table public.cart_items enable row level security;
alter table public.cart_items force row level security;
revoke all on public.cart_items from public, anon, authenticated;
grant select, insert, update, delete on public.cart_items to service_role;
grant select (id, user_id, organization_id, cart_id, product_id, variant_id, quantity, created_at, updated_at, updated_by, updated_device, row_version) on public.cart_items to authenticated;
grant insert (id, user_id, organization_id, cart_id, product_id, variant_id, quantity) on public.cart_items to authenticated;
grant update (organization_id, variant_id, quantity) on public.cart_items to authenticated;
grant delete on public.cart_items to authenticated;

alter table public.wishlists enable row level security;
alter table public.wishlists force row level security;
revoke all on public.wishlists from public, anon, authenticated;
grant select, insert, update, delete on public.wishlists to service_role;
grant select (id, user_id, list_name, product_id, variant_id, quantity, note, tell_when_cheaper, tell_when_back, created_at, updated_at, updated_by, updated_device, row_version) on public.wishlists to authenticated;
grant insert (id, user_id, list_name, product_id, variant_id, quantity, note, tell_when_cheaper, tell_when_back) on public.wishlists to authenticated;
grant update (list_name, variant_id, quantity, note, tell_when_cheaper, tell_when_back) on public.wishlists to authenticated;
grant delete on public.wishlists to authenticated;

create trigger update_product_categories_updated_at before insert or update on public.product_categories
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.product_categories
  referencing new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_update after update on public.product_categories
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_for_all();
create trigger log_delete after delete on public.product_categories
  referencing old table as old_rows
  for each statement execute function sync.log_for_all();
create trigger refuse_truncate before truncate on public.product_categories
  for each statement execute function sync.refuse_truncate();

create trigger update_carts_updated_at before insert or update on public.carts
  for each row execute function public.update_updated_at_column();

create trigger update_coupons_updated_at before insert or update on public.coupons
  for each row execute function public.update_updated_at_column();
create trigger audit_coupons_trigger after insert or update or delete on public.coupons
  for each row execute function public.audit_trigger_function('organization_id');

create trigger update_shipping_methods_updated_at before insert or update on public.shipping_methods
  for each row execute function public.update_updated_at_column();

create trigger update_orders_updated_at before insert or update on public.orders
  for each row execute function public.update_updated_at_column();
create trigger audit_orders_trigger after insert or update or delete on public.orders
  for each row execute function public.audit_trigger_function('organization_id');

create trigger update_products_updated_at before insert or update on public.products
  for each row execute function public.update_updated_at_column();
create trigger log_insert after insert on public.products
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.products
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.products
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.products
  for each statement execute function sync.refuse_truncate();

create trigger update_order_status_history_updated_at before insert or update on public.order_status_history
  for each row execute function public.update_updated_at_column();

create trigger update_product_variants_updated_at before insert or update on public.product_variants
  for each row execute function public.update_updated_at_column();

create trigger update_product_images_updated_at before insert or update on public.product_images
  for each row execute function public.update_updated_at_column();

create trigger update_order_items_updated_at before insert or update on public.order_items
  for each row execute function public.update_updated_at_column();

create trigger update_cart_items_updated_at before insert or update on public.cart_items
  for each row execute function public.update_updated_at_column();

create trigger update_wishlists_updated_at before insert or update on public.wishlists
  for each row execute function public.update_updated_at_column();

create policy may_read on public.product_categories for select to authenticated
  using (true);
create policy may_add on public.product_categories for insert to authenticated
  with check ((select access.is_platform_admin()));
create policy may_change on public.product_categories for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ))
  with check ((select access.is_platform_admin()));
create policy may_delete on public.product_categories for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (select access.is_platform_admin())
  ));
create policy anyone_may_read on public.product_categories for select to anon
  using (true);

create policy may_read on public.carts for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    carts.user_id = (select auth.uid())
  ));
create policy may_add on public.carts for insert to authenticated
  with check (carts.user_id = (select auth.uid()));
create policy may_change on public.carts for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    carts.user_id = (select auth.uid())
  ))
  with check (carts.user_id = (select auth.uid()));
create policy may_delete on public.carts for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    carts.user_id = (select auth.uid())
  ));

create policy may_read on public.coupons for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    coupons.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
create policy may_add on public.coupons for insert to authenticated
  with check (coupons.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.coupons for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    coupons.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (coupons.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.coupons for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    coupons.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.shipping_methods for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'active')
    or shipping_methods.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.shipping_methods for insert to authenticated
  with check (shipping_methods.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.shipping_methods for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    shipping_methods.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (shipping_methods.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.shipping_methods for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    shipping_methods.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy anyone_may_read on public.shipping_methods for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'active')
  ));

create policy may_read on public.orders for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    orders.user_id = (select auth.uid())
    or orders.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_change on public.orders for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    orders.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (orders.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));

create policy may_read on public.products for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'active')
    or products.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.products for insert to authenticated
  with check (products.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.products for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    products.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (products.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.products for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    products.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy anyone_may_read on public.products for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (status = 'active')
  ));

create policy may_read on public.order_status_history for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    order_status_history.user_id = (select auth.uid())
    or order_status_history.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));

create policy may_read on public.product_variants for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_public)
    or product_variants.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.product_variants for insert to authenticated
  with check (product_variants.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.product_variants for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    product_variants.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (product_variants.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.product_variants for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    product_variants.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy anyone_may_read on public.product_variants for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_public)
  ));

create policy may_read on public.product_images for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_public)
    or product_images.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.product_images for insert to authenticated
  with check (product_images.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_change on public.product_images for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    product_images.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (product_images.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));
create policy may_delete on public.product_images for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    product_images.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));
create policy anyone_may_read on public.product_images for select to anon
  using (access.is_planned() and (select access.is_unexplained()) and (
    (is_public)
  ));

create policy may_read on public.order_items for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    order_items.user_id = (select auth.uid())
    or order_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));

create policy may_read on public.cart_items for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    cart_items.user_id = (select auth.uid())
  ));
create policy may_add on public.cart_items for insert to authenticated
  with check ((cart_items.user_id = (select auth.uid())
      and exists (select from public.carts where carts.id = cart_items.cart_id)
      and exists (select from public.products where products.id = cart_items.product_id)));
create policy may_change on public.cart_items for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    cart_items.user_id = (select auth.uid())
  ))
  with check (cart_items.user_id = (select auth.uid()));
create policy may_delete on public.cart_items for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    cart_items.user_id = (select auth.uid())
  ));

create policy may_read on public.wishlists for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    wishlists.user_id = (select auth.uid())
  ));
create policy may_add on public.wishlists for insert to authenticated
  with check ((wishlists.user_id = (select auth.uid())
      and exists (select from public.products where products.id = wishlists.product_id)));
create policy may_change on public.wishlists for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    wishlists.user_id = (select auth.uid())
  ))
  with check (wishlists.user_id = (select auth.uid()));
create policy may_delete on public.wishlists for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    wishlists.user_id = (select auth.uid())
  ));

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
