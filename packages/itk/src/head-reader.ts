import { elementsNamed, type XmlElement } from "@chesil/xml";
import { freeText, word } from "./attributes.ts";
import type { EnvelopeHead, Handling, Party } from "./envelope.ts";
import type { EnvelopeErrors } from "./envelope-errors.ts";
import { ITK_LIMITS } from "./limits.ts";
import { ITK } from "./names.ts";
import { ADDRESS, IDENTITY, readParty } from "./party.ts";

/** The header without its manifest. Undefined without a service or a tracking id. */
export function readHead(header: XmlElement, errors: EnvelopeErrors): EnvelopeHead | undefined {
  const service = word(header, "service");
  const trackingId = word(header, "trackingid");
  if (service === undefined) errors.add("header", "The header names no service.");
  if (trackingId === undefined) errors.add("header", "The header has no tracking id.");
  const [sender, ...senders] = elementsNamed(header, ITK, "senderAddress");
  if (senders.length > 0) errors.add("senderAddress", "There is more than one sender address.");
  const head = {
    addresses: readAddresses(header, errors),
    auditIdentities: readIdentities(header, errors),
    sender: sender && readParty(sender, ADDRESS, "The sender address", (text) => errors.add("senderAddress", text)),
    handling: readHandling(header, errors),
  };
  return service === undefined || trackingId === undefined ? undefined : { service, trackingId, ...head };
}

function readAddresses(header: XmlElement, errors: EnvelopeErrors): Party[] {
  const [list, second] = elementsNamed(header, ITK, "addresslist");
  if (list === undefined) return [];
  const elements = elementsNamed(list, ITK, "address");
  if (second !== undefined) errors.add("addressList", "There is more than one address list.");
  if (elements.length === 0) errors.add("addressList", "The address list is empty.");
  if (elements.length > ITK_LIMITS.addressesMax) {
    errors.add("addressList", `There are more than ${ITK_LIMITS.addressesMax} addresses.`);
    return [];
  }
  return elements.flatMap((element, index) => {
    return readParty(element, ADDRESS, `Address ${index + 1}`, (text) => errors.add("addressList", text)) ?? [];
  });
}

function readIdentities(header: XmlElement, errors: EnvelopeErrors): Party[] {
  const [audit, second] = elementsNamed(header, ITK, "auditIdentity");
  if (audit === undefined) return [];
  const elements = elementsNamed(audit, ITK, "id");
  const max = ITK_LIMITS.identitiesMax;
  if (second !== undefined) errors.add("auditIdentity", "There is more than one audit identity.");
  if (elements.length === 0 || elements.length > max) {
    errors.add("auditIdentity", `The audit identity has not one to ${max} ids.`);
    return [];
  }
  return elements.flatMap((element, index) => {
    return (
      readParty(element, IDENTITY, `Id ${index + 1} of the audit identity`, (text) => errors.add("id", text)) ?? []
    );
  });
}

function readHandling(header: XmlElement, errors: EnvelopeErrors): Handling {
  const handling = new Map<string, string>();
  const [specification, second] = elementsNamed(header, ITK, "handlingSpecification");
  if (second !== undefined) errors.add("handlingSpecification", "There is more than one handling specification.");
  const specs = elementsNamed(specification, ITK, "spec");
  if (specs.length > ITK_LIMITS.specsMax) {
    errors.add("handlingSpecification", `There are more than ${ITK_LIMITS.specsMax} specifications.`);
    return handling;
  }
  for (const [index, spec] of specs.entries()) {
    const key = word(spec, "key");
    const value = freeText(spec, "value");
    if (key === undefined || value === undefined) {
      errors.add("spec", `Specification ${index + 1} has no key or no value.`);
    } else if (handling.has(key) && handling.get(key) !== value) {
      errors.add("handlingSpecification", `Specification ${index + 1} contradicts another one of its key.`);
    } else handling.set(key, value);
  }
  return handling;
}
