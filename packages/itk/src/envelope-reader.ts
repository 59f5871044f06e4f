import { elementsNamed, isNamed, type XmlDocument, type XmlElement } from "@chesil/xml";
import { PayloadDecoder } from "./decode.ts";
import type { Envelope, EnvelopeError, EnvelopeHead, Payload } from "./envelope.ts";
import { EnvelopeErrors } from "./envelope-errors.ts";
import { readHead } from "./head-reader.ts";
import { ITK_LIMITS } from "./limits.ts";
import { countIn, type ManifestItem, readManifest } from "./manifest.ts";
import { ITK } from "./names.ts";
import { invalidMessage, type Refusal } from "./refusal.ts";

export type EnvelopeReading =
  | { readonly ok: true; readonly envelope: Envelope }
  /** With the head as far as it could be read, undefined without a service or a tracking id: nothing can be answered to. */
  | { readonly ok: false; readonly errors: readonly EnvelopeError[]; readonly head: EnvelopeHead | undefined };

export const isEnvelope = (element: XmlElement): boolean => isNamed(element, ITK, "DistributionEnvelope");

/** The envelope in a document: its root, or what a SOAP body holds. Never throws; what is wrong with it is told by codes. */
export function readEnvelope(document: XmlDocument, element: XmlElement = document.root): EnvelopeReading {
  const steps = envelopeSteps(document, element);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same in steps of some milliseconds each: who reads a large message lets others run between them. */
export function* envelopeSteps(
  document: XmlDocument,
  element: XmlElement = document.root,
): Generator<undefined, EnvelopeReading> {
  const errors = new EnvelopeErrors();
  if (!isEnvelope(element)) {
    errors.add("envelope", "The message is no ITK Distribution Envelope.");
    return { ok: false, errors: errors.list, head: undefined };
  }
  const header = onlyOne(element, "header", errors);
  const head = header && readHead(header, errors);
  const items = header && readManifest(header, errors);
  const payloads = yield* readPayloads(document, onlyOne(element, "payloads", errors), items ?? [], errors);
  if (head === undefined || errors.list.length > 0) return { ok: false, errors: errors.list, head };
  return { ok: true, envelope: { ...head, payloads } };
}

function onlyOne(envelope: XmlElement, name: "header" | "payloads", errors: EnvelopeErrors): XmlElement | undefined {
  const [found, second] = elementsNamed(envelope, ITK, name);
  if (found !== undefined && second === undefined) return found;
  errors.add(name, `The envelope has ${found === undefined ? "no" : "more than one"} ${name}.`);
  return undefined;
}

/** What the manifest says and what is there must be the same; the order is the manifest's. */
function* readPayloads(
  document: XmlDocument,
  parent: XmlElement | undefined,
  items: readonly ManifestItem[],
  errors: EnvelopeErrors,
): Generator<undefined, Payload[]> {
  const elements = elementsNamed(parent, ITK, "payload");
  if (parent === undefined || !isCountRight(parent, elements.length, errors)) return [];
  const byId = new Map<string, XmlElement>();
  for (const [index, element] of elements.entries()) {
    const id = element.attributes.get("id")?.trim() ?? "";
    if (id === "") errors.add("payload", `Payload ${index + 1} has no id.`);
    else if (byId.has(id)) errors.add("payload", `Payload ${index + 1} has the id of another one.`);
    else if (!items.some((item) => item.id === id)) {
      errors.add("payload", `Payload ${index + 1} is not in the manifest.`);
    } else byId.set(id, element);
  }
  const decoder = new PayloadDecoder(document, errors);
  const payloads: Payload[] = [];
  for (const item of items) {
    const element = byId.get(item.id);
    const payload = element && (yield* decoder.decode(element, item));
    if (element === undefined) errors.add("manifestItem", `Manifest item ${item.place} has no payload of its id.`);
    if (payload !== undefined) payloads.push(payload);
    if (errors.isFull) break;
    yield;
  }
  return payloads;
}

function isCountRight(parent: XmlElement, count: number, errors: EnvelopeErrors): boolean {
  if (count > ITK_LIMITS.payloadsMax) {
    errors.add("payloads", `There are more than ${ITK_LIMITS.payloadsMax} payloads: send them in several messages.`);
    return false;
  }
  if (countIn(parent) !== count) errors.add("payloads", "The count of the payloads is not how many there are.");
  return true;
}

/** The soap:Fault for an envelope that can not be read, where no infrastructure acknowledgement is asked for or possible. */
export function refusalOf(errors: readonly EnvelopeError[]): Refusal {
  const [first] = errors;
  return invalidMessage(first === undefined ? "The envelope can not be read." : `${first.code}: ${first.text}`);
}
