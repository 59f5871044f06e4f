import { z } from "zod";
import { count, delayMs, port } from "./config-mllp.ts";

/** The settings of one destination: what is sent where, and what its answers mean. */

const path = z.string().min(1);

const tls = z.strictObject({
  caFile: path.optional().describe("The authorities that sign its certificate, PEM. Default: the public ones."),
  certificateFile: path.optional().describe("Our certificate, when it asks for one, PEM."),
  keyFile: path.optional().describe("The certificate's private key, PEM."),
  serverName: z.string().min(1).optional().describe("The name that its certificate must be for. Default: host."),
});

const system = (field: string, example: string) =>
  z
    .string()
    .regex(/^[^|]{0,180}\|[^|]{0,180}$/)
    .optional()
    .meta({ description: `${field}, of identities.`, examples: [example] });

export const destination = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
    .meta({
      description: "Lower-case letters, digits and hyphens. Its place in the journal goes by this name.",
      examples: ["warehouse"],
    }),
  host: z.string().min(1).describe("The system that takes the messages."),
  port: port.min(1).describe("The TCP port there."),
  send: z
    .enum(["messages", "identity", "acknowledgements"])
    .default("messages")
    .describe(
      "Messages as they came; which identifiers a person has whenever that changes (ADT^A31, IHE ITI-10); or what became of ITK messages.",
    ),
  feeds: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Of messages: the feeds whose messages it gets. Of acknowledgements: the itk feeds that are acknowledged here, and nowhere else.",
    ),
  path: z
    .string()
    .regex(/^\/\S*$/)
    .optional()
    .meta({
      description: "Of acknowledgements: the path behind host and port; https with tls. Default: /itk.",
      examples: ["/itk"],
    }),
  authorities: z
    .array(z.string().min(1))
    .optional()
    .meta({
      description:
        "Of identities: the assigning authorities it cares for; the NHS number goes along. Default: all of them.",
      examples: [["RBD", "RDZ"]],
    }),
  personIds: z
    .boolean()
    .optional()
    .describe("Of identities: Chesil's own person ids are told too, under the authority CHESIL. Default: false."),
  merges: z
    .boolean()
    .optional()
    .describe("With personIds: ADT^A40 when a person's id is replaced by another. Default: true."),
  attemptsMax: count
    .max(1_000)
    .optional()
    .describe("Of identities: a notification that is refused this often is set aside. Default: 8."),
  sender: system("MSH-3 and MSH-4 with a bar between them. Default: CHESIL|", "CHESIL|DORSET"),
  receiver: system("MSH-5 and MSH-6 with a bar between them. Default: none", "EPR|RDZ"),
  retryOn: z
    .array(z.enum(["AE", "AR", "CE", "CR"]))
    .default([])
    .describe("Answers that mean later and not no: the message is sent again, and those behind it wait."),
  answerMs: delayMs.default(30_000).describe("Without an answer for this long the message is sent again."),
  tls: tls.optional().describe("TLS 1.2 or later. Without it the connection is in the clear."),
});
