import { useState } from "react";
import type { Sex } from "../api/types.ts";
import { Button } from "../nhs/button.tsx";
import { SelectField, TextField } from "../nhs/fields.tsx";
import { ErrorSummary } from "../nhs/messages.tsx";
import { SEX_WORDS } from "../text/words.ts";
import { NO_PERSON_CRITERIA, type PersonCriteria, personSearch } from "./person-search.ts";

const SEX_CHOICES: readonly { value: Sex | ""; text: string }[] = [
  { value: "", text: "Any" },
  { value: "female", text: SEX_WORDS.female },
  { value: "male", text: SEX_WORDS.male },
  { value: "indeterminate", text: SEX_WORDS.indeterminate },
  { value: "unknown", text: SEX_WORDS.unknown },
];

type PersonSearchFormProps = { criteria: PersonCriteria; onSearch: (criteria: PersonCriteria) => void };

/** One box for whatever is at hand, or a field each. Sent in the request's body: nothing of it enters the address. */
export function PersonSearchForm({ criteria, onSearch }: PersonSearchFormProps) {
  const [draft, setDraft] = useState(criteria);
  const [tries, setTries] = useState(0);
  const result = personSearch(draft);
  const errors = tries > 0 && !result.ok ? result.errors : [];
  const errorOf = (field: string) => errors.find((error) => error.field === field)?.text;
  const set = (part: Partial<PersonCriteria>) => setDraft({ ...draft, ...part });
  const field = (name: "nhsNumber" | "family" | "given" | "birthDate" | "postcode" | "localId", label: string) => (
    <TextField
      id={name}
      label={label}
      value={draft[name]}
      onChange={(text) => set({ [name]: text })}
      error={errorOf(name)}
    />
  );
  const otherWay = draft.by === "text" ? "fields" : "text";
  return (
    <search>
      {errors.length > 0 && <ErrorSummary errors={errors} key={tries} />}
      <form
        className="search-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTries(result.ok ? 0 : tries + 1);
          if (result.ok) onSearch(draft);
        }}
      >
        {draft.by === "text" ? (
          <div className="search-form__wide">
            <TextField
              id="text"
              label="Name, NHS number, date of birth, postcode or local id"
              value={draft.text}
              onChange={(text) => set({ text })}
              type="search"
              error={errorOf("text")}
            />
          </div>
        ) : (
          <>
            {field("nhsNumber", "NHS number")}
            {field("family", "Surname")}
            {field("given", "Given name")}
            {field("birthDate", "Date of birth")}
            <SelectField label="Gender" value={draft.sex} onChange={(sex) => set({ sex })} options={SEX_CHOICES} />
            {field("postcode", "Postcode")}
            {field("localId", "Local id")}
          </>
        )}
        <div className="search-form__actions">
          <Button type="submit" small>
            Search
          </Button>
          <Button
            variant="secondary"
            small
            onClick={() => {
              setTries(0);
              setDraft({ ...NO_PERSON_CRITERIA, by: otherWay });
            }}
          >
            {draft.by === "text" ? "Search by separate fields" : "Search by one box"}
          </Button>
        </div>
      </form>
    </search>
  );
}
