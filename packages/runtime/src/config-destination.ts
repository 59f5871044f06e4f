import { z } from "zod";
import { delayMs, port } from "./config-mllp.ts";

/** The settings of one destination: where messages are sent on to, and what its answers mean. */

const path = z.string().min(1);

const tls = z.strictObject({
  caFile: path.optional().describe("The authorities that sign its certificate, PEM. Default: the public ones."),
  certificateFile: path.optional().describe("Our certificate, when it asks for one, PEM."),
  keyFile: path.optional().describe("The certificate's private key, PEM."),
  serverName: z.string().min(1).optional().describe("The name that its certificate must be for. Default: host."),
});

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
  feeds: z.array(z.string().min(1)).min(1).describe("The feeds whose messages it gets, as they came."),
  retryOn: z
    .array(z.enum(["AE", "AR", "CE", "CR"]))
    .default([])
    .describe("Answers that mean later and not no: the message is sent again, and those behind it wait."),
  answerMs: delayMs.default(30_000).describe("Without an answer for this long the message is sent again."),
  tls: tls.optional().describe("TLS 1.2 or later. Without it the connection is in the clear."),
});
