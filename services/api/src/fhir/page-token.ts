import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/**
 * Where a search stands, sealed into a link: no identifier of a patient may stand in a URL that Chesil makes (law 10),
 * and a link must say who is sought. So it is encrypted, ends after a while, and opens only for whom it was made.
 */

export const PAGE_TOKEN_AGE_MS_MAX = 3_600_000;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

export type PageState = {
  readonly type: string;
  /** The search as it was sent. */
  readonly search: readonly (readonly [string, string])[];
  readonly count: number;
  /** The last id of the page before; null for the first page. */
  readonly after: string | null;
  /** Matches of all pages, as counted for the first; null when there were too many. */
  readonly total: number | null;
};

export type PageTokens = {
  seal(state: PageState, username: string): string;
  /** Undefined for a token that is not ours, not this user's, or too old. */
  open(token: string, username: string): PageState | undefined;
};

/** `key`: 32 bytes, the same in every process that must understand the others' links. */
export function openPageTokens(clock: () => Date, key: Uint8Array = randomBytes(KEY_BYTES)): PageTokens {
  if (key.byteLength !== KEY_BYTES) throw new RangeError(`The key of page links has ${KEY_BYTES} bytes.`);
  return {
    seal(state, username) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(username));
      const text = JSON.stringify({ ...state, until: clock().getTime() + PAGE_TOKEN_AGE_MS_MAX });
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
    },
    open(token, username) {
      const bytes = Buffer.from(token, "base64url");
      if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
      const opener = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(username))
        .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      let text: string;
      try {
        text = Buffer.concat([opener.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), opener.final()]).toString("utf8");
      } catch {
        return undefined;
      }
      // Only what we sealed ourselves comes this far, so its shape is known.
      const { until, ...state } = JSON.parse(text) as PageState & { until: number };
      return until >= clock().getTime() ? state : undefined;
    },
  };
}
