/**
 * HL7 table 0354: the structures that are of more than one event, and the events each is of. Versions differ in some;
 * what stands here is of any of them.
 */
const SHARED_STRUCTURES: readonly (readonly [structure: string, triggers: string])[] = [
  ["ADT_A01", "A01 A04 A08 A13"],
  ["ADT_A05", "A05 A14 A28 A31"],
  ["ADT_A06", "A06 A07"],
  ["ADT_A09", "A09 A10 A11 A12 A15 A25 A26 A27"],
  ["ADT_A21", "A21 A22 A23 A25 A26 A27 A29 A32 A33"],
  ["ADT_A28", "A28 A31"],
  ["ADT_A30", "A30 A34 A35 A36 A46 A47 A48 A49"],
  ["ADT_A39", "A39 A40 A41 A42"],
  ["ADT_A43", "A43 A44"],
  ["ADT_A50", "A50 A51"],
  ["ADT_A52", "A52 A53 A54 A55"],
  ["ADT_A54", "A54 A55"],
  ["ADT_A61", "A61 A62"],
  ["MDM_T01", "T01 T03 T05 T07 T09 T11"],
  ["MDM_T02", "T02 T04 T06 T08 T10"],
  ["REF_I12", "I12 I13 I14 I15"],
  ["RRI_I12", "I12 I13 I14 I15"],
  ["SIU_S12", "S12 S13 S14 S15 S16 S17 S18 S19 S20 S21 S22 S23 S24 S26 S27"],
  ["SRM_S01", "S01 S02 S03 S04 S05 S06 S07 S08 S09 S10 S11"],
  ["SRR_S01", "S01 S02 S03 S04 S05 S06 S07 S08 S09 S10 S11"],
  ["RDE_O11", "O11 O25"],
  ["RRE_O12", "O12 O26"],
  ["PPR_PC1", "PC1 PC2 PC3"],
  ["PGL_PC6", "PC6 PC7 PC8"],
  ["PPP_PCB", "PCB PCD"],
  ["PPG_PCG", "PCC PCG PCH PCJ"],
  ["PEX_P07", "P07 P08"],
  ["PMU_B01", "B01 B02"],
  ["PMU_B04", "B04 B05 B06"],
  ["CRM_C01", "C01 C02 C03 C04 C05 C06 C07 C08"],
  ["CSU_C09", "C09 C10 C11 C12"],
];

/** The structures that a message of this code and event may have, the event's own first. */
export function structuresOf(messageCode: string, trigger: string): string[] {
  const own = trigger === "" ? messageCode : `${messageCode}_${trigger}`;
  const shared = SHARED_STRUCTURES.filter(([structure, triggers]) => {
    return structure.startsWith(`${messageCode}_`) && triggers.split(" ").includes(trigger);
  });
  return [own, ...shared.map(([structure]) => structure)];
}
