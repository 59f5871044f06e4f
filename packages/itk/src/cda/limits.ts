/** How much of one document is read into its event. What is beyond is in the document, which is kept whole. */
export const CDA_LIMITS = {
  /** Of what stands directly in one place, texts and elements. The NHS's documents have some dozens. */
  childrenMax: 5_000,
  /** Of elements of one name in one place: ids, names, addresses, authors, … */
  itemsMax: 100,
  /** Of a name, a code, a line of an address, a title, in characters. Longer is no such thing, and left out whole. */
  textLengthMax: 1_000,
  /** Of an id that keys a source record. No index takes longer ones. */
  idLengthMax: 200,
  warningsMax: 50,
  sectionsMax: 500,
  /** Sections within sections. */
  sectionDepthMax: 10,
  /** Of the kinds of elements named in `notMapped`. */
  notMappedMax: 50,
} as const;
