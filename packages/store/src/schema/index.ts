import { appUser, audit, consent, session, signInLink } from "./access.ts";
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
import { driftDay, matchingModel, pairScores, shadowChange, shadowRun } from "./model.ts";
import { identifierChange, notification, notificationPlace } from "./notification.ts";

/** Every table as TypeScript sees it; a test holds it against what the migrations make. */
export const schema = {
  journal,
  redelivery,
  senderSequence,
  batchEnvelope,
  wireFault,
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
  audit,
  matchingModel,
  shadowRun,
  shadowChange,
  pairScores,
  driftDay,
};
