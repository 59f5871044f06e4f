/** A message in a text area and back: one segment a line there, ended by CR where it is sent. */

/** A browser shows no CR; whatever ended the segments ends lines. */
export function linesToEdit(raw: string): string {
  return raw.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
}

/** The message that the lines are. XML keeps its own line ends, which mean nothing there. */
export function messageOfLines(edited: string): string {
  const lines = edited.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  return lines.trimStart().startsWith("<") ? lines : `${lines.replaceAll("\n", "\r")}\r`;
}
