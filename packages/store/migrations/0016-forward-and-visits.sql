-- Whom an opt-out withheld from a destination: looked through every few seconds for those who took it back.
create index notification_withheld on notification (destination, person_id) where state = 'withheld';

-- Visits by what a ward clerk knows (ZV1): any part of the place in any case, a visit or an account number. A place is
-- indexed by its parts, because a ward, a bay and a hospital are asked for alike. No pending list: it would be scanned at
-- every lookup.
create index encounter_place on encounter using gin (string_to_array(lower(location), ', ')) with (fastupdate = off);
create index encounter_visit_number on encounter (visit_number);
create index encounter_account on encounter (account) where account is not null;
