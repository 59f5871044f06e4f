const MIB = 1024 * 1024;

/** Limits of what is read and rendered. Past one of them less is shown, a finding says so, and the bytes can still be had. */
export const DOCUMENT_LIMITS = {
  /** Of content that is turned into HTML. Longer content is offered as it is. */
  renderedBytesMax: 8 * MIB,
  /** Of the HTML that is made, in UTF-16 units; the rest is cut. */
  htmlLengthMax: 16 * MIB,
  /** Of what comes out of compressed content. */
  unpackedBytesMax: 32 * MIB,
  /** How many times larger than the compressed content what comes out may be: letters come to some 20. */
  unpackedRatioMax: 200,
  /** What small compressed content may come to, whatever the ratio. */
  unpackedBytesAlways: MIB,
  /** Compressed within compressed, documents within a CDA document. */
  nestingMax: 3,
  /** Elements within each other, and in all. A table of some hundred pages comes to a third of it. */
  htmlDepthMax: 256,
  htmlElementsMax: 200_000,
  xmlDepthMax: 128,
  xmlElementsMax: 200_000,
  /** Groups within each other; words, bytes and pieces of text in all. */
  rtfDepthMax: 256,
  rtfTokensMax: 1_000_000,
  /** Of a picture that is shown: a browser needs four bytes for each pixel. */
  imagePixelsMax: 50_000_000,
  /** What is taken out of a PDF's compressed object streams to be looked through. */
  pdfUnpackedBytesMax: 8 * MIB,
  pdfStreamsMax: 2_000,
} as const;
