import { setTimeout as sleep } from "node:timers/promises";
import type { Listener } from "./listener.ts";

/** The framing scenarios F1 to F17 that a listener can be held to from outside, each with what is right. */
export type Row = {
  readonly row: string;
  readonly says: string;
  readonly judge: (listener: Listener) => Promise<boolean>;
};

const VT = "\x0b";
const END = "\x1c\r";

const body = (controlId: string, more = "") =>
  `MSH|^~\\&|PAS|RBD|CHESIL|DORSET|20260501080000||ADT^A31|${controlId}|P|2.4\rEVN|A31|20260501080000\rPID|1||1001^^^RBD^MR||HARTLEY^ANNA\r${more}`;
const frame = (controlId: string, more = "") => VT + body(controlId, more) + END;

const same = (left: readonly unknown[], right: readonly unknown[]) => JSON.stringify(left) === JSON.stringify(right);

/** Sends pieces; right when exactly these messages were handled, whole, and answered in this order. */
async function takes(listener: Listener, pieces: readonly (string | Uint8Array)[], ids: readonly string[]) {
  const wire = await listener.connect();
  await wire.send(...pieces);
  const answers = await wire.answered(ids.length);
  const heard = await listener.heard(ids.length);
  wire.close();
  const isWhole = listener.handled.every((each) => each.isWhole && each.head.startsWith("MSH|"));
  return (
    same(heard, ids) &&
    isWhole &&
    same(
      answers.map((answer) => answer.split(" ")[1]),
      ids,
    ) &&
    listener.isAlive
  );
}

const bytesOf = (text: string) => [...text].map((character) => character);

export const FRAMING_ROWS: readonly Row[] = [
  { row: "F0", says: "one message, and one more", judge: (l) => takes(l, [frame("A1"), frame("A2")], ["A1", "A2"]) },
  {
    row: "F1",
    says: "answers VT … FS CR and nothing else",
    async judge(listener) {
      const wire = await listener.connect();
      await wire.send(frame("A1"));
      await wire.answered(1);
      wire.close();
      const [before, answer = "", ...more] = wire.text.split(VT);
      const isAlone = before === "" && more.length === 0;
      return isAlone && answer.startsWith("MSH") && answer.indexOf("\x1c") === answer.length - END.length;
    },
  },
  { row: "F2a", says: "one byte at a time", judge: (l) => takes(l, bytesOf(frame("B1") + frame("B2")), ["B1", "B2"]) },
  {
    row: "F2b",
    says: "five messages in one write",
    judge: (l) =>
      takes(l, [["C1", "C2", "C3", "C4", "C5"].map((id) => frame(id)).join("")], ["C1", "C2", "C3", "C4", "C5"]),
  },
  {
    row: "F2c",
    says: "one and a half, then the rest",
    judge: (l) => takes(l, [frame("D1") + frame("D2").slice(0, 60), frame("D2").slice(60)], ["D1", "D2"]),
  },
  {
    row: "F2d",
    says: "split between FS and CR",
    judge: (l) => takes(l, [frame("E1").slice(0, -1), `\r${frame("E2")}`], ["E1", "E2"]),
  },
  {
    row: "F3",
    says: "FS without CR: the next message is not spliced on",
    async judge(listener) {
      const wire = await listener.connect();
      await wire.send(`${VT}${body("G1")}\x1c${frame("G2")}`);
      await wire.answered(1);
      const heard = await listener.heard(1);
      wire.close();
      const isWhole = listener.handled.every((each) => each.isWhole);
      return heard.includes("G2") && isWhole && heard.filter((id) => id === "G2").length === 1;
    },
  },
  {
    row: "F4",
    says: "CR LF, NUL, blanks between messages",
    judge: (l) => takes(l, [`${frame("H1")}\r\n`, `\0\0 ${frame("H2")}\n${frame("H3")}`], ["H1", "H2", "H3"]),
  },
  {
    row: "F5",
    says: "a message broken off, then a whole one: never spliced",
    judge: (l) => takes(l, [frame("I1").slice(0, 70) + frame("I2")], ["I2"]),
  },
  { row: "F6", says: "junk before the first VT", judge: (l) => takes(l, [`GET / HTTP\r\n${frame("J1")}`], ["J1"]) },
  {
    row: "F7",
    says: "an empty frame as a sign of life",
    judge: (l) => takes(l, [VT + END, frame("K1")], ["K1"]),
  },
  {
    row: "F7b",
    says: "a frame that is no HL7 ends nothing",
    async judge(listener) {
      const wire = await listener.connect();
      await wire.send(`${VT}hello${END}`);
      await sleep(200);
      wire.close();
      return listener.isAlive && (await takes(listener, [frame("K2")], ["K2"]));
    },
  },
  {
    row: "F7c",
    says: "good, bad, good in one write",
    async judge(listener) {
      const wire = await listener.connect();
      await wire.send(`${frame("K3")}${VT}nonsense${END}${frame("K4")}`);
      await wire.answered(2);
      const heard = await listener.heard(2);
      wire.close();
      return (
        same(
          heard.filter((id) => id !== ""),
          ["K3", "K4"],
        ) && listener.isAlive
      );
    },
  },
  {
    row: "F8a",
    says: "a lone FS inside the data is data",
    judge: (l) => takes(l, [frame("L1", "NTE|1||a\x1cb\r")], ["L1"]),
  },
  {
    row: "F8b",
    says: "16 MB takes less than six times what 4 MB takes",
    async judge(listener) {
      const timed = async (id: string, megabytes: number) => {
        const wire = await listener.connect();
        const began = performance.now();
        wire.socket.write(
          Buffer.from(frame(id, `OBX|1|ED|||^^^Base64^${"QUJD".repeat(megabytes * 262_144)}\r`), "latin1"),
        );
        const until = began + 20_000;
        while (wire.answers.length < 1 && performance.now() < until && listener.isAlive) await sleep(2);
        const took = wire.answers.length === 1 ? performance.now() - began : Number.POSITIVE_INFINITY;
        wire.close();
        return took;
      };
      await timed("M0", 1);
      const small = await timed("M1", 4);
      return (await timed("M2", 16)) < 6 * small;
    },
  },
  {
    row: "F9",
    says: "half a message and the end: nothing is handled",
    async judge(listener) {
      const wire = await listener.connect();
      await wire.send(frame("N1").slice(0, 80));
      wire.socket.end();
      await sleep(300);
      return same(await listener.heard(0), []) && listener.isAlive;
    },
  },
  {
    row: "F10",
    says: "UTF-16 is never taken for a message",
    async judge(listener) {
      const wire = await listener.connect();
      await wire.send(Buffer.concat([Buffer.from(VT), Buffer.from(body("O1"), "utf16le"), Buffer.from(END)]));
      await sleep(300);
      const answers = wire.answers;
      wire.close();
      return listener.isAlive && answers.every((answer) => !answer.startsWith("AA"));
    },
  },
  {
    row: "F11",
    says: "five at once to a slow handler: answered in order",
    judge: (l) =>
      takes(l, [[1, 2, 3, 4, 5].map((n) => frame(`SLOW${n}`)).join("")], ["SLOW1", "SLOW2", "SLOW3", "SLOW4", "SLOW5"]),
  },
  {
    row: "F12",
    says: "a handler that hangs stops the reading, not the memory",
    async judge(listener) {
      const wire = await listener.connect();
      const chunk = Buffer.from(
        Array.from({ length: 100 }, (_, n) => frame(`STALL${n}`, `NTE|1||${"x".repeat(10_000)}\r`)).join(""),
      );
      let taken = 0;
      for (let round = 0; round < 64 && !wire.isClosed; round++) {
        const isRead = await new Promise<boolean>((resolve) => {
          const late = setTimeout(() => resolve(false), 700);
          wire.socket.write(chunk, () => {
            clearTimeout(late);
            resolve(true);
          });
        });
        if (!isRead) break;
        taken += chunk.length;
      }
      wire.close();
      return taken < 48 * 1024 * 1024 && listener.isAlive;
    },
  },
  {
    row: "F13",
    says: "500 connections come and go, then one is served",
    async judge(listener) {
      const wires = await Promise.all(Array.from({ length: 500 }, () => listener.connect().catch(() => undefined)));
      for (const wire of wires) wire?.close();
      await sleep(200);
      return takes(listener, [frame("Q1")], ["Q1"]);
    },
  },
  {
    row: "F16",
    says: "an acknowledgement is not acknowledged",
    async judge(listener) {
      const wire = await listener.connect();
      await wire.send(`${VT}MSH|^~\\&|PAS|RBD|CHESIL|DORSET|20260501080000||ACK^A31|R1|P|2.4\rMSA|AA|1\r${END}`);
      await sleep(300);
      const answers = wire.answers;
      wire.close();
      return answers.length === 0 && listener.isAlive;
    },
  },
  {
    row: "F18",
    says: "a handler that fails is never answered AA, and ends nothing",
    async judge(listener) {
      const wire = await listener.connect();
      await wire.send(frame("THROW1"));
      await sleep(300);
      const isLie = wire.answers.some((answer) => answer === "AA THROW1" || answer === "CA THROW1");
      wire.close();
      listener.handled.length = 0;
      return !isLie && listener.isAlive && (await takes(listener, [frame("S2")], ["S2"]));
    },
  },
];
