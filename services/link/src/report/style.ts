/** The page's only style sheet. Blue speaks for one person and orange against; each also by its sign and its side. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f1; --card: #ffffff; --ink: #1b252d; --quiet: #52606b; --line: #d8dcd9; --soft: #ecefec;
  --for: #1a6a94; --against: #b3501f; --guard: #7a4b9c; --focus: #1a6a94; --notice: #fff5d6; --notice-line: #d9a400;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11171b; --card: #1a2227; --ink: #e8edef; --quiet: #a7b4bc; --line: #35414a; --soft: #243038;
    --for: #63b4dc; --against: #ee9360; --guard: #c59ae6; --focus: #8fd0f2; --notice: #3a2f0b; --notice-line: #d9a400;
  }
}
* { box-sizing: border-box; }
html { background: var(--ground); color: var(--ink); scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0 auto; padding: 2rem clamp(.75rem, 3vw, 2.5rem) 4rem; max-width: 74rem;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h1 { font-size: clamp(1.6rem, 4vw, 2.2rem); margin: 0 0 .25rem; letter-spacing: -.01em; }
h2 { font-size: 1.35rem; margin: 0 0 .35rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p { margin: 0 0 .75rem; max-width: 68ch; }
a { color: var(--for); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.quiet { color: var(--quiet); }
header p { margin: 0; overflow-wrap: anywhere; }
nav { margin: 1.25rem 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; list-style: none; margin: 0; padding: 0; }
section, .notice { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: clamp(1rem, 2.5vw, 1.6rem); margin: 0 0 1.25rem; }
.notice { background: var(--notice); border-color: var(--notice-line); border-left-width: .4rem; padding: .8rem 1.1rem; }
.notice p { margin: 0; max-width: none; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1rem 1.5rem; margin: 0 0 1rem; }
.figures div { border-top: 3px solid var(--for); padding-top: .4rem; }
.figures dt { color: var(--quiet); font-size: .9rem; }
.figures dd { margin: 0; font-size: 1.7rem; font-weight: 650; letter-spacing: -.02em; line-height: 1.15; }
.figures dd small { font-size: .9rem; font-weight: 400; letter-spacing: 0; color: var(--quiet); display: block; }
.scroll { overflow-x: auto; position: relative; }
.scroll + p { margin-top: .75rem; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; }
caption { text-align: left; color: var(--quiet); padding: 0 0 .4rem; font-size: .9rem; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--quiet); font-weight: 600; font-size: .85rem; vertical-align: bottom; }
tbody th { font-weight: 600; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; }
tfoot td, tfoot th { font-weight: 650; border-bottom: 0; }
svg { display: block; width: 100%; overflow: visible; }
.bar { width: 32%; min-width: 7rem; padding-top: .55rem; }
.bar svg { height: 1rem; }
.for { fill: var(--for); } .against { fill: var(--against); } .guarded { fill: var(--guard); }
.between { fill: var(--quiet); }
.zero { stroke: var(--quiet); stroke-width: 1; vector-effect: non-scaling-stroke; }
.grid { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.mark { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 5 4; vector-effect: non-scaling-stroke; }
.line { fill: none; stroke: var(--for); stroke-width: 2.5; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
table.waterfall .bar { width: 27%; }
figure { margin: 1rem 0 .5rem; }
figure.beside { display: flex; flex-wrap: wrap; gap: 0 2rem; align-items: flex-start; }
figure.beside .plot { flex: 1 1 22rem; } figure.beside figcaption { flex: 1 1 16rem; }
h4 { margin: .9rem 0 .3rem; font-size: 1rem; } ul { margin: 0 0 .75rem; padding-left: 1.3rem; } .figures + p { margin-top: .25rem; }
figcaption { color: var(--quiet); font-size: .9rem; margin-top: .5rem; max-width: 68ch; }
.plot { position: relative; margin: 0 .5rem 2.6rem 3.4rem; height: 15rem; }
.plot svg { position: absolute; inset: 0; height: 100%; }
.plot.square { max-width: 30rem; height: 20rem; }
.tick { position: absolute; font-size: .8rem; color: var(--quiet); white-space: nowrap; }
.tick.x { top: calc(100% + .3rem); transform: translateX(-50%); }
.tick.y { right: calc(100% + .45rem); transform: translateY(50%); }
.tick.said { top: 0; color: var(--ink); transform: translateX(.3rem); }
.tick.said.left { transform: translateX(calc(-100% - .3rem)); }
.axis { position: absolute; top: calc(100% + 1.45rem); right: 0; font-size: .8rem; color: var(--quiet); }
.point { position: absolute; width: .8rem; height: .8rem; margin: -.4rem; border-radius: 50%; background: var(--against); border: 2px solid var(--card); }
.point.best { background: var(--card); border-color: var(--against); border-width: 3px; }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: 2px; vertical-align: -.05rem; margin-right: .35rem; }
.key.for { background: var(--for); } .key.between { background: var(--quiet); } .key.against { background: var(--against); }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .9rem; list-style: none; margin: .25rem 0 0; padding: 0; }
details { margin: .6rem 0 0; }
summary { cursor: pointer; }
details.pair { border: 1px solid var(--line); border-radius: .5rem; margin: .6rem 0; }
details.pair > summary { padding: .6rem .8rem; display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline; }
details.pair > summary::before { content: "\\25b8"; color: var(--quiet); }
details.pair[open] > summary::before { content: "\\25be"; }
details.pair > summary::-webkit-details-marker { display: none; }
details.pair > summary { list-style: none; }
details.pair[open] > summary { border-bottom: 1px solid var(--line); background: var(--soft); border-radius: .5rem .5rem 0 0; }
details.pair > div { padding: .8rem; }
.ids { font-weight: 650; overflow-wrap: anywhere; }
.badge { border: 1px solid currentColor; border-radius: 1rem; padding: 0 .6rem; font-size: .85rem; white-space: nowrap; }
.badge.linked { color: var(--for); } .badge.review { color: var(--guard); } .badge.apart { color: var(--against); }
.values { overflow-wrap: anywhere; }
th .quiet { font-weight: 400; display: block; font-size: .9rem; }
.empty { color: var(--quiet); font-style: italic; }
th { position: relative; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 44rem) {
  table.waterfall thead { position: absolute; left: 0; display: block; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .bar { min-width: 4rem; }
  table.waterfall { position: relative; }
  table.waterfall, table.waterfall tbody, table.waterfall tfoot { display: block; }
  table.waterfall tr { display: grid; grid-template-columns: 1fr auto auto; gap: 0 .8rem; border-bottom: 1px solid var(--line); padding: .45rem 0; }
  table.waterfall th, table.waterfall td { border: 0; padding: 0; }
  table.waterfall caption { display: block; }
  table.waterfall .values:empty { display: none; }
  table.waterfall .values { grid-column: 1 / -1; grid-row: 2; }
  table.waterfall .values + .values { grid-row: 3; }
  table.waterfall .bar { grid-column: 1 / -1; grid-row: 4; width: auto; padding: .2rem 0; }
  table.waterfall .bits { grid-column: 2; grid-row: 1; }
  table.waterfall .total { grid-column: 3; grid-row: 1; color: var(--quiet); min-width: 3.5rem; }
  table.waterfall .side::before { content: attr(data-side) ": "; color: var(--quiet); }
  .plot { margin-left: 3.2rem; margin-right: 1rem; }
}
@media print {
  html { background: none; }
  section { break-inside: avoid-page; border: 0; padding: 0; }
  nav { display: none; }
}
`;
