import fc from "fast-check";
import { expect, it } from "vitest";
import { markup } from "./markup.ts";

it("lets no text out of its place: neither as an element, nor as an attribute, nor turned round", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."<>&\"'=/ax-!\u0000\u001b\u202e\u2066\ud800") }), (text) => {
      const { html } = markup`<p title="${text}">${text}</p>`;
      const [, inside = "?", body = "?"] = /^<p title="([^"]*)">([^<]*)<\/p>$/.exec(html) ?? [];
      expect(inside).toBe(body);
      expect(body).not.toMatch(/[<>"']|&(?!#\d+;)/);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must not be there
      expect(body).not.toMatch(/[\u0000\u001b\u202e\u2066]|[\ud800-\udfff]/u);
      const back = body.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
      expect(back.length).toBe(text.length);
    }),
  );
});
