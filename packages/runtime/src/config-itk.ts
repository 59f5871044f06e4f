import { z } from "zod";
import { dialect, feedName, organisation, reuseWindowHours } from "./config-feed.ts";

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
    .describe("Whether its SOAP messages must have a WS-Security timestamp and username, as ITK asks for."),
  ...dialect,
  documentIds: z
    .record(z.string().min(1), z.enum(["patient", "call"]))
    .default({})
    .meta({
      description:
        "What the local ids in its documents are, by authority, where the kind of document gets it wrong: a patient's, or a call's.",
      examples: [{ RBD: "patient" }],
    }),
  reuseWindowHours: reuseWindowHours.describe("A tracking id used again within this time is a resend or a conflict."),
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
