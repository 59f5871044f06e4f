import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { renderDocument } from "../index.ts";

const rendered = (source: string) => renderDocument(Buffer.from(`<body>${source}`), "text/html");
const found = (source: string) => rendered(source).findings.map(({ code, count }) => `${code} ${count}`);

describe("of HTML stays", () => {
  it.each([
    ["a letter", "<h1>Clinic</h1><p>Dear <b>Dr</b> <i>Jones</i>,<br>thank you</p>", undefined],
    ["lists", '<ul><li>one</li></ul><ol start="3"><li>two</li></ol>', undefined],
    ["a table", '<table><tr><th scope="row">Hb</th><td colspan="2" align="right">98</td></tr></table>', undefined],
    [
      "what is struck out and what is in red",
      '<p><s>old</s> <span style="color:red;font-weight:bold">H</span></p>',
      undefined,
    ],
    ["a picture of its own", '<p><img src="data:image/png;base64,iVBORw0KGgo=" alt="ECG"></p>', undefined],
    ["lines that are kept", '<pre>one\n  two</pre><p style="white-space:pre-wrap">a\nb</p>', undefined],
    ["text alone of what else there is", "<blink>old</blink> <custom-tag>new</custom-tag>", "old new"],
    [
      "what stands in a form",
      '<form><input value="12"><input type=checkbox checked>yes<select><option>no<option selected>maybe</select></form>',
      "12 ☑ yes\nmaybe",
    ],
  ])("%s", (_, source, text) => {
    if (text === undefined) expect(rendered(source).html).toBe(source);
    else expect(rendered(source).text).toBe(text);
  });
});

describe("of HTML is left out, and counted", () => {
  it.each([
    ["scripts", "<script>alert(1)</script><p>x<script src=x></script>", "x", ["script 2"]],
    ["handlers", '<p onclick="alert(1)" onmouseover=x>x', "x", ["handler 2"]],
    [
      "links that run",
      '<a href=" java\nscript:alert(1)">x</a><a href="data:text/html,x">y</a>',
      "xy",
      ["script-link 2"],
    ],
    [
      "links, of which the address is shown",
      '<a href="https://nhs.uk/x">site</a>',
      "site (https://nhs.uk/x)",
      ["link 1"],
    ],
    ["links within the page", '<a href="#top">top</a>', "top", []],
    ["pictures elsewhere", '<img src="http://x/y.png" alt="logo"><img src="cid:1">', "[logo]", ["remote-picture 2"]],
    ["drawings", "<svg onload=x><text>x</text></svg>", "x", ["embedded 1", "handler 1"]],
    [
      "styles that fetch",
      '<style>p{background:url(x)}</style><p style="background:url(x);color:red">x',
      "x",
      ["remote-style 2"],
    ],
    ["style sheets, in silence", "<style>p{color:red}</style><p>x", "x", []],
    [
      "what fetches otherwise",
      '<table background="x"><tr><td>x</td></tr></table><link href=x>',
      "x",
      ["remote-content 2"],
    ],
    ["orders to go elsewhere", '<meta http-equiv="Refresh" content="0;url=http://x">x', "x", ["redirect 1"]],
    ["frames", '<iframe src="http://x"></iframe>x', "x", ["frame 1"]],
    ["titles and comments", "<title>secret</title><!-- [if mso]> x <![endif]-->x", "x", []],
  ])("%s", (_, source, text, findings) => {
    expect([rendered(source).text, found(source)]).toEqual([text, findings]);
  });
});
