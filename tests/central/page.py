"""What the platform's page on its database names: tables, enums, functions, triggers, indexes."""

from __future__ import annotations

from fluffydesk.central.inspection import Description

TABLES = {
    "User management": """
        profiles organization_users invites invite_codes user_consents
        """,
    "Pet management": """
        pets pet_collaborators pet_shares pet_media pet_transfer_logs emergency_contacts
        """,
    "Medical and health": """
        medical_records reminders ai_insights vaccine_logs health_treatments
        """,
    "Booking and appointments": """
        bookings appointments booking_items services rooms room_availability
        """,
    "Communication": """
        conversations messages notifications notification_preferences
        """,
    "Organizations": """
        organizations organization_services organization_integrations provider_profiles staff_shifts
        """,
    "E-commerce": """
        products product_variants product_categories product_images orders order_items
        order_status_history carts cart_items coupons wishlists shipping_methods
        """,
    "Payments and finance": """
        payments invoices invoice_items donations referrals
        """,
    "Community features": """
        community_posts community_groups group_members forum_posts forum_comments comments reactions
        bookmarks tags post_tags post_media
        """,
    "Lost and found": """
        lf_reports lf_matches lf_media lf_messages lf_actions lf_subscriptions
        """,
    "Breeding network": """
        breeding_profiles breeding_matches breeding_requests breeding_swipes breeding_photos
        breeding_prefs breeding_verifications breeding_reports breeding_blocklist breeding_records
        """,
    "Livestock management": """
        livestock livestock_batches livestock_breeds livestock_species flocks poultry_batches
        herd_batches dairy_batches
        """,
    "Farm operations": """
        feed_logs poultry_feed_logs milk_production_logs milk_storage milk_storage_logs
        egg_production_logs egg_storage wool_milk_production_logs wool_storage mortality_logs
        lambing_records hatchery_records
        """,
    "Farm resources": """
        farm_inventory inventory_transactions farm_expenses farm_revenues farm_product_sales
        resources resource_transactions
        """,
    "Analytics and reporting": """
        analytics_platform_summary analytics_org_summary analytics_owner_summary
        analytics_provider_summary
        """,
    "System management": """
        audit_logs security_events moderation_logs reports platform_settings api_keys integrations
        async_jobs data_requests signed_documents
        """,
    "Events and scheduling": """
        events event_participants event_attendees event_checkins shifts tasks volunteer_hours
        volunteer_availability volunteer_skills
        """,
    "Reviews and ratings": """
        reviews addresses custom_fields media_files
        """,
    "Reference data": """
        species_reference breed_reference companion_species companion_breeds automation_rules
        compliance_records
        """,
    "IoT and monitoring": """
        iot_device_logs geo_events
        """,
}

ENUMS = {
    "user_role": "pet_owner, veterinarian, service_provider, clinic_admin, ngo_admin,"
    " platform_admin, volunteer, breeder, seller",
    "org_type": "veterinary_clinic, pet_service_provider, ngo, breeding_facility, pet_store, farm,"
    " research_facility",
    "status": "active, inactive, pending, suspended, archived",
    "payment_status": "pending, processing, completed, failed, refunded, disputed",
    "appointment_status": "scheduled, confirmed, in_progress, completed, cancelled, no_show",
}

# Each with what it returns. The host's linter wants more than the page: a search path, no callers.
FUNCTIONS = {
    "handle_new_user()": "trigger",
    "update_user_role(p_user_id uuid, p_new_role public.user_role)": "void",
    "refresh_all_org_summaries()": "void",
    "audit_trigger_function()": "trigger",
    "update_updated_at_column()": "trigger",
}

# Each with its table, and what it begins with and ends with.
TRIGGERS = {
    "audit_pets_trigger": (
        "pets",
        "AFTER INSERT OR DELETE OR UPDATE",
        "FOR EACH ROW EXECUTE FUNCTION public.audit_trigger_function(",
    ),
    "update_pets_updated_at": (
        "pets",
        "BEFORE INSERT OR UPDATE",
        "FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column()",
    ),
}

INDEXES = {
    "idx_profiles_email": "profiles (email)",
    "idx_organization_users_user_id": "organization_users (user_id)",
    "idx_organization_users_org_id": "organization_users (organization_id)",
    "idx_pets_owner_id": "pets (owner_id)",
    "idx_pets_species": "pets (species)",
    "idx_medical_records_pet_id": "medical_records (pet_id)",
    "idx_bookings_provider_id": "bookings (provider_id)",
    "idx_bookings_start_date": "bookings (start_date)",
    "idx_appointments_scheduled_at": "appointments (scheduled_at)",
    "idx_messages_conversation_id": "messages (conversation_id)",
    "idx_notifications_user_id": "notifications (user_id)",
    "idx_audit_logs_actor_id": "audit_logs (actor_id)",
    "idx_audit_logs_created_at": "audit_logs (created_at)",
    "idx_security_events_user_id": "security_events (user_id)",
}


def tables() -> list[str]:
    """Return the names of all tables the page lists."""
    return [name for names in TABLES.values() for name in names.split()]


def lacking(live: Description) -> list[str]:
    """Return what the page names and a database, described, has not or has otherwise."""
    found = [f"table {name}" for name in tables() if f"table public.{name}" not in live]
    found += [
        f"enum {name}"
        for name, values in ENUMS.items()
        if live.get(f"enum public.{name}") != values
    ]
    heads = {
        " ".join(definition.split()[:40])
        for name, definition in live.items()
        if name.startswith("function public.")
    }
    found += [
        f"function {signature}"
        for signature, returns in FUNCTIONS.items()
        if not any(
            head.startswith(f"CREATE OR REPLACE FUNCTION public.{signature} RETURNS {returns} ")
            for head in heads
        )
    ]
    for name, (table, when, what) in TRIGGERS.items():
        trigger = live.get(f"trigger public.{table} {name}", "")
        if f" {when} ON public.{table} {what}" not in trigger or "(disabled)" in trigger:
            found.append(f"trigger {name}")
    for name, where in INDEXES.items():
        table, columns = where.split(" ", 1)
        made = f"CREATE INDEX {name} ON public.{table} USING btree {columns}"
        if live.get(f"index public.{name}") != made:
            found.append(f"index {name}")
    return found
