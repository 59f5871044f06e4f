import { XML_LIMITS, type XmlLimits } from "@chesil/xml";

const MIB = 1024 * 1024;

/** Limits of what is accepted in an envelope; past one of them it is refused with the code of the place. */
export const ITK_LIMITS = {
  /** Of the message as it came: give it to the XML reader. */
  xml: XML_LIMITS satisfies XmlLimits,
  payloadsMax: 100,
  /** Of the content of one payload, decoded and decompressed, and of all of them. */
  payloadBytesMax: 16 * MIB,
  payloadsBytesMax: 32 * MIB,
  /** Of what comes out of compressed content: it is decompressed in one go, and nothing else runs meanwhile. */
  unpackedBytesMax: 6 * MIB,
  /** How many times larger than it came compressed content may become, and what a small one may come to anyhow. */
  unpackedRatioMax: 100,
  unpackedBytesAlways: MIB,
  addressesMax: 100,
  /** What the schema allows. */
  identitiesMax: 4,
  specsMax: 64,
  /** Of URIs, ids, keys and values in the header. */
  valueLengthMax: 1_024,
  /** Of the errors that are told; a message may have more. */
  errorsMax: 20,
} as const;
