import type { PreparedFamilyName } from "../comparisons/family-name.ts";
import type { PreparedGivenName } from "../comparisons/given-name.ts";
import { formalName } from "../nicknames.ts";
import { sound } from "../phonetics.ts";

/** Sound codes longer than this tell apart what a reader would mishear anyway; KRST is Christopher and Christine. */
const SOUND_LENGTH = 4;

/** Of each part of a double-barrelled name, and of the whole where only particles were left out. */
export function familySounds({ text, parts, sound: whole }: PreparedFamilyName): string[] {
  const [part, another] = parts;
  if (part === text) return [shortened(whole)];
  const ofParts = parts.map((each) => shortened(sound(each)));
  return another === undefined ? [shortened(whole), ...ofParts] : ofParts;
}

/** Bob is filed under Robert. */
export function givenSound({ first, sound: own }: PreparedGivenName): string {
  const formal = formalName(first);
  return shortened(formal === first ? own : sound(formal));
}

const shortened = (code: string): string => code.slice(0, SOUND_LENGTH);
