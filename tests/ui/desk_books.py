"""What central has of the desk's day, asked in SQL by a member's own login."""

from __future__ import annotations

VISITS = "select status::text, count(*) from appointments group by 1 order by 1"
MISSED = """
select p.name from appointments a join pets p on p.id = a.pet_id where a.status = 'no_show'
"""
OUT_OF_ORDER = """
select count(*) from appointments where status = 'completed' and not
  (arrived_at <= in_room_at and in_room_at <= with_vet_at and with_vet_at <= to_pay_at
   and to_pay_at <= left_at)
"""
BOOKED_ALONE = "select count(*) from appointments where client_id is null"
_LOCAL = "a.scheduled_at at time zone o.time_zone"
_OF_PETS = """
from appointments a join pets p on p.id = a.pet_id join organizations o on o.id = a.organization_id
"""
MOVED = f"select p.name, {_LOCAL} - %(today)s::timestamp {_OF_PETS}"
BY_PHONE = f"""
select p.name, to_char({_LOCAL}, 'HH24:MI') {_OF_PETS}
join profiles v on v.id = a.veterinarian_id
where p.name between 'Pet37' and 'Pet40' and v.full_name = 'Vera' order by 1
"""
BILLS = """
select p.name, i.total, i.paid from invoices i join appointments a on a.id = i.appointment_id
join pets p on p.id = a.pet_id order by 1
"""
SUMS = "select count(*), sum(total), sum(paid) from invoices where status in ('posted', 'paid')"
NUMBERS = "select count(*), count(distinct number) from invoices where number is not null"
PAID = "select method::text, sum(amount) from payments group by 1 order by 1"
LOTS = """
select i.name, m.lot, sum(m.quantity) from inventory_transactions m
join farm_inventory i on i.id = m.item_id group by 1, 2 order by 1, 2
"""
TILL = "select closed_on, opening_float, expected, counted from till_closings"
