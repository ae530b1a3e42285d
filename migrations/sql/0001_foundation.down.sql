drop type public.farm_expense_category;
drop type public.payment_method;
drop type public.farm_revenue_category;
drop type public.egg_size;
drop type public.egg_grade;
drop type public.milk_unit;
drop type public.stock_movement;
drop type public.reaction_kind;
drop type public.review_status;
drop type public.invoice_status;
drop type public.invoice_kind;
drop type public.breeding_report_status;
drop type public.breeding_report_kind;
drop type public.reading_quality;
drop type public.device_kind;
drop type public.attachment_kind;
drop type public.task_status;
drop type public.task_priority;
drop type public.task_kind;
drop type public.farm_payment;
drop type public.sale_unit;
drop type public.farm_product;
drop type public.mothering;
drop type public.clip_part;
drop type public.fibre_or_milk;
drop type public.weighing_method;
drop type public.milking_session;
drop type public.identifier_kind;
drop type public.breeding_outcome;
drop type public.pregnancy_result;
drop type public.pregnancy_check;
drop type public.severity;
drop type public.giving_route;
drop type public.dose_unit;
drop type public.insight_verdict;
drop type public.insight_severity;
drop type public.insight_kind;
drop type public.reminder_status;
drop type public.reminder_repeat;
drop type public.herd_move;
drop type public.loss_kind;
drop type public.egg_unit;
drop type public.egg_round;
drop type public.post_status;
drop type public.post_visibility;
drop type public.group_member_status;
drop type public.group_role;
drop type public.hours_status;
drop type public.checkin_method;
drop type public.owner_relation;
drop type public.appointment_status;
drop type public.booking_status;
drop type public.booking_kind;
drop type public.breeding_verification_status;
drop type public.breeding_verification_kind;
drop type public.swipe_choice;
drop type public.breeding_request_status;
drop type public.breeding_method;
drop type public.breeding_match_status;
drop type public.lf_action_kind;
drop type public.lf_answer;
drop type public.lf_match_status;
drop type public.offer_price_kind;
drop type public.mass_unit;
drop type public.livestock_status;
drop type public.herd_status;
drop type public.flock_status;
drop type public.group_visibility;
drop type public.community_topic;
drop type public.shift_status;
drop type public.registration_status;
drop type public.participation_status;
drop type public.event_role;
drop type public.resource_use;
drop type public.milk_lot_status;
drop type public.milk_destination;
drop type public.residue_test;
drop type public.order_status;
drop type public.message_kind;
drop type public.staff_shift_status;
drop type public.room_availability_kind;
drop type public.patient_source;
drop type public.breeding_profile_status;
drop type public.breeding_availability;
drop type public.moderation_state;
drop type public.lf_status;
drop type public.lf_contact;
drop type public.animal_size;
drop type public.contact_relation;
drop type public.pet_transfer_status;
drop type public.pet_transfer_reason;
drop type public.pet_media_kind;
drop type public.pet_permission;
drop type public.inspection_result;
drop type public.compliance_status;
drop type public.compliance_kind;
drop type public.provider_kind;
drop type public.moderation_action;
drop type public.vaccine_route;
drop type public.vaccine_need;
drop type public.breed_use;
drop type public.purpose;
drop type public.organization_integration_status;
drop type public.reminder_kind;
drop type public.medical_record_kind;
drop type public.geo_entity;
drop type public.geo_event_kind;
drop type public.automation_trigger;
drop type public.media_visibility;
drop type public.media_type;
drop type public.custom_field_subject;
drop type public.custom_field_kind;
drop type public.address_kind;
drop type public.skill_level;
drop type public.event_status;
drop type public.event_visibility;
drop type public.event_kind;
drop type public.signed_document_kind;
drop type public.job_status;
drop type public.resource_status;
drop type public.resource_kind;
drop type public.stock_unit;
drop type public.inventory_category;
drop type public.tank_kind;
drop type public.donation_rhythm;
drop type public.payment_status;
drop type public.shipping_kind;
drop type public.coupon_kind;
drop type public.cart_status;
drop type public.conversation_status;
drop type public.conversation_kind;
drop type public.room_kind;
drop type public.service_category;
drop type public.reminder_channel;
drop type public.double_booking;
drop type public.role;
drop type public.data_request_status;
drop type public.data_request_kind;
drop type public.report_status;
drop type public.report_reason;
drop type public.security_severity;
drop type public.security_event_kind;
drop type public.sex;
drop type public.lf_kind;
drop type public.referral_status;
drop type public.referral_channel;
drop type public.notification_priority;
drop type public.notification_rhythm;
drop type public.notification_channel;
drop type public.notification_kind;
drop type public.consent_source;
drop type public.consent_purpose;
drop type public.unit_quantity;
drop type public.animal_keeping;
drop type public.animal_class;
drop type public.setting_type;
drop type public.integration_sign_in;
drop type public.integration_category;
drop type public.lambing_basis;
drop type public.feed_conversion_basis;
drop type public.shown_temperature;
drop type public.shown_volume;
drop type public.shown_mass;
drop type public.status;
drop type public.org_type;
drop type public.user_role;
drop function public.update_updated_at_column(), public.audit_trigger_function();
-- The schema itself stays: it holds the number of the revision.
drop policy everybody on sync.alembic_version;
alter table sync.alembic_version no force row level security;
alter table sync.alembic_version disable row level security;
comment on table sync.alembic_version is null;
drop function sync.life();
drop table sync.epoch, sync.tables, sync.changes, sync.channels, sync.applied_units, sync.devices
  cascade;
drop function sync.nobody() cascade;
drop function sync.wake(uuid[]), sync.log_within(), sync.log_organizations(), sync.log_mine(),
  sync.log_for_all(),
  sync.refuse_truncate(), sync.prune(interval);
revoke select (version_num) on sync.alembic_version from authenticated;
revoke usage on schema sync from authenticated, service_role;
drop schema access cascade;
-- The platform's own schema stays.
do $take_down$
begin
  if obj_description(to_regnamespace('auth'), 'pg_namespace') like 'Who may sign in; stands in%' then
    drop schema auth cascade;
  end if;
end $take_down$;
-- The roles stay: they belong to the cluster, and other databases may use them. What a host would
-- give to everybody by default stays taken away: nobody asked for it to be given again.
alter default privileges grant execute on functions to public;
do $$
declare
  v_extension oid := (select oid from pg_extension where extname = 'btree_gist');
begin
  if obj_description(v_extension, 'pg_extension') like 'Needed by the platform%' then
    drop extension btree_gist;
  end if;
exception
  when dependent_objects_still_exist then null; -- others use it, too
end $$;
do $$
begin
  if obj_description(to_regnamespace('extensions'), 'pg_namespace') like '%the platform needs.' then
    drop schema extensions;
  end if;
exception
  when dependent_objects_still_exist then null; -- others keep their extensions there
end $$;
