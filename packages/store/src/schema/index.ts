import { appUser, audit, consent, session, signInLink } from "./access.ts";
import { encounter, identityEvent, parkedIdentity, person, reviewTask, sourceRecord } from "./identity.ts";
import { journal, journalHead, logConsumer, outcome, redelivery, tally, wireFault } from "./journal.ts";

/** Every table as TypeScript sees it; a test holds it against what the migrations make. */
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
