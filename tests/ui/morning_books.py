"""What central has of the morning, asked in SQL by a member's own login."""

from __future__ import annotations

MILK = """
select a.tag_number, m.yield_kg from milk_production_logs m join livestock a on a.id = m.animal_id
order by a.tag_number
"""
WITHHELD = """
select count(*), sum(m.yield_kg) from milk_production_logs m
where exists (select from health_treatments t where t.animal_id = m.animal_id
  and t.void_reason is null and t.milk_until::date >= m.milked_on)
"""
TANK = """
select sum(l.litres), bool_or(l.under_withdrawal) from milk_storage_logs l
join milk_storage s on s.id = l.tank_id where s.name = 'Tank 1'
"""
MILK_ENDS = """
select a.tag_number, t.milk_until - t.given_at, t.lot, t.dose from health_treatments t
join livestock a on a.id = t.animal_id where t.milk_hours > 0 and t.void_reason is null order by 1
"""
MEAT_ENDS = """
select a.tag_number, t.meat_until - t.given_at, t.lot, t.dose from health_treatments t
join livestock a on a.id = t.animal_id where t.meat_hours > 0 and t.void_reason is null order by 1
"""
VOID = """
select a.tag_number from health_treatments t join livestock a on a.id = t.animal_id
where t.void_reason is not null order by 1
"""
LOTS = """
select i.name, coalesce(m.lot, ''), sum(m.quantity) from inventory_transactions m
join farm_inventory i on i.id = m.item_id group by 1, 2 order by 1, 2
"""
EGGS = """
select f.house, e.total, e.cracked, e.dirty, e.discarded from egg_production_logs e
join flocks f on f.id = e.flock_id order by 1
"""
EGG_STORE = """
select f.house, s.store, sum(s.eggs) from egg_storage s join flocks f on f.id = s.flock_id
group by 1, 2 order by 1
"""
FED = """
select b.name, l.feed, l.quantity_kg, null::numeric from feed_logs l
join livestock_batches b on b.id = l.batch_id where l.fed_on = %(today)s
union all
select f.name, l.feed, l.quantity_kg, l.water_l from poultry_feed_logs l
join flocks f on f.id = l.flock_id where l.fed_on = %(today)s order by 1
"""
HENS = """
select f.house, sum(step) from flocks f join (
  select flock_id, head_count as step from poultry_batches
  union all select flock_id, -head_count from mortality_logs) s on s.flock_id = f.id
group by 1 order by 1
"""
HERD = """
select b.name, count(*) from livestock a join livestock_batches b on b.id = a.batch_id
where a.status = 'active' group by 1 order by 1
"""
DEAD = "select tag_number, left_on, left_reason from livestock where status = 'dead'"
CALVES = """
select c.tag_number, d.tag_number, c.sex, w.weight_kg, c.birth_date from livestock c
join livestock d on d.id = c.dam_id left join weight_logs w on w.animal_id = c.id order by 1
"""
BIRTHS = """
select d.tag_number, b.born_alive, b.stillborn, d.parity, d.calved_on = b.lambed_on
from lambing_records b join livestock d on d.id = b.dam_id order by 1
"""
COUNTED = """
select i.name, m.quantity from inventory_transactions m join farm_inventory i on i.id = m.item_id
where m.movement = 'stocktake'
"""
