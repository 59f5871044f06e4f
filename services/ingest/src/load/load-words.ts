import type { FileRow } from "./file-rows.ts";

/** Why a file, or a row of it, is not taken, and what to do. */

export const FILE_CHANGED =
  "The file was replaced or written to while it was read. What was loaded until then stands, and nothing was withdrawn for " +
  "being gone. Load it again once it is complete.";
export const READING_CHANGED =
  "While the file was loaded another configuration of this feed came into force, by which its rows mean something else. What " +
  "was loaded until then stands. Load the file again, with the configuration that is to hold.";
export const NO_KEY = "The row has no key.";
export const MAY_BE_CUT =
  "The file ends in it without a line end and may be cut: it is not as it was known, and something would be withdrawn. If the file is whole, load it again with --confirm cut; let its source end the last line.";
export const ENDS_OTHERWISE =
  "The file ends in it without a line end, and the one before of this feed had one: it may be cut, and what it lost is not known. If the file is whole, load it again with --confirm cut.";

/** Of rows of one key with different content. @param lines the first of them. */
export const onLines = ([one, other]: readonly [number, number], { part }: Pick<FileRow, "part">): string =>
  part
    ? `The patient is on several lines of the file, first on ${one} and ${other}, with different content: each would take back what the other states, and none was taken. Put all of a patient into one Bundle, on one line.`
    : `The file has several rows of this key with different content, first ${one} and ${other}: none was taken. Leave the one that is right.`;
