import { z } from "zod";
import {
  dialect,
  feedName,
  fingerprint256,
  organisation,
  reuseWindowHours,
  silentAfterMinutes,
} from "./config-feed.ts";
import { port } from "./config-mllp.ts";

/** NHS ITK: who may send envelopes to `POST /itk`, and who we are to them. */

const itkFeed = z.strictObject({
  name: feedName,
  organisation: organisation.meta({
    description: "The sender's ODS code, as its envelopes name it: an envelope belongs to the feed of its sender.",
    examples: ["RBD"],
  }),
  usernames: z
    .array(z.string().min(1).max(256))
    .default([])
    .describe("Names that its WS-Security may give; empty: any. A name is no proof of who sends."),
  security: z
    .enum(["required", "optional"])
    .default("required")
    .describe(
      "Whether what it sends must be in SOAP with a WS-Security timestamp and username, as ITK asks for. Optional: bare envelopes are taken, too.",
    ),
  certificates: z
    .array(fingerprint256)
    .default([])
    .describe(
      "Certificates that are bound to it. With one, it sends to one of itk.listeners and shows one of them, or nothing.",
    ),
  sends: z
    .array(z.enum(["messages", "documents", "queries"]))
    .min(1)
    .default(["messages", "documents"])
    .describe("What it may send: HL7 v2 messages, CDA documents, HL7 v2 queries, which tell it of patients."),
  ...dialect,
  documentIds: z
    .record(z.string().min(1), z.enum(["patient", "call"]))
    .default({})
    .meta({
      description:
        "What the local ids in its documents are, by authority, where the kind of document gets it wrong: a patient's, or a call's.",
      examples: [{ RBD: "patient" }],
    }),
  silentAfterMinutes,
  reuseWindowHours: reuseWindowHours.describe("A tracking id used again within this time is a resend or a conflict."),
});

const file = z.string().min(1);

const listener = z.strictObject({
  host: z.string().min(1).default("0.0.0.0").describe("The address that it listens on."),
  port: port.describe("The TCP port; 0: a free one."),
  tls: z
    .strictObject({
      certificateFile: file.describe("Our certificate, then its chain, PEM."),
      keyFile: file.describe("Its private key, PEM."),
      caFile: file.describe("The authorities that sign the senders' certificates, PEM. Nobody else can connect."),
    })
    .describe("TLS, with certificates on both sides. Read again on reload."),
});

export const itk = z.strictObject({
  organisation: organisation
    .default("CHESIL")
    .meta({ description: "Our own ODS code: who answers.", examples: ["QVV"] }),
  organisationName: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Its name, in business acknowledgements. Default: the code.", examples: ["Example Record"] }),
  listeners: z
    .array(listener)
    .default([])
    .describe("Listeners of ITK's own with mutual TLS, beside /itk on the HTTP port, which leaves TLS to a proxy."),
  clockSkewSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(300)
    .describe("By how much a sender's clock may differ from ours."),
  feeds: z
    .array(itkFeed)
    .default([])
    .describe("Who sends over ITK, one entry an organisation. Without one, nothing is taken."),
});
