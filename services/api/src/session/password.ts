import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import PQueue from "p-queue";
import { Problem } from "../problem.ts";

/** OWASP ASVS 5.0 appendix C: argon2id, t=2, m≥19,456 KiB, p=1. Some 45 ms of one core. */
const PASSES = 2;
const MEMORY_KIB = 19_456;
const PARALLELISM = 1;
const TAG_BYTES = 32;
const SALT_BYTES = 16;

/** Hashes at once: each takes a core and 19 MiB. */
const HASHES_AT_ONCE_MAX = 2;
/** Hashes that may wait, some seconds' worth. Beyond them the answer is 503, not a longer queue. */
const HASHES_WAITING_MAX = 100;

export const PASSWORD_LENGTH_MIN = 12;
/** Enough for any passphrase; without a limit a megabyte of password is a cheap attack. */
export const PASSWORD_LENGTH_MAX = 256;

const hashOf = promisify(argon2);

type Parameters = { memoryKib: number; passes: number; parallelism: number; salt: Buffer; tagBytes: number };

/** Makes and checks password hashes in the PHC string format, a bounded number at a time. */
export class Passwords {
  readonly #queue = new PQueue({ concurrency: HASHES_AT_ONCE_MAX });
  #decoy: Promise<string> | undefined;

  /** @throws Problem 503 when too many hashes wait. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const parameters = { memoryKib: MEMORY_KIB, passes: PASSES, parallelism: PARALLELISM, salt, tagBytes: TAG_BYTES };
    const tag = await this.#derive(password, parameters);
    return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${base64(salt)}$${base64(tag)}`;
  }

  /**
   * Whether the password is the one of the hash. `undefined`, for an account that does not exist, costs as much and is
   * never right.
   *
   * @throws Problem 503 when too many hashes wait.
   */
  async matches(password: string, stored: string | undefined): Promise<boolean> {
    const hash = parse(stored ?? (await this.#decoyHash()));
    const tag = await this.#derive(password, { ...hash, tagBytes: hash.tag.length });
    return timingSafeEqual(tag, hash.tag) && stored !== undefined;
  }

  /** A hash that no password has, made once. Should the making fail, the next one who asks tries again. */
  #decoyHash(): Promise<string> {
    this.#decoy ??= this.hash(randomBytes(SALT_BYTES).toString("hex")).catch((error: unknown) => {
      this.#decoy = undefined;
      throw error;
    });
    return this.#decoy;
  }

  async #derive(password: string, parameters: Parameters): Promise<Buffer> {
    if (this.#queue.size >= HASHES_WAITING_MAX) {
      throw new Problem(503, "Too many people are signing in at once", { retryAfterSeconds: 5 });
    }
    return this.#queue.add(() =>
      hashOf("argon2id", {
        message: password.normalize("NFKC"),
        nonce: parameters.salt,
        parallelism: parameters.parallelism,
        memory: parameters.memoryKib,
        passes: parameters.passes,
        tagLength: parameters.tagBytes,
      }),
    );
  }
}

/** What is wrong with a new password, or undefined. No rules of composition, no forced change (NCSC, ASVS 6.2). */
export function passwordProblem(password: string, username: string): string | undefined {
  const plain = password.normalize("NFKC").toLowerCase();
  if (plain.length < PASSWORD_LENGTH_MIN) return `A password has at least ${PASSWORD_LENGTH_MIN} characters.`;
  if (plain.length > PASSWORD_LENGTH_MAX) return `A password has at most ${PASSWORD_LENGTH_MAX} characters.`;
  if (plain.includes(username.toLowerCase())) return "A password does not hold the username.";
  const letters = plain.replace(/[^a-z]/g, "");
  if (new Set(plain).size < 5 || isRun(plain) || COMMON_STEMS.has(letters)) {
    return "This password is among the first that would be tried. Three random words are a good password.";
  }
  return undefined;
}

/** What is left of the commonest long passwords once digits and signs are taken away: `Password1234!` is `password`. */
const COMMON_STEMS: ReadonlySet<string> = new Set([
  ...["", "password", "passwordpassword", "passw", "pass", "letmein", "letmeinletmein", "welcome", "welcometo"],
  ...["admin", "administrator", "administrador", "adminadmin", "root", "user", "test", "testtest", "guest", "secret"],
  ...["changeme", "changemenow", "changeit", "default", "qwerty", "qwertyuiop", "qwertyuiopasdfghjkl", "asdfghjkl"],
  ...["qwertyqwerty", "qazwsxedc", "qazwsxedcrfv", "zxcvbnm", "abcdefghijkl", "abcabcabcabc", "iloveyou", "sunshine"],
  ...["princess", "football", "liverpool", "liverpoolfc", "manchesterunited", "chelsea", "arsenal", "monkey", "dragon"],
  ...["nhs", "nhspassword", "hospital", "chesil", "chesilbeach", "chesilpassword", "dorset", "poole", "bournemouth"],
]);

/** `123456789012`, `abcdefghijkl`: each character follows the one before it. */
function isRun(text: string): boolean {
  const steps = [...text].slice(1).map((character, index) => character.charCodeAt(0) - text.charCodeAt(index));
  return new Set(steps.map((step) => (step === -9 ? 1 : step))).size === 1;
}

function parse(phc: string): Parameters & { tag: Buffer } {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc);
  if (!match) throw new Error("A stored password hash is not argon2id in the PHC format.");
  const tag = Buffer.from(match[5] ?? "", "base64");
  return {
    memoryKib: Number(match[1]),
    passes: Number(match[2]),
    parallelism: Number(match[3]),
    salt: Buffer.from(match[4] ?? "", "base64"),
    tagBytes: tag.length,
    tag,
  };
}

const base64 = (bytes: Buffer) => bytes.toString("base64").replaceAll("=", "");
