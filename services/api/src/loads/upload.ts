import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { LOAD_DOUBTS, type LoadDoubt } from "@chesil/store";
import { z } from "zod";
import { viewerOf } from "../admission.ts";
import type { App, Deps } from "../deps.ts";
import { badRequest, notFound, Problem, unprocessable } from "../problem.ts";

/** An extract that is given over HTTP, by whoever may not sign in to the machine. */

/** A larger file is loaded where it lies, by `chesil load`. */
export const UPLOAD_BYTES_MAX = 128 * 1024 * 1024;
/** Each is a file on disk and a connection of the database. */
export const UPLOADS_MAX = 2;
/** From the request to the answer: a council's whole extract takes a minute. */
const UPLOAD_MS = 15 * 60_000;
const RETRY_AFTER_SECONDS = 10;
/** More rows than that are not mended by hand. */
const REJECTS_BYTES_MAX = 8 * 1024 * 1024;

/** A file that was uploaded, to be loaded as `chesil load` does. */
export type UploadedFile = {
  readonly feed: string;
  readonly path: string;
  readonly fileName: string;
  readonly rejectsPath: string;
  readonly isDryRun: boolean;
  readonly isFull: boolean;
  /** What it may be doubted for, and is right. */
  readonly confirmed: readonly LoadDoubt[];
  /** Who loads it: their username. */
  readonly by: string;
};

export type UploadOutcome =
  | { readonly ok: true; readonly report: z.infer<typeof reportView> }
  | { readonly ok: false; readonly kind: "no-feed" }
  /** `text` says what to do, and nothing of the rows. */
  | { readonly ok: false; readonly kind: "refused"; readonly text: string };

const counts = z.object({
  read: z.number(),
  new: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  gone: z.number(),
  rejected: z.number(),
});

const reportView = z.object({
  feed: z.string(),
  file: z.string(),
  encoding: z.string(),
  extractAt: z.iso.datetime(),
  isDryRun: z.boolean(),
  isFull: z.boolean(),
  rows: counts,
  /** Of the changed, how many no longer state something that they stated. */
  withdrawing: z.number(),
  /** Of the unchanged, how many are known otherwise from an extract made later. */
  late: z.number(),
  /** Of changed rows, how often each column differed. */
  changedColumns: z.record(z.string(), z.number()),
  flagged: z.record(z.string(), z.number()),
  /** Of new and changed rows, how often a cell of a condition says something that the mapping does not list. */
  unlisted: z.record(z.string(), z.number()),
  rejected: z.array(z.object({ row: z.number(), reason: z.string() })).readonly(),
  changes: z
    .array(
      z.object({
        row: z.number(),
        kind: z.enum(["new", "changed"]),
        columns: z.array(z.string()).readonly().optional(),
      }),
    )
    .readonly(),
  notWithdrawn: z.string().optional(),
  /** Of a dry run: why the load would be refused, unless it is confirmed. */
  wouldBeRefused: z.string().optional(),
  unusedColumns: z.array(z.string()).readonly(),
});

const uploadAnswer = reportView.extend({
  /** The rows that were refused, to be mended and uploaded as they are; null: there are none, or more than fit here. */
  rejectsFile: z.string().nullable(),
});

const flag = z.enum(["true", "false"]).default("false");
const doubt = z.enum(LOAD_DOUBTS);

export async function uploadRoute(parent: App, { loadUploaded, gate }: Deps): Promise<void> {
  let running = 0;
  await parent.register(async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    (app as App).post(
      "/api/v1/loads",
      {
        config: { action: "load.upload" },
        handlerTimeout: UPLOAD_MS,
        schema: {
          tags: ["feeds"],
          summary:
            "Load an extract: the body is the file itself. Rows that are new or say something else are journalled",
          consumes: ["application/octet-stream"],
          querystring: z.strictObject({
            feed: z.string().min(1).max(40),
            dryRun: flag,
            full: flag,
            confirm: z
              .union([doubt, z.array(doubt).max(LOAD_DOUBTS.length)])
              .default([])
              .describe(
                "What the file was doubted for and is right; a dry run says which. Several: the parameter again.",
              ),
          }),
          response: { 200: uploadAnswer },
        },
      },
      async (request) => {
        const { username } = viewerOf(request);
        const { feed, dryRun, full, confirm } = request.query;
        const { body } = request;
        if (!(body instanceof Readable))
          throw badRequest("There is no file", "The body of the request is the file itself.");
        if (running >= UPLOADS_MAX) throw busy();
        running++;
        const folder = await mkdtemp(join(tmpdir(), "chesil-upload-"));
        try {
          const [path, rejectsPath] = [join(folder, "file"), join(folder, "rejects")];
          await receive(body, path);
          const confirmed = [confirm].flat();
          await gate.record(username, "load.upload", {
            feed,
            dryRun: dryRun === "true",
            full: full === "true",
            confirmed,
          });
          const outcome = await loadUploaded({
            ...{ feed, path, rejectsPath, by: username },
            fileName: fileNameOf(request.headers["content-disposition"]),
            ...{ isDryRun: dryRun === "true", isFull: full === "true", confirmed },
          });
          if (!outcome.ok)
            throw outcome.kind === "no-feed" ? notFound() : unprocessable("This file can not be loaded", outcome.text);
          return { ...outcome.report, rejectsFile: await readRejects(rejectsPath, outcome.report.rows.rejected) };
        } finally {
          running--;
          await rm(folder, { recursive: true, force: true });
        }
      },
    );
  });
}

/** The folder is its maker's alone, and so is what lies in it. */
async function receive(body: Readable, path: string): Promise<void> {
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > UPLOAD_BYTES_MAX ? tooLarge() : null, chunk);
    },
  });
  await pipeline(body, counted, createWriteStream(path, { mode: 0o600 }));
}

/** As `attachment; filename="children 2026-03-01.csv"` says: letters, digits and what stands between them. */
function fileNameOf(disposition: string | undefined): string {
  const name = /filename="([^"]{1,200})"/.exec(disposition ?? "")?.[1] ?? "";
  return name.replaceAll(/[^\p{L}\p{N} ._-]/gu, "_") || "upload";
}

async function readRejects(path: string, rejected: number): Promise<string | null> {
  if (rejected === 0) return null;
  const { size } = await stat(path);
  return size > REJECTS_BYTES_MAX ? null : await readFile(path, "utf8");
}

const busy = () =>
  new Problem(503, "Other files are being loaded", {
    detail: "Send this one again in a moment.",
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

const tooLarge = () =>
  new Problem(413, "The file is too large", {
    detail: `At most ${UPLOAD_BYTES_MAX / 1024 / 1024} MiB are taken here. Load it with chesil load.`,
  });
