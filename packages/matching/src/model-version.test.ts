import fc from "fast-check";
import { expect, it } from "vitest";
import { defaultModel, readModel } from "./model.ts";
import { withOwnVersion } from "./model-version.ts";

const said = fc.record({
  version: fc.string(),
  lambda: fc.double({ noNaN: true }),
  terms: fc.dictionary(fc.string(), fc.nat()),
});

it("one model has one version, whatever the order of its keys, and however often it is asked", () => {
  fc.assert(
    fc.property(said, (model) => {
      const own = withOwnVersion(model);
      expect(own).toEqual({ ...model, version: own.version });
      expect(own.version.startsWith(model.version.replace(/\+[0-9a-f]{16}$/, ""))).toBe(true);
      expect(withOwnVersion(own)).toEqual(own);
      const terms = Object.fromEntries(Object.entries(model.terms).toReversed());
      expect(withOwnVersion({ terms, lambda: model.lambda, version: model.version })).toEqual(own);
      expect(withOwnVersion(JSON.parse(JSON.stringify(model)))).toEqual({
        ...own,
        lambda: JSON.parse(JSON.stringify(model)).lambda,
      });
    }),
  );
});

it("two models that differ never share a version, whatever they are called", () => {
  fc.assert(
    fc.property(said, said, (a, b) => {
      const [one, other] = [a, { ...b, version: a.version }].map((each) => withOwnVersion(each));
      const text = (model: typeof a) => JSON.stringify([model.lambda, Object.entries(model.terms).sort()]);
      expect(one?.version === other?.version).toBe(text(a) === text(b));
    }),
  );
});

it("a file edited by hand is another model", () => {
  const edited = { ...defaultModel, lambda: defaultModel.lambda * 2 };
  const read = readModel(edited);
  expect(read.ok && read.model.version).toMatch(/^uk-default-1\+[0-9a-f]{16}$/);
  expect(read.ok && read.model.version).not.toBe(defaultModel.version);
  expect(readModel(defaultModel)).toEqual({ ok: true, model: defaultModel });
});
