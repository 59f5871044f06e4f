export { type LinkInputError, type LinkInputWarning, problemLine } from "./csv/problem.ts";
export { type InputPlan, type LinkInput, surveyInput } from "./csv/survey.ts";
export { writeCsv, writeLinks, writePairs } from "./csv/write-csv.ts";
export { type Accuracy, accuracyOf } from "./engine/accuracy.ts";
export { readBatch } from "./engine/batch.ts";
export {
  type BlockingPlan,
  declaredColumnsOf,
  estimatedBlockingRecall,
  type Linked,
  type LinkOptions,
  link,
  type Progress,
  personIds,
  scoredPairs,
} from "./engine/link.ts";
export { misfitOf } from "./engine/misfit.ts";
export { reportOf } from "./engine/report-of.ts";
export { trainOn, trainOnLabels } from "./engine/train.ts";
export { reportHtml } from "./report/report-html.ts";
