-- The command that repaired the message: from then on its corrected bytes are judged in the place of those received,
-- which stay as they are in the journal. Nothing that decides a message again takes it away.
alter table outcome add column corrected_by bigint;
