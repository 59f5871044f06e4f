import { ENVELOPE_ERROR_CODES, type EnvelopeError } from "./envelope.ts";
import { ITK_LIMITS } from "./limits.ts";

/** What is wrong with an envelope, as it is found; beyond a number of errors there is no use in telling more. */
export class EnvelopeErrors {
  readonly #list: EnvelopeError[] = [];

  add(part: keyof typeof ENVELOPE_ERROR_CODES, text: string): void {
    if (!this.isFull) this.#list.push({ code: ENVELOPE_ERROR_CODES[part], text });
  }

  get isFull(): boolean {
    return this.#list.length >= ITK_LIMITS.errorsMax;
  }

  get list(): readonly EnvelopeError[] {
    return this.#list;
  }
}
