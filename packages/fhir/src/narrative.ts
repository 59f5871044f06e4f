import type { Narrative } from "./datatypes.ts";
import { readable } from "./without-empty.ts";

/** Text for a person to read, as the limited XHTML that FHIR takes (R4, narrative): words and line ends, nothing else. */

const XHTML = "http://www.w3.org/1999/xhtml";

/** What XML 1.0 has no character for, whatever it is written as. */
const NO_CHARACTER = /[\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** One thing said; without a label it stands alone. */
export type Line = readonly [label: string, text: string];

/** A heading and lines under it. `isAll`: the resource says elsewhere whatever stands here. */
export function narrativeOf(heading: string, lines: readonly Line[], isAll: boolean): Narrative {
  const paragraphs = lines.map(
    ([label, text]) => `<p>${label === "" ? "" : `<b>${escaped(label)}:</b> `}${escaped(text)}</p>`,
  );
  return {
    status: isAll ? "generated" : "additional",
    div: `<div xmlns="${XHTML}"><p><b>${escaped(heading)}</b></p>${paragraphs.join("")}</div>`,
  };
}

/** Most text has nothing to escape. */
const PLAIN = /^[ !#-%'-;=?-~]*$/;

/** Line ends stay line ends. */
function escaped(text: string): string {
  const clean = readable(text) ?? "";
  if (PLAIN.test(clean)) return clean;
  return clean
    .replace(NO_CHARACTER, "\ufffd")
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(/\r\n?|\n/g, "<br/>");
}
