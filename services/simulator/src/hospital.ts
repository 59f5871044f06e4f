import { DAY_MS, HOUR_MS, MINUTE_MS } from "./calendar.ts";
import { referFor, reportDuringStay, writeClinicPapers, writeDischargePapers } from "./care.ts";
import { enrol } from "./enrolment.ts";
import { hearOfDeath } from "./life.ts";
import type { Trigger, Visit } from "./message.ts";
import type { Person } from "./person.ts";
import { areaOfTown } from "./places.ts";
import { type WeightedTable, weighted } from "./random.ts";
import type { SourceRecord } from "./sources.ts";
import type { System } from "./systems.ts";
import { drawConsultant, drawWard } from "./wards.ts";
import { ACUTE_SYSTEMS, inUse, OFFICE_HOURS, ROUND_THE_CLOCK, type World } from "./world.ts";

/**
 * What happens in hospitals. A stay goes
 *
 *     emergency:  A04 in the department -> A03 -> (some) A01 on a ward -> A02 ... -> A03
 *     planned:    A05 -> A01 -> (some) A02 -> A03
 *     clinic:     A04 -> (some) A08 -> A03
 *
 * and what was done by mistake is taken back: A11 an admission, A12 a transfer, A13 a discharge. One visit keeps one
 * number and its admission time from first to last.
 */

/** Events a person a day, in life; the day's `activity` multiplies them. */
const RATES = { emergency: 0.0012, planned: 0.0006, clinic: 0.005 };
const SHARES = {
  atHomeHospital: 0.88,
  admitted: 0.3,
  admissionTakenBack: 0.05,
  transferTakenBack: 0.04,
  dischargeTakenBack: 0.05,
  updatedDuringStay: 0.5,
  clinicUpdate: 0.3,
  /** Updates that wait at the source, as when an engine's queue is held. */
  late: 0.04,
  diesInHospital: 0.02,
  toCareHome: 0.07,
};
/** People in a bed when the day begins: admissions a day (some 0.001 a person) times a mean stay of two days or so. */
const IN_BEDS_AT_START = 0.0016;

type Band = readonly [minHours: number, maxHours: number];
const STAYS: WeightedTable<Band> = weighted([
  [[4, 12], 28],
  [[12, 36], 35],
  [[36, 96], 24],
  [[96, 240], 13],
]);
const TRANSFER_COUNTS: WeightedTable<number> = weighted([
  [0, 40],
  [1, 38],
  [2, 16],
  [3, 6],
]);

type Stay = {
  readonly record: SourceRecord;
  visit: Visit;
};

/** Sets the hospitals going: beds that are full already, and everything that will arrive. */
export function openHospitals(world: World, loadMs: number): void {
  const beds = Math.round(world.population.people.length * IN_BEDS_AT_START * world.activity);
  for (let bed = 0; bed < beds; bed++) world.after(world.random.float() * loadMs, () => alreadyIn(world));
  world.often(RATES.emergency, ROUND_THE_CLOCK, () => emergency(world));
  world.often(RATES.planned, OFFICE_HOURS, () => planned(world));
  world.often(RATES.clinic, OFFICE_HOURS, () => clinic(world));
}

/** Somebody free, at the hospital they go to. */
function arrival(world: World): { person: Person; system: System } | undefined {
  const person = world.somebody();
  if (person === undefined || world.inCare.has(person)) return undefined;
  const area = areaOfTown(person.address.town);
  const home = ACUTE_SYSTEMS.find((system) => system.areas.includes(area));
  const system =
    home !== undefined && world.random.chance(SHARES.atHomeHospital) ? home : world.random.pick(ACUTE_SYSTEMS);
  return { person, system };
}

function tell(world: World, stay: Stay, trigger: Trigger, occurredAtMs?: number): void {
  world.say({ trigger, record: inUse(stay.record), visit: stay.visit, occurredAtMs });
}

function emergency(world: World): void {
  const who = arrival(world);
  if (who === undefined) return;
  world.inCare.add(who.person);
  const stay: Stay = {
    record: enrol(world, who.person, who.system),
    visit: {
      number: world.visitNumber(who.system),
      patientClass: "E",
      ward: "Emergency Department",
      bed: "",
      consultant: drawConsultant(world.random),
      specialty: "180",
      admittedAtMs: world.nowMs,
    },
  };
  world.after(MINUTE_MS, () => {
    tell(world, stay, "A04", stay.visit.admittedAtMs);
    world.after(world.between(HOUR_MS, 6 * HOUR_MS), () => {
      stay.visit = { ...stay.visit, dischargedAtMs: world.nowMs, dischargeMethod: "1", dischargeDestination: "19" };
      tell(world, stay, "A03", world.nowMs);
      if (world.random.chance(SHARES.admitted)) world.after(2 * MINUTE_MS, () => admitted(world, stay));
      else world.inCare.delete(who.person);
    });
  });
}

/** From the emergency department to a ward: a new visit with a number of its own. */
function admitted(world: World, attendance: Stay): void {
  const record = inUse(attendance.record);
  admit(world, {
    record,
    visit: {
      number: world.visitNumber(record.system),
      patientClass: "I",
      ...drawWard(world.random, record.person, world.nowMs),
      consultant: drawConsultant(world.random),
      admissionMethod: "21",
      admittedAtMs: world.nowMs,
    },
  });
}

function planned(world: World): void {
  const who = arrival(world);
  if (who === undefined) return;
  const untilAdmissionMs = world.between(2 * HOUR_MS, 30 * HOUR_MS);
  const visit: Visit = {
    number: world.visitNumber(who.system),
    patientClass: "P",
    ...drawWard(world.random, who.person, world.nowMs),
    consultant: drawConsultant(world.random),
    admissionMethod: world.random.pick(["11", "12", "13"]),
  };
  const expected = { ...visit, expectedAtMs: world.nowMs + untilAdmissionMs };
  const stay: Stay = { record: enrol(world, who.person, who.system), visit: expected };
  world.after(MINUTE_MS, () => {
    tell(world, stay, "A05");
    referFor(world, stay.record, stay.visit);
  });
  world.after(untilAdmissionMs, () => {
    if (world.inCare.has(who.person) || who.person.diedAtMs !== undefined) return;
    world.inCare.add(who.person);
    stay.visit = { ...visit, patientClass: "I", admittedAtMs: world.nowMs };
    admit(world, stay);
  });
}

/** Admitted before the day began: the hospital tells of it now. */
function alreadyIn(world: World): void {
  const who = arrival(world);
  if (who === undefined) return;
  world.inCare.add(who.person);
  const admittedAtMs = world.startMs - world.between(HOUR_MS, 4 * DAY_MS);
  const record = enrol(world, who.person, who.system);
  const stay: Stay = {
    record,
    visit: {
      number: world.visitNumber(who.system),
      patientClass: "I",
      ...drawWard(world.random, who.person, world.nowMs),
      consultant: drawConsultant(world.random),
      admissionMethod: world.random.pick(["21", "21", "22", "11"]),
      admittedAtMs,
    },
  };
  world.after(MINUTE_MS, () => {
    const told = { trigger: "A01" as const, record: inUse(record), visit: stay.visit };
    world.say({ ...told, recordedAtMs: admittedAtMs, occurredAtMs: admittedAtMs });
    stayOn(world, stay, world.between(HOUR_MS, 60 * HOUR_MS));
  });
}

function admit(world: World, stay: Stay): void {
  tell(world, stay, "A01", stay.visit.admittedAtMs);
  if (world.random.chance(SHARES.admissionTakenBack)) {
    world.after(world.between(5 * MINUTE_MS, 45 * MINUTE_MS), () => {
      tell(world, stay, "A11", world.nowMs);
      world.inCare.delete(stay.record.person);
    });
    return;
  }
  const [minHours, maxHours] = world.random.from(STAYS);
  stayOn(world, stay, world.between(minHours, maxHours) * HOUR_MS);
}

function stayOn(world: World, stay: Stay, lengthMs: number): void {
  reportDuringStay(world, stay.record, () => stay.visit, lengthMs);
  const transfers = world.random.from(TRANSFER_COUNTS);
  for (let number = 1; number <= transfers; number++) {
    world.after((lengthMs * number) / (transfers + 1), () => transfer(world, stay));
  }
  if (world.random.chance(SHARES.updatedDuringStay)) {
    world.after(lengthMs * world.between(0.1, 0.9), () => {
      const telling = { trigger: "A08" as const, record: inUse(stay.record), visit: stay.visit };
      if (world.random.chance(SHARES.late)) world.sayLate(telling, world.between(HOUR_MS, 8 * HOUR_MS));
      else world.say(telling);
    });
  }
  world.after(lengthMs, () => discharge(world, stay));
}

function transfer(world: World, stay: Stay): void {
  const before = stay.visit;
  stay.visit = {
    ...before,
    ...drawWard(world.random, stay.record.person, world.nowMs),
    specialty: before.specialty,
    previousWard: before.ward,
  };
  tell(world, stay, "A02", world.nowMs);
  if (!world.random.chance(SHARES.transferTakenBack)) return;
  world.after(world.between(5 * MINUTE_MS, 20 * MINUTE_MS), () => {
    if (stay.visit.dischargedAtMs !== undefined) return;
    stay.visit = before;
    tell(world, stay, "A12", world.nowMs);
  });
}

function discharge(world: World, stay: Stay): void {
  const { random } = world;
  const died = random.chance(SHARES.diesInHospital);
  const destination = died ? "79" : random.chance(SHARES.toCareHome) ? "54" : "19";
  const staying = stay.visit;
  const leaving = { dischargedAtMs: world.nowMs, dischargeMethod: died ? "4" : "1", dischargeDestination: destination };
  stay.visit = { ...staying, ...leaving };
  if (died) hearOfDeath(world, stay.record.person, inUse(stay.record));
  tell(world, stay, "A03", world.nowMs);
  // Where a discharge names the patient only, this is what says that they died.
  if (died) world.say({ trigger: "A31", record: inUse(stay.record) });
  if (!died) writeDischargePapers(world, stay.record, stay.visit);
  if (died || !random.chance(SHARES.dischargeTakenBack)) {
    world.inCare.delete(stay.record.person);
    return;
  }
  world.after(world.between(10 * MINUTE_MS, HOUR_MS), () => {
    stay.visit = staying;
    tell(world, stay, "A13", world.nowMs);
    world.after(world.between(HOUR_MS, 8 * HOUR_MS), () => discharge(world, stay));
  });
}

function clinic(world: World): void {
  const who = arrival(world);
  if (who === undefined) return;
  const stay: Stay = {
    record: enrol(world, who.person, who.system),
    visit: {
      number: world.visitNumber(who.system),
      patientClass: "O",
      ...drawWard(world.random, who.person, world.nowMs),
      ward: "Outpatients",
      bed: "",
      consultant: drawConsultant(world.random),
      admittedAtMs: world.nowMs,
    },
  };
  world.after(MINUTE_MS, () => tell(world, stay, "A04", stay.visit.admittedAtMs));
  if (world.random.chance(SHARES.clinicUpdate)) world.after(12 * MINUTE_MS, () => tell(world, stay, "A08"));
  world.after(world.between(20 * MINUTE_MS, 90 * MINUTE_MS), () => {
    stay.visit = { ...stay.visit, dischargedAtMs: world.nowMs };
    tell(world, stay, "A03", world.nowMs);
    writeClinicPapers(world, stay.record, stay.visit);
  });
}
