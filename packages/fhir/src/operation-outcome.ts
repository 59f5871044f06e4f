import type { OperationOutcome } from "./resources.ts";

/** The codes of FHIR's issue-type list that Chesil answers with. */
export type IssueCode =
  | "code-invalid"
  | "exception"
  | "forbidden"
  | "invalid"
  | "login"
  | "not-found"
  | "not-supported"
  | "required"
  | "timeout"
  | "too-costly"
  | "too-long"
  | "value";

export type Issue = {
  readonly severity?: "fatal" | "error" | "warning" | "information";
  readonly code: IssueCode;
  /** For a developer to read. Never holds anything of a patient, so never what the asker wrote. */
  readonly diagnostics: string;
};

/** At least one issue; an `error` unless it says otherwise. */
export function operationOutcome(...issues: readonly [Issue, ...Issue[]]): OperationOutcome {
  return {
    resourceType: "OperationOutcome",
    issue: issues.map(({ severity = "error", code, diagnostics }) => ({ severity, code, diagnostics })),
  };
}
