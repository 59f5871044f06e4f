import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { splitMessages } from "@chesil/hl7";
import { simulateDay } from "@chesil/simulator";
import type { Database } from "@chesil/store";
import { GP } from "../packages/fhir/src/read/example-bundle.ts";
import { PARTS } from "../services/api/src/fhir/everything-input.ts";
import { openRig } from "../services/api/src/rig.ts";
import { freshDatabase } from "./database.ts";
import { load } from "./load-files.ts";
import { receive, resolveAll } from "./region.ts";

/** What the FHIR interface tells of everybody, after messages went the whole way from the journal: a resource a line. */

type Part = (typeof PARTS)[number];
type Page = {
  readonly entry?: readonly { readonly resource: { readonly resourceType: string; readonly id: string } }[];
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
};

/** Every type but the provenances, which are as many as the rest and all of one mould. */
export const WITHOUT_PROVENANCE: readonly Part[] = PARTS.filter((part) => part !== "Provenance");

/** The files of the corpora that fit a pattern; none where there are no corpora. */
export function corpus(pattern: string): Uint8Array[] {
  const folder = join(process.env.CHESIL_CORPUS ?? "", "hl7v2");
  const files = globSync(pattern, { cwd: folder }).sort();
  return files.flatMap((file) => splitMessages(readFileSync(join(folder, file))));
}

const AT = new Date("2026-11-20T08:00:00Z");

/** Some busy days of a small region. */
export const regionMessages = (): Uint8Array[] =>
  [...simulateDay({ people: 40, hours: 48, seed: 6, startAt: AT, activity: 60 }).messages].map(({ bytes }) => bytes);

/** What is told after these messages came. */
export const fhirOfMessages = (messages: readonly Uint8Array[], parts?: readonly Part[]): Promise<string[]> =>
  fhirOf((database) => receive(database, messages, AT), parts);

/** What is told after a GP system sent these Bundles, one after another. */
export const fhirOfBundles = (...bundles: readonly object[]): Promise<string[]> =>
  fhirOf(async (database) => {
    const folder = mkdtempSync(join(tmpdir(), "chesil-gp-"));
    try {
      const reading = { load: "fhir", authority: GP, nhsNumberTraced: false } as const;
      for (const [index, bundle] of bundles.entries()) {
        const path = join(folder, `${index}.json`);
        writeFileSync(path, JSON.stringify(bundle));
        await load(database, path, reading, { feed: "gp", now: () => AT });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

/** `$everything` of every person whom what is journalled makes, each resource once. */
async function fhirOf(
  journal: (database: Database) => Promise<unknown>,
  parts: readonly Part[] = PARTS,
): Promise<string[]> {
  const database = await freshDatabase();
  const rig = await openRig({ database });
  try {
    await journal(database);
    await resolveAll(database);
    const cookie = await rig.signedIn(["clinician", "privacy-officer"]);
    const { rows } = await database.pool.query<{ id: string }>("select person_id::text as id from person order by 1");
    const resources = new Map<string, string>();
    for (const { id } of rows) {
      for (let url = `/fhir/Patient/${id}/$everything?_type=${parts.join(",")}`; url !== ""; ) {
        const reply = await rig.ask(cookie, "GET", url);
        if (reply.statusCode !== 200) throw new Error(`$everything answered ${reply.statusCode}: ${reply.payload}`);
        const page = reply.json<Page>();
        for (const { resource } of page.entry ?? [])
          resources.set(`${resource.resourceType}/${resource.id}`, JSON.stringify(resource));
        const next = page.link?.find(({ relation }) => relation === "next");
        url = next ? next.url.slice(new URL(next.url).origin.length) : "";
      }
    }
    return [...resources.values()];
  } finally {
    await rig.close();
  }
}
