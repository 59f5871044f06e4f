import { type Finding, readMessage, splitMessages, validate } from "@chesil/hl7";
import { givenConfig, givenFeed } from "../config-access.ts";
import { dialectOf } from "../dialects.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { givenFile } from "./given-file.ts";

type Validated = {
  readonly message: number;
  readonly type: string;
  readonly controlId: string;
  readonly findings: readonly (Finding | Unreadable)[];
};

/** The finding of a message that can not be read at all. */
type Unreadable = Omit<Finding, "rule"> & { readonly rule: string };

/**
 * `chesil validate FILE`: what of each message is not as the standard's version of it says, a line a finding. Exit code
 * 1 when anything is an error.
 */
export async function validateFile(
  path: string,
  given: { feed?: string; json?: boolean },
  terminal: Terminal,
): Promise<number> {
  const reading = given.feed === undefined ? {} : dialectOf(givenFeed(givenConfig(), given.feed));
  const messages = splitMessages(givenFile(path));
  if (messages.length === 0) throw new UsageError(`No message was found in ${path}.`);
  const counts = { error: 0, warning: 0, info: 0 };
  const validated: Validated[] = [];
  for (const [index, bytes] of messages.entries()) {
    if (messages.length > 1) terminal.progress(`message ${index + 1} of ${messages.length}`);
    const one = await validateOne(bytes, index + 1, reading);
    for (const { severity } of one.findings) counts[severity]++;
    if (given.json) validated.push(one);
    else for (const line of linesOf(one)) terminal.data(line);
  }
  if (given.json) terminal.data(JSON.stringify({ ...counts, messages: validated }));
  else {
    const { error, warning, info } = counts;
    terminal.data(`${messages.length} message(s): ${error} error(s), ${warning} warning(s), ${info} to know.`);
  }
  return counts.error === 0 ? 0 : 1;
}

async function validateOne(
  bytes: Uint8Array,
  message: number,
  reading: Parameters<typeof readMessage>[1],
): Promise<Validated> {
  const read = readMessage(bytes, reading);
  if (!read.ok) {
    const at = { segment: "MSH", segmentIndex: 1, location: "MSH[1]", position: 0 };
    const text = "The message can not be read.";
    return { message, type: "", controlId: "", findings: [{ severity: "error", rule: read.reason, ...at, text }] };
  }
  const type = [read.message.get("MSH", 9), read.message.get("MSH", 9, { component: 2 })].filter(Boolean).join("^");
  return { message, type, controlId: read.message.get("MSH", 10), findings: await validate(read.message) };
}

/** Tab-separated, for tools: message, segment's line, place, position, severity, rule, what is wrong. */
function linesOf({ message, findings }: Validated): string[] {
  return findings.map(({ severity, rule, segmentIndex, location, position, text }) =>
    [message, segmentIndex, location, position, severity, rule, text].join("\t"),
  );
}
