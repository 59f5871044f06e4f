import { type CanonicalEvent, canonicalEvent, type FactKind, type FactOf, type FactStatement } from "@chesil/model";
import { FEED, RECEIVED_AT, wire } from "../example-messages.ts";
import type { FeedDialect } from "../map/dialect.ts";
import { type Message, readMessage } from "../message/message.ts";
import { clinicalEvent } from "./clinical-event.ts";

/** For this folder's tests: made-up messages and the events they become. */

export const PID = "PID|1||8001234^^^RDZ^MR||Marsh^Ellen||19800229|F";

export const mshOf = (type: string) => `MSH|^~\\&|LAB|RDZ|CHESIL|DORSET|20260304093000||${type}|C0001|P|2.5`;

export function messageOf(...segments: string[]): Message {
  const read = readMessage(wire(...segments));
  if (!read.ok) throw new Error(read.reason);
  return read.message;
}

export function mapped(type: string, segments: readonly string[], feed: FeedDialect = FEED) {
  return clinicalEvent(messageOf(mshOf(type), ...segments), feed, RECEIVED_AT);
}

/** The event of a message of one patient; it is one of the model's. */
export function eventOf(type: string, ...segments: string[]): CanonicalEvent {
  const result = mapped(type, segments);
  if (!result.ok) throw new Error(result.reason);
  return canonicalEvent.parse(result.event);
}

/** Its facts, where the patient comes first. */
export function factsOf(type: string, ...segments: string[]): FactStatement[] {
  return eventOf(type, PID, ...segments).subjects.flatMap((subject) => subject.facts);
}

/** The first fact of a kind, which has to be there. */
export function contentOf<K extends FactKind>(kind: K, facts: readonly FactStatement[]): FactOf<K> {
  const content = facts.map((fact) => fact.content).find((each) => each.kind === kind);
  if (content === undefined) throw new Error(`There is no fact of kind ${kind}.`);
  return content as FactOf<K>;
}

export const warningsOf = (event: CanonicalEvent) => event.warnings.map((each) => `${each.location} ${each.code}`);
