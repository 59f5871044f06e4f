import { Decoding } from "./decoding.ts";
import type { XmlDocument } from "./element.ts";
import { type XmlFault, XmlFaultError } from "./fault.ts";
import { XML_LIMITS, XML_SLICE_BYTES, type XmlLimits } from "./limits.ts";
import { TreeBuilder } from "./tree-builder.ts";

export type XmlReading =
  | { readonly ok: true; readonly document: XmlDocument }
  | { readonly ok: false; readonly fault: XmlFault };

/** Bytes of a document to its tree. Never throws: what is not a whole, well-formed document within the limits is a fault. */
export function readXml(bytes: Uint8Array, limits: XmlLimits = XML_LIMITS): XmlReading {
  const reader = new XmlReader(limits);
  reader.write(bytes);
  return reader.close();
}

/** The same of text that was decoded before, whatever character set it declares. */
export function readXmlText(text: string, limits: XmlLimits = XML_LIMITS): XmlReading {
  return attempt(() => {
    refuseTooLarge(text.length, limits);
    const builder = new TreeBuilder(limits);
    builder.write(text.startsWith("\ufeff") ? text.slice(1) : text);
    return builder.close();
  });
}

/**
 * The same, fed slice by slice: who reads a large document lets others run between them (XML_SLICE_BYTES at a time). How
 * it is sliced makes no difference to what is read.
 */
export class XmlReader {
  readonly #limits: XmlLimits;
  readonly #decoding = new Decoding();
  readonly #builder: TreeBuilder;
  #bytes = 0;
  #fault: XmlFault | undefined;

  constructor(limits: XmlLimits = XML_LIMITS) {
    this.#limits = limits;
    this.#builder = new TreeBuilder(limits);
  }

  /** False once the document can not be read: the rest need not be given. */
  write(bytes: Uint8Array): boolean {
    if (this.#fault !== undefined) return false;
    const written = attempt(() => {
      this.#bytes += bytes.length;
      refuseTooLarge(this.#bytes, this.#limits);
      this.#builder.write(this.#decoding.write(bytes));
      return undefined;
    });
    if (!written.ok) this.#fault = written.fault;
    return written.ok;
  }

  /** Once, at the end. */
  close(): XmlReading {
    if (this.#fault !== undefined) return { ok: false, fault: this.#fault };
    return attempt(() => {
      this.#builder.write(this.#decoding.close());
      return this.#builder.close();
    });
  }
}

/**
 * The same of bytes that may be many: slice by slice, and after each of them others have a turn.
 * @param turn resolves when they have had it: `setImmediate` of node:timers/promises.
 */
export async function readXmlInTurns(
  bytes: Uint8Array,
  turn: () => Promise<unknown>,
  limits: XmlLimits = XML_LIMITS,
): Promise<XmlReading> {
  const reader = new XmlReader(limits);
  for (let from = 0; from < bytes.length; from += XML_SLICE_BYTES) {
    if (!reader.write(bytes.subarray(from, from + XML_SLICE_BYTES))) break;
    if (bytes.length > XML_SLICE_BYTES) await turn();
  }
  return reader.close();
}

function refuseTooLarge(length: number, { bytesMax }: XmlLimits): void {
  if (length > bytesMax) throw new XmlFaultError("too-large", `The XML is larger than ${bytesMax} bytes.`);
}

type Attempt<Value> = { ok: true; document: Value } | { ok: false; fault: XmlFault };

function attempt<Value>(read: () => Value): Attempt<Value> {
  try {
    return { ok: true, document: read() };
  } catch (error) {
    if (error instanceof XmlFaultError) return { ok: false, fault: error.fault };
    throw error;
  }
}
