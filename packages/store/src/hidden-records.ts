import { LEFT_UNASKED } from "./consent.ts";

/**
 * Common table expressions, `with recursive` left to the query: `hidden (source_record_id)` is every record of anybody who
 * is opted out, whichever person of a merged family the opt-out was recorded for. A count that included them would say
 * that they exist (law 10).
 */
export const HIDDEN_RECORDS = `up as (
       select person_id from consent where opted_out
       union
       select next.person_id from up u cross join lateral (
         select p.replaced_by as person_id from person p where p.person_id = u.person_id and p.replaced_by is not null
         union all
         select e.person_id from identity_event e where e.from_person_id = u.person_id and ${LEFT_UNASKED}
       ) next
     ), family as (
       select person_id from up
       union
       select p.person_id from family f join person p on p.replaced_by = f.person_id
     ), hidden as materialized (
       select s.source_record_id from family f join source_record s on s.person_id = f.person_id
     )`;
