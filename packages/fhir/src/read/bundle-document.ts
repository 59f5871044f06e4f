import { Buffer } from "node:buffer";
import { member } from "./element.ts";
import { base64At, OCTETS } from "./fact/attachment.ts";

const LOCATION = /^Bundle((?:\.[A-Za-z]+(?:\[\d{1,7}\])?){1,12})\.data$/;

/** The content of a document's part, decoded: `location` as its event gives it. Undefined where there is none. */
export function bundleDocument(
  bundle: unknown,
  location: string,
): { bytes: Uint8Array; contentType: string } | undefined {
  const holder = LOCATION.exec(location)?.[1]?.slice(1).split(".").reduce(step, bundle);
  const data = base64At(holder);
  if (data === undefined) return undefined;
  const contentType = member(holder, "contentType");
  return {
    bytes: Buffer.from(data, "base64"),
    contentType: typeof contentType === "string" ? contentType : OCTETS,
  };
}

/** `entry[3]`: the fourth of a list. */
function step(json: unknown, name: string): unknown {
  const [element = "", place] = name.split(/[[\]]/);
  const value = member(json, element);
  return place === undefined ? value : Array.isArray(value) ? value[Number(place)] : undefined;
}
