const MIB = 1024 * 1024;

/** Limits of what is read; past one of them there is a fault and no tree. No document of the standards comes near. */
export type XmlLimits = {
  /** Of the document as it came. */
  readonly bytesMax: number;
  /** Elements within each other, the root among them. */
  readonly depthMax: number;
  /** In all. */
  readonly elementsMax: number;
  /** In one element, namespace declarations among them. */
  readonly attributesMax: number;
  /** Of the value of an attribute, in UTF-16 units. */
  readonly attributeLengthMax: number;
  /** Of one run of text, in UTF-16 units: an attachment in base64 is one. */
  readonly textLengthMax: number;
};

export const XML_LIMITS: XmlLimits = {
  bytesMax: 32 * MIB,
  depthMax: 128,
  elementsMax: 200_000,
  attributesMax: 64,
  attributeLengthMax: 64 * 1024,
  textLengthMax: 24 * MIB,
};

/** What is worth feeding at once: a few milliseconds' work, so that who reads a large document can let others run. */
export const XML_SLICE_BYTES = 64 * 1024;
