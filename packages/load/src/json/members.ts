/**
 * Members that stand twice in their object. JSON leaves open which of them is meant (RFC 8259, section 4), and `JSON.parse`
 * takes the last without a word. Every text is only counted through; a fault is looked for where the counts differ.
 */

/** Whether an object of a text has a member twice. @param value what `JSON.parse` made of the text. */
export const hasTwice = (text: string, value: unknown): boolean => membersWritten(text) !== membersOf(value);

/** Where a member stands: names, and places in lists from 0. */
export type MemberPath = readonly (string | number)[];

/** Further ones of a text are not told. */
const TWICE_MAX = 10_000;

export type Scanned = {
  readonly twice: readonly MemberPath[];
  /** False where there are more. */
  readonly isAll: boolean;
  /** The elements of the list that the member `list` of the outermost object is, as they are written. */
  readonly elements: readonly string[];
};

type Frame = {
  /** Names that an object had so far; a list has none. */
  readonly names: Set<string> | undefined;
  /** The member, or the place, that is being read. */
  at: string | number;
  isName: boolean;
};

/** Reads through a text that `JSON.parse` takes, one character at a time. */
export function scanJson(text: string, list = ""): Scanned {
  const twice: MemberPath[] = [];
  const elements: string[] = [];
  const frames: Frame[] = [];
  let [elementStart, found] = [0, 0];
  const isInList = () => frames.length === 2 && frames[0]?.at === list && frames[1]?.names === undefined;
  const endElement = (end: number) => {
    if (!isInList()) return;
    const element = text.slice(elementStart, end).trim();
    if (element !== "") elements.push(element);
    elementStart = end + 1;
  };
  for (let at = 0; at < text.length; at++) {
    const frame = frames.at(-1);
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      if (frame?.names && frame.isName) {
        frame.at = JSON.parse(text.slice(at, end + 1)) as string;
        frame.isName = false;
        if (frame.names.has(frame.at) && ++found <= TWICE_MAX) twice.push(frames.map((each) => each.at));
        frame.names.add(frame.at);
      }
      at = end;
    } else if (char === "{") frames.push({ names: new Set(), at: "", isName: true });
    else if (char === "[") {
      frames.push({ names: undefined, at: 0, isName: false });
      if (isInList()) elementStart = at + 1;
    } else if (char === "}" || char === "]") {
      endElement(at);
      frames.pop();
    } else if (char === "," && frame) {
      endElement(at);
      if (frame.names) frame.isName = true;
      else frame.at = Number(frame.at) + 1;
    }
  }
  return { twice, isAll: found <= TWICE_MAX, elements };
}

const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Each member is a string before a colon. From quote to quote, so that long texts cost little. */
function membersWritten(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    at = endOfString(text, at) + 1;
    while (text.charCodeAt(at) <= 0x20) at++;
    if (text.charCodeAt(at) === COLON) count++;
  }
  return count;
}

/** The place of the quote that ends the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

function membersOf(value: unknown): number {
  let count = 0;
  const left: unknown[] = [value];
  while (left.length > 0) {
    const each = left.pop();
    if (typeof each !== "object" || each === null) continue;
    const parts: unknown[] = Array.isArray(each) ? each : Object.values(each);
    if (!Array.isArray(each)) count += parts.length;
    for (const part of parts) if (typeof part === "object") left.push(part);
  }
  return count;
}
