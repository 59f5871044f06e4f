import { exportPerson } from "@chesil/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CONFIG, openRig, type Rig } from "../services/api/src/rig.ts";
import { freshDatabase } from "./database.ts";
import { adt, DIALECT, receive, resolveAll } from "./region.ts";
import { ANNA, letter } from "./subject-access-person.ts";

/** A person's own request for their record: the documents that were replaced are theirs too, and each message is read once. */

const REPLACED = "<p>Seen with angina.</p>";
const REPLACING = ["<p>Seen with heartburn.</p>", "<p>Its second part.</p>", "<p>Its third part.</p>"];
const OTHER = ["<p>Another letter.</p>", "<p>Its appendix.</p>"];

let database: Awaited<ReturnType<typeof freshDatabase>>;
let rig: Rig;
let anna: string;
let officer: string;
beforeAll(async () => {
  database = await freshDatabase();
  rig = await openRig({ database });
  await receive(database, [
    adt("A28", ANNA),
    letter(ANNA, "D1", "", "text/html", REPLACED),
    letter(ANNA, "D1", "", "text/html", ...REPLACING),
    letter(ANNA, "D2", "", "text/html", ...OTHER),
  ]);
  await resolveAll(database);
  anna = (await database.pool.query<{ id: string }>("select person_id as id from person")).rows[0]?.id ?? "";
  officer = await rig.signedIn(["privacy-officer"], "olga");
});
afterAll(() => rig.close());

const exported = async (query = "") => rig.ask(officer, "GET", `/api/v1/persons/${anna}/export${query}`);

it("the page has them within the version that had them, with its times, and no document twice", async () => {
  const { body: page } = await exported();
  const article = page.split("<article ").find((each) => each.includes("heartburn")) ?? "";
  const [now = "", before = ""] = article.split("Said otherwise too, recorded ");
  for (const each of REPLACING) expect([now.includes(each), before.includes(each)], each).toEqual([true, false]);
  expect([now.includes(REPLACED), before.includes(REPLACED)]).toEqual([false, true]);
  expect(before).toContain("02-May-2026");
  expect(before).toContain("of this earlier version");
  expect(before).toContain(Buffer.from(REPLACED).toString("base64"));
  for (const each of [REPLACED, ...REPLACING, ...OTHER]) expect(page.split(each), each).toHaveLength(2);
});

it("the Bundle has them as superseded, who said so and when, and the bytes", async () => {
  const { entry } = (await exported("?format=fhir")).json() as {
    entry: { resource: { resourceType: string; id: string } & Record<string, unknown> }[];
  };
  const earlier = entry.flatMap(({ resource }) => (resource.id.includes("-earlier-") ? [resource] : []));
  const [binary, reference, provenance, ...others] = earlier;
  expect(others).toEqual([]);
  expect(binary).toMatchObject({ resourceType: "Binary", data: Buffer.from(REPLACED).toString("base64") });
  const recorded = "2026-05-02T08:00:00.000Z";
  expect(reference).toMatchObject({
    ...{ resourceType: "DocumentReference", status: "superseded" },
    meta: {
      tag: [{ code: "superseded" }, { code: "earlier-version", display: `Earlier version, recorded ${recorded}` }],
    },
    content: [{ attachment: { url: `Binary/${binary?.id}` } }],
  });
  expect(provenance).toMatchObject({
    ...{ resourceType: "Provenance", recorded },
    target: [{ reference: `DocumentReference/${reference?.id}` }],
  });
  const binaries = entry.filter(({ resource }) => resource.resourceType === "Binary");
  expect(binaries).toHaveLength(1 + REPLACING.length + OTHER.length);
});

it("they are among the files; of all that is written each message is read once", async () => {
  let read = 0;
  const dialectOf = () => {
    read += 1;
    return DIALECT;
  };
  const files = new Map<string, string>();
  const asked = { personId: anna, by: "Olga Ward", reason: "request 18", account: "test" };
  await exportPerson({ database, config: CONFIG, clock: () => rig.now(), dialectOf }, asked, async (name, content) => {
    const pieces: Buffer[] = [];
    for await (const piece of content) pieces.push(Buffer.from(piece));
    files.set(name, Buffer.concat(pieces).toString());
  });
  const documents = [...files].filter(([name]) => name.startsWith("document-"));
  expect(documents.map(([, content]) => content).sort()).toEqual([REPLACED, ...REPLACING, ...OTHER].sort());
  expect(documents.filter(([name]) => /-earlier-\d+\.html$/.test(name)).map(([, content]) => content)).toEqual([
    REPLACED,
  ]);
  expect(read).toBe(3);
});
