import type { Segment } from "../message/segment.ts";
import { NOTE_LENGTH_MAX, NOTES_MAX } from "./limits.ts";
import type { Reading } from "./reading.ts";
import { SegmentReader } from "./segment-reader.ts";

const COMMENT = 3;

/** The comments of NTE segments, in their order; what stands beside them is passed over. */
export function notesIn(segments: readonly Segment[], reading: Reading): string[] {
  const notes: string[] = [];
  for (const segment of segments) {
    if (segment.id !== "NTE") continue;
    const reader = new SegmentReader(segment, reading);
    const note = noteOf(reader);
    if (note === "") continue;
    if (notes.length === NOTES_MAX) {
      reader.warn(COMMENT, "ignored", `Only the first ${NOTES_MAX} comments are stated.`);
      break;
    }
    notes.push(note);
  }
  return notes;
}

function noteOf(reader: SegmentReader): string {
  const note = reader.prose(COMMENT).trim();
  if (note.length <= NOTE_LENGTH_MAX) return note;
  reader.warn(COMMENT, "ignored", `A comment longer than ${NOTE_LENGTH_MAX} characters was left out.`);
  return "";
}
