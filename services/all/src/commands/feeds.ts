import { splitMessages } from "@chesil/hl7";
import { givenConfig, givenFeed } from "../config-access.ts";
import { takenFeed } from "../feeds.ts";
import { type Preview, preview } from "../preview.ts";
import { type Terminal, UsageError } from "../terminal.ts";
import { eventWords, type WordsLine } from "./event-words.ts";
import { givenFile } from "./given-file.ts";
import { joined } from "./value-words.ts";

/** `chesil feeds list`: one line each, tab-separated. */
export function listFeeds(given: { json?: boolean }, terminal: Terminal): Promise<number> {
  const { feeds: configured, itk } = givenConfig();
  const mllp = configured.map((feed) => ({
    name: feed.name,
    mode: feed.mode,
    address: `${feed.host}:${feed.port}`,
    tls: feed.tls === undefined ? "none" : feed.tls.clientCertificate === "required" ? "mutual" : "server",
    organisation: feed.organisation ?? "",
    authority: feed.authority,
    senders: feed.senders,
  }));
  const feeds = [
    ...mllp,
    ...itk.feeds.map(({ name, organisation, authority, certificates }) => ({
      ...{
        name,
        mode: "itk",
        address: "/itk",
        tls: certificates.length > 0 ? "mutual" : "none",
        organisation,
        authority,
      },
      senders: [organisation],
    })),
  ];
  if (given.json) terminal.data(JSON.stringify({ feeds }));
  else
    for (const { senders, tls, ...feed } of feeds)
      terminal.data([...Object.values(feed), `tls ${tls}`, senders.join(", ") || "any sender"].join("\t"));
  return Promise.resolve(0);
}

/** `chesil feeds test FILE`: what each message of a file would become. Exit code 1 unless every one would be applied. */
export function testFeed(path: string, given: { feed?: string; json?: boolean }, terminal: Terminal): Promise<number> {
  const feed = takenFeed(givenFeed(givenConfig(), given.feed));
  const messages = splitMessages(givenFile(path));
  if (messages.length === 0) throw new UsageError(`No message was found in ${path}.`);
  const previews = messages.map((bytes) => preview(bytes, feed, terminal.now()));
  const count = (outcome: Preview["outcome"]) => previews.filter((each) => each.outcome === outcome).length;
  const counts = { applied: count("applied"), quarantined: count("quarantined"), rejected: count("rejected") };
  if (given.json) terminal.data(JSON.stringify({ feed: feed.name, ...counts, messages: previews }));
  else {
    for (const [index, each] of previews.entries()) {
      terminal.data(`${index + 1}  ${titleOf(each)}`);
      for (const { label, text } of linesOf(each)) terminal.data(`   ${label.padEnd(15)}${text}`);
      terminal.data("");
    }
    const { applied, quarantined, rejected } = counts;
    terminal.data(
      `${messages.length} message(s) on feed ${feed.name}: ${applied} would be applied, ${quarantined} quarantined, ${rejected} rejected.`,
    );
  }
  return Promise.resolve(counts.applied === messages.length ? 0 : 1);
}

function titleOf({ type, version, controlId, sender, outcome }: Preview): string {
  return joined(
    `${OUTCOMES[outcome]}: ${type || "no message type"}`,
    version && `version ${version}`,
    controlId && `control id ${controlId}`,
    sender && `from ${sender}`,
  );
}

const OUTCOMES = { applied: "would be applied", quarantined: "would be quarantined", rejected: "would be rejected" };

function linesOf(each: Preview): WordsLine[] {
  const answer = (each.acknowledgement ?? "none: the sender asks for none").split("\n");
  return [
    ...(each.reason ? [{ label: "because", text: `${each.reason}: ${each.text}` }] : []),
    ...answer.map((text, index) => ({ label: index === 0 ? "answer" : "", text })),
    ...(each.identities.length > 0 ? [{ label: "in order with", text: each.identities.join(", ") }] : []),
    ...(each.event ? eventWords(each.event) : []),
    ...(each.event?.warnings ?? []).map(({ location, code, text }) => ({
      label: "warning",
      text: `${location} ${code}: ${text}`,
    })),
    ...(each.notMapped.length > 0 ? [{ label: "not mapped", text: each.notMapped.join(", ") }] : []),
    ...each.localSegments.map(({ id, fields }) => ({ label: "local segment", text: `${id}: ${fieldsOf(fields)}` })),
  ];
}

function fieldsOf(fields: Readonly<Record<string, string>>): string {
  const named = Object.entries(fields).map(([place, name]) => `field ${place} is ${name}`);
  return named.length > 0 ? named.join(", ") : "kept; the configuration names none of its fields";
}
