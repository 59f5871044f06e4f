const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** What is no id at all is answered like an id of nobody. */
export function personIdOf(text: string): string {
  return UUID.test(text) ? text.toLowerCase() : NOBODY;
}
