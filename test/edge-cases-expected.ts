/**
 * What becomes of each file of the corpus's edge cases: for each of its messages MSA-1 (`--`: no answer), the outcome,
 * its reason, and the local id of the patient it was taken to be about. This is what is right, written down by hand
 * from the files; a difference is a fault until somebody has shown that it is not.
 */
export const EDGE_CASES: Readonly<Record<string, readonly string[]>> = {
  // Batches: each message is judged for itself; a count that is wrong is told to operations and costs no message.
  "batch/bare-message.hl7": ["AA applied FAKEMSGE0001"],
  "batch/count-mismatch.hl7": ["AA applied FAKEMSGC0001", "AA applied FAKEMSGC0002"],
  "batch/malformed-mid-batch.hl7": ["AA applied FAKEMSGD0001", "AR rejected no-control-id", "AA applied FAKEMSGD0003"],
  "batch/multi-batch-file.hl7": ["AA applied FAKEMSGB0001", "AA applied FAKEMSGB0002", "AA applied FAKEMSGB0003"],
  "batch/single-batch.hl7": ["AA applied FAKEMSGA0001", "AA applied FAKEMSGA0002"],
  "stream/large-batch.ndhl7": Array.from({ length: 12 }, (_, at) => {
    return `AA applied FAKEBATCH${String(at + 1).padStart(4, "0")}`;
  }),
  "stream/malformed-mid-stream.hl7": [
    "AA applied FAKESTREAM0010",
    "AR rejected no-control-id",
    "AA applied FAKESTREAM0011",
  ],
  "stream/mixed-terminators.hl7": ["AA applied FAKE0020", "AA applied FAKE0021"],
  "stream/split-across-chunks.hl7": ["AA applied FAKESTREAM0001", "AA applied FAKESTREAM0002"],

  // Patients and visits.
  "build/adt-a01.golden.hl7": ["AA applied MRN001"],
  "canonical/adt-a01.hl7": ["AA applied MRN12345"],
  "canonical/adt-a04.hl7": ["AA applied MRN-A04-001"],
  "canonical/adt-a08.hl7": ["AA applied MRN-A08-001"],
  "canonical/nested-subcomponents.hl7": ["AA applied MRN-NS-001"],
  "canonical/z-segments.hl7": ["AA applied MRN-Z-001"],
  "vendor-shapes/athena/adt-a01.hl7": ["AA applied ATH-00007"],
  "vendor-shapes/epic/adt-a01.hl7": ["AA applied EPIC-00001"],
  "vendor-shapes/philips/adt-a08.hl7": ["AA applied MRN-PH-001"],

  // Merges, links and moves of patients nobody has heard of yet: what comes first may come second.
  "canonical/adt-a18-merge-deprecated.hl7": ["AA applied MRN99005"],
  "canonical/adt-a24-link.hl7": ["AA applied MRN99009"],
  "canonical/adt-a34-merge.hl7": ["AA applied MRN99003"],
  "canonical/adt-a40-merge.hl7": ["AA applied MRN99001"],
  "canonical/adt-a43-move.hl7": ["AA applied MRN99007"],

  // Results, documents, appointments, medications.
  "build/oru-r01.golden.hl7": ["AA applied MRN001"],
  "canonical/mdm-t02-document.hl7": ["AA applied MRN-Q-MDM-1"],
  "canonical/mdm-t02.hl7": ["AA applied MRN-MDM-001"],
  "canonical/ndc-redundant-strength.hl7": ["AA applied MRN-NDC-001"],
  "canonical/oru-r01-sn-results.hl7": ["AA applied MRN12345"],
  "canonical/oru-r01.hl7": ["AA applied MRN12345"],
  "canonical/rde-o11-pharmacy.hl7": ["AA applied MRN-RDE-001"],
  "canonical/rds-o13-dispense.hl7": ["AA applied MRN-RDS-001"],
  "canonical/siu-s12-appointment.hl7": ["AA applied MRN-Q-SIU-1"],
  "canonical/siu-s12.hl7": ["AA applied MRN-S12-001"],
  "canonical/tq1-q6h.hl7": ["AA applied MRN-M-002"],
  "fhir-bridge/sample-mdm-t02.hl7": ["AA applied MRN0003223"],
  "nte/obx-result-notes.hl7": ["AA applied MRN-TEST-001"],
  "vendor-shapes/cerner/oru-r01.hl7": ["AA applied CERN-00042"],
  "vendor-shapes/genericLab/oru-r01.hl7": ["AA applied LAB-00123"],
  "vendor-shapes/va/oru-r01.hl7": ["AA applied MRN-VA-001"],

  // Charges, general orders, immunisations: kept, until they are mapped.
  "canonical/dft-p03-charge.hl7": ["AA quarantined not-mapped"],
  "canonical/orc7-legacy-tq.hl7": ["AA quarantined not-mapped"],
  "canonical/orm-o01.hl7": ["AA quarantined not-mapped"],
  "canonical/tq1-bid.hl7": ["AA quarantined not-mapped"],
  "canonical/vxu-v04-historical.hl7": ["AA quarantined not-mapped"],
  "canonical/vxu-v04-refusal.hl7": ["AA quarantined not-mapped"],
  "canonical/vxu-v04.hl7": ["AA quarantined not-mapped"],
  "nte/obr-order-notes.hl7": ["AA quarantined not-mapped"],
  "vendor-shapes/meditech/dft-p03.hl7": ["AA quarantined not-mapped"],
  "vendor-shapes/philips/orm-o01.hl7": ["AA quarantined not-mapped"],
  "vendor-shapes/visage/orm-o01.hl7": ["AA quarantined not-mapped"],

  // Conformance: only what makes a message impossible to take is refused.
  "conformance/adt-cardinality.hl7": ["AA applied MRN12345"],
  "conformance/adt-missing-required.hl7": ["AE rejected no-patient-id"],
  "conformance/adt-pass.hl7": ["AA applied MRN12345"],
  "conformance/adt-value-not-in-set.hl7": ["AA applied MRN12345"],

  // Times, character sets, text.
  "charset/utf8-name.hl7": ["AA applied 123"],
  "datetime/no-timezone-midnight.hl7": ["AA applied MRNDT002"],
  "datetime/precision-year.hl7": ["AA applied MRNDT001"],
  "datetime/tz-offset.hl7": ["AA applied MRNDT003"],
  "text/formatting-note.hl7": ["AA applied MRN-TXT-001"],
  "text/hex-and-delimiters.hl7": ["AA applied MRN-TXT-003"],
  "text/highlight.hl7": ["AA applied MRN-TXT-002"],
  "text/inject-on-encode.hl7": ["AA applied MRN-TXT-004"],

  // Delimiters, ends of lines, fields.
  "edge-cases/consecutive-delimiters.hl7": ["AA applied MRN-CD-001"],
  "edge-cases/crlf-line-endings.hl7": ["AA applied MRN-CRLF-001"],
  "edge-cases/custom-msh-delimiters.hl7": ["AA applied MRN-CMD-001"],
  // A result without a patient: its structure allows that, so it is kept and set aside.
  "edge-cases/decoded-br.hl7": ["AA quarantined no-patient-id"],
  "edge-cases/embedded-delimiters.hl7": ["AA applied MRN77777"],
  // PID-3 is empty; PID-4 has the id.
  "edge-cases/empty-fields.hl7": ["AA applied MRN-EF-001"],
  "edge-cases/escape-formatting.hl7": ["AA applied MRN-FM-001"],
  "edge-cases/escape-highlight.hl7": ["AA applied MRN-HI-001"],
  "edge-cases/lf-line-endings.hl7": ["AA applied MRN-LF-001"],
  "edge-cases/missing-optional-segments.hl7": ["AA applied MRN-MOS-001"],
  "edge-cases/mixed-line-endings.hl7": ["AA applied MRN-MIX-001"],
  "edge-cases/no-trailing-newline.hl7": ["AA applied MRN-NTN-001"],
  "edge-cases/null-fields.hl7": ["AA applied MRN99999"],
  "edge-cases/trailing-newline.hl7": ["AA applied MRN-TN-001"],
  "edge-cases/truncation-char-msh2.hl7": ["AA applied MRN-V27-001"],
  "edge-cases/unicode-names.hl7": ["AA applied MRN-UN-001"],
  "edge-cases/unknown-escapes.hl7": ["AA applied MRN-UE-001"],

  // What is no message. An empty frame is a sender's keep-alive.
  "malformed/empty-input.hl7": [],
  // MSH-2 is `^~`: enough to read that there is no patient.
  "malformed/invalid-encoding-characters.hl7": ["AE rejected no-patient-id"],
  "malformed/msh-too-short.hl7": ["AR rejected no-control-id"],
  "malformed/no-msh-segment.hl7": ["AR rejected no-header"],

  // What vendors do. Two MSH in a frame are two messages, the first of them without a patient.
  "vendor-quirks/duplicate-required-segment.hl7": ["AE rejected no-patient-id", "AA applied MRN-VQ-008"],
  "vendor-quirks/encoding-mismatch.hl7": ["AA applied MRN-VQ-009"],
  "vendor-quirks/extra-fields.hl7": ["AA applied MRN-VQ-006"],
  "vendor-quirks/field-whitespace-trimmed.hl7": ["AA applied MRN-VQ-002"],
  "vendor-quirks/missing-required-field.hl7": ["AR rejected unsupported-type"],
  "vendor-quirks/mllp-framing-stripped.hl7": ["AA applied MRN-VQ-001"],
  "vendor-quirks/out-of-order-segment.hl7": ["AA applied MRN-VQ-011"],
  "vendor-quirks/segment-case.hl7": ["AA applied MRN-VQ-005"],
  "vendor-quirks/timestamp-fallback-format.hl7": ["AA applied MRN-VQ-004"],
  "vendor-quirks/unknown-charset.hl7": ["AA applied MRN-VQ-013"],
  "vendor-quirks/unknown-escape-sequence.hl7": ["AA applied MRN-VQ-003"],
  "vendor-quirks/unknown-segment.hl7": ["AA applied MRN-VQ-007"],
  "vendor-quirks/version-mismatch.hl7": ["AA applied MRN-VQ-012"],
};

/** What is known of a file's first patient afterwards: names, birth date, what the first observation says. */
export const READ_AS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "charset/utf8-name.hl7": { family: "Zörb", given: ["Renée"] },
  "datetime/no-timezone-midnight.hl7": { birthDate: "1988-07-05" },
  "datetime/precision-year.hl7": { birthDate: "1970" },
  "edge-cases/custom-msh-delimiters.hl7": { family: "Doe", given: ["John"], birthDate: "1980-01-01" },
  "edge-cases/embedded-delimiters.hl7": { family: "Smith|Jones", given: ["John^Public", "Q&Roe"] },
  "edge-cases/escape-highlight.hl7": { observed: "Critical value requires attention" },
  "edge-cases/mixed-line-endings.hl7": { birthDate: "1980-01-01" },
  "edge-cases/truncation-char-msh2.hl7": { observed: "truncated#at end" },
  "edge-cases/unicode-names.hl7": { family: "Müller", given: ["Jürgen"] },
  "edge-cases/unknown-escapes.hl7": { observed: "Some text with \\Z99\\ embedded" },
  "text/formatting-note.hl7": {
    observed:
      "Specimen received in formalin.\nGross examination unremarkable.\nMicroscopic:\nNo atypical cells identified.\nEND OF REPORT",
  },
  "text/hex-and-delimiters.hl7": { observed: "Ratio 1^128 and unit mg|dL ends with !" },
  "text/highlight.hl7": { observed: "Result is CRITICALLY HIGH and requires attention" },
  "vendor-shapes/va/oru-r01.hl7": { observed: "No acute cardiopulmonary process." },
};
