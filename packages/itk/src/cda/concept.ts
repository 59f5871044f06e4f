import type { Coding, Concept } from "@chesil/model";
import { type Place, stated } from "./place.ts";

/** CD: the code with its translations, as sent: systems stay OIDs. */
export function conceptAt(place: Place | undefined): Concept | undefined {
  if (place === undefined) return undefined;
  const codings = [place, ...place.all("translation")].flatMap((each) => codingOf(each) ?? []);
  const text = place.at("originalText")?.text();
  const display = codings.length === 0 ? place.attribute("displayName") : undefined;
  if (codings.length === 0 && text === undefined && display === undefined) return undefined;
  return { codings, ...((text ?? display) === undefined ? {} : { text: text ?? display }) };
}

export function codingOf(place: Place): Coding | undefined {
  const code = place.attribute("code");
  const display = place.attribute("displayName");
  return code === undefined
    ? undefined
    : stated<Coding>({ system: place.attribute("codeSystem") ?? "", code, display });
}

/** The code, else the words that stand for it. */
export const codeAt = (place: Place | undefined): string | undefined =>
  place && (place.attribute("code") ?? place.attribute("displayName") ?? place.at("originalText")?.text());
