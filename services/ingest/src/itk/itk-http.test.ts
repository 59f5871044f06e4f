import { describe, expect, it } from "vitest";
import { faultReply } from "./itk-answer.ts";
import { ITK_HTTP_LIMITS, type ItkExchange, ItkHttp } from "./itk-http.ts";

const MIB = 1024 * 1024;
const PIECE = Buffer.alloc(MIB, " ");
async function* pieces(count: number) {
  for (let index = 0; index < count; index++) yield PIECE;
}
const exchange = (count: number, changes: Partial<ItkExchange> = {}): ItkExchange => ({
  ...{ method: "POST", headers: { "content-type": "text/xml" }, remoteAddress: "127.0.0.1", body: pieces(count) },
  ...changes,
});

/** A door behind which messages are taken when the test says so. */
function open() {
  const taken: (() => void)[] = [];
  const http = new ItkHttp({
    take: () =>
      new Promise((resolve) =>
        taken.push(() => resolve({ status: 200, contentType: "text/xml", action: "", body: "<taken/>" })),
      ),
    refuse: (refusal) => faultReply(refusal, new Date(0)),
  });
  return { http, taken };
}

describe("ITK over HTTP", () => {
  it("holds no more at once than it may, tells the others to come again, and has room when it is free", async () => {
    const { http, taken } = open();
    const large = ITK_HTTP_LIMITS.bodyBytesMax / MIB;
    const fitting = ITK_HTTP_LIMITS.heldBytesMax / MIB / large;
    const held = Array.from({ length: fitting }, () => http.answer(exchange(large)));
    await expect.poll(() => taken.length).toBe(fitting);
    const refused = await http.answer(exchange(1));
    expect([refused.status, refused.headers["retry-after"], refused.headers.connection]).toEqual([503, "2", "close"]);
    expect(refused.body).toContain(">2100<");
    taken[0]?.();
    expect((await held[0])?.status).toBe(200);
    const next = http.answer(exchange(1));
    await expect.poll(() => taken.length).toBe(fitting + 1);
    for (const each of taken) each();
    expect((await next).status).toBe(200);
  });

  it("gives the room back of a body that breaks off", async () => {
    const { http, taken } = open();
    const broken = async function* () {
      yield* pieces(30);
      throw new Error("aborted");
    };
    for (let round = 0; round < 10; round++)
      await expect(http.answer(exchange(0, { body: broken() }))).rejects.toThrow("aborted");
    const answered = http.answer(exchange(1));
    await expect.poll(() => taken.length).toBe(1);
    taken[0]?.();
    expect((await answered).status).toBe(200);
  });

  it.each([
    [
      "more than it takes, told before",
      exchange(0, { headers: { "content-type": "text/xml", "content-length": String(33 * MIB) } }),
      413,
    ],
    ["more than it takes, not told before", exchange(33), 413],
    ["no XML", exchange(1, { headers: { "content-type": "application/json" } }), 415],
    ["no content type", exchange(1, { headers: {} }), 415],
  ])("refuses %s in SOAP", async (_, asked, status) => {
    const answered = await open().http.answer(asked);
    expect([answered.status, answered.headers.connection]).toEqual([status, "close"]);
    expect(answered.body).toContain(">1000<");
  });

  it("takes posts and nothing else", async () => {
    for (const method of ["GET", "PUT", "OPTIONS"]) {
      const answered = await open().http.answer(exchange(0, { method }));
      expect([answered.status, answered.headers.allow]).toEqual([405, "POST"]);
    }
  });
});
