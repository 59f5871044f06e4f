import { FEED, msh, RECEIVED_AT, wire } from "../example-messages.ts";
import { readMessage } from "../message/message.ts";
import type { FeedDialect } from "./dialect.ts";
import { demographicsSaid, identifiersSaid } from "./pid.ts";
import { Warnings } from "./statement.ts";

/** For tests of what a PID says. */

/** A PID of these fields, by number. */
function pidOf(fields: Record<number, string>): string {
  const last = Math.max(...Object.keys(fields).map(Number));
  return ["PID", ...Array.from({ length: last }, (_, index) => fields[index + 1] ?? "")].join("|");
}

/** What a PID of these fields says, and the segment after it. */
export function said(fields: Record<number, string>, after?: string, feed: FeedDialect = FEED) {
  const read = readMessage(wire(msh("A08"), pidOf(fields), ...(after === undefined ? [] : [after])));
  const pid = read.ok ? read.message.segment("PID") : undefined;
  if (!read.ok || pid === undefined) throw new Error("not a message");
  const warnings = new Warnings();
  const context = { message: read.message, feed, receivedAt: RECEIVED_AT, warnings };
  const demographics = demographicsSaid({ pid, segments: read.message.segments() }, context);
  return { demographics, warnings: warnings.list.map((each) => `${each.location} ${each.code}`) };
}

/** The identifiers of a PID of these fields. */
export function identifiers(fields: Record<number, string>, feed: FeedDialect = FEED) {
  const read = readMessage(wire(msh("A08"), pidOf(fields)));
  const pid = read.ok ? read.message.segment("PID") : undefined;
  if (!read.ok || pid === undefined) throw new Error("not a message");
  const warnings = new Warnings();
  const list = identifiersSaid(pid, { message: read.message, feed, receivedAt: RECEIVED_AT, warnings });
  return { list, warnings: warnings.list.map((each) => `${each.location} ${each.code}`) };
}
