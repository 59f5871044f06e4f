import { Html, html } from "./html.ts";
import { accuracySection, histogramSection } from "./plots.ts";
import type { ReportData } from "./report-data.ts";
import {
  blockingSection,
  clustersSection,
  reviewSection,
  samplesSection,
  summarySection,
  weightsSection,
} from "./sections.ts";
import { STYLE } from "./style.ts";

type Section = { readonly id: string; readonly title: string; readonly body: Html };

/**
 * The report as one page that needs nothing else: no script, no request, light or dark as the reader's system is. Every
 * text of the data is escaped. With `samples: false` it holds no value of any record.
 */
export function reportHtml(data: ReportData): string {
  const sections = sectionsOf(data);
  const links = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  const bodies = sections.map(
    ({
      id,
      title,
      body,
    }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>
`,
  );
  return html`<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Linkage report: ${data.inputs.join(", ")}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header><h1>Linkage report</h1><p class="quiet">${data.inputs.join(", ")} · <time datetime="${data.madeAt}">${data.madeAt.slice(0, 16).replace("T", " ")}</time></p></header>
<nav aria-label="Sections"><ul>${links}</ul></nav>
<main>
${patientNotice(data)}
${bodies}
</main>
</body>
</html>
`.text;
}

function patientNotice({ samples }: ReportData): Html {
  return samples === false
    ? html`<div class="notice"><p>This page holds no values of records: the sampled pairs were left out.</p></div>`
    : html`<div class="notice" role="note"><p><strong>This page holds patient data.</strong> The sampled pairs show names, dates of birth, numbers and addresses. Keep it as you keep the records.</p></div>`;
}

function sectionsOf(data: ReportData): Section[] {
  const { samples, accuracy } = data;
  const pairs: Section[] =
    samples === false ? [] : [{ id: "pairs", title: "Sampled pairs", body: samplesSection(samples) }];
  return [
    { id: "summary", title: "Summary", body: summarySection(data) },
    ...pairs,
    { id: "weights", title: "Match weights by level", body: weightsSection(data) },
    { id: "scores", title: "Pairs by weight", body: histogramSection(data) },
    { id: "accuracy", title: accuracy ? "Accuracy" : "Expected precision", body: accuracySection(data) },
    { id: "persons", title: "Persons by size", body: clustersSection(data) },
    { id: "blocking", title: "Blocking", body: blockingSection(data) },
    { id: "review", title: "What review would ask", body: reviewSection(data) },
  ];
}
