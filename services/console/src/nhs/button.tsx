import type { ButtonHTMLAttributes, ReactNode } from "react";

type Variant = "primary" | "secondary" | "warning";
type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { variant?: Variant; small?: boolean };

/** An NHS button. `type` is `button` unless said otherwise, so that none submits a form by accident. */
export function Button({ variant = "primary", small = false, type = "button", className, ...rest }: ButtonProps) {
  const classes = ["nhsuk-button", variant !== "primary" && `nhsuk-button--${variant}`, small && "nhsuk-button--small"];
  return <button type={type} className={[...classes, className].filter(Boolean).join(" ")} {...rest} />;
}

export function ButtonGroup({ children }: { children: ReactNode }) {
  return <div className="nhsuk-button-group">{children}</div>;
}
