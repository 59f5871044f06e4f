import type { Client } from "./client.ts";

/** Looks at a person of one kind by one user. */
export type Looks = {
  /** The name of the account, or what a program is called; from the command line, the name that was given there. */
  readonly who: string;
  readonly roles: readonly string[] | null;
  readonly action: string;
  /** Null: for direct care. */
  readonly purpose: string | null;
  /** Where it was made, if not over HTTP: `command line`. */
  readonly source: string | null;
  readonly isRefused: boolean;
  readonly times: number;
  readonly first: Date;
  readonly last: Date;
  /** Where a list of looks goes on. */
  readonly place: string;
};

/**
 * Who looked at the persons, the ids of one, by who it was and what they did. `after`: the place of the last one of the page
 * before. A name given on the command line is nobody's account.
 */
export async function readLooks(
  client: Client,
  personIds: readonly string[],
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<Looks[]> {
  const { rows } = await client.query<Looks>(
    `with look as (
       select coalesce(u.display_name, a.username) as who, u.roles, a.action, a.detail ->> 'purpose' as purpose,
         a.detail ->> 'source' as source, a.detail ? 'refused' as is_refused, a.at,
         jsonb_build_array(coalesce(u.display_name, a.username), u.roles, a.action, a.detail -> 'purpose', a.detail -> 'source',
           a.detail ? 'refused')::text collate "C" as place
       from audit a left join app_user u on u.username = a.username and not a.detail ? 'source'
       where a.person_id = any($1::uuid[])
     )
     select who, roles, action, purpose, source, is_refused as "isRefused", count(*) as times, min(at) as first, max(at) as last, place
     from look where $2::text is null or place > $2
     group by who, roles, action, purpose, source, is_refused, place order by place limit $3`,
    [personIds, after ?? null, limit],
  );
  return rows;
}
