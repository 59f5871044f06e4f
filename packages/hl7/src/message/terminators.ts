import { isSegmentId } from "./segment.ts";

/**
 * Where segments end. The standard says CR. A message without any CR ends them with LF. A message with CR may hold
 * LF inside its fields, and keeps it there.
 */
export function segmentTexts(text: string, fieldSeparator: string): string[] {
  const hasReturn = text.includes("\r");
  const lines = linesOf(text, hasReturn ? "\r" : "\n");
  if (!hasReturn || !text.includes("\n")) return lines;
  return lines.flatMap((line, index) => mixedLines(line, fieldSeparator, index === lines.length - 1));
}

/** The lines that hold anything; blank ones, and what a frame leaves at the end, are no segments. */
function linesOf(text: string, terminator: string): string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length) {
    const found = text.indexOf(terminator, start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, end);
    if (!isBlank(line)) lines.push(line);
    start = end + 1;
  }
  return lines;
}

/**
 * A line ended by CR that has LF in it. LF around it belongs to CRLF. LF inside it is text, unless a standard or
 * local segment begins right after it: some senders mix the two, and a PID hidden in EVN would be lost.
 */
function mixedLines(line: string, fieldSeparator: string, isLast: boolean): string[] {
  const lines: string[] = [];
  const body = isLast ? withoutLineFeeds(line) : line.slice(leadingLineFeeds(line));
  let start = 0;
  for (let at = body.indexOf("\n"); at >= 0; at = body.indexOf("\n", at + 1)) {
    if (body.charAt(at + 4) !== fieldSeparator || !beginsSegment(body.slice(at + 1, at + 4))) continue;
    lines.push(body.slice(start, at));
    start = at + 1;
  }
  lines.push(body.slice(start));
  return lines.filter((each) => !isBlank(each));
}

function leadingLineFeeds(line: string): number {
  let count = 0;
  while (line.charAt(count) === "\n") count++;
  return count;
}

function withoutLineFeeds(line: string): string {
  let end = line.length;
  while (end > 0 && line.charAt(end - 1) === "\n") end--;
  return line.slice(leadingLineFeeds(line), end);
}

/** Segments of the standard that patient messages hold, and local ones. */
const SEGMENT_IDS = new Set(
  (
    "MSH EVN PID PD1 PV1 PV2 MRG NK1 AL1 IAM DG1 DRG PR1 GT1 IN1 IN2 IN3 ACC UB1 UB2 ROL PDA DB1 ARV SFT UAC OBR OBX " +
    "NTE ORC TXA SCH AIS AIG AIL AIP RGS PRD CTD RF1 AUT RXA RXE RXO RXR RXC RXD TQ1 TQ2 SPM SAC CTI FT1 PRB GOL VAR " +
    "PTH MSA ERR QRD QRF QPD RCP QAK DSC ADD NPU STF PRA ORG BLG CON FAC IIM"
  ).split(" "),
);

function beginsSegment(id: string): boolean {
  return SEGMENT_IDS.has(id) || (id.startsWith("Z") && isSegmentId(id));
}

function isBlank(line: string): boolean {
  for (let index = 0; index < line.length; index++) if (line.charCodeAt(index) > 0x20) return false;
  return true;
}
