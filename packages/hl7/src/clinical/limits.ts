/**
 * How much one message may state. What is beyond stays in the message, which the journal keeps whole, and a warning
 * names the place.
 */

/** Of one patient. */
export const FACTS_MAX = 1_000;
/** Of one result. */
export const OBSERVATIONS_MAX = 1_000;
/** Of one document or result. */
export const DOCUMENT_PARTS_MAX = 200;
/** Of one fact or observation. */
export const NOTES_MAX = 100;
/** In characters. */
export const NOTE_LENGTH_MAX = 16_384;
/** Of a code, a name, a number, a unit: anything that is not prose. In characters. */
export const TEXT_LENGTH_MAX = 1_000;
/** What an appointment needs of a kind; what a medicine is made up of. */
export const PARTS_MAX = 50;
/** Of one message. */
export const PATIENTS_MAX = 200;
