/** Why a file, or a row of it, is not taken, and what to do. */

export const FILE_CHANGED =
  "The file was replaced or written to while it was read. What was loaded until then stands, and nothing was withdrawn for " +
  "being gone. Load it again once it is complete.";
export const READING_CHANGED =
  "While the file was loaded another configuration of this feed came into force, by which its rows mean something else. What " +
  "was loaded until then stands. Load the file again, with the configuration that is to hold.";
export const NO_KEY = "The row has no key.";
export const MAY_BE_CUT =
  "The file ends in it without a line end and may be cut: it is not as it was known, and something would be withdrawn. If the file is whole, load it again with --confirm; let its source end the last line.";
export const CONTRADICTORY = "The file has another row of the same key with other content: neither was taken.";
