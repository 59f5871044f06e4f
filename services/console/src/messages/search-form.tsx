import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { readFeeds } from "../api/calls.ts";
import type { Outcome } from "../api/types.ts";
import { Button } from "../nhs/button.tsx";
import { SelectField, TextField } from "../nhs/fields.tsx";
import { OUTCOME_LIST, OUTCOME_WORDS } from "../text/words.ts";
import { type MessageCriteria, NO_CRITERIA, TIME_CHOICES } from "./message-search.ts";

const OUTCOME_CHOICES: readonly { value: Outcome | ""; text: string }[] = [
  { value: "", text: "Any outcome" },
  ...OUTCOME_LIST.map((outcome) => ({ value: outcome, text: OUTCOME_WORDS[outcome] })),
];

type SearchFormProps = { criteria: MessageCriteria; onSearch: (criteria: MessageCriteria) => void };

/** The search of the messages page. It is sent in a request's body: nothing of it enters the address. */
export function SearchForm({ criteria, onSearch }: SearchFormProps) {
  const [draft, setDraft] = useState(criteria);
  const change = (part: Partial<MessageCriteria>) => setDraft({ ...draft, ...part });
  return (
    <search>
      <form
        className="search-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(draft);
        }}
      >
        <div className="search-form__wide">
          <TextField
            label="Control id, NHS number or local id"
            value={draft.text}
            onChange={(text) => change({ text })}
            type="search"
          />
        </div>
        <SelectField label="Feed" value={draft.feed} onChange={(feed) => change({ feed })} options={useFeedChoices()} />
        <SelectField
          label="Outcome"
          value={draft.outcome}
          onChange={(outcome) => change({ outcome })}
          options={OUTCOME_CHOICES}
        />
        <SelectField label="Received" value={draft.time} onChange={(time) => change({ time })} options={TIME_CHOICES} />
        {draft.time === "between" && (
          <>
            <TextField label="From" type="datetime-local" value={draft.from} onChange={(from) => change({ from })} />
            <TextField label="To" type="datetime-local" value={draft.to} onChange={(to) => change({ to })} />
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
              setDraft(NO_CRITERIA);
              onSearch(NO_CRITERIA);
            }}
          >
            Clear
          </Button>
        </div>
      </form>
    </search>
  );
}

function useFeedChoices(): { value: string; text: string }[] {
  const feeds = useQuery({ queryKey: ["feeds"], queryFn: ({ signal }) => readFeeds(signal), staleTime: 60_000 });
  const names = feeds.data?.feeds.map((feed) => feed.name) ?? [];
  return [{ value: "", text: "All feeds" }, ...names.map((name) => ({ value: name, text: name }))];
}
