import { randomBytes } from "node:crypto";
import type { MllpPeer } from "@chesil/mllp";
import { appendArrivals, type Database, recordWireFault } from "@chesil/store";
import { changeOver, openAll, type ReloadResult, stopAll } from "./change-over.ts";
import type { MllpFeed } from "./feed.ts";
import type { FeedContext, FeedState } from "./feed-listener.ts";
import { GroupCommit } from "./group-commit.ts";
import { faultReply } from "./itk/itk-answer.ts";
import type { ItkSettings } from "./itk/itk-feed.ts";
import { type ItkExchange, ItkHttp, type ItkHttpReply } from "./itk/itk-http.ts";
import { type ItkListening, openItkListeners, stopItk } from "./itk/itk-listener.ts";
import { type CallBack, ItkTaker } from "./itk/take-itk.ts";
import { type AnswerQuery, FrameTaker } from "./take-frame.ts";
import type { IngestTelemetry } from "./telemetry.ts";

export type IngestHandle = {
  /** In the order they were given. */
  feeds(): FeedState[];
  /**
   * Goes over to other feeds without a restart. A feed that keeps its address keeps its connections and is served by
   * its new settings from the next frame on; one that is new begins, one that is gone answers what is in flight and
   * ends. When a feed can not begin, or its TLS will not do, nothing changes.
   */
  reload(feeds: readonly MllpFeed[], itkListening?: readonly ItkListening[]): Promise<ReloadResult>;
  /** Takes ITK that came over HTTP: what is answered is what is on disk. Rejects only where the body breaks off. */
  answerItk(exchange: ItkExchange): Promise<ItkHttpReply>;
  /** When an ITK feed sent something last; null: not since the start. */
  itkLastMessageAt(feed: string): Date | null;
  /** Where ITK's own listeners listen. */
  itkAddresses(): string[];
  stop(): Promise<void>;
};

/** Listens on every feed's port, and dials those that want to be dialled. */
export async function startIngest(options: {
  database: Database;
  feeds: readonly MllpFeed[];
  telemetry: IngestTelemetry;
  now: () => Date;
  /** Answers the queries of feeds that may ask. Without it all are refused. */
  answerQuery?: AnswerQuery;
  /** Who may send envelopes, as it is now. Without it nobody may. */
  itk?: () => ItkSettings;
  /** Listeners of ITK's own, beside what is handed over by `answerItk`. */
  itkListening?: readonly ItkListening[];
  callBack?: CallBack | undefined;
}): Promise<IngestHandle> {
  const { database, telemetry, now, itk = () => NOBODY } = options;
  const commits = new GroupCommit((arrivals) => appendArrivals(database, arrivals));
  const nextControlId = answerControlIds();
  const context: FeedContext = {
    telemetry,
    taker: new FrameTaker({
      commits,
      telemetry,
      now,
      answerQuery: options.answerQuery,
      nextControlId,
      onBatchFault: (feed, peer, fault) => {
        telemetry.batchFault(feed, fault.reason);
        recordFault(feed, peer, fault);
      },
    }),
    onFault: (feed, fault) => recordFault(feed, fault.connection, fault),
  };

  function recordFault(feed: string, peer: MllpPeer, { reason, bytes }: { reason: string; bytes: Uint8Array }): void {
    recordWireFault(database, { feed, at: now(), remoteAddress: peer.remoteAddress, reason, bytes }).catch(
      (error: unknown) => telemetry.storageFailed(feed, String((error as { code?: unknown }).code ?? "unknown")),
    );
  }

  const { answerQuery, callBack, itkListening = [] } = options;
  const itkTaker = new ItkTaker({ commits, telemetry, now, nextControlId, settings: itk, answerQuery, callBack });
  // One for each way in: who comes with a certificate has room whatever strangers send.
  const openItk = () =>
    new ItkHttp({ take: (request) => itkTaker.take(request), refuse: (refusal) => faultReply(refusal, now()) });
  const [shared, own] = [openItk(), openItk()];
  const itkListeners = await openItkListeners(itkListening, (exchange) => own.answer(exchange));

  let running: Awaited<ReturnType<typeof changeOver>>["running"] = await openAll(options.feeds, context).catch(
    async (error: unknown) => {
      await stopItk(itkListeners);
      throw error;
    },
  );
  let last: Promise<unknown> = Promise.resolve();
  /** One change at a time. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  return {
    feeds: () => running.map((listener) => listener.state),
    reload: (feeds, itkListening) =>
      inTurn(async () => {
        for (const each of itkListeners) each.reloadTls(itkListening ?? []);
        const change = await changeOver(running, feeds, context);
        running = change.running;
        return change.result;
      }),
    answerItk: (exchange) => shared.answer(exchange),
    itkLastMessageAt: (feed) => itkTaker.lastMessageAt(feed),
    itkAddresses: () => itkListeners.map(({ address }) => address),
    stop: () =>
      inTurn(async () => {
        await Promise.all([stopItk(itkListeners), stopAll(running)]);
      }),
  };
}

const NOBODY: ItkSettings = { organisation: "CHESIL", clockSkewMs: 0, feeds: [] };

/** Control ids of our answers: unique over restarts by a random prefix, at most 20 characters (MSH-10 before v2.7). */
function answerControlIds(): () => string {
  const prefix = randomBytes(5).toString("hex").toUpperCase();
  let count = 0;
  return () => `${prefix}${(++count).toString(36).toUpperCase().padStart(7, "0")}`;
}
