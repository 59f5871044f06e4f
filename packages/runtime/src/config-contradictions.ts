import { type ConfigProblem, settingName, valueAt } from "./config-problem.ts";
import { configSchema } from "./config-schema.ts";
import { tlsProblems } from "./config-tls.ts";

/** What no single setting shows. Looks at whatever is there, sound or not, so that it is reported with the rest. */
export function contradictions(
  settings: Record<string, unknown>,
  where: { readonly placeOf: (path: readonly PropertyKey[]) => string; readonly folder: string },
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report: Report = (path, text, remedy) =>
    problems.push({ place: where.placeOf(path), setting: settingName(path), text, remedy });
  const feeds = listAt(settings, ["feeds"]);
  reportSharedNames("feeds", feeds, report);
  reportDestinations(settings, feeds, where.folder, report);
  const itkFeeds = listAt(settings, ["itk", "feeds"]);
  const listeners = listAt(settings, ["itk", "listeners"]);
  reportItk(itkFeeds, feeds, report);
  reportBoundToNothing(itkFeeds, listeners, report);
  for (const [index, each] of listeners.entries())
    reportTlsFiles({ at: ["itk", "listeners", index], get: (path) => valueAt(each, path) }, where.folder, report);
  reportLoads(listAt(settings, ["loads"]), [...feeds, ...itkFeeds], report);
  reportSharedPorts(settings, feeds, report);
  reportLimits(settings, feeds, report);
  for (const index of feeds.keys()) {
    const feed = { at: ["feeds", index], get: (path: Path) => valueAt(feeds[index], path) };
    reportDialling(feed, report);
    reportTls(feed, where.folder, report);
    reportClients(feed, report);
  }
  return problems;
}

type Path = readonly PropertyKey[];
type Report = (path: Path, text: string, remedy: string) => void;
/** A feed or destination as it was written: where it stands and what is in it. */
type Written = { readonly at: Path; readonly get: (path: Path) => unknown };

function reportSharedNames(
  list: "feeds" | "destinations" | "loads",
  entries: readonly unknown[],
  report: Report,
): void {
  const names = new Set<unknown>();
  for (const [index, entry] of entries.entries()) {
    const name = valueAt(entry, ["name"]);
    if (names.has(name))
      report([list, index, "name"], `is used twice: ${JSON.stringify(name)}`, "Give each its own name.");
    if (typeof name === "string") names.add(name);
  }
}

function reportDestinations(
  settings: Record<string, unknown>,
  feeds: readonly unknown[],
  folder: string,
  report: Report,
): void {
  const destinations = listAt(settings, ["destinations"]);
  reportSharedNames("destinations", destinations, report);
  const namesOf = (entries: readonly unknown[]) => entries.map((entry) => valueAt(entry, ["name"]));
  const messageFeeds = namesOf(feeds);
  const itkFeeds = namesOf(listAt(settings, ["itk", "feeds"]));
  reportAcknowledgedTwice(destinations, report);
  for (const [index, destination] of destinations.entries()) {
    const names = valueAt(destination, ["send"]) === "acknowledgements" ? itkFeeds : messageFeeds;
    for (const [place, name] of listAt(destination, ["feeds"]).entries()) {
      if (!names.includes(name))
        report(["destinations", index, "feeds", place], `is ${JSON.stringify(name)}`, "Name a feed that there is.");
    }
    reportOtherKind({ at: ["destinations", index], get: (path) => valueAt(destination, path) }, report);
    const file = (name: string) => {
      const value = valueAt(destination, ["tls", name]);
      return typeof value === "string" && value !== "" ? value : undefined;
    };
    const files = { certificateFile: file("certificateFile"), keyFile: file("keyFile"), caFile: file("caFile") };
    for (const { setting, text, remedy } of tlsProblems(files, folder))
      report(["destinations", index, "tls", setting], text, remedy);
    if ((files.certificateFile === undefined) !== (files.keyFile === undefined))
      report(["destinations", index, "tls"], "has a certificate or a key alone", "Give both or neither.");
  }
}

/** Envelopes go by one list of names with messages, and by whose they are. */
function reportItk(itkFeeds: readonly unknown[], feeds: readonly unknown[], report: Report): void {
  const names = new Set(feeds.map((feed) => valueAt(feed, ["name"])));
  const organisations = new Set<unknown>();
  for (const [index, each] of itkFeeds.entries()) {
    const name = valueAt(each, ["name"]);
    const organisation = valueAt(each, ["organisation"]);
    const at = ["itk", "feeds", index];
    if (names.has(name)) report([...at, "name"], `is used twice: ${JSON.stringify(name)}`, "Give each its own name.");
    if (organisations.has(organisation))
      report(
        [...at, "organisation"],
        `is used twice: ${JSON.stringify(organisation)}`,
        "Give one entry an organisation.",
      );
    names.add(name);
    organisations.add(organisation);
  }
}

/** Certificates are shown to ITK's own listeners, and nowhere else. */
function reportBoundToNothing(itkFeeds: readonly unknown[], listeners: readonly unknown[], report: Report): void {
  if (listeners.length > 0) return;
  for (const [index, each] of itkFeeds.entries())
    if (listAt(each, ["certificates"]).length > 0)
      report(["itk", "feeds", index, "certificates"], "bind it to a listener that is not there", "Give itk.listeners.");
}

/** Extracts and messages go by one list of names; what the columns mean stands in one place. */
function reportLoads(loads: readonly unknown[], feeds: readonly unknown[], report: Report): void {
  reportSharedNames("loads", loads, report);
  for (const [index, load] of loads.entries()) {
    const at = ["loads", index];
    const name = valueAt(load, ["name"]);
    if (feeds.some((feed) => valueAt(feed, ["name"]) === name))
      report([...at, "name"], `is ${JSON.stringify(name)}, as a feed is called`, "Give each its own name.");
    const given = ["mapping", "mappingFile"].filter((setting) => valueAt(load, [setting]) !== undefined);
    const isFhir = valueAt(load, ["format"]) === "fhir";
    if (isFhir && given.length > 0) report([...at, given[0] ?? ""], "means nothing with format: fhir", "Remove it.");
    if (!isFhir && given.length === 0) report([...at, "mapping"], "is missing", "Give mapping or mappingFile.");
    if (!isFhir && given.length === 2) report([...at, "mapping"], "is there beside mappingFile", "Give one of them.");
  }
}

/** An address in a message decides nothing, so there is one place for the acknowledgements of a feed. */
function reportAcknowledgedTwice(destinations: readonly unknown[], report: Report): void {
  const taken = new Set<unknown>();
  for (const [index, destination] of destinations.entries()) {
    if (valueAt(destination, ["send"]) !== "acknowledgements") continue;
    for (const [place, feed] of listAt(destination, ["feeds"]).entries()) {
      if (taken.has(feed))
        report(
          ["destinations", index, "feeds", place],
          `is ${JSON.stringify(feed)}, which another destination acknowledges`,
          "Name each itk feed once.",
        );
      taken.add(feed);
    }
  }
}

const OF_IDENTITIES = ["authorities", "personIds", "merges", "attemptsMax", "sender", "receiver"] as const;

const OF_ACKNOWLEDGEMENTS = ["path"] as const;

/** Settings that belong to one kind only, by the kinds that they mean nothing with. */
const MEANINGLESS: Readonly<Record<string, readonly string[]>> = {
  messages: [...OF_IDENTITIES, ...OF_ACKNOWLEDGEMENTS],
  identity: ["feeds", ...OF_ACKNOWLEDGEMENTS],
  acknowledgements: [...OF_IDENTITIES, "retryOn"],
};

/** What is sent as it came has feeds; what is told of identities has none; both, and acknowledgements, have settings of their own. */
function reportOtherKind({ at, get }: Written, report: Report): void {
  const kind = String(get(["send"]) ?? "messages");
  const feeds = listAt(get(["feeds"]), []);
  if (kind !== "identity" && feeds.length === 0)
    report([...at, "feeds"], "names no feed", "Name the feeds whose messages it gets, or set send: identity.");
  for (const name of MEANINGLESS[kind] ?? []) {
    if (get([name]) !== undefined) report([...at, name], `means nothing with send: ${kind}`, "Remove it.");
  }
  if (get(["merges"]) === true && get(["personIds"]) !== true)
    report([...at, "merges"], "is true, but personIds is not", "Set personIds: true: a merge is told of person ids.");
}

function reportSharedPorts(settings: Record<string, unknown>, feeds: readonly unknown[], report: Report): void {
  const taken = [
    {
      host: valueAt(settings, ["http", "host"]) ?? "127.0.0.1",
      port: numberAt(settings, ["http", "port"]),
      by: "the web server",
    },
  ];
  for (const [index, feed] of feeds.entries()) {
    const port = valueAt(feed, ["port"]);
    const host = valueAt(feed, ["host"]) ?? "127.0.0.1";
    if (typeof port !== "number" || port === 0 || valueAt(feed, ["mode"]) === "dial") continue;
    const other = taken.find((listener) => listener.port === port && overlaps(listener.host, host));
    if (other !== undefined)
      report(["feeds", index, "port"], `is ${port}, as ${other.by} has`, "Give each its own port.");
    taken.push({ host, port, by: `feed ${String(valueAt(feed, ["name"]))}` });
  }
}

/** Two listeners on one port get in each other's way on the same address, or when one listens on all. */
function overlaps(left: unknown, right: unknown): boolean {
  const all: unknown[] = ["0.0.0.0", "::", "*"];
  return left === right || all.includes(left) || all.includes(right);
}

/** A lower and a higher limit, and what to do when they are not. */
const ORDERED_LIMITS = [
  {
    ...{ low: "frameBytesMax", high: "bufferedBytesMax", mayBeEqual: false },
    remedy: "One frame must be able to finish: frameBytesMax must be below bufferedBytesMax.",
  },
  {
    ...{ low: "reconnectMsMin", high: "reconnectMsMax", mayBeEqual: true },
    remedy: "The longest wait can not be below the first: reconnectMsMin must not be above reconnectMsMax.",
  },
] as const;

/** Limits that contradict each other: those of every feed, and with each feed's own. */
function reportLimits(settings: Record<string, unknown>, feeds: readonly unknown[], report: Report): void {
  for (const { low, high, mayBeEqual, remedy } of ORDERED_LIMITS) {
    const reportAt = (path: Path, name: string, limits: { low: unknown; high: unknown }) => {
      if (typeof limits.low !== "number" || typeof limits.high !== "number") return false;
      if (limits.low < limits.high || (mayBeEqual && limits.low === limits.high)) return false;
      report([...path, name], `is ${name === low ? limits.low : limits.high}`, remedy);
      return true;
    };
    const common = { low: numberAt(settings, ["mllp", low]), high: numberAt(settings, ["mllp", high]) };
    if (reportAt(["mllp"], high, common)) continue;
    for (const [index, feed] of feeds.entries()) {
      const own = { low: valueAt(feed, ["limits", low]), high: valueAt(feed, ["limits", high]) };
      const limits = { low: own.low ?? common.low, high: own.high ?? common.high };
      reportAt(["feeds", index, "limits"], own.high === undefined ? low : high, limits);
    }
  }
}

function reportDialling(feed: Written, report: Report): void {
  const isDialled = feed.get(["mode"]) === "dial";
  if (isDialled && feed.get(["port"]) === 0)
    report([...feed.at, "port"], "is 0, but the feed dials", "Give the port that the sender listens on.");
  for (const name of isDialled ? ["clientCertificate", "clients"] : ["serverName"]) {
    if (feed.get(["tls", name]) !== undefined)
      report([...feed.at, "tls", name], `means nothing where we ${isDialled ? "dial" : "listen"}`, "Remove it.");
  }
  if (feed.get(["acknowledgement", "answerTo", "tls"]) === true && feed.get(["tls"]) === undefined)
    report([...feed.at, "acknowledgement", "answerTo", "tls"], "is true, but the feed has no tls", "Give it one.");
}

/** The files as they are now: a certificate that is missing or not its key's is found before the old one is let go. */
function reportTls(feed: Written, folder: string, report: Report): void {
  if (feed.get(["tls"]) === undefined) return;
  const { certificateFile, keyFile, caFile } = reportTlsFiles(feed, folder, report);
  const isNeeded = feed.get(["mode"]) !== "dial" || certificateFile !== undefined || keyFile !== undefined;
  for (const name of ["certificateFile", "keyFile"] as const) {
    if (isNeeded && feed.get(["tls", name]) === undefined)
      report([...feed.at, "tls", name], "is missing", "Give a certificate and its key.");
  }
  if (feed.get(["tls", "clientCertificate"]) === "required" && caFile === undefined)
    report([...feed.at, "tls", "caFile"], "is missing", "Name the authorities that sign the senders' certificates.");
}

function reportTlsFiles({ at, get }: Written, folder: string, report: Report) {
  const file = (name: string) => {
    const value = get(["tls", name]);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const files = { certificateFile: file("certificateFile"), keyFile: file("keyFile"), caFile: file("caFile") };
  for (const { setting, text, remedy } of tlsProblems(files, folder)) report([...at, "tls", setting], text, remedy);
  return files;
}

function reportClients(feed: Written, report: Report): void {
  const clients = feed.get(["tls", "clients"]);
  if (!Array.isArray(clients) || clients.length === 0) return;
  const at = [...feed.at, "tls", "clients"];
  if (feed.get(["mode"]) !== "dial" && feed.get(["tls", "clientCertificate"]) !== "required")
    report(at, "binds certificates that nobody is asked for", "Set clientCertificate: required.");
  const allowed = feed.get(["senders"]);
  const seen = new Set<string>();
  for (const [index, client] of clients.entries()) {
    const fingerprint = String(valueAt(client, ["fingerprint256"]))
      .replaceAll(":", "")
      .toUpperCase();
    if (seen.has(fingerprint))
      report([...at, index, "fingerprint256"], "is listed twice", "List each certificate once, with all its senders.");
    seen.add(fingerprint);
    for (const [place, sender] of listAt(client, ["senders"]).entries()) {
      if (Array.isArray(allowed) && allowed.length > 0 && !allowed.includes(sender))
        report(
          [...at, index, "senders", place],
          `is ${JSON.stringify(sender)}, which the feed does not allow`,
          "Add it to the feed's senders.",
        );
    }
  }
}

function listAt(value: unknown, path: Path): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** The number that is written, or the default. */
function numberAt(settings: Record<string, unknown>, path: Path): number | undefined {
  const value = valueAt(settings, path) ?? valueAt(configSchema.parse({}), path);
  return typeof value === "number" ? value : undefined;
}
