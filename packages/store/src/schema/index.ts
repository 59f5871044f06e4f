import { appUser, audit, consent, session, signInLink } from "./access.ts";
import { encounter, identityEvent, parkedIdentity, person, reviewTask, sourceRecord } from "./identity.ts";
import { journal, journalHead, logConsumer, outcome, redelivery, tally, wireFault } from "./journal.ts";

/** Every table, for plain queries and for the check that they agree with the migrations. */
export const schema = {
  journalHead,
  journal,
  redelivery,
  wireFault,
  outcome,
  tally,
  logConsumer,
  person,
  sourceRecord,
  identityEvent,
  encounter,
  reviewTask,
  parkedIdentity,
  appUser,
  session,
  signInLink,
  consent,
  audit,
};
