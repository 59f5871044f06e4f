import { type ReactNode, useEffect, useRef } from "react";

type PageProps = {
  title: string;
  /** What the browser's tab and history say, when the title holds what must not stand there. */
  tabTitle?: string;
  /** Beside the title: actions and states of the whole page. */
  aside?: ReactNode;
  narrow?: boolean;
  children: ReactNode;
};

let pagesShown = 0;

/**
 * A page with its title. A new page takes the focus to its title, as a full page load would, so that keyboard and
 * screen reader start there; the very first leaves the focus alone. No patient's name goes into the tab's title.
 */
export function Page({ title, tabTitle = title, aside, narrow, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tabTitle} – Chesil`;
  }, [tabTitle]);
  useEffect(() => {
    if (pagesShown++ > 0) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={narrow ? "page page--narrow" : "page"}>
      <div className="page__top">
        <h1 className="nhsuk-heading-l page__title" tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {aside && <div className="page__aside">{aside}</div>}
      </div>
      {children}
    </div>
  );
}
