import type { Client } from "./client.ts";

/** Which of the authorities have source records here: one index probe each. */
export async function readKnownAuthorities(client: Client, authorities: readonly string[]): Promise<Set<string>> {
  if (authorities.length === 0) return new Set();
  const { rows } = await client.query<{ authority: string }>({
    name: "known-authorities",
    text: `select distinct authority from unnest($1::text[]) as asked (authority)
           where exists (select from source_record s where s.authority = asked.authority)`,
    values: [authorities],
  });
  return new Set(rows.map((row) => row.authority));
}
