import { z } from "zod";
import { count } from "./config-mllp.ts";

/** What a region decides about who may see what; the rest is the roles', in `packages/access`. */

const YEARS_MAX = 100;
/** There are not many more treatment function codes. */
const SPECIALTIES_MAX = 300;

export const privacy = z.strictObject({
  deceasedYears: count
    .max(YEARS_MAX)
    .default(8)
    .describe("Of whoever died, entries up to so many years before the death are shown."),
  sensitiveSpecialties: z
    .array(z.string().regex(/^\d{3}(-\d{3})?$/, "is no treatment function code and no range of them"))
    .max(SPECIALTIES_MAX)
    .default(["360", "700-727"])
    .meta({
      description:
        "Treatment function codes of specialties whose entries only privacy officers see, or ranges of them.",
      examples: [["360", "700-727"]],
    }),
});
