export { readColumnChoice } from "./csv/columns.ts";
export { type LinkInputError, type LinkInputWarning, problemLine } from "./csv/problem.ts";
export { type JudgedPair, type Judgements, readJudgedPairs, unknownRecords } from "./csv/read-judged-pairs.ts";
export { type InputPlan, type LinkInput, type SurveyResult, surveyInput } from "./csv/survey.ts";
export { writeCsv } from "./csv/write-csv.ts";
export { type Accuracy, accuracyOf, type LabelAccuracy, labelAccuracyOf } from "./engine/accuracy.ts";
export { readBatch } from "./engine/batch.ts";
export { judgedPlaces } from "./engine/judged-places.ts";
export {
  type BlockingPlan,
  declaredColumnsOf,
  estimatedBlockingRecall,
  type Linked,
  type LinkOptions,
  link,
  type Progress,
  personIds,
} from "./engine/link.ts";
export { writeLinks, writePairs, writeReview } from "./engine/output-rows.ts";
export { reportOf } from "./engine/report-of.ts";
export { trainOn, trainOnLabels } from "./engine/train.ts";
export { trainingWarnings, warningsOf } from "./engine/warnings.ts";
export { fileKey, unwritable } from "./output/target.ts";
export { writeText } from "./output/write-whole.ts";
export { reportHtml } from "./report/report-html.ts";
