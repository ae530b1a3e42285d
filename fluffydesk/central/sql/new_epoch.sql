-- The log holds the old cluster's transaction numbers, which mean nothing here.
truncate sync.changes;
update sync.epoch set id = gen_random_uuid(), pruned_before = '0' where one;
