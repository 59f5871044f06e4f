/**
 * Common table expressions, `with recursive` left to the query: `hidden (source_record_id)` is every record of anybody who
 * is opted out, whichever person of a merged family the opt-out was recorded for. A count that included them would say
 * that they exist (law 10).
 */
export const HIDDEN_RECORDS = `up as (
       select person_id from consent where opted_out
       union
       select p.replaced_by from up u join person p on p.person_id = u.person_id where p.replaced_by is not null
     ), family as (
       select person_id from up
       union
       select p.person_id from family f join person p on p.replaced_by = f.person_id
     ), hidden as materialized (
       select s.source_record_id from family f join source_record s on s.person_id = f.person_id
     )`;
