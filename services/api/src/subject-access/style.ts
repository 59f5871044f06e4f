/** As the NHS design system has it, on a screen and on paper: the page stands by itself and fetches nothing. */
export const STYLE = `
:root { --blue: #005eb8; --text: #212b32; --grey: #4c6272; --line: #d8dde0; --pale: #f0f4f5; --amber: #ffb81c; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: #fff; font: 16px/1.5 Frutiger, "Frutiger Linotype", Arial, sans-serif; overflow-wrap: anywhere; }
header { background: var(--blue); color: #fff; padding: 24px 0; }
header p { margin: 4px 0 0; }
header .confidential { margin: 0 0 8px; font-weight: 600; font-size: 14px; letter-spacing: .04em; text-transform: uppercase; }
header h1 { margin: 0; font-size: 32px; line-height: 1.2; }
.width { max-width: 960px; margin: 0 auto; padding: 0 16px; }
main { padding-bottom: 48px; }
h2 { font-size: 24px; line-height: 1.3; margin: 40px 0 8px; padding-top: 12px; border-top: 4px solid var(--blue); }
h3 { font-size: 19px; margin: 24px 0 4px; }
h4 { font-size: 15px; margin: 12px 0 2px; }
p { margin: 8px 0; }
a { color: var(--blue); }
a:focus { background: var(--amber); color: var(--text); outline: 4px solid var(--amber); }
.inset { border-left: 8px solid var(--blue); padding: 4px 16px; margin: 24px 0; background: var(--pale); }
.inset.care { border-left-color: var(--amber); }
nav h2 { border: 0; margin: 24px 0 4px; padding: 0; font-size: 19px; }
nav ol { columns: 2; padding-left: 24px; margin: 0; }
td ol { padding-left: 20px; margin: 0; }
table { width: 100%; border-collapse: collapse; margin: 8px 0 16px; font-size: 15px; }
th, td { text-align: left; vertical-align: top; padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); white-space: pre-line; min-width: 72px; }
thead th { border-bottom: 2px solid var(--line); white-space: normal; overflow-wrap: break-word; }
tbody th { font-weight: 600; width: 24%; }
dl { margin: 4px 0; display: flex; flex-wrap: wrap; gap: 0 24px; font-size: 15px; }
dt { display: inline; color: var(--grey); }
dt::after { content: ": "; }
dd { display: inline; margin: 0; white-space: pre-line; }
.unbroken { white-space: nowrap; }
.quiet { color: var(--grey); font-size: 14px; font-weight: 400; }
.tag { display: inline-block; border: 1px solid var(--grey); color: var(--grey); font-size: 13px; padding: 0 6px; }
.tag.care { border-color: var(--text); color: var(--text); background: var(--amber); }
.gone > h3 { text-decoration: line-through; }
article { border-bottom: 1px solid var(--line); padding: 12px 0; }
article h3 { margin: 0; font-size: 17px; }
article p { margin: 2px 0; }
.earlier { border-left: 4px solid var(--line); padding-left: 12px; margin: 8px 0; }
.document { border: 1px solid var(--line); padding: 12px 16px; margin: 8px 0; overflow-x: auto; }
.document h1, .document h2, .document h3, .document h4 { border: 0; margin: 12px 0 4px; padding: 0; font-size: 16px; }
.document img { max-width: 100%; }
.document pre { white-space: pre-wrap; }
footer { color: var(--grey); font-size: 14px; border-top: 1px solid var(--line); padding: 16px 0; }
@media (max-width: 600px) { nav ol { columns: 1; } .unbroken { white-space: normal; } th, td { min-width: 0; } }
@page {
  size: A4; margin: 20mm 15mm;
  @top-left { content: "Confidential: personal health and care record"; font: 9px Arial, sans-serif; }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 9px Arial, sans-serif; }
}
@media print {
  body { font-size: 10.5pt; }
  header { background: none; color: var(--text); border-bottom: 4px solid var(--blue); padding: 0 0 12px; }
  .width { max-width: none; padding: 0; }
  table, dl { font-size: 9.5pt; }
  .quiet, .tag { font-size: 8.5pt; }
  thead { display: table-header-group; }
  tr, dl div, h2, h3, h4 { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
  a { color: inherit; text-decoration: none; }
  .document { overflow: visible; }
}
`;
