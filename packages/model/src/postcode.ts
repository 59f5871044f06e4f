/** UK postcodes: PAF forms A9 9AA, A99 9AA, A9A 9AA, AA9 9AA, AA99 9AA, AA9A 9AA (Royal Mail PAF). */
const POSTCODE = /^([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})$/;

/**
 * A postcode in its printed form (`BH1 1AA`), or undefined when the text is not one. Case, spaces and stops are
 * ignored; the letter O for a zero and I for a one are repaired in the places where only a digit can stand.
 */
export function normalPostcode(text: string): string | undefined {
  const compact = text.toUpperCase().replace(/[\s.-]/g, "");
  if (compact.length < 5 || compact.length > 7) return undefined;
  const inward = compact.slice(-3).replace(/^O/, "0").replace(/^I/, "1");
  const outward = compact.slice(0, -3).replace(/^([A-Z]{1,2})O/, (_, area: string) => `${area}0`);
  const match = POSTCODE.exec(outward + inward);
  return match ? `${match[1]} ${match[2]}` : undefined;
}

/** ZZ99 codes mean "no fixed abode", "not known", a country: shared by thousands, evidence of nothing. */
export function isPseudoPostcode(postcode: string): boolean {
  return postcode.startsWith("ZZ99");
}
