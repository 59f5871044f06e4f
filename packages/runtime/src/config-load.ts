import { z } from "zod";
import { count } from "./config-mllp.ts";

/** The settings of one source that sends extracts: councils and practices that speak no HL7 v2. */

export const load = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
    .meta({
      description: "Lower-case letters, digits and hyphens; no feed may have it too.",
      examples: ["council-children"],
    }),
  format: z
    .enum(["csv", "ndjson", "fhir"])
    .default("csv")
    .describe("CSV with a header, JSON objects a line each, or FHIR R4 Bundles."),
  authority: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: "The assigning authority of the patients' ids in this source.", examples: ["DCC"] }),
  mappingFile: z.string().min(1).optional().describe("What the columns mean: a YAML or JSON file, or `mapping`."),
  mapping: z
    .record(z.string(), z.unknown())
    .optional()
    .describe("What the columns mean: schemas/load-mapping.json. FHIR needs none."),
  nhsNumberTraced: z
    .boolean()
    .default(false)
    .describe("The source has traced every NHS number: they count as verified."),
  encoding: z
    .enum(["utf-8", "windows-1252", "utf-16le", "utf-16be"])
    .optional()
    .describe(
      "The character set of files without a byte order mark. Default: UTF-8, or windows-1252 where they are not.",
    ),
  delimiter: z.enum([",", ";", "\t", "|"]).default(",").describe("What stands between the columns of CSV."),
  timeZone: z
    .string()
    .min(1)
    .max(60)
    .default("Europe/London")
    .describe("Of dates with a time of day and no zone, as the IANA names it."),
  dateFormats: z
    .array(z.string().min(2).max(40))
    .min(1)
    .default(["iso", "DD/MM/YYYY", "DD/MM/YYYY HH:mm", "DD/MM/YYYY HH:mm:ss"])
    .meta({
      description: "How dates are written, tried in this order: iso, or of YYYY, MM, MMM, DD, HH, mm, ss.",
      examples: [["DD/MM/YYYY"]],
    }),
  extractTime: z
    .enum(["now", "name"])
    .default("now")
    .describe("When an extract was made: when it is loaded, or as the date in the file's name says."),
  nameDate: z
    .string()
    .min(2)
    .max(40)
    .default("YYYYMMDD")
    .meta({ description: "How the file's name writes the date.", examples: ["YYYY-MM-DD"] }),
  goneShareMax: z
    .number()
    .min(0)
    .max(1)
    .default(0.2)
    .describe("Of a full extract: when more than this share of the rows is gone, nothing is withdrawn unasked."),
  rowBytesMax: count
    .max(64 * 1024 * 1024)
    .default(1024 * 1024)
    .describe("Bytes of one row; a longer one is refused."),
});
