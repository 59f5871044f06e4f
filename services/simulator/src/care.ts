import { DAY_MS, HOUR_MS, MINUTE_MS } from "./calendar.ts";
import type { Clinical, Code, Measured } from "./clinical-message.ts";
import type { Visit } from "./message.ts";
import { type Random, type WeightedTable, weighted } from "./random.ts";
import type { SourceRecord } from "./sources.ts";
import { inUse, type World } from "./world.ts";

/**
 * What is found, written and given while somebody is in hospital:
 *
 *     stay:        panels from the laboratory each day, preliminary then final, some corrected later
 *     discharge:   the summary, and what they take home
 *     clinic:      the letter, some with a panel; the next appointment
 *     planned:     the general practitioner's referral before it
 *
 * All of it by random numbers of its own: who comes and goes is the same with it and without.
 */

const SHARES = { preliminary: 0.3, corrected: 0.03, panelAtClinic: 0.35, seenAgain: 0.4, urgent: 0.15 };
const PANELS_PER_DAY: WeightedTable<number> = weighted([
  [0, 20],
  [1, 45],
  [2, 35],
]);
const STAY_DAYS_MAX = 12;
const DRUGS_HOME_MAX = 4;

const loinc = (code: string, display: string): Code => [code, display, "LN"];

/** A test: its usual range, in its units, to so many decimals. */
type Test = readonly [code: Code, low: number, high: number, units: string, decimals: number];
const PANELS: readonly { readonly code: Code; readonly tests: readonly Test[] }[] = [
  {
    code: loinc("58410-2", "Full blood count"),
    tests: [
      [loinc("718-7", "Haemoglobin"), 120, 170, "g/L", 0],
      [loinc("6690-2", "White cell count"), 4, 11, "10*9/L", 1],
      [loinc("777-3", "Platelets"), 150, 400, "10*9/L", 0],
    ],
  },
  {
    code: loinc("24326-1", "Urea and electrolytes"),
    tests: [
      [loinc("2951-2", "Sodium"), 133, 146, "mmol/L", 0],
      [loinc("2823-3", "Potassium"), 3.5, 5.3, "mmol/L", 1],
      [loinc("22664-7", "Urea"), 2.5, 7.8, "mmol/L", 1],
      [loinc("14682-9", "Creatinine"), 59, 104, "umol/L", 0],
    ],
  },
  { code: loinc("1988-5", "C-reactive protein"), tests: [[loinc("1988-5", "C-reactive protein"), 0, 5, "mg/L", 0]] },
];
const DRUGS: readonly (readonly [name: string, dose: string, frequency: string])[] = [
  ["Paracetamol 500 mg tablets", "1000", "QDS"],
  ["Ramipril 5 mg capsules", "5", "OD"],
  ["Atorvastatin 20 mg tablets", "20", "ON"],
  ["Amoxicillin 500 mg capsules", "500", "TDS"],
  ["Omeprazole 20 mg capsules", "20", "OD"],
  ["Salbutamol 100 micrograms inhaler", "200", "PRN"],
];
const SUMMARY: Code = ["DS", "Discharge summary", "L"];
const LETTER: Code = ["CL", "Clinic letter", "L"];

/** Somebody in a bed for so long from now: the laboratory reports. The visit is asked for when it does. */
export function reportDuringStay(world: World, record: SourceRecord, visitNow: () => Visit, lengthMs: number): void {
  const { clinicalRandom: random } = world;
  const days = Math.min(STAY_DAYS_MAX, Math.ceil(lengthMs / DAY_MS));
  for (let day = 0; day < days; day++) {
    const panels = random.from(PANELS_PER_DAY);
    for (let panel = 0; panel < panels; panel++) {
      const afterMs = day * DAY_MS + random.float() * DAY_MS;
      if (afterMs < lengthMs) world.after(afterMs, () => report(world, record, visitNow()));
    }
  }
}

/** Somebody leaves a bed alive. */
export function writeDischargePapers(world: World, record: SourceRecord, visit: Visit): void {
  const { clinicalRandom: random } = world;
  const ward = `${visit.ward}, consultant ${visit.consultant.given} ${visit.consultant.family}.`;
  world.after(10 * MINUTE_MS + random.float() * 2 * HOUR_MS, () => {
    const lines = ["Discharge summary", ward, "Made a good recovery.", "The GP is asked to review in two weeks."];
    say(world, record, write(world, visit, SUMMARY, lines));
    const drugs = random.between(0, DRUGS_HOME_MAX);
    for (let number = 0; number < drugs; number++) say(world, record, prescribe(world, visit, number));
  });
}

/** Somebody was seen in a clinic and goes. */
export function writeClinicPapers(world: World, record: SourceRecord, visit: Visit): void {
  const { clinicalRandom: random } = world;
  if (random.chance(SHARES.panelAtClinic)) world.after(20 * MINUTE_MS, () => report(world, record, visit));
  world.after(HOUR_MS + random.float() * 30 * HOUR_MS, () =>
    say(world, record, write(world, visit, LETTER, ["Clinic letter", "Seen today. Thank you for referring."])),
  );
  if (!random.chance(SHARES.seenAgain)) return;
  const appointment = {
    number: `${visit.number}N`,
    startsAtMs: world.nowMs + random.between(7, 90) * DAY_MS,
    minutes: 20,
    reason: "Follow-up",
  };
  world.after(5 * MINUTE_MS, () => say(world, record, { kind: "appointment", visit, appointment }));
}

/** The general practitioner asks for what a planned visit is. */
export function referFor(world: World, record: SourceRecord, visit: Visit): void {
  const referral = {
    number: `${visit.number}R`,
    reason: "For your opinion and treatment",
    specialty: [visit.specialty, visit.ward, "L"] as const,
    priority: world.clinicalRandom.chance(SHARES.urgent) ? ("U" as const) : ("R" as const),
    writtenAtMs: world.nowMs,
  };
  say(world, record, { kind: "referral", referral });
}

const say = (world: World, record: SourceRecord, clinical: Clinical): void =>
  world.sayClinical(inUse(record), clinical);

/** A panel: by chance preliminary first, by chance corrected afterwards. */
function report(world: World, record: SourceRecord, visit: Visit): void {
  const { clinicalRandom: random } = world;
  const panel = random.pick(PANELS);
  const collectedAtMs = world.nowMs;
  const fillerNumber = `${visit.number}L${collectedAtMs.toString(36).toUpperCase()}`;
  const values = panel.tests.map((test) => measure(random, test));
  const tell = (status: "P" | "F" | "C", observations: readonly Measured[]) =>
    say(world, record, {
      kind: "result",
      visit,
      report: { fillerNumber, code: panel.code, status, collectedAtMs, reportedAtMs: world.nowMs, observations },
    });
  if (random.chance(SHARES.preliminary)) world.after(40 * MINUTE_MS, () => tell("P", values.slice(0, 1)));
  world.after(90 * MINUTE_MS, () => tell("F", values));
  if (!random.chance(SHARES.corrected)) return;
  const corrected = panel.tests.map((test) => measure(random, test));
  world.after(90 * MINUTE_MS + random.float() * 5 * HOUR_MS, () => tell("C", corrected));
}

/** Mostly within the range, sometimes half as far again beyond it. */
function measure(random: Random, [code, low, high, units, decimals]: Test): Measured {
  const spread = high - low;
  const value = Math.max(0, low - spread / 4 + random.float() * spread * 1.5);
  const flag = value < low ? "L" : value > high ? "H" : "";
  return { code, value: value.toFixed(decimals), units, range: `${low}-${high}`, flag };
}

function write(world: World, visit: Visit, type: Code, lines: readonly string[]): Clinical {
  const document = { number: `${visit.number}${type[0]}`, type, lines, writtenAtMs: world.nowMs };
  return { kind: "document", visit, document };
}

function prescribe(world: World, visit: Visit, place: number): Clinical {
  const [name, dose, frequency] = world.clinicalRandom.pick(DRUGS);
  const prescription = {
    number: `${visit.number}M${place}`,
    drug: ["", name, ""] as const,
    dose,
    units: name.includes("micrograms") ? "microgram" : "mg",
    frequency,
    startsAtMs: world.nowMs,
  };
  return { kind: "prescription", visit, prescription };
}
