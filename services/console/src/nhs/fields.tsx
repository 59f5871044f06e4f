import { type HTMLInputTypeAttribute, type ReactNode, useId, useState } from "react";
import { Button } from "./button.tsx";

/** Form fields of the NHS design system: a visible label, a hint and an error tied to the field they belong to. */

type FieldProps = { label: string; hint?: string | undefined; error?: string | undefined; id?: string };
type Described = { id: string; describedBy: string | undefined };

function FormGroup(props: FieldProps & { children: (described: Described) => ReactNode; className?: string }) {
  const ownId = useId();
  const id = props.id ?? ownId;
  const parts = [props.hint && `${id}-hint`, props.error && `${id}-error`].filter(Boolean);
  const classes = ["nhsuk-form-group", props.error && "nhsuk-form-group--error", props.className].filter(Boolean);
  return (
    <div className={classes.join(" ")}>
      <label className="nhsuk-label" htmlFor={id}>
        {props.label}
      </label>
      {props.hint && (
        <div className="nhsuk-hint" id={`${id}-hint`}>
          {props.hint}
        </div>
      )}
      {props.error && (
        <span className="nhsuk-error-message" id={`${id}-error`}>
          <span className="nhsuk-u-visually-hidden">Error:</span> {props.error}
        </span>
      )}
      {props.children({ id, describedBy: parts.length > 0 ? parts.join(" ") : undefined })}
    </div>
  );
}

type TextFieldProps = FieldProps & {
  value: string;
  onChange: (value: string) => void;
  type?: HTMLInputTypeAttribute;
  autoComplete?: string;
  width?: 5 | 10 | 20;
  inputMode?: "text" | "numeric";
  required?: boolean;
};

/** One line of text. Spelling help is off: names and codes are not words. */
export function TextField({ value, onChange, type = "text", autoComplete = "off", ...props }: TextFieldProps) {
  const classes = ["nhsuk-input", props.width && `nhsuk-input--width-${props.width}`];
  return (
    <FormGroup {...props}>
      {({ id, describedBy }) => (
        <input
          className={[...classes, props.error && "nhsuk-input--error"].filter(Boolean).join(" ")}
          id={id}
          type={type}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          autoComplete={autoComplete}
          inputMode={props.inputMode}
          aria-describedby={describedBy}
          aria-required={props.required || undefined}
          spellCheck={false}
          autoCapitalize="none"
        />
      )}
    </FormGroup>
  );
}

/** A password with a button to show it. */
export function PasswordField({ value, onChange, autoComplete, ...props }: TextFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <FormGroup {...props} className="nhsuk-password-input">
      {({ id, describedBy }) => (
        <div className="nhsuk-input-wrapper nhsuk-password-input__wrapper">
          <input
            className={`nhsuk-input nhsuk-password-input__input${props.error ? " nhsuk-input--error" : ""}`}
            id={id}
            type={shown ? "text" : "password"}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            autoComplete={autoComplete}
            aria-describedby={describedBy}
            spellCheck={false}
            autoCapitalize="none"
          />
          <Button
            variant="secondary"
            small
            className="nhsuk-password-input__toggle"
            aria-label={shown ? "Hide password" : "Show password"}
            aria-controls={id}
            onClick={() => setShown(!shown)}
          >
            {shown ? "Hide" : "Show"}
          </Button>
        </div>
      )}
    </FormGroup>
  );
}

type SelectFieldProps<T extends string> = FieldProps & {
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; text: string }[];
};

export function SelectField<T extends string>({ value, onChange, options, ...props }: SelectFieldProps<T>) {
  return (
    <FormGroup {...props}>
      {({ id, describedBy }) => (
        <select
          className="nhsuk-select"
          id={id}
          value={value}
          aria-describedby={describedBy}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen) onChange(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
      )}
    </FormGroup>
  );
}

type TextAreaProps = FieldProps & {
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  /** Text for machines: one width for all letters, lines that do not wrap, no help with spelling. */
  isCode?: boolean;
};

export function TextArea({ value, onChange, rows = 3, isCode = false, ...props }: TextAreaProps) {
  const classes = ["nhsuk-textarea", props.error && "nhsuk-textarea--error", isCode && "textarea--code"];
  return (
    <FormGroup {...props}>
      {({ id, describedBy }) => (
        <textarea
          className={classes.filter(Boolean).join(" ")}
          id={id}
          rows={rows}
          {...(isCode ? { wrap: "off", spellCheck: false, autoCapitalize: "none" } : {})}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-describedby={describedBy}
        />
      )}
    </FormGroup>
  );
}

type CheckboxesProps<T extends string> = {
  legend: string;
  options: readonly { value: T; text: string }[];
  chosen: readonly T[];
  onChange: (chosen: T[]) => void;
  error?: string | undefined;
  id?: string;
};

export function Checkboxes<T extends string>({ legend, options, chosen, onChange, error, id }: CheckboxesProps<T>) {
  const ownId = useId();
  const name = id ?? ownId;
  return (
    <div className={`nhsuk-form-group${error ? " nhsuk-form-group--error" : ""}`}>
      <fieldset className="nhsuk-fieldset" aria-describedby={error ? `${name}-error` : undefined}>
        <legend className="nhsuk-fieldset__legend">{legend}</legend>
        {error && (
          <span className="nhsuk-error-message" id={`${name}-error`}>
            <span className="nhsuk-u-visually-hidden">Error:</span> {error}
          </span>
        )}
        <div className="nhsuk-checkboxes nhsuk-checkboxes--small">
          {options.map((option, index) => (
            <div className="nhsuk-checkboxes__item" key={option.value}>
              <input
                className="nhsuk-checkboxes__input"
                type="checkbox"
                id={index === 0 ? name : `${name}-${index}`}
                checked={chosen.includes(option.value)}
                onChange={(event) =>
                  onChange(
                    event.target.checked ? [...chosen, option.value] : chosen.filter((one) => one !== option.value),
                  )
                }
              />
              <label className="nhsuk-label nhsuk-checkboxes__label" htmlFor={index === 0 ? name : `${name}-${index}`}>
                {option.text}
              </label>
            </div>
          ))}
        </div>
      </fieldset>
    </div>
  );
}
