/** What a message is taken for that does not say. */
export const VERSION_DEFAULT = "2.5";

const VERSION = /^(\d+)\.(\d+)(?:\.(\d+))?/;

/** Whether MSH-12 names this version of the standard or a later one. What can not be read counts as the default. */
export function isVersionFrom(version: string, major: number, minor: number, patch = 0): boolean {
  const match = VERSION.exec(version) ?? VERSION.exec(VERSION_DEFAULT) ?? [];
  const sent = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  const from = [major, minor, patch];
  for (const [index, number] of from.entries()) {
    const difference = (sent[index] ?? 0) - number;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
