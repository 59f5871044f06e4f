import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { z } from "zod";
import { badRequest } from "./problem.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Longest cursor that is looked at. A place in a search of persons holds two folded names. */
const CURSOR_LENGTH_MAX = 2_048;

/**
 * Paging links that say nothing and can not be made up: the place in a list, encrypted and authenticated with a key of
 * this process. A place may name a person; a cursor may stand in a URL.
 */
export class Cursors {
  readonly #key = randomBytes(32);

  /** `list` is everything the place belongs to (route, reader, search): a cursor is good for that list only. */
  seal(list: unknown, place: unknown): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    cipher.setAAD(digest(list));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(place), "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
  }

  /** @throws Problem 400 when the cursor was changed, belongs to another list or to a process that has ended. */
  open<Place>(list: unknown, cursor: string, place: z.ZodType<Place>): Place {
    try {
      if (cursor.length > CURSOR_LENGTH_MAX) throw new RangeError("too long");
      const bytes = Buffer.from(cursor, "base64url");
      // Node passes over what is no base64url; a cursor is written in one way only.
      if (bytes.toString("base64url") !== cursor) throw new RangeError("not base64url");
      const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(digest(list));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
      return place.parse(JSON.parse(text.toString("utf8")));
    } catch {
      throw badRequest("This page link is no longer good", "Search again from the first page.");
    }
  }
}

function digest(list: unknown): Buffer {
  return createHash("sha256").update(JSON.stringify(list)).digest();
}
