import { type ReactNode, useEffect, useId, useRef } from "react";

type DialogProps = { title: string; wide?: boolean; onClose: () => void; children: ReactNode };

/** A modal dialog by the browser's own element: the focus stays inside, Escape closes it, and focus returns after. */
export function Dialog({ title, wide = false, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element?.open) element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      className={wide ? "dialog dialog--wide" : "dialog"}
      ref={dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 className="nhsuk-heading-m" id={titleId}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
