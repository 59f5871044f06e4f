import { LiveIndex, type MatchingModel, type Prepared } from "@chesil/matching";
import type { Demographics, PatientStatement, Sex, SourceKey } from "@chesil/model";
import { NHS_AUTHORITY } from "@chesil/model";
import type { RegisterRow } from "@chesil/simulator";
import type { JournalEntry, LinkRule } from "@chesil/store";
import type { Application } from "../services/resolve/src/application.ts";
import { hearPatient } from "../services/resolve/src/hear-patient.ts";
import { Candidates, RECORDS_PER_KEY_MAX } from "../services/resolve/src/identity/candidates.ts";
import { orderOf } from "../services/resolve/src/identity/representatives.ts";
import { settleLinks } from "../services/resolve/src/identity/settle-links.ts";
import { Mint } from "../services/resolve/src/mint.ts";
import { WorkingSet } from "../services/resolve/src/working-set.ts";
import { Random } from "../services/simulator/src/random.ts";

/** Registrations one by one through the decider's own code, with everybody in memory: the stream without its store. */

/** What one source says of one patient, and who that really is. */
export type Registration = { readonly patient: PatientStatement; readonly recordedAt: string; readonly person: string };

export class IdentityStream {
  readonly #set: WorkingSet;
  readonly #model: MatchingModel;
  #journalId = 0;

  constructor(model: MatchingModel) {
    this.#model = model;
    const index = new LiveIndex({ recordsPerKeyMax: RECORDS_PER_KEY_MAX, preparedMax: 1000 });
    this.#set = new WorkingSet(new Candidates(index, model));
  }

  hear({ patient, recordedAt }: Registration): void {
    hearPatient(this.#next(patient.key.authority, recordedAt), patient, []);
  }

  /** Lays down that two records, by their own ids, are one patient or two. */
  rule(kind: LinkRule["kind"], one: SourceKey, other: SourceKey): void {
    const application = this.#next(one.authority, "");
    const { journalId, receivedAt: at } = application.entry;
    const [sourceRecordId = -1, otherSourceRecordId = -1] = [one, other].map(
      (key) => this.#set.holderOf(key)?.sourceRecordId,
    );
    const said = { sourceRecordId, otherSourceRecordId, decidedBy: "sender", liftedBy: null } as const;
    this.#set.putRule({ ruleId: journalId, kind, journalId, at, ...said });
    settleLinks(application);
  }

  #next(feed: string, recordedAt: string): Application {
    const journalId = ++this.#journalId;
    return {
      set: this.#set,
      entry: { journalId, receivedAt: new Date(0), feed } as JournalEntry,
      moment: { recordedAt, journalId },
      occurredAt: undefined,
      mint: new Mint(journalId),
      model: this.#model,
      warnings: [],
      onOverlay: "flag",
    };
  }

  /** By person, the keys of the records: each sorted, and all of them. */
  persons(): string[] {
    return [...this.#names().values()].sort();
  }

  /** By record, its person's records. */
  personOfRecord(): ReadonlyMap<string, string> {
    const names = this.#names();
    return new Map(this.#set.records().map((record) => [orderOf(record), names.get(record.personId) ?? ""]));
  }

  /** What is asked now: its kind, and the two persons by their records. */
  questions(): string[] {
    const names = this.#names();
    const nameOf = (id: number) => names.get(this.#set.record(id)?.personId ?? "") ?? "";
    return this.#set.questions
      .raised()
      .map(({ kind, one, other }) => `${kind}: ${[nameOf(one), nameOf(other)].sort().join(" | ")}`)
      .sort();
  }

  /** By record, what matching reads of it. */
  prepared(): ReadonlyMap<string, Prepared> {
    return new Map(this.#set.records().map((record) => [orderOf(record), this.#set.prepared(record)]));
  }

  #names(): ReadonlyMap<string, string> {
    const records = Map.groupBy(this.#set.records(), (record) => record.personId);
    return new Map([...records].map(([id, own]) => [id, own.map(orderOf).sort().join(" ")]));
  }
}

const said = <T>(value: T) => ({ said: "value" as const, value });

const SEXES: Readonly<Record<string, Sex>> = { M: "male", F: "female", male: "male", female: "female" };

/** A row of a register, as a message would say it. */
export function registrationOf(row: RegisterRow, recordedAt = "2026-01-01T00:00:00Z"): Registration {
  const key = { authority: row.source, localId: row.id };
  const given = [row.given_name, ...row.middle_name.split(" ")].filter((name) => name !== "");
  const isNamed = given.length > 0 || row.family_name !== "";
  const sex = SEXES[row.sex];
  const telecoms = [
    ...(row.phone ? [{ kind: "phone" as const, use: "home" as const, value: row.phone }] : []),
    ...(row.email ? [{ kind: "email" as const, use: "home" as const, value: row.email }] : []),
  ];
  const isHoused = row.address !== "" || row.postcode !== "";
  const home = {
    use: "home" as const,
    lines: row.address === "" ? [] : [row.address],
    city: row.city,
    postcode: row.postcode,
  };
  const family = row.family_name === "" ? {} : { family: row.family_name };
  const demographics: Demographics = {
    ...(isNamed ? { names: said([{ use: "usual", given, ...family }]) } : {}),
    ...(row.date_of_birth ? { birthDate: said(row.date_of_birth) } : {}),
    ...(sex ? { sex: said(sex) } : {}),
    ...(isHoused ? { addresses: said([home]) } : {}),
    ...(telecoms.length > 0 ? { telecoms: said(telecoms) } : {}),
    ...(row.gp_practice ? { generalPractice: said({ code: row.gp_practice }) } : {}),
  };
  const number = { authority: NHS_AUTHORITY, value: row.nhs_number, type: "NH", trust: "unverified" as const };
  const local = { authority: key.authority, value: key.localId, type: "MR" };
  const identifiers = row.nhs_number ? [local, number] : [local];
  return { patient: { key, identifiers, demographics }, recordedAt, person: row.person };
}

/** Of so many records there was an earlier registration that said something else. */
const EARLIER_SHARE = 0.3;

/**
 * The registrations that lead to these rows: some records were first known by less, or by words that were put right
 * later. What is known in the end is the same whatever comes between the two.
 */
export function registrationsOf(rows: readonly RegisterRow[], seed: string): Registration[][] {
  const random = new Random(`${seed} earlier`);
  return rows.map((row) => {
    const last = registrationOf(row);
    if (!random.chance(EARLIER_SHARE)) return [last];
    const other = random.pick(rows);
    const earlier: Partial<RegisterRow> = random.pick([
      { nhs_number: "", phone: "", email: "" },
      { date_of_birth: other.date_of_birth || "1950-01-01" },
      { address: other.address, postcode: other.postcode },
      { family_name: other.family_name, given_name: row.given_name },
      { nhs_number: other.nhs_number },
    ]);
    // Nothing that the earlier words say and the last do not may stay: a field that is not spoken of is kept.
    const spoken = Object.entries(earlier).filter(
      ([column, value]) => value === "" || row[column as keyof RegisterRow],
    );
    return [registrationOf({ ...row, ...Object.fromEntries(spoken) }, "2025-01-01T00:00:00Z"), last];
  });
}

/** One list of all, each record's own registrations in their order. */
export function inSomeOrder(records: readonly (readonly Registration[])[], seed: string): Registration[] {
  const random = new Random(seed);
  const turns = random.shuffled(records.flatMap((own, at) => own.map(() => at)));
  const next = records.map(() => 0);
  return turns.map((at) => {
    const place = next[at] ?? 0;
    next[at] = place + 1;
    return records[at]?.[place] as Registration;
  });
}

/** febrl3 as a register: its columns are of another country, its person is in its ids (rec-1496-dup-0 is 1496). */
export function febrl3Rows(csv: string): RegisterRow[] {
  const [, ...lines] = csv.trimEnd().split(/\r?\n/);
  return lines.map((line) => {
    const [id = "", given, family, number, address1, address2, city, postcode, , date = ""] = line
      .split(",")
      .map((field) => field.trim());
    return {
      ...NOTHING,
      id,
      source: "febrl3",
      given_name: given ?? "",
      family_name: family ?? "",
      date_of_birth: date.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"),
      address: [[number, address1].filter(Boolean).join(" "), address2].filter(Boolean).join(", "),
      city: city ?? "",
      postcode: postcode ?? "",
      person: id.split("-")[1] ?? "",
    };
  });
}

const NOTHING: RegisterRow = {
  id: "",
  source: "",
  nhs_number: "",
  given_name: "",
  middle_name: "",
  family_name: "",
  date_of_birth: "",
  sex: "",
  address: "",
  city: "",
  postcode: "",
  phone: "",
  email: "",
  gp_practice: "",
  person: "",
};

/** Few people whom everything joins and everything parts: short forms, twins, shared numbers, fathers and sons. */
export function denseRows(seed: string, records: number): RegisterRow[] {
  const random = new Random(seed);
  return Array.from({ length: records }, (_, index) => ({
    ...NOTHING,
    id: `${index}`,
    source: random.pick(["a", "b", "c"]),
    nhs_number: random.pick(["9990004951", "9990556512", "", "", ""]),
    given_name: random.pick(["Evelyn", "Evie", "Eve", "Tom", "Thomas", "E", ""]),
    middle_name: random.pick(["", "", "Linda", "Lisa"]),
    family_name: random.pick(["Smith", "Smyth", "Jones"]),
    date_of_birth: random.pick(["1980-03-12", "1980-03-12", "1980-03-13", "1981-03-12", "1950-07-01"]),
    sex: random.pick(["F", "M", ""]),
    address: random.pick(["1 High Street", "2 Low Road", ""]),
    city: "Poole",
    postcode: random.pick(["BH15 1AA", "BH15 1AB", ""]),
    phone: random.pick(["", "", "01202 900456", "01202 900457"]),
  }));
}
