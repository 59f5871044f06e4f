import { HOUR_MS } from "./calendar.ts";
import type { OnFile } from "./on-file.ts";
import type { Person } from "./person.ts";
import type { SourceRecord } from "./sources.ts";
import type { System } from "./systems.ts";
import { inUse, type World } from "./world.ts";

/** The desk: somebody comes, and is found on file, put on file, or put on file a second time. */

const SHARES = {
  /** Arrivals whose registration the clerk does not find. */
  registeredAgain: 0.012,
  addressAsked: 0.85,
  nameAsked: 0.7,
  /** Of registrations made twice during the day, and found out within it. */
  foundOutToday: 0.6,
};
const FOUND_OUT_AFTER_MS = [3 * HOUR_MS, 30 * HOUR_MS] as const;

/**
 * The registration under which a system sees this person now. A new one is told with an A28; one on file is brought
 * up to date, which the next message shows.
 */
export function enrol(world: World, person: Person, system: System): SourceRecord {
  const known = world.register.find(person, system);
  if (known !== undefined && !world.random.chance(SHARES.registeredAgain)) {
    bringUpToDate(world, known);
    return known;
  }
  const record = world.register.register(person, system, world.nowMs, known !== undefined);
  world.say({ trigger: "A28", record });
  if (known !== undefined && world.random.chance(SHARES.foundOutToday)) {
    world.after(world.between(...FOUND_OUT_AFTER_MS), () => mergeRegistrations(world, known, record));
  }
  return record;
}

/** What a clerk asks at the desk. */
function bringUpToDate(world: World, record: SourceRecord): void {
  const { person, onFile } = record;
  const change: Partial<OnFile> = {};
  if (onFile.address !== person.address && world.random.chance(SHARES.addressAsked)) {
    change.address = person.address;
    change.practice = person.practice;
  }
  if (onFile.family === person.previousFamily && world.random.chance(SHARES.nameAsked)) {
    change.family = person.family;
    change.formerFamily = person.previousFamily;
    change.title = person.title;
  }
  if (Object.keys(change).length > 0) world.amend(record, change);
}

/** The system finds that two of its registrations are one person: A40, the older survives. */
export function mergeRegistrations(world: World, first: SourceRecord, second: SourceRecord): void {
  const survivor = inUse(first);
  const retired = inUse(second);
  if (survivor === retired) return;
  retired.mergedInto = survivor;
  const { onFile } = survivor;
  const known = retired.onFile;
  world.amend(survivor, {
    nhsNumber: onFile.nhsNumber ?? known.nhsNumber,
    nhsNumberTraced: onFile.nhsNumber === undefined ? known.nhsNumberTraced : onFile.nhsNumberTraced,
  });
  world.say({ trigger: "A40", record: survivor, retired });
}
