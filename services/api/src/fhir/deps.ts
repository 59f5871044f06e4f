import type { Gate, Viewer } from "@chesil/access";
import type { MatchingModel } from "@chesil/matching";
import type { Database } from "@chesil/store";
import type { FastifyRequest } from "fastify";

/** What the FHIR routes need of the service they stand in. */
export type FhirDeps = {
  readonly database: Database;
  readonly gate: Pick<Gate, "persons" | "withoutOptedOut" | "findable" | "record">;
  /** Who asks; throws an error with status 401 when nobody is signed in. */
  readonly viewerOf: (request: FastifyRequest) => Viewer;
  readonly clock: () => Date;
  /** By which `$match` judges: the one that the feeds' messages are judged by. */
  readonly model: () => Promise<MatchingModel>;
  /** The root that clients reach the service by, no slash at its end; taken from each request when absent. */
  readonly baseUrl?: string | undefined;
  /** 32 bytes that seal page links. Random when absent: the links of a search then end with the process. */
  readonly pageKey?: Uint8Array | undefined;
};
