/** What the client asked for besides the resource: its format and how strict to be (FHIR R4, http 2.21.0.8 and search 2.21.1.2). */

/** JSON by any name. A `+` that was not escaped arrives as a space. */
const JSON_FORMAT = /^(json|text\/json|application\/json|application\/fhir[+ ]json)$/;
const ANY_TYPE = /^(\*\/\*|application\/\*)$/;

/** Whether JSON will do. `_format` wins over Accept; a browser that asks for HTML first gets JSON as its last resort. */
export function acceptsJson(accept: string | undefined, format: string | undefined): boolean {
  if (format !== undefined && format.trim() !== "") return JSON_FORMAT.test(mediaType(format));
  if (accept === undefined || accept.trim() === "") return true;
  return accept.split(",").some((range) => {
    if (/;\s*q=0(\.0*)?\s*(;|$)/.test(range)) return false;
    const type = mediaType(range);
    return JSON_FORMAT.test(type) || ANY_TYPE.test(type);
  });
}

const mediaType = (text: string) => (text.split(";")[0] ?? "").trim().toLowerCase();

/** Whether an unknown search parameter is an error. FHIR's default is lenient: it is ignored, and the answer says so. */
export function isStrict(prefer: string | readonly string[] | undefined): boolean {
  return [prefer ?? []].flat().some((value) => /(^|[,;\s])handling\s*=\s*"?strict"?\s*($|[,;])/i.test(value));
}
