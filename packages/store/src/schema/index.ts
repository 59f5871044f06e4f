import { appUser, audit, consent, consentStatement, sensitivityMark, session, signInLink } from "./access.ts";
import { delivery } from "./delivery.ts";
import { fact, factSnapshot, factVersion } from "./fact.ts";
import {
  decision,
  encounter,
  identityEvent,
  linkRule,
  numberAlias,
  parkedIdentity,
  person,
  reviewTask,
  sourceRecord,
} from "./identity.ts";
import {
  batchEnvelope,
  journal,
  logConsumer,
  outcome,
  redelivery,
  senderSequence,
  tally,
  wireFault,
} from "./journal.ts";
import { load, loadGoneFact, loadLateRow, loadRow } from "./load.ts";
import { driftDay, matchingModel, pairScores, shadowChange, shadowRun } from "./model.ts";
import { identifierChange, notification, notificationPlace } from "./notification.ts";
import { journalKey, journalPartition } from "./partition.ts";

/** Every table as TypeScript sees it; a test holds it against what the migrations make. */
export const schema = {
  journal,
  journalKey,
  journalPartition,
  redelivery,
  senderSequence,
  batchEnvelope,
  wireFault,
  load,
  loadGoneFact,
  loadLateRow,
  loadRow,
  delivery,
  identifierChange,
  notification,
  notificationPlace,
  outcome,
  tally,
  logConsumer,
  person,
  sourceRecord,
  identityEvent,
  linkRule,
  encounter,
  numberAlias,
  fact,
  factVersion,
  factSnapshot,
  reviewTask,
  decision,
  parkedIdentity,
  appUser,
  session,
  signInLink,
  consent,
  consentStatement,
  sensitivityMark,
  audit,
  matchingModel,
  shadowRun,
  shadowChange,
  pairScores,
  driftDay,
};
