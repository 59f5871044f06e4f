import { clusterRecords, GuardsInContext, type MatchingModel, type Prepared, scorerOf } from "@chesil/matching";

/** A record on file that may be the asked one's, with the person it is of. */
export type OnFile = { readonly personId: string; readonly prepared: Prepared };

/**
 * The person that a record would be linked to on arrival, as the stream decides it: by all pairs of records, under the
 * guards of everybody who was found beside it, persons being what they are. Undefined: it would be nobody's yet, or a data
 * manager would be asked.
 */
export function whomToLink(asked: Prepared, onFile: readonly OnFile[], model: MatchingModel): string | undefined {
  const prepared = [asked, ...onFile.map((each) => each.prepared)];
  const scorer = scorerOf(model);
  const guards = new GuardsInContext(prepared, scorer);
  const at = (place: number) => prepared[place] as Prepared;
  const places = onFile.map((_, index) => index + 1);
  const persons = Map.groupBy(places, (place) => onFile[place - 1]?.personId);
  const { clusterOf } = clusterRecords(
    {
      records: prepared.length,
      left: new Int32Array(places.length),
      right: Int32Array.from(places),
      weight: Float64Array.from(places, (place) => scorer.weigh(asked, at(place))),
      weightOf: (i, j) => scorer.weigh(at(i), at(j)),
      isForbidden: (i, j) => guards.judge(i, j).veto !== undefined,
      orderOf: (place) => place,
      mustLink: [...persons.values()].flatMap((own) =>
        own.slice(1).map((place, before) => [own[before] as number, place] as const),
      ),
    },
    model.thresholds,
  );
  const own = places.find((place) => clusterOf[place] === clusterOf[0]);
  return own === undefined ? undefined : onFile[own - 1]?.personId;
}
