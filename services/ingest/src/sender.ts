import type { Header } from "@chesil/hl7";
import type { Feed } from "./feed.ts";

/**
 * Whether a message may come from whom it names in MSH-3 and MSH-4: the feed says who may send on it, and where it
 * binds certificates, the one that the connection has shown must be bound to that sender.
 */
export function isSenderAllowed(header: Header, feed: Feed, certificate: string | undefined): boolean {
  const sender = `${header.sendingApplication}|${header.sendingFacility}`;
  const { senders = [], clients = [] } = feed;
  if (senders.length > 0 && !senders.includes(sender)) return false;
  if (clients.length === 0) return true;
  const client = clients.find(({ fingerprint256 }) => fingerprint256 === certificate);
  if (client === undefined) return false;
  return client.senders.length === 0 || client.senders.includes(sender);
}
