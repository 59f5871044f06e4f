import { createHash } from "node:crypto";
import { type AnsweredIdentifier, identifiersOfDomains, notifyPerson, personIdentifiers } from "@chesil/hl7";
import type { DueNotification, StoredPerson, StoredRecord } from "@chesil/store";

/** What a destination wants to be told of identities. */
export type IdentitySubscription = {
  /** The domains that it cares for; empty: all. The NHS number goes along. */
  readonly authorities: readonly string[];
  /** Chesil's own person ids are a domain of it. */
  readonly personIds: boolean;
  /** Where they are: ADT^A40 for a person id that is replaced by another. */
  readonly merges: boolean;
  /** MSH-3 and 4, MSH-5 and 6. */
  readonly sender: readonly [application: string, facility: string];
  readonly receiver: readonly [application: string, facility: string];
  /** How often it may refuse one notification before that is set aside. */
  readonly attemptsMax: number;
};

/** The authority of person ids. */
const PERSON_AUTHORITY = "CHESIL";

/** A person as stored now; where merged away, with the person that replaced it. */
export type PersonNow = {
  readonly person: StoredPerson;
  readonly records: readonly StoredRecord[];
  readonly survivor: { readonly person: StoredPerson; readonly records: readonly StoredRecord[] } | undefined;
};

/** What to say. `knows`: a hash of what the destination knows when it has taken it. */
export type Notice =
  | {
      readonly kind: "tell";
      readonly event: "A31" | "A40";
      readonly message: Uint8Array;
      /** Whose identifiers are in it. */
      readonly about: readonly string[];
      readonly identifiers: number;
      readonly knows: Buffer;
    }
  | { readonly kind: "silent"; readonly knows: Buffer | null };

/**
 * What a destination is to be told of a person: the identifiers in its domains as they are now, or that the person's id
 * leads to another. Nothing where it knows that already, where nothing of the person is or was in its domains, and where
 * no identifier is left by which to speak of them.
 */
export function noticeOf(
  { destination, subscription }: { readonly destination: string; readonly subscription: IdentitySubscription },
  due: DueNotification,
  now: PersonNow,
): Notice {
  const { personId } = due;
  const isMerged = now.person.status === "merged";
  if (isMerged && !(subscription.personIds && subscription.merges && now.survivor))
    return { kind: "silent", knows: forgotten(due.told) };
  const subject = (isMerged && now.survivor) || now;
  const merged = isMerged ? ownId(personId) : undefined;
  const told = identifiersOfDomains(
    personIdentifiers(subject.person.golden, subject.records),
    subscription.authorities,
  );
  if (due.told === null && !told.isOfInterest) return { kind: "silent", knows: null };
  const own = subscription.personIds ? [ownId(subject.person.personId)] : [];
  const [first, ...others] = [...own, ...told.identifiers];
  // Of a merge the destination knows where the id leads; which identifiers are there now it is told of the survivor.
  const knows = hashOf(merged ? [merged, ...own] : [...own, ...told.identifiers]);
  if (first === undefined || due.told?.equals(knows)) return { kind: "silent", knows };
  const message = notifyPerson({
    ...{ sender: subscription.sender, receiver: subscription.receiver },
    controlId: controlIdOf(destination, due, knows),
    at: due.at,
    identifiers: [first, ...others],
    merged,
  });
  return {
    kind: "tell",
    event: merged ? "A40" : "A31",
    message,
    about: merged ? [personId, subject.person.personId] : [personId],
    identifiers: others.length + 1,
    knows,
  };
}

/** Whoever is spoken of under another person, or not at all, is told of anew when that ends, whatever was said before. */
export const forgotten = (told: Buffer | null) => told && hashOf([]);

const ownId = (personId: string): AnsweredIdentifier => ({ authority: PERSON_AUTHORITY, value: personId, type: "PI" });

/** Of a set: in whatever order they come. */
function hashOf(identifiers: readonly AnsweredIdentifier[]): Buffer {
  const texts = identifiers.map(({ authority, value }) => JSON.stringify([authority, value])).sort();
  return createHash("sha256").update(texts.join("\n")).digest();
}

/** As long as HL7 2.5 lets MSH-10 be. The same for the same content of one turn, and for nothing else. */
const CONTROL_ID_LENGTH = 20;

function controlIdOf(destination: string, { personId, turn }: DueNotification, knows: Buffer): string {
  const text = JSON.stringify([destination, personId, turn, knows.toString("hex")]);
  return createHash("sha256").update(text).digest("hex").slice(0, CONTROL_ID_LENGTH);
}
