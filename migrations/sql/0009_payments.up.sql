CREATE TABLE public.referrals (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    user_id UUID DEFAULT auth.uid() NOT NULL,
    code TEXT NOT NULL,
    channel public.referral_channel DEFAULT 'link' NOT NULL,
    invited_email_hash TEXT,
    invited_user_id UUID,
    status public.referral_status DEFAULT 'sent' NOT NULL,
    reward NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    currency TEXT DEFAULT 'EUR' NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE,
    joined_at TIMESTAMP WITH TIME ZONE,
    rewarded_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_referrals PRIMARY KEY (id),
    CONSTRAINT uq_referrals_code UNIQUE (code),
    CONSTRAINT uq_referrals_invited_user_id UNIQUE (invited_user_id),
    CONSTRAINT ck_referrals_not_oneself CHECK (invited_user_id <> user_id),
    CONSTRAINT ck_referrals_currency_letters CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT ck_referrals_reward_minimum CHECK (reward >= 0),
    CONSTRAINT ck_referrals_reward_maximum CHECK (reward <= 100000000),
    CONSTRAINT fk_referrals_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    CONSTRAINT fk_referrals_invited_user_id FOREIGN KEY(invited_user_id) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_referrals_user_id ON public.referrals (user_id);
comment on table public.referrals is 'A person''s invitation of somebody to the platform, and what came of it.';
comment on column public.referrals.id is 'Id';
comment on column public.referrals.user_id is 'Person';
comment on column public.referrals.code is 'Code';
comment on column public.referrals.channel is 'Sent by';
comment on column public.referrals.invited_email_hash is 'SHA-256 of the invited address';
comment on column public.referrals.invited_user_id is 'Who came';
comment on column public.referrals.status is 'Status';
comment on column public.referrals.reward is 'Reward';
comment on column public.referrals.currency is 'Currency';
comment on column public.referrals.sent_at is 'Sent';
comment on column public.referrals.expires_at is 'Valid until';
comment on column public.referrals.joined_at is 'Joined';
comment on column public.referrals.rewarded_at is 'Rewarded';
comment on column public.referrals.created_at is 'Created';
comment on column public.referrals.updated_at is 'Changed';
comment on column public.referrals.updated_by is 'Changed by';
comment on column public.referrals.updated_device is 'Changed on';
comment on column public.referrals.row_version is 'Version';

CREATE TABLE public.donations (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    user_id UUID,
    donor_name TEXT,
    donor_email TEXT,
    donor_address TEXT,
    is_anonymous BOOLEAN DEFAULT false NOT NULL,
    amount NUMERIC(14, 2) NOT NULL,
    currency TEXT DEFAULT 'EUR' NOT NULL,
    status public.payment_status DEFAULT 'pending' NOT NULL,
    donated_at TIMESTAMP WITH TIME ZONE,
    campaign TEXT,
    message TEXT,
    rhythm public.donation_rhythm DEFAULT 'once' NOT NULL,
    promise_reference TEXT,
    next_on DATE,
    ended_on DATE,
    is_tax_deductible BOOLEAN DEFAULT true NOT NULL,
    receipt_number TEXT,
    receipt_sent_at TIMESTAMP WITH TIME ZONE,
    thanked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_donations PRIMARY KEY (id),
    CONSTRAINT uq_donations_organization_id_receipt_number UNIQUE (organization_id, receipt_number),
    CONSTRAINT ck_donations_currency_letters CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT ck_donations_amount_minimum CHECK (amount >= 0.01),
    CONSTRAINT ck_donations_amount_maximum CHECK (amount <= 100000000),
    CONSTRAINT uq_donations_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_donations_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_donations_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_donations_day ON public.donations (organization_id, donated_at);
CREATE INDEX ix_donations_user_id ON public.donations (user_id);
comment on table public.donations is 'Money given to an organization, once or at each turn of a standing promise.';
comment on column public.donations.id is 'Id';
comment on column public.donations.organization_id is 'Organization';
comment on column public.donations.user_id is 'Donor';
comment on column public.donations.donor_name is 'Donor''s name';
comment on column public.donations.donor_email is 'Donor''s e-mail';
comment on column public.donations.donor_address is 'Donor''s address';
comment on column public.donations.is_anonymous is 'Not to be named';
comment on column public.donations.amount is 'Amount';
comment on column public.donations.currency is 'Currency';
comment on column public.donations.status is 'Status';
comment on column public.donations.donated_at is 'Given';
comment on column public.donations.campaign is 'Campaign';
comment on column public.donations.message is 'Donor''s words';
comment on column public.donations.rhythm is 'How often';
comment on column public.donations.promise_reference is 'Provider''s number of the promise';
comment on column public.donations.next_on is 'Next on';
comment on column public.donations.ended_on is 'Promise ended';
comment on column public.donations.is_tax_deductible is 'Tax deductible';
comment on column public.donations.receipt_number is 'Receipt number';
comment on column public.donations.receipt_sent_at is 'Receipt sent';
comment on column public.donations.thanked_at is 'Thanked';
comment on column public.donations.created_at is 'Created';
comment on column public.donations.updated_at is 'Changed';
comment on column public.donations.updated_by is 'Changed by';
comment on column public.donations.updated_device is 'Changed on';
comment on column public.donations.row_version is 'Version';

CREATE TABLE public.invoices (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    number TEXT,
    kind public.invoice_kind DEFAULT 'invoice' NOT NULL,
    credits_id UUID,
    estimate_id UUID,
    accepted_at TIMESTAMP WITH TIME ZONE,
    client_id UUID,
    appointment_id UUID,
    booking_id UUID,
    order_id UUID,
    user_id UUID,
    bill_to_name TEXT,
    bill_to_address TEXT,
    bill_to_tax_number TEXT,
    issue_date DATE DEFAULT current_date NOT NULL,
    due_date DATE,
    status public.invoice_status DEFAULT 'draft' NOT NULL,
    currency TEXT DEFAULT 'EUR' NOT NULL,
    price_off NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    price_off_percent NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    subtotal NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    discount NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    tax NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    total NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    posted_total NUMERIC(14, 2),
    paid NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    posted_at TIMESTAMP WITH TIME ZONE,
    notes TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_invoices PRIMARY KEY (id),
    CONSTRAINT uq_invoices_organization_id_number UNIQUE (organization_id, number),
    CONSTRAINT ck_invoices_total_adds_up CHECK (total = subtotal - discount + tax),
    CONSTRAINT ck_invoices_paid_within_total CHECK (paid <= total),
    CONSTRAINT ck_invoices_due_after_issue CHECK (due_date >= issue_date),
    CONSTRAINT ck_invoices_credits_by_note CHECK (credits_id is null or kind = 'credit_note'),
    CONSTRAINT ck_invoices_estimate_not_posted CHECK (kind <> 'estimate' or status = 'draft'),
    CONSTRAINT ck_invoices_one_discount CHECK (price_off = 0 or price_off_percent = 0),
    CONSTRAINT ck_invoices_currency_letters CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT ck_invoices_price_off_minimum CHECK (price_off >= 0),
    CONSTRAINT ck_invoices_price_off_maximum CHECK (price_off <= 100000000),
    CONSTRAINT ck_invoices_price_off_percent_minimum CHECK (price_off_percent >= 0),
    CONSTRAINT ck_invoices_price_off_percent_maximum CHECK (price_off_percent <= 100),
    CONSTRAINT ck_invoices_subtotal_minimum CHECK (subtotal >= 0),
    CONSTRAINT ck_invoices_subtotal_maximum CHECK (subtotal <= 100000000),
    CONSTRAINT ck_invoices_discount_minimum CHECK (discount >= 0),
    CONSTRAINT ck_invoices_discount_maximum CHECK (discount <= 100000000),
    CONSTRAINT ck_invoices_tax_minimum CHECK (tax >= 0),
    CONSTRAINT ck_invoices_tax_maximum CHECK (tax <= 100000000),
    CONSTRAINT ck_invoices_total_minimum CHECK (total >= 0),
    CONSTRAINT ck_invoices_total_maximum CHECK (total <= 100000000),
    CONSTRAINT ck_invoices_posted_total_minimum CHECK (posted_total >= 0),
    CONSTRAINT ck_invoices_posted_total_maximum CHECK (posted_total <= 100000000),
    CONSTRAINT ck_invoices_paid_minimum CHECK (paid >= 0),
    CONSTRAINT ck_invoices_paid_maximum CHECK (paid <= 100000000),
    CONSTRAINT uq_invoices_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_invoices_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_invoices_organization_id_credits_id FOREIGN KEY(organization_id, credits_id) REFERENCES public.invoices (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_invoices_organization_id_estimate_id FOREIGN KEY(organization_id, estimate_id) REFERENCES public.invoices (organization_id, id) ON DELETE SET NULL (estimate_id),
    CONSTRAINT fk_invoices_organization_id_client_id FOREIGN KEY(organization_id, client_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_invoices_organization_id_appointment_id FOREIGN KEY(organization_id, appointment_id) REFERENCES public.appointments (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_invoices_organization_id_booking_id FOREIGN KEY(organization_id, booking_id) REFERENCES public.bookings (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_invoices_organization_id_order_id FOREIGN KEY(organization_id, order_id) REFERENCES public.orders (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_invoices_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE SET NULL
);
CREATE INDEX ix_invoices_day ON public.invoices (organization_id, issue_date);
CREATE INDEX ix_invoices_organization_id_appointment_id ON public.invoices (organization_id, appointment_id);
CREATE INDEX ix_invoices_organization_id_booking_id ON public.invoices (organization_id, booking_id);
CREATE INDEX ix_invoices_organization_id_client_id ON public.invoices (organization_id, client_id);
CREATE INDEX ix_invoices_organization_id_credits_id ON public.invoices (organization_id, credits_id);
CREATE INDEX ix_invoices_organization_id_estimate_id ON public.invoices (organization_id, estimate_id);
CREATE INDEX ix_invoices_organization_id_order_id ON public.invoices (organization_id, order_id);
CREATE INDEX ix_invoices_user_id ON public.invoices (user_id);
comment on table public.invoices is 'What a client is asked to pay, or given back; a draft until it is posted (rule 23).';
comment on column public.invoices.id is 'Id';
comment on column public.invoices.organization_id is 'Organization';
comment on column public.invoices.number is 'Number';
comment on column public.invoices.kind is 'Kind';
comment on column public.invoices.credits_id is 'Corrects';
comment on column public.invoices.estimate_id is 'From the estimate';
comment on column public.invoices.accepted_at is 'Accepted';
comment on column public.invoices.client_id is 'Client';
comment on column public.invoices.appointment_id is 'Visit';
comment on column public.invoices.booking_id is 'Booking';
comment on column public.invoices.order_id is 'Order';
comment on column public.invoices.user_id is 'Client''s account';
comment on column public.invoices.bill_to_name is 'Bill to';
comment on column public.invoices.bill_to_address is 'Address';
comment on column public.invoices.bill_to_tax_number is 'Client''s tax number';
comment on column public.invoices.issue_date is 'Date';
comment on column public.invoices.due_date is 'Due';
comment on column public.invoices.status is 'Status';
comment on column public.invoices.currency is 'Currency';
comment on column public.invoices.price_off is 'Discount';
comment on column public.invoices.price_off_percent is 'Discount in percent, %';
comment on column public.invoices.subtotal is 'Items';
comment on column public.invoices.discount is 'Discount without tax';
comment on column public.invoices.tax is 'Tax';
comment on column public.invoices.total is 'Total';
comment on column public.invoices.posted_total is 'Total as posted';
comment on column public.invoices.paid is 'Paid';
comment on column public.invoices.posted_at is 'Posted';
comment on column public.invoices.notes is 'Notes';
comment on column public.invoices.created_at is 'Created';
comment on column public.invoices.updated_at is 'Changed';
comment on column public.invoices.updated_by is 'Changed by';
comment on column public.invoices.updated_device is 'Changed on';
comment on column public.invoices.row_version is 'Version';

CREATE TABLE public.payments (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    client_id UUID,
    invoice_id UUID,
    booking_id UUID,
    order_id UUID,
    donation_id UUID,
    user_id UUID,
    amount NUMERIC(14, 2) NOT NULL,
    currency TEXT DEFAULT 'EUR' NOT NULL,
    method public.payment_method DEFAULT 'cash' NOT NULL,
    status public.payment_status DEFAULT 'completed' NOT NULL,
    paid_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
    received_by UUID,
    till TEXT,
    given NUMERIC(14, 2),
    refunded_amount NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    reference TEXT,
    notes TEXT,
    provider TEXT,
    provider_reference TEXT,
    fee NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    failure_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_payments PRIMARY KEY (id),
    CONSTRAINT uq_payments_organization_id_provider_provider_reference UNIQUE (organization_id, provider, provider_reference),
    CONSTRAINT ck_payments_currency_letters CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT ck_payments_amount_minimum CHECK (amount >= 0.01),
    CONSTRAINT ck_payments_amount_maximum CHECK (amount <= 100000000),
    CONSTRAINT ck_payments_given_minimum CHECK (given >= 0),
    CONSTRAINT ck_payments_given_maximum CHECK (given <= 100000000),
    CONSTRAINT ck_payments_refunded_amount_minimum CHECK (refunded_amount >= 0),
    CONSTRAINT ck_payments_refunded_amount_maximum CHECK (refunded_amount <= 100000000),
    CONSTRAINT ck_payments_fee_minimum CHECK (fee >= 0),
    CONSTRAINT ck_payments_fee_maximum CHECK (fee <= 100000000),
    CONSTRAINT uq_payments_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_payments_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_payments_organization_id_client_id FOREIGN KEY(organization_id, client_id) REFERENCES public.clinic_clients (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_payments_organization_id_invoice_id FOREIGN KEY(organization_id, invoice_id) REFERENCES public.invoices (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_payments_organization_id_booking_id FOREIGN KEY(organization_id, booking_id) REFERENCES public.bookings (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_payments_organization_id_order_id FOREIGN KEY(organization_id, order_id) REFERENCES public.orders (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_payments_organization_id_donation_id FOREIGN KEY(organization_id, donation_id) REFERENCES public.donations (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_payments_user_id FOREIGN KEY(user_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    CONSTRAINT fk_payments_organization_id_received_by FOREIGN KEY(organization_id, received_by) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT
);
CREATE INDEX ix_payments_day ON public.payments (organization_id, paid_at);
CREATE INDEX ix_payments_organization_id_booking_id ON public.payments (organization_id, booking_id);
CREATE INDEX ix_payments_organization_id_client_id ON public.payments (organization_id, client_id);
CREATE INDEX ix_payments_organization_id_donation_id ON public.payments (organization_id, donation_id);
CREATE INDEX ix_payments_organization_id_invoice_id ON public.payments (organization_id, invoice_id);
CREATE INDEX ix_payments_organization_id_order_id ON public.payments (organization_id, order_id);
CREATE INDEX ix_payments_organization_id_received_by ON public.payments (organization_id, received_by);
CREATE INDEX ix_payments_user_id ON public.payments (user_id);
comment on table public.payments is 'Money that an organization received, or is about to.';
comment on column public.payments.id is 'Id';
comment on column public.payments.organization_id is 'Organization';
comment on column public.payments.client_id is 'Client';
comment on column public.payments.invoice_id is 'Invoice';
comment on column public.payments.booking_id is 'Booking';
comment on column public.payments.order_id is 'Order';
comment on column public.payments.donation_id is 'Donation';
comment on column public.payments.user_id is 'Payer''s account';
comment on column public.payments.amount is 'Amount';
comment on column public.payments.currency is 'Currency';
comment on column public.payments.method is 'Paid by';
comment on column public.payments.status is 'Status';
comment on column public.payments.paid_at is 'Received';
comment on column public.payments.received_by is 'Received by';
comment on column public.payments.till is 'Till';
comment on column public.payments.given is 'Given';
comment on column public.payments.refunded_amount is 'Paid back';
comment on column public.payments.reference is 'Reference';
comment on column public.payments.notes is 'Notes';
comment on column public.payments.provider is 'Provider';
comment on column public.payments.provider_reference is 'Provider''s number';
comment on column public.payments.fee is 'Provider''s fee';
comment on column public.payments.failure_reason is 'Why it failed';
comment on column public.payments.created_at is 'Created';
comment on column public.payments.updated_at is 'Changed';
comment on column public.payments.updated_by is 'Changed by';
comment on column public.payments.updated_device is 'Changed on';
comment on column public.payments.row_version is 'Version';

CREATE TABLE public.invoice_items (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    invoice_id UUID NOT NULL,
    position BIGINT DEFAULT 0 NOT NULL,
    description TEXT NOT NULL,
    pet_id UUID,
    service_id UUID,
    product_id UUID,
    stock_item_id UUID,
    lot TEXT,
    record_id UUID,
    quantity NUMERIC(14, 3) DEFAULT 1 NOT NULL,
    unit_price NUMERIC(14, 6) DEFAULT 0 NOT NULL,
    discount NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    discount_percent NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    line_total NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    tax_rate NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    tax NUMERIC(14, 2) DEFAULT 0 NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_invoice_items PRIMARY KEY (id),
    CONSTRAINT ck_invoice_items_line_adds_up CHECK (abs(line_total - (quantity * unit_price - discount)) < 0.01),
    CONSTRAINT ck_invoice_items_position_minimum CHECK (position >= 0),
    CONSTRAINT ck_invoice_items_position_maximum CHECK (position <= 10000),
    CONSTRAINT ck_invoice_items_quantity_minimum CHECK (quantity >= 0),
    CONSTRAINT ck_invoice_items_quantity_maximum CHECK (quantity <= 1000000),
    CONSTRAINT ck_invoice_items_unit_price_minimum CHECK (unit_price >= 0),
    CONSTRAINT ck_invoice_items_unit_price_maximum CHECK (unit_price <= 10000000),
    CONSTRAINT ck_invoice_items_discount_minimum CHECK (discount >= 0),
    CONSTRAINT ck_invoice_items_discount_maximum CHECK (discount <= 100000000),
    CONSTRAINT ck_invoice_items_discount_percent_minimum CHECK (discount_percent >= 0),
    CONSTRAINT ck_invoice_items_discount_percent_maximum CHECK (discount_percent <= 100),
    CONSTRAINT ck_invoice_items_line_total_minimum CHECK (line_total >= 0),
    CONSTRAINT ck_invoice_items_line_total_maximum CHECK (line_total <= 100000000),
    CONSTRAINT ck_invoice_items_tax_rate_minimum CHECK (tax_rate >= 0),
    CONSTRAINT ck_invoice_items_tax_rate_maximum CHECK (tax_rate <= 100),
    CONSTRAINT ck_invoice_items_tax_minimum CHECK (tax >= 0),
    CONSTRAINT ck_invoice_items_tax_maximum CHECK (tax <= 100000000),
    CONSTRAINT uq_invoice_items_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_invoice_items_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_invoice_items_organization_id_invoice_id FOREIGN KEY(organization_id, invoice_id) REFERENCES public.invoices (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_invoice_items_organization_id_pet_id FOREIGN KEY(organization_id, pet_id) REFERENCES public.clinic_patients (organization_id, pet_id) ON DELETE RESTRICT,
    CONSTRAINT fk_invoice_items_organization_id_service_id FOREIGN KEY(organization_id, service_id) REFERENCES public.services (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_invoice_items_organization_id_product_id FOREIGN KEY(organization_id, product_id) REFERENCES public.products (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_invoice_items_organization_id_record_id FOREIGN KEY(organization_id, record_id) REFERENCES public.medical_records (organization_id, id) ON DELETE RESTRICT
);
CREATE INDEX ix_invoice_items_organization_id_invoice_id ON public.invoice_items (organization_id, invoice_id);
CREATE INDEX ix_invoice_items_organization_id_pet_id ON public.invoice_items (organization_id, pet_id);
CREATE INDEX ix_invoice_items_organization_id_product_id ON public.invoice_items (organization_id, product_id);
CREATE INDEX ix_invoice_items_organization_id_record_id ON public.invoice_items (organization_id, record_id);
CREATE INDEX ix_invoice_items_organization_id_service_id ON public.invoice_items (organization_id, service_id);
CREATE INDEX ix_invoice_items_organization_id_stock_item_id ON public.invoice_items (organization_id, stock_item_id);
comment on table public.invoice_items is 'One line of an invoice: what, how much of it, and for what price without tax.';
comment on column public.invoice_items.id is 'Id';
comment on column public.invoice_items.organization_id is 'Organization';
comment on column public.invoice_items.invoice_id is 'Invoice';
comment on column public.invoice_items.position is 'Line';
comment on column public.invoice_items.description is 'Description';
comment on column public.invoice_items.pet_id is 'Pet';
comment on column public.invoice_items.service_id is 'Service';
comment on column public.invoice_items.product_id is 'Product';
comment on column public.invoice_items.stock_item_id is 'Stock item';
comment on column public.invoice_items.lot is 'Lot';
comment on column public.invoice_items.record_id is 'From the record';
comment on column public.invoice_items.quantity is 'Quantity';
comment on column public.invoice_items.unit_price is 'Price of one';
comment on column public.invoice_items.discount is 'Discount';
comment on column public.invoice_items.discount_percent is 'Discount in percent, %';
comment on column public.invoice_items.line_total is 'Together';
comment on column public.invoice_items.tax_rate is 'Tax rate, %';
comment on column public.invoice_items.tax is 'Tax';
comment on column public.invoice_items.created_at is 'Created';
comment on column public.invoice_items.updated_at is 'Changed';
comment on column public.invoice_items.updated_by is 'Changed by';
comment on column public.invoice_items.updated_device is 'Changed on';
comment on column public.invoice_items.row_version is 'Version';

CREATE TABLE public.payment_refunds (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    organization_id UUID NOT NULL,
    payment_id UUID NOT NULL,
    amount NUMERIC(14, 2) NOT NULL,
    method public.payment_method DEFAULT 'cash' NOT NULL,
    paid_back_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    given_by UUID,
    till TEXT,
    reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_by UUID,
    updated_device TEXT,
    row_version BIGINT DEFAULT 1 NOT NULL,
    CONSTRAINT pk_payment_refunds PRIMARY KEY (id),
    CONSTRAINT ck_payment_refunds_amount_minimum CHECK (amount >= 0.01),
    CONSTRAINT ck_payment_refunds_amount_maximum CHECK (amount <= 100000000),
    CONSTRAINT uq_payment_refunds_organization_id_id UNIQUE (organization_id, id),
    CONSTRAINT fk_payment_refunds_organization_id FOREIGN KEY(organization_id) REFERENCES public.organizations (id) ON DELETE CASCADE,
    CONSTRAINT fk_payment_refunds_organization_id_payment_id FOREIGN KEY(organization_id, payment_id) REFERENCES public.payments (organization_id, id) ON DELETE RESTRICT,
    CONSTRAINT fk_payment_refunds_organization_id_given_by FOREIGN KEY(organization_id, given_by) REFERENCES public.organization_users (organization_id, user_id) ON DELETE RESTRICT
);
CREATE INDEX ix_payment_refunds_day ON public.payment_refunds (organization_id, paid_back_at);
CREATE INDEX ix_payment_refunds_organization_id_given_by ON public.payment_refunds (organization_id, given_by);
CREATE INDEX ix_payment_refunds_organization_id_payment_id ON public.payment_refunds (organization_id, payment_id);
comment on table public.payment_refunds is 'What was paid back of a payment at one time: a row for each, so that two desks add up.';
comment on column public.payment_refunds.id is 'Id';
comment on column public.payment_refunds.organization_id is 'Organization';
comment on column public.payment_refunds.payment_id is 'Of the payment';
comment on column public.payment_refunds.amount is 'Amount';
comment on column public.payment_refunds.method is 'Paid back by';
comment on column public.payment_refunds.paid_back_at is 'Paid back';
comment on column public.payment_refunds.given_by is 'Paid back by whom';
comment on column public.payment_refunds.till is 'Till';
comment on column public.payment_refunds.reason is 'Reason';
comment on column public.payment_refunds.created_at is 'Created';
comment on column public.payment_refunds.updated_at is 'Changed';
comment on column public.payment_refunds.updated_by is 'Changed by';
comment on column public.payment_refunds.updated_device is 'Changed on';
comment on column public.payment_refunds.row_version is 'Version';

insert into sync.tables (name, position, kinds, belongs)
values ('invoices', 70, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('payments', 81, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('invoice_items', 82, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

insert into sync.tables (name, position, kinds, belongs)
values ('payment_refunds', 85, '{breeding_facility,ngo,pet_service_provider,research_facility,veterinary_clinic}',
  't.organization_id = %1$L::uuid');

alter table public.referrals enable row level security;
alter table public.referrals force row level security;
revoke all on public.referrals from public, anon, authenticated;
grant select, insert, update, delete on public.referrals to service_role;
grant select (id, user_id, code, channel, invited_user_id, status, reward, currency, sent_at, expires_at, joined_at, rewarded_at, created_at, updated_at, updated_by, updated_device, row_version) on public.referrals to authenticated;

alter table public.donations enable row level security;
alter table public.donations force row level security;
revoke all on public.donations from public, anon, authenticated;
grant select, insert, update, delete on public.donations to service_role;
grant select (id, organization_id, user_id, donor_name, donor_email, donor_address, is_anonymous, amount, currency, status, donated_at, campaign, message, rhythm, promise_reference, next_on, ended_on, is_tax_deductible, receipt_number, receipt_sent_at, thanked_at, created_at, updated_at, updated_by, updated_device, row_version) on public.donations to authenticated;
grant update (is_tax_deductible, receipt_number, receipt_sent_at, thanked_at) on public.donations to authenticated;

alter table public.invoices enable row level security;
alter table public.invoices force row level security;
revoke all on public.invoices from public, anon, authenticated;
grant select, insert, update, delete on public.invoices to service_role;
grant select (id, organization_id, number, kind, credits_id, estimate_id, accepted_at, client_id, appointment_id, booking_id, order_id, user_id, bill_to_name, bill_to_address, bill_to_tax_number, issue_date, due_date, status, currency, price_off, price_off_percent, subtotal, discount, tax, total, posted_total, paid, posted_at, notes, created_at, updated_at, updated_by, updated_device, row_version) on public.invoices to authenticated;
grant insert (id, organization_id, number, kind, credits_id, estimate_id, accepted_at, client_id, appointment_id, booking_id, bill_to_name, bill_to_address, bill_to_tax_number, issue_date, due_date, status, currency, price_off, price_off_percent, subtotal, discount, tax, total, posted_total, notes) on public.invoices to authenticated;
grant update (number, kind, credits_id, estimate_id, accepted_at, client_id, appointment_id, booking_id, bill_to_name, bill_to_address, bill_to_tax_number, issue_date, due_date, status, currency, price_off, price_off_percent, subtotal, discount, tax, total, posted_total, notes) on public.invoices to authenticated;
grant delete on public.invoices to authenticated;

alter table public.payments enable row level security;
alter table public.payments force row level security;
revoke all on public.payments from public, anon, authenticated;
grant select, insert, update, delete on public.payments to service_role;
grant select (id, organization_id, client_id, invoice_id, booking_id, order_id, donation_id, user_id, amount, currency, method, status, paid_at, received_by, till, given, refunded_amount, reference, notes, provider, provider_reference, fee, failure_reason, created_at, updated_at, updated_by, updated_device, row_version) on public.payments to authenticated;
grant insert (id, organization_id, client_id, invoice_id, booking_id, amount, currency, method, status, paid_at, received_by, till, given, reference, notes) on public.payments to authenticated;
grant update (client_id, invoice_id, booking_id, amount, currency, method, status, paid_at, received_by, till, given, reference, notes) on public.payments to authenticated;
grant delete on public.payments to authenticated;

alter table public.invoice_items enable row level security;
alter table public.invoice_items force row level security;
revoke all on public.invoice_items from public, anon, authenticated;
grant select, insert, update, delete on public.invoice_items to service_role;
grant select (id, organization_id, invoice_id, position, description, pet_id, service_id, product_id, stock_item_id, lot, record_id, quantity, unit_price, discount, discount_percent, line_total, tax_rate, tax, created_at, updated_at, updated_by, updated_device, row_version) on public.invoice_items to authenticated;
grant insert (id, organization_id, invoice_id, position, description, pet_id, service_id, product_id, stock_item_id, lot, record_id, quantity, unit_price, discount, discount_percent, line_total, tax_rate, tax) on public.invoice_items to authenticated;
grant update (position, description, pet_id, service_id, product_id, stock_item_id, lot, record_id, quantity, unit_price, discount, discount_percent, line_total, tax_rate, tax) on public.invoice_items to authenticated;
grant delete on public.invoice_items to authenticated;

alter table public.payment_refunds enable row level security;
alter table public.payment_refunds force row level security;
revoke all on public.payment_refunds from public, anon, authenticated;
grant select, insert, update, delete on public.payment_refunds to service_role;
grant select (id, organization_id, payment_id, amount, method, paid_back_at, given_by, till, reason, created_at, updated_at, updated_by, updated_device, row_version) on public.payment_refunds to authenticated;
grant insert (id, organization_id, payment_id, amount, method, paid_back_at, given_by, till, reason) on public.payment_refunds to authenticated;
grant update (amount, method, paid_back_at, given_by, till, reason) on public.payment_refunds to authenticated;
grant delete on public.payment_refunds to authenticated;

create trigger update_referrals_updated_at before insert or update on public.referrals
  for each row execute function public.update_updated_at_column();

create trigger update_donations_updated_at before insert or update on public.donations
  for each row execute function public.update_updated_at_column();
create trigger audit_donations_trigger after insert or update or delete on public.donations
  for each row execute function public.audit_trigger_function('organization_id');

create trigger update_invoices_updated_at before insert or update on public.invoices
  for each row execute function public.update_updated_at_column();
create trigger audit_invoices_trigger after insert or update or delete on public.invoices
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.invoices
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.invoices
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.invoices
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.invoices
  for each statement execute function sync.refuse_truncate();

create trigger update_payments_updated_at before insert or update on public.payments
  for each row execute function public.update_updated_at_column();
create trigger audit_payments_trigger after insert or update or delete on public.payments
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.payments
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.payments
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.payments
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.payments
  for each statement execute function sync.refuse_truncate();

create trigger update_invoice_items_updated_at before insert or update on public.invoice_items
  for each row execute function public.update_updated_at_column();
create trigger audit_invoice_items_trigger after insert or update or delete on public.invoice_items
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.invoice_items
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.invoice_items
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.invoice_items
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.invoice_items
  for each statement execute function sync.refuse_truncate();

create trigger update_payment_refunds_updated_at before insert or update on public.payment_refunds
  for each row execute function public.update_updated_at_column();
create trigger audit_payment_refunds_trigger after insert or update or delete on public.payment_refunds
  for each row execute function public.audit_trigger_function('organization_id');
create trigger log_insert after insert on public.payment_refunds
  referencing new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_update after update on public.payment_refunds
  referencing old table as old_rows new table as new_rows
  for each statement execute function sync.log_within();
create trigger log_delete after delete on public.payment_refunds
  referencing old table as old_rows
  for each statement execute function sync.log_within();
create trigger refuse_truncate before truncate on public.payment_refunds
  for each statement execute function sync.refuse_truncate();

create policy may_read on public.referrals for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    referrals.user_id = (select auth.uid())
  ));

create policy may_read on public.donations for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    donations.user_id = (select auth.uid())
    or donations.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));
create policy may_change on public.donations for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    donations.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ))
  with check (donations.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[]));

create policy may_read on public.invoices for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    (invoices.user_id = (select auth.uid()) and (status <> 'draft'))
    or invoices.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.invoices for insert to authenticated
  with check (invoices.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.invoices for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invoices.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (invoices.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.invoices for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invoices.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.payments for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    payments.user_id = (select auth.uid())
    or payments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
  ));
create policy may_add on public.payments for insert to authenticated
  with check (payments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.payments for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    payments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (payments.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.payments for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    payments.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

create policy may_read on public.invoice_items for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invoice_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or exists (select from public.invoices where invoices.id = invoice_items.invoice_id)
  ));
create policy may_add on public.invoice_items for insert to authenticated
  with check (invoice_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.invoice_items for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invoice_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (invoice_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.invoice_items for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    invoice_items.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ));

create policy may_read on public.payment_refunds for select to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    payment_refunds.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff,viewer}'))::uuid[])
    or exists (select from public.payments where payments.id = payment_refunds.payment_id)
  ));
create policy may_add on public.payment_refunds for insert to authenticated
  with check (payment_refunds.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_change on public.payment_refunds for update to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    payment_refunds.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[])
  ))
  with check (payment_refunds.organization_id = any((select access.organizations_as('{owner,manager,veterinarian,staff}'))::uuid[]));
create policy may_delete on public.payment_refunds for delete to authenticated
  using (access.is_planned() and (select access.is_unexplained()) and (
    payment_refunds.organization_id = any((select access.organizations_as('{owner,manager}'))::uuid[])
  ));

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
