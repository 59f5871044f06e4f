/**
 * A document that somebody outside sent, in a frame of its own. Chesil has taken out of it whatever runs or fetches; the
 * frame would stop it once more: no script, no form, no way out to this page or another, nothing loaded.
 */
export function DocumentFrame({ html, title }: { html: string; title: string }) {
  return <iframe className="document__frame" title={title} sandbox="" srcDoc={pageOf(html)} />;
}

/** `html` is of the allow-list of the API. */
function pageOf(html: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><style>${STYLE}</style></head><body>${html}</body></html>`;
}

const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

const STYLE = `
  body { margin: 1rem; color: #212b32; background: #fff; font: 1rem/1.5 Arial, sans-serif; overflow-wrap: anywhere; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; } h3, h4, h5, h6 { font-size: 1.1rem; }
  p { margin: 0 0 0.75rem; }
  table { margin: 0 0 1rem; border-collapse: collapse; }
  th, td { padding: 0.25rem 0.6rem; border: 1px solid #aeb7bd; text-align: left; vertical-align: top; overflow-wrap: normal; }
  pre { margin: 0; font: inherit; white-space: pre-wrap; tab-size: 4; }
  img { max-width: 100%; height: auto; }
`;
