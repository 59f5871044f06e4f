/** What HL7 v2 names message types and events (tables 0076 and 0003), as far as the acknowledgement depends on it. */

/** Message codes that are answers: they carry MSA and are never answered themselves. */
const ACKNOWLEDGEMENT_CODES = new Set(["ACK", "MCF"]);

/** Questions, and answers to them that arrive without one having been asked. `query/` answers those of identity. */
const QUERY_CODES = new Set(
  (
    "QBP QCK QCN QRF QRY QSB QSX QVR SPQ SQM SQR VQQ VXQ VXX VXR EQQ ERQ ERP OSQ OSR NMQ NMR RQC RQI RQP RQQ RCI RCL " +
    "RPA RPI RPL RPR RSP RTB RDR RDY ADR DSR EDR ESR TBR CNQ RAR RER RGR ROR ORF MFQ MFR"
  ).split(" "),
);

/** A trigger is a letter and two digits in most families; where a family is narrower than that, this says so. */
const ANY_TRIGGER = /^[A-Z][A-Z0-9]{2}$/;

const FAMILIES: readonly (readonly [codes: string, trigger: RegExp])[] = [
  ["ADT", /^A(?:0[1-9]|1[0-8]|[2-4]\d|5[0-5]|6[0-2])$/],
  ["ORU", /^(?:R(?:01|0[2-4]|21|3[0-2]|40|42)|W0[12])$/],
  ["OUL", /^R2[1-4]$/],
  ["MDM", /^T(?:0[1-9]|1[01])$/],
  ["SIU", /^S(?:1[2-9]|2[0-7])$/],
  ["SRM SRR", /^S(?:0[1-9]|1[01])$/],
  ["REF RRI RPI", /^I1[2-5]$/],
  ["ORM ORR", /^O0[12]$/],
  ["OML OMG OMP OMN OMS OMD OMI OMB OMQ OPL OPR OPU OSM OSU", ANY_TRIGGER],
  ["ORA ORB ORD ORG ORI ORL ORN ORP ORS ORX", ANY_TRIGGER],
  ["RDE RDS RGV RAS RRA RRD RRE RRG RDO DEL", /^O\d\d$/],
  ["VXU", /^V04$/],
  ["BAR", /^P(?:0[1256]|1[02])$/],
  ["DFT", /^P(?:03|11)$/],
  ["PPR", /^PC[123]$/],
  ["PGL", /^PC[678]$/],
  ["PTR PRR PPP PPG PPT PPV PTV", /^PC[0-9A-L]$/],
  ["MFN MFK MFD", /^M\d\d$/],
  ["CRM", /^C0[1-8]$/],
  ["CSU", /^C(?:09|1[0-2])$/],
  ["PMU", /^B0[1-8]$/],
  ["PEX", /^P0[789]$/],
  ["BPS BRP BRT BTS", /^O\d\d$/],
  ["CCF CCI CCM CCQ CCU CQU CCR DBC DBU DEO DER DPR DRC DRG EAC EAN EAR EHC ESU", ANY_TRIGGER],
  ["INR INU LSR LSU NMD SCN SDN SDR SLN SLR SMD SSR SSU STC STI SUR TCR TCU UDM DOC PIN IAR", ANY_TRIGGER],
];

const TRIGGERS = new Map(FAMILIES.flatMap(([codes, trigger]) => codes.split(" ").map((code) => [code, trigger])));

/** Local triggers (`Z01`) are the standard's own way to extend a message: accepted, and mapped to nothing. */
const LOCAL_TRIGGER = /^Z[A-Z0-9]{2}$/;

export function isAcknowledgementCode(code: string): boolean {
  return ACKNOWLEDGEMENT_CODES.has(code);
}

export function isQueryCode(code: string): boolean {
  return QUERY_CODES.has(code);
}

/** A message code of HL7 v2 that Chesil receives, whether or not it is mapped yet. */
export function isMessageCode(code: string): boolean {
  return TRIGGERS.has(code);
}

/**
 * Whether the event can stand with the code. ADT alone says nothing of what happened, so it must name its event;
 * the other codes went without one in early versions.
 */
export function isTriggerOf(code: string, trigger: string): boolean {
  if (trigger === "") return code !== "ADT";
  if (LOCAL_TRIGGER.test(trigger)) return true;
  return TRIGGERS.get(code)?.test(trigger) ?? false;
}
