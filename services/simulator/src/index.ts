/** Synthetic hospitals that send ADT with known truth, and the sender behind `chesil send` and `chesil simulate`. */
export { type DayOptions, type SimulatedDay, simulateDay } from "./day.ts";
export { PEOPLE_MAX } from "./population.ts";
export { type RegisterOptions, simulateRegister } from "./register.ts";
export { REGISTER_COLUMNS, type RegisterRow } from "./register-row.ts";
export { RELATIONS, type Relation, relationOf } from "./register-truth.ts";
export { type SendOptions, sendMessages } from "./send.ts";
export type { TruthRow } from "./sources.ts";
export { SYSTEMS, type System } from "./systems.ts";
export type { RejectedSample, SendProgress, SendReport, Skipped } from "./tally.ts";
export type { SimulatedMessage } from "./world.ts";
