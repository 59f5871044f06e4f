/** What a region decides about who may see what, beside the roles. */
export type AccessPolicy = {
  /** Of whoever died, entries up to so many years before the death are shown; older ones are not. */
  readonly deceasedYears: number;
  /** Treatment function codes of specialties whose entries are confidential: `360`, or a range, `700-727`. */
  readonly sensitiveSpecialties: readonly string[];
  /** Feeds that carry what a GP practice says: closed once the patient has died. */
  readonly gpFeeds: readonly string[];
  /** Authorities of GP practices, by whatever feed they speak. */
  readonly gpAuthorities: readonly string[];
};

/** Genitourinary medicine, and mental health with learning disability; eight years, as the Dorset Care Record has it. */
export const ACCESS_POLICY_DEFAULT: AccessPolicy = {
  deceasedYears: 8,
  sensitiveSpecialties: ["360", "700-727"],
  gpFeeds: [],
  gpAuthorities: [],
};

/** Whether a specialty, as sent, is one of those that are confidential. */
export function isSensitiveSpecialty(
  { sensitiveSpecialties }: AccessPolicy,
  specialty: string | null | undefined,
): boolean {
  const code = specialty?.trim();
  if (!code) return false;
  return sensitiveSpecialties.some((each) => {
    const [first = "", last = first] = each.split("-");
    return code.length === first.length && first <= code && code <= last;
  });
}
