/**
 * The values of HL7's own tables, as far as messages of the families that Chesil receives use them: of any version, as
 * values were only ever added. Tables that sites may add to (identifier types, 0203), and those with values of other
 * standards, are not here.
 */
const TABLES: Readonly<Record<number, string>> = {
  8: "AA AE AR CA CE CR",
  38: "A CA CM DC ER HD IP RP SC",
  61: "BCV ISO M10 M11 NPI",
  65: "A C G L O P R S",
  74:
    "AU BG BLB CG CH CP CT CTH CUS EC EN GE HM ICU IMG IMM LAB MB MCB MYC NMR NMS NRS OSL OT OTH OUS PAR PAT PF PHR " +
    "PHY PT RAD RC RT RUS RX SP SR TX URN VR VUS XRC",
  80: "A B N R S",
  85: "A B C D F I N O P R S U V W X",
  91: "D I",
  100: "D O R S T",
  102: "D F",
  103: "D P T",
  119:
    "AF CA CH CN CP CR DC DE DF DR FU HD HR LI MC NA NW OC OD OE OF OH OK OP OR PA PR PY RC RD RE RF RL RO RP RQ RR " +
    "RU SC SN SR SS UA UC UD UF UH UM UN UR UX XO XR XX",
  121: "D E F N R",
  122: "CH CO CR DP GR NC PC RS",
  123: "A C F I O P R S X Y Z",
  124: "CART PORT WALK WHLC",
  125:
    "AD AUI CCD CCP CD CE CF CK CM CN CNE CNN CP CQ CSU CWE CX DDI DIN DLD DLN DLT DR DT DTM DTN ED EI EIP ERL FC FT " +
    "GTS HD ICD ID IS JCC LA1 LA2 MA MO MOC MOP MSG NA NDL NM NR OCD OSP PIP PL PLN PN PPN PRL PT PTA QIP QSC RCD RFR " +
    "RI RMC RP RPT SCV SI SN SNM SPD SRT ST TM TN TQ TS TX UVC VH VID VR WVI WVS XAD XCN XON XPN XTN",
  136: "N Y",
  155: "AL ER NE SU",
  161: "G N T",
  166: "A B",
  178: "REP UPD",
  180: "MAC MAD MDC MDL MUP",
  185: "A B C E F H O",
  190: "B BA BDL BI BR C F H L M N O P RH S SH TM V",
  191: "AP AU FT IM multipart NS SD SI TEXT TX",
  200: "A B BAD C D F I K L M MSK N NAV NB NOUSE O P R REL S T TEMP U",
  201: "ASN BPN EMR NET ORN PRN PRS VHN WPN",
  202: "BP CP FX Internet MD PH SAT TDD TTY X.400",
  206: "A D S U X",
  207: "A I R T",
  208: "AE AR NF OK",
  224: "A N R U",
  225: "N R Y",
  271: "AU DI DO IN IP LA PA",
  273: "AV CA OB UN",
  275: "AA AC AR PU",
  287: "AD CO DE LI UC UN UP",
  298: "F P",
  299: "A Base64 Hex",
  301: "B CLIA CLIP DNS EUI64 GUID HCD HL7 ISO L M N Random URI UUID x400 x500",
  322: "CP NA PA RE",
  323: "A D U X",
  444: "F G",
  465: "A I P",
  516: "E F I W",
  529: "D H L M S Y",
};

const VALUES = new Map(Object.entries(TABLES).map(([table, values]) => [Number(table), new Set(values.split(" "))]));

/** Whether a value may not stand in a field of that table. False for a table that is not known here. */
export function isOutsideTable(table: number, value: string): boolean {
  return VALUES.get(table)?.has(value) === false;
}
