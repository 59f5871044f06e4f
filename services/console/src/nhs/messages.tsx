import { type ReactNode, useEffect, useRef } from "react";
import { ApiError } from "../api/client.ts";
import { Button } from "./button.tsx";

/** What the console says to the reader: errors, outcomes, warnings, waiting, and nothing to show. */

export type FieldError = { field: string; text: string };

/** Errors in a form, each a link to its field. Takes the focus when it appears, as the design system asks. */
export function ErrorSummary({ title = "There is a problem", errors }: { title?: string; errors: FieldError[] }) {
  return (
    <FocusedSummary title={title}>
      <ul className="nhsuk-list nhsuk-error-summary__list">
        {errors.map((error) => (
          <li key={error.field}>
            <a
              href={`#${error.field}`}
              onClick={(event) => {
                event.preventDefault();
                document.getElementById(error.field)?.focus();
              }}
            >
              {error.text}
            </a>
          </li>
        ))}
      </ul>
    </FocusedSummary>
  );
}

/** A request that failed: what happened, what to do, and a way to try again where that makes sense. */
export function ProblemSummary({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = error instanceof ApiError ? error : new ApiError(0, "There is a problem with this page");
  return (
    <FocusedSummary title={problem.title}>
      {problem.detail && <p>{problem.detail}</p>}
      {onRetry && problem.status !== 403 && problem.status !== 404 && (
        <Button variant="secondary" small onClick={onRetry}>
          Try again
        </Button>
      )}
    </FocusedSummary>
  );
}

function FocusedSummary({ title, children }: { title: string; children: ReactNode }) {
  const summary = useRef<HTMLDivElement>(null);
  useEffect(() => {
    summary.current?.focus();
  }, []);
  return (
    <div className="nhsuk-error-summary" ref={summary} tabIndex={-1}>
      <div role="alert">
        <h2 className="nhsuk-error-summary__heading">{title}</h2>
        <div className="nhsuk-error-summary__body">{children}</div>
      </div>
    </div>
  );
}

/** Something was done: said aloud, and shown at the top of the page. */
export function SuccessBanner({ children }: { children: ReactNode }) {
  return (
    <div className="nhsuk-notification-banner nhsuk-notification-banner--success" role="alert">
      <div className="nhsuk-notification-banner__header">
        <h2 className="nhsuk-notification-banner__title">Success</h2>
      </div>
      <div className="nhsuk-notification-banner__content">
        <p className="nhsuk-notification-banner__heading">{children}</p>
      </div>
    </div>
  );
}

/** A warning the reader must not miss. */
export function Warning({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="nhsuk-warning-callout">
      <h2 className="nhsuk-warning-callout__label">
        <span className="nhsuk-u-visually-hidden">Important: </span>
        {title}
      </h2>
      {children}
    </div>
  );
}

export function InsetText({ children }: { children: ReactNode }) {
  return <div className="nhsuk-inset-text">{children}</div>;
}

export function Waiting({ children = "Loading" }: { children?: ReactNode }) {
  return (
    <p className="waiting" role="status">
      {children}
    </p>
  );
}

export function NothingHere({ children }: { children: ReactNode }) {
  return <p className="nothing-here">{children}</p>;
}
