import type { MllpPeer } from "@chesil/mllp";
import type { Appended, Arrival } from "@chesil/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AnswerQuery, FrameTaker } from "./take-frame.ts";
import type { IngestTelemetry } from "./telemetry.ts";

const FEED = { name: "test", dialect: { defaultAuthority: "RBD" }, reuseWindowHours: 24 };
const PEER: MllpPeer = { id: "1", remoteAddress: "127.0.0.1", remotePort: 1 };
const OTHER: MllpPeer = { ...PEER, id: "2" };

const message = (controlId: string, padding = 0) =>
  `MSH|^~\\&|PAS|RBD|||20260501080000||ADT^A31|${controlId}|P|2.4\rPID|1||7^^^RBD^MR\rNTE|1||${"x".repeat(padding)}\r`;
const idsOf = (arrivals: readonly Arrival[]) => arrivals.map(({ controlId }) => controlId);

/** A taker whose commits are those of a journal in memory, told in order. */
function taker(fail = false, answerQuery?: AnswerQuery) {
  const arrivals: Arrival[] = [];
  const batchFaults: string[] = [];
  const ignore = () => {};
  const telemetry = {
    ...{ received: ignore, acknowledged: ignore, connections: ignore, wire: ignore, batchFault: ignore },
    ...{ storageFailed: ignore, undelivered: ignore, queried: ignore },
  } satisfies IngestTelemetry;
  let controlIds = 0;
  return {
    arrivals,
    batchFaults,
    taker: new FrameTaker({
      telemetry,
      commits: {
        commit: async (arrival): Promise<Appended> => {
          if (fail) throw Object.assign(new Error("down"), { code: "57P01" });
          arrivals.push(arrival);
          return { kind: "accepted", journalId: arrivals.length, answer: arrival.answer.bytes };
        },
      },
      now: () => new Date("2026-05-01T08:00:01Z"),
      answerQuery,
      nextControlId: () => `A${++controlIds}`,
      onBatchFault: (_, __, { reason }) => batchFaults.push(reason),
    }),
  };
}

const answered = (replies: readonly Uint8Array[]) =>
  replies.map((reply) => /MSA\|AA\|(\w+)/.exec(Buffer.from(reply).toString())?.[1]);

describe("taking frames", () => {
  it("keeps the order of arrival of a connection, however large its frames are and however they are opened", async () => {
    const frames = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ messages: fc.integer({ min: 1, max: 3 }), padding: fc.constant(0) }) },
        { weight: 1, arbitrary: fc.record({ messages: fc.integer({ min: 250, max: 600 }), padding: fc.constant(0) }) },
        { weight: 1, arbitrary: fc.record({ messages: fc.constant(2), padding: fc.constant(700_000) }) },
      ),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(frames, async (shapes) => {
        const { taker: taking, arrivals } = taker();
        let count = 0;
        const sent = shapes.map(({ messages, padding }) =>
          Array.from({ length: messages }, () => ({ id: `M${++count}`, padding })),
        );
        const taken = sent.map((each) =>
          taking.take(Buffer.from(each.map(({ id, padding }) => message(id, padding)).join("")), FEED, PEER),
        );
        const replies = (await Promise.all(taken)).map((each) => answered(each.replies));
        expect(idsOf(arrivals)).toEqual(sent.flat().map(({ id }) => id));
        expect(replies).toEqual(sent.map((each) => each.map(({ id }) => id)));
      }),
      { numRuns: 15 },
    );
  });

  it("lets another connection by while a large frame is opened", async () => {
    const { taker: taking, arrivals } = taker();
    const large = Array.from({ length: 2_000 }, (_, index) => message(`L${index}`)).join("");
    const first = taking.take(Buffer.from(large), FEED, PEER);
    const second = taking.take(Buffer.from(message("S")), FEED, OTHER);
    await Promise.all([first, second]);
    expect(idsOf(arrivals).indexOf("S")).toBeLessThan(300);
  });

  it("gives the bytes of a frame back, batch after batch, with their envelopes", async () => {
    const { taker: taking, arrivals, batchFaults } = taker();
    const frame = `BHS|^~\\&|A\r${message("1")}${message("2")}BTS|2\rBHS|^~\\&|B\r${message("3")}BTS|1\r`;
    await taking.take(Buffer.from(frame), FEED, PEER);
    const bytes = arrivals.flatMap(({ envelope, raw }) => (envelope ? [envelope.header, raw] : [raw]));
    const trailer = arrivals[0]?.envelope?.trailer ?? new Uint8Array();
    expect(Buffer.concat([...bytes, trailer]).toString()).toBe(frame);
    expect(arrivals.map(({ envelope }) => envelope?.messages)).toEqual([3, undefined, 1]);
    expect(batchFaults).toEqual([]);
  });

  it.each([
    "BHS|^~\\&|PAS|RBD|CHESIL|DORSET|2026||||B7\rBTS|0\r",
    "BHS|^~\\&|PAS|RBD|CHESIL|DORSET|2026||||B7\rBTS\r",
    "FHS|^~\\&|PAS\rBHS|^~\\&|PAS|RBD|CHESIL|DORSET|2026||||B7\rBTS|0\rFTS|1\r",
  ])("keeps a batch without messages, and answers it with one without answers: %j", async (frame) => {
    const { taker: taking, arrivals, batchFaults } = taker();
    const { replies } = await taking.take(Buffer.from(frame), FEED, PEER);
    expect(arrivals).toMatchObject([
      {
        raw: Buffer.from(frame),
        controlId: "B7",
        nothingToApply: "The batch holds no message.",
        answer: { code: "AA" },
      },
    ]);
    expect(arrivals[0]).not.toHaveProperty("refusal");
    expect(replies.map((reply) => Buffer.from(reply).toString())).toEqual([
      expect.stringMatching(/BHS\|\^~\\&\|CHESIL\|DORSET\|PAS\|RBD\|[\d+]+\|\|\|\|A1\|B7\rBTS\|0\r(FTS\|1\r)?$/),
    ]);
    expect(batchFaults).toEqual([]);
  });

  it.each(["BHS|^~\\&|A\rBTS|2\r", "BHS|^~\\&|A\r", "BTS|0\r", "BHS|^~\\&|A\rPID|1\rBTS|0\r"])(
    "keeps and refuses a broken envelope around nothing: %j",
    async (frame) => {
      const { taker: taking, arrivals } = taker();
      const { replies } = await taking.take(Buffer.from(frame), FEED, PEER);
      expect(arrivals).toMatchObject([{ refusal: { reason: "no-header" } }]);
      expect(Buffer.from(replies[0] ?? "").toString()).toContain("MSA|AR|");
    },
  );

  it.each([
    ["its header", message("BIG"), {}, /^MSA\|AR\|BIG\|A message on this feed has at most 4096 bytes\./],
    [
      "what was agreed",
      message("BIG"),
      { policy: { force: "enhanced", unsupported: "error" } } as const,
      /^MSA\|CE\|BIG/,
    ],
    ["a header with LF in it", message("BI\nG"), {}, /^MSA\|AR\|BI\nG\|/],
    ["a header before LF", message("BIG").replaceAll("\r", "\n"), {}, /^MSA\|AR\|BIG/],
    ["a header after blanks", `\r\n${message("BIG")}`, {}, /^MSA\|AR\|BIG/],
    ["no header that is whole", message("B".repeat(2_000)).slice(0, 1_024), {}, undefined],
    ["no header", "AAAA\rMSH|", {}, undefined],
    ["nothing", "", {}, undefined],
    ["an acknowledgement", "MSH|^~\\&|PAS|RBD|||20260501080000||ACK|1|P|2.4\rMSA|AA|7\r", {}, undefined],
    ["who wants no answer", message("BIG").replace("|P|2.4", "|P|2.4|||NE|NE"), {}, undefined],
  ])("answers a frame over the limit by %s, and keeps nothing of it", (_, beginning, changes, answer) => {
    const { taker: taking, arrivals } = taker();
    const replies = taking.refuseTooLarge(Buffer.from(beginning), { ...FEED, ...changes }, 4_096);
    const lines = replies.map((reply) => Buffer.from(reply).toString().split("\r")[1]);
    expect(lines).toEqual(answer === undefined ? [] : [expect.stringMatching(answer)]);
    expect(arrivals).toEqual([]);
  });

  describe("that ask", () => {
    const query = (controlId: string, type = "QBP^Q22") =>
      `MSH|^~\\&|EPR|RBD|||20260501080000||${type}|${controlId}|P|2.5\rQPD|IHE PDQ Query|T1|@PID.5.1^x\r`;
    const answer = (controlId: string) => Buffer.from(`MSH|^~\\&|CHESIL\rMSA|AA|${controlId}\r`);
    const MAY_ASK = { ...FEED, queries: true };
    const controlIdIn = (bytes: Uint8Array) =>
      /\|Q(\w+)\|P\|/.exec(Buffer.from(bytes).toString())?.[0]?.split("|")[1] ?? "";

    it("are answered each time anew, in order with the messages around them, and never journalled", async () => {
      const asked: string[] = [];
      const { taker: taking, arrivals } = taker(false, async ({ message: bytes, feed, controlId }) => {
        asked.push(`${feed} ${controlIdIn(bytes)} ${controlId.charAt(0)}`);
        await new Promise((resolve) => setImmediate(resolve));
        return answer(controlIdIn(bytes));
      });
      const frames = [
        message("1"),
        `${message("2")}${query("Q3")}${message("4")}`,
        query("Q3"),
        query("Q3", "QCN^J01"),
      ];
      const taken = await Promise.all(frames.map((frame) => taking.take(Buffer.from(frame), MAY_ASK, PEER)));
      expect(taken.map(({ replies }) => answered(replies))).toEqual([["1"], ["2", "Q3", "4"], ["Q3"], ["Q3"]]);
      expect(idsOf(arrivals)).toEqual(["1", "2", "4"]);
      expect(asked).toEqual(["test Q3 A", "test Q3 A", "test Q3 A"]);
    });

    it.each([
      ["where the feed may not ask", query("Q1"), FEED, "unsupported-type"],
      ["by a type that is not offered", query("Q1", "QRY^A19"), MAY_ASK, "unsupported-type"],
      ["as somebody who may not send here", query("Q1"), { ...MAY_ASK, senders: ["PAS|RBD"] }, "sender-not-allowed"],
      ["without a control id", query(""), MAY_ASK, "no-control-id"],
    ])("are kept and refused %s", async (_, frame, feed, reason) => {
      const { taker: taking, arrivals } = taker(false, async () => answer("never"));
      const { replies } = await taking.take(Buffer.from(frame), feed, PEER);
      expect(arrivals).toMatchObject([{ refusal: { reason } }]);
      expect(Buffer.from(replies[0] ?? "").toString()).toContain("MSA|AR|");
    });

    it("get no answer, or that there is none just now, when none can be given: as the feed says", async () => {
      const { taker: taking, arrivals } = taker(false, async () => {
        throw Object.assign(new Error("down"), { code: "57P01" });
      });
      await expect(taking.take(Buffer.from(query("Q1")), MAY_ASK, PEER)).rejects.toMatchObject({ code: "57P01" });
      const told = { ...MAY_ASK, policy: { transient: "reject" } } as const;
      const { replies } = await taking.take(Buffer.from(query("Q1")), told, PEER);
      expect(Buffer.from(replies[0] ?? "").toString()).toContain("MSA|AR|Q1");
      expect(arrivals).toEqual([]);
    });
  });

  it("rejects when nothing could be stored, and answers it where the feed says so", async () => {
    const down = taker(true).taker;
    const frame = Buffer.from(message("1"));
    await expect(down.take(frame, FEED, PEER)).rejects.toMatchObject({ code: "57P01" });
    const { replies } = await down.take(frame, { ...FEED, policy: { transient: "reject" } }, PEER);
    expect(Buffer.from(replies[0] ?? "").toString()).toContain("MSA|AR|1");
    const large = Buffer.from(Array.from({ length: 300 }, (_, index) => message(`L${index}`)).join(""));
    await expect(down.take(large, FEED, PEER)).rejects.toMatchObject({ code: "57P01" });
  });
});
