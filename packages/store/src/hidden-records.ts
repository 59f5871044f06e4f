import { OPT_OUT_GOES_TO } from "./consent.ts";

/**
 * Common table expressions, `with recursive` left to the query: `family (person_id)` is everybody who is opted out, as
 * `readOptedOut` has it, and `hidden (source_record_id)` every record of theirs and of whoever is restricted: of both,
 * questions are the privacy officer's alone. A count that included them would say that they exist (law 10).
 */
export const HIDDEN_RECORDS = `family as (
       select person_id from consent where opted_out
       union
       select next.person_id from family f cross join lateral (${OPT_OUT_GOES_TO}) next
     ), hidden as materialized (
       select s.source_record_id from family f join source_record s on s.person_id = f.person_id
       union
       select s.source_record_id from (
         select person_id from source_record s where s.sensitivity in ('restricted', 'very-restricted')
           and not exists (select from sensitivity_mark m where m.source_record_id = s.source_record_id)
         union
         select person_id from sensitivity_mark m join source_record s using (source_record_id)
         where m.level in ('restricted', 'very-restricted')
       ) restricted join source_record s on s.person_id = restricted.person_id
     )`;
