import type { ItkSettings } from "@chesil/ingest";
import type { Config } from "@chesil/runtime";
import { itkDialectOf } from "./dialects.ts";

/** Who may send envelopes, as it is configured. */
export const itkSettings = ({ organisation, clockSkewSeconds, feeds }: Config["itk"]): ItkSettings => ({
  organisation,
  clockSkewMs: clockSkewSeconds * 1000,
  feeds: feeds.map((feed) => ({
    name: feed.name,
    organisation: feed.organisation,
    usernames: feed.usernames,
    isSecurityRequired: feed.security === "required",
    dialect: itkDialectOf(feed),
    reuseWindowHours: feed.reuseWindowHours,
  })),
});
