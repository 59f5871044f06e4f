import { nhsNumberCheckDigit } from "@chesil/model";
import { type Chesil, dateOf, nameOf } from "./hostile.ts";
import { adt, message, mrg, type Patient, pid } from "./region.ts";

/** Row B-06: messages that are good HL7 and say what can not be, or what is easily believed wrongly. */
export type SemanticRow = {
  readonly name: string;
  /** In order, over one connection. */
  readonly messages: (who: Who) => readonly Uint8Array[];
  /** MSA-1 of each; AA where nothing is said. */
  readonly answers?: readonly string[];
  /** `applied` where nothing is said. */
  readonly outcomes?: readonly string[];
  /** Warnings that must be among those given. */
  readonly warnings?: readonly string[];
  /** Local ids by the person they are of: `1 2, 3`. */
  readonly persons: string;
  /** Open questions for a data manager. */
  readonly tasks?: number;
  /** What else must be so. */
  readonly also?: (chesil: Chesil, who: Who) => Promise<readonly [found: unknown, wanted: unknown]>;
};

/** Names and numbers that no other row has. */
export class Who {
  readonly authority: string;
  readonly family: string;
  readonly birthDate: string;
  readonly #row: number;

  constructor(row: number) {
    this.#row = row;
    this.authority = `R${row}`;
    this.family = nameOf(row * 3);
    this.birthDate = dateOf(row * 7);
  }

  patient(id: string, changes: Partial<Patient> = {}): Patient {
    const { authority, family, birthDate } = this;
    return { id, authority, family, given: "Ann", birthDate, sex: "F", ...changes };
  }

  /** Somebody with whom the patient has nothing in common. */
  other(id: string): Patient {
    return this.patient(id, {
      family: nameOf(this.#row * 3 + 1),
      given: "Victor",
      birthDate: dateOf(this.#row * 7 + 5),
      sex: "M",
    });
  }

  /** Where the patient lives, with others perhaps. */
  get home(): Partial<Patient> {
    const number = String(this.#row % 1_000_000).padStart(6, "0");
    const postcode = `DT${number.slice(0, 2)} ${number.slice(2, 3)}AB`;
    return { street: `${number} ${nameOf(this.#row * 3 + 2)} Lane`, postcode, phone: `01632${number}` };
  }

  /** A valid number of the range that is never issued. */
  nhsNumber(): string {
    for (let serial = this.#row * 7; ; serial += 100_003) {
      const nine = `999${String(serial % 1_000_000).padStart(6, "0")}`;
      const check = nhsNumberCheckDigit(nine);
      if (check !== undefined) return nine + check;
    }
  }
}

const both = (patient: (who: Who, id: string) => Patient) => (who: Who) => [
  adt("A28", patient(who, "1")),
  adt("A28", patient(who, "2")),
];
const refused = (reason: string) => ({ answers: ["AE"], outcomes: [`rejected ${reason}`], persons: "" });
const golden = async (chesil: Chesil, who: Who, field: string) =>
  (
    await chesil.rows<{ found: unknown }>(
      "select golden -> $2 -> 'value' as found from person join source_record using (person_id) where authority = $1",
      [who.authority, field],
    )
  )[0]?.found;

const NUMBERS: readonly SemanticRow[] = [
  {
    name: "an NHS number with a wrong check digit",
    messages: (who) => [adt("A28", who.patient("1", { nhsNumber: "9990004950" }))],
    warnings: ["PID-3[2].1 bad-nhs-number"],
    persons: "1",
    also: async (chesil, who) => [await golden(chesil, who, "nhsNumber"), null],
  },
  {
    name: "a wrong NHS number on two people",
    messages: (who) =>
      [who.patient("1"), who.other("2")].map((each) => adt("A28", { ...each, nhsNumber: "9990004950" })),
    persons: "1, 2",
  },
  {
    name: "0000000000 on two people",
    messages: (who) =>
      [who.patient("1"), who.other("2")].map((each) => adt("A28", { ...each, nhsNumber: "0000000000" })),
    persons: "1, 2",
  },
  {
    name: "9999999999 on two people: its check digit is right",
    messages: (who) =>
      [who.patient("1"), who.other("2")].map((each) => adt("A28", { ...each, nhsNumber: "9999999999" })),
    persons: "1, 2",
  },
  {
    name: "a good NHS number on two people: a question, whatever its status",
    messages: (who) =>
      [who.patient("1"), who.other("2")].map((each) => adt("A28", { ...each, nhsNumber: who.nhsNumber() })),
    persons: "1, 2",
    tasks: 1,
  },
  {
    name: "an NHS number with blanks and hyphens is that number",
    messages: (who) => {
      const number = who.nhsNumber();
      const spaced = `${number.slice(0, 3)} ${number.slice(3, 6)}-${number.slice(6)}`;
      return [adt("A28", who.patient("1", { nhsNumber: number })), adt("A28", who.patient("2", { nhsNumber: spaced }))];
    },
    persons: "1 2",
  },
  { name: "PID-3 blank", messages: (who) => [adt("A28", who.patient(""))], ...refused("no-patient-id") },
  { name: 'PID-3 of ""', messages: (who) => [adt("A28", who.patient('""'))], ...refused("no-patient-id") },
  { name: "PID-3 of dots", messages: (who) => [adt("A28", who.patient("..."))], ...refused("no-patient-id") },
  {
    name: "PID-3 with an NHS number only",
    messages: (who) => [adt("A28", who.patient("", { nhsNumber: who.nhsNumber() }))],
    ...refused("no-patient-id"),
  },
  {
    name: "PID-3 with 40 repetitions",
    messages: (who) => {
      const alsoKnownAs = Array.from({ length: 39 }, (_, at) => `also-${at}`);
      return [message("A28", [pid(who.patient("1"), { alsoKnownAs })], { authority: who.authority })];
    },
    persons: "1",
    also: async (chesil, who) => [
      await chesil.rows(
        "select jsonb_array_length(identifiers -> 'value') as ids from source_record where authority = $1",
        [who.authority],
      ),
      [{ ids: 40 }],
    ],
  },
];

const DATES: readonly SemanticRow[] = [
  {
    name: "born in the future",
    messages: (who) => [adt("A28", who.patient("1", { birthDate: "20990101" }))],
    warnings: ["PID-7 bad-date"],
    persons: "1",
  },
  {
    name: "born on 31 February, both of them",
    messages: both((who, id) => who.patient(id, { birthDate: "19710231" })),
    warnings: ["PID-7 bad-date"],
    persons: "1, 2",
  },
  {
    name: "born on 1 January 1900, both of them",
    messages: both((who, id) => who.patient(id, { birthDate: "19000101" })),
    persons: "1, 2",
  },
  {
    name: "born before anybody who lives",
    messages: (who) => [adt("A28", who.patient("1", { birthDate: "17990101" }))],
    persons: "1",
  },
  {
    name: "a message from 2099 freezes nothing",
    messages: (who) => [
      adt("A31", who.patient("1", { sex: "F" }), { recordedAt: "20990101000000" }),
      adt("A31", who.patient("1", { sex: "M" })),
      adt("A31", who.patient("1", { sex: "M" }), { recordedAt: "20991231000000" }),
    ],
    warnings: ["EVN-2 future-time"],
    persons: "1",
    also: async (chesil, who) => [await golden(chesil, who, "sex"), "male"],
  },
  {
    name: "a message from 1900 overwrites nothing",
    messages: (who) => [
      adt("A31", who.patient("1", { sex: "F" })),
      adt("A31", who.patient("1", { sex: "M" }), { recordedAt: "19000101000000" }),
    ],
    persons: "1",
    also: async (chesil, who) => [await golden(chesil, who, "sex"), "female"],
  },
];

const dead = (who: Who, at: string, died: string) => {
  const fields = { 3: ["1", "", "", who.authority, "MR"], 5: [who.family, "Ann"], 29: died, 30: "Y" };
  return message("A31", [{ id: "PID", fields }], { authority: who.authority, recordedAt: at });
};

const PEOPLE: readonly SemanticRow[] = [
  {
    name: "dead, then admitted: the visit is there, and so is the death",
    messages: (who) => [
      dead(who, "20260501080000", "20260430"),
      adt("A01", who.patient("1"), { visit: "V1", recordedAt: "20260502080000" }),
    ],
    persons: "1",
    also: async (chesil, who) => [
      [
        await golden(chesil, who, "deceased"),
        await chesil.rows(
          "select encounter.status from encounter join source_record using (source_record_id) where authority = $1",
          [who.authority],
        ),
      ],
      [true, [{ status: "in-progress" }]],
    ],
  },
  {
    name: "died before being born",
    messages: (who) => [dead(who, "20260501080000", "19500101")],
    persons: "1",
  },
  {
    name: "another sex than before",
    messages: (who) => [
      adt("A31", who.patient("1")),
      adt("A31", who.patient("1", { sex: "M" }), { recordedAt: "20260502080000" }),
    ],
    persons: "1",
    also: async (chesil, who) => [await golden(chesil, who, "sex"), "male"],
  },
  {
    name: "twins",
    messages: (who) => [
      adt("A28", who.patient("1", { ...who.home, given: "Ellen" })),
      adt("A28", who.patient("2", { ...who.home, given: "Ruth" })),
    ],
    persons: "1, 2",
  },
  {
    name: "twins of almost one name",
    messages: (who) => [
      adt("A28", who.patient("1", { ...who.home, given: "Paul", sex: "M" })),
      adt("A28", who.patient("2", { ...who.home, given: "Paula", sex: "F" })),
    ],
    persons: "1, 2",
  },
  {
    name: "twins of one initial",
    messages: (who) => [
      adt("A28", who.patient("1", { ...who.home, given: "Jane" })),
      adt("A28", who.patient("2", { ...who.home, given: "J" })),
    ],
    persons: "1, 2",
    tasks: 1,
  },
  {
    name: "newborn twins without names",
    messages: (who) => [
      adt("A28", who.patient("1", { ...who.home, given: "Twin 1" })),
      adt("A28", who.patient("2", { ...who.home, given: "Twin 2" })),
    ],
    persons: "1, 2",
  },
  {
    name: "father and son",
    messages: (who) => [
      adt("A28", who.patient("1", { ...who.home, given: "John", birthDate: "19400101", sex: "M" })),
      adt("A28", who.patient("2", { ...who.home, given: "John", birthDate: "19700704", sex: "M" })),
    ],
    persons: "1, 2",
  },
  {
    name: "two test patients",
    messages: both((who, id) => who.patient(id, { family: "ZZZTEST", given: "PATIENT", birthDate: "19000101" })),
    persons: "1, 2",
  },
  {
    name: "two unknown patients, brought in on one day",
    messages: both((who, id) => who.patient(id, { family: "UNKNOWN", given: "UNKNOWN", birthDate: "" })),
    persons: "1, 2",
  },
  {
    name: "nothing but an id, twice",
    messages: (who) => ["1", "2"].map((id) => adt("A28", { id, authority: who.authority })),
    persons: "1, 2",
  },
];

const merge = (who: Who, survivor: string, prior: string) =>
  message("A40", [pid(who.patient(survivor)), mrg({ id: prior, authority: who.authority })], {
    authority: who.authority,
  });

const changeId = (who: Who, right: string, wrong: string) =>
  message("A47", [pid(who.patient(right)), mrg({ id: wrong, authority: who.authority })], { authority: who.authority });

const MERGES: readonly SemanticRow[] = [
  { name: "a merge with itself", messages: (who) => [merge(who, "1", "1")], ...refused("merge-with-itself") },
  { name: "a merge of nobody", messages: (who) => [merge(who, "1", "")], ...refused("no-prior-id") },
  {
    name: "a merge round in a circle",
    messages: (who) => [
      ...["1", "2", "3"].map((id) => adt("A28", who.patient(id, { given: `Ann${"abc"[Number(id) - 1]}` }))),
      merge(who, "1", "2"),
      merge(who, "2", "3"),
      merge(who, "3", "1"),
    ],
    persons: "1 2 3",
  },
  {
    name: "an id that was merged away, corrected to one that nobody has",
    messages: (who) => [
      ...["1", "2"].map((id) => adt("A28", who.patient(id, { given: id === "1" ? "Ann" : "Ruth" }))),
      merge(who, "1", "2"),
      changeId(who, "9", "2"),
      adt("A31", who.patient("1"), { recordedAt: "20260502080000" }),
    ],
    persons: "1 2 9",
  },
  {
    name: "an id corrected twice, and back",
    messages: (who) => [
      adt("A28", who.patient("1")),
      changeId(who, "2", "1"),
      changeId(who, "3", "1"),
      changeId(who, "1", "2"),
      adt("A31", who.patient("3"), { recordedAt: "20260502080000" }),
    ],
    persons: "1 2 3",
  },
  {
    name: "merges of ids that nobody has heard of",
    messages: (who) => [merge(who, "1", "2"), adt("A28", who.patient("2"))],
    persons: "1 2",
  },
];

export const SEMANTIC_ROWS: ReadonlyMap<string, readonly SemanticRow[]> = new Map([
  ["B-06 numbers", NUMBERS],
  ["B-06 dates", DATES],
  ["B-06 people", PEOPLE],
  ["B-06 merges", MERGES],
]);
