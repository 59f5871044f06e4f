import type { Known, KnownDemographics } from "./record.ts";

type Death = Pick<KnownDemographics, "deceased" | "deathDate">;

/**
 * What one source says of a death, as one statement: that somebody died and when is said by two fields, which messages speak
 * of one by one. Who is said to live has no date of death, though an earlier message gave one; a date says that they died, as
 * long as nothing later says that they live.
 */
export function deathSaidBy({ deceased, deathDate }: Death): Death {
  const isDated = deathDate?.value !== undefined;
  if (deceased?.value === false)
    return isDated && isLater(deathDate, deceased) ? dead(deathDate, deathDate) : { deceased };
  if (isDated) return dead(deceased?.value ? deceased : deathDate, deathDate);
  return deceased ? { deceased } : {};
}

const dead = (saidBy: Known<unknown>, deathDate: Known<string>): Death => ({
  deceased: { ...saidBy, value: true },
  deathDate,
});

const isLater = (one: Known<unknown>, other: Known<unknown>): boolean =>
  one.recordedAt === other.recordedAt ? one.journalId > other.journalId : one.recordedAt > other.recordedAt;
