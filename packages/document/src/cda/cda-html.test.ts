import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { renderDocument } from "../index.ts";
import { straysIn } from "../strays.ts";

const HEADER = `<code displayName="Discharge summary"/><title>Discharge summary</title><effectiveTime value="20260304103000+0000"/>
  <recordTarget><patientRole><id root="2.16.840.1.113883.2.1.4.1" extension="9990004951"/><patient>
    <name><family>HARTLEY</family><given>Anna</given><prefix>Ms</prefix></name><birthTime value="19710314"/></patient></patientRole></recordTarget>
  <author><assignedAuthor><assignedPerson><name><prefix>Dr</prefix><family>Cobb</family></name></assignedPerson>
    <representedOrganization><name>Poole Hospital</name></representedOrganization></assignedAuthor></author>
  <custodian><assignedCustodian><representedCustodianOrganization><name>UHD</name></representedCustodianOrganization></assignedCustodian></custodian>`;
const documentOf = (component: string, header = HEADER) =>
  `<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3">${header}<component>${component}</component></ClinicalDocument>`;
const bodyOf = (...sections: string[]) =>
  `<structuredBody>${sections.map((each) => `<component>${each}</component>`).join("")}</structuredBody>`;
const render = (source: string) => renderDocument(Buffer.from(source), "text/xml");
const narrative = (text: string) => render(documentOf(bodyOf(`<section><text>${text}</text></section>`), ""));
const codes = (found: { findings: readonly { code: string; count: number }[] }) =>
  found.findings.map(({ code, count }) => `${code} ${count}`);

const ENTRY = '<entry><observation classCode="OBS"><code displayName="Asthma"/></observation></entry>';
const CODED = "This section has coded entries and no text: they are not shown.";
const NO_TEXT = "This section has no text that can be shown.";
const notSent = (what: string, where: string) =>
  `${what} is a reference to ${where} and was not sent with the document.`;

describe("a CDA document that has no text where one looks for it", () => {
  /** What is shown of it below its title. */
  const said = (component: string) => {
    const { text, findings } = render(documentOf(component, ""));
    return [
      text
        .split("\n")
        .slice(1)
        .map((line) => line.replace(/^\s*\u200b/u, ""))
        .filter(Boolean),
      codes({ findings }),
    ];
  };

  const CODED_CODES = ["no-narrative 1"];
  it.each([
    [`<section><title>Problems</title>${ENTRY}</section>`, ["Problems", CODED], CODED_CODES],
    [`<section><text/>${ENTRY}${ENTRY}</section>`, [CODED], CODED_CODES],
    [`<section><text>\u200b&#160;<br/><content/></text>${ENTRY}</section>`, [CODED], CODED_CODES],
    ["<section><title>Plan</title><text> <br/></text></section>", ["Plan", NO_TEXT], []],
    ["<section><title>Plan</title></section>", ["Plan", NO_TEXT], []],
  ])("says so of each section: %s", (section, told, findings) => {
    expect(said(bodyOf(section))).toEqual([told, findings]);
    const other = "<section><title>Other</title><text>Well</text></section>";
    expect(said(bodyOf(section, other))).toEqual([[...told, "Other", "Well"], findings]);
  });

  it("says it once for each, and not of one that is but the heading of others", () => {
    const inner = "<component><section><text>Well</text></section></component>";
    expect(said(bodyOf(`<section><title>All</title>${ENTRY}${inner}</section>`))).toEqual([["All", "Well"], []]);
    const silent = `<section>${ENTRY}</section>`;
    expect(said(bodyOf(`<section>${ENTRY}<component>${silent}</component></section>`, silent))).toEqual([
      [CODED, CODED],
      ["no-narrative 2"],
    ]);
  });

  it.each([
    ["<structuredBody/>", "The document's body has no text that can be shown."],
    ["<nonXMLBody/>", "The document's body has no text that can be shown."],
    [
      '<nonXMLBody><text mediaType="text/plain"> </text></nonXMLBody>',
      "The document's body has no text that can be shown.",
    ],
    ['<nonXMLBody><text representation="B64"/></nonXMLBody>', "The document's body has no text that can be shown."],
    ["", "The document has no body."],
  ])("says so of its body: %s", (component, told) => {
    expect(said(component)).toEqual([[told], ["no-narrative 1"]]);
  });

  const toText = (within: string) => `<text mediaType="application/pdf">${within}</text>`;
  const reference = (value: string) => `<reference value="${value}"/>`;

  it("says where its body is, where that is all that was sent", () => {
    const at = reference("letters/17.pdf");
    const body = [[notSent("The document's body", "letters/17.pdf")], ["body-not-sent 1"]];
    expect(said(`<nonXMLBody>${toText(at)}</nonXMLBody>`)).toEqual(body);
    expect(said(`<nonXMLBody><text representation="B64">${at}</text></nonXMLBody>`)).toEqual(body);
    const section = notSent("The text of this section", "letters/17.pdf");
    expect(said(bodyOf(`<section>${toText(at)}${ENTRY}</section>`))).toEqual([[section], ["body-not-sent 1"]]);
    // Something was sent beside it: both are told.
    expect(said(`<nonXMLBody>${toText(`Dear${at}`)}</nonXMLBody>`)).toEqual([
      ["Dear", notSent("More of it", "letters/17.pdf")],
      ["body-not-sent 1"],
    ]);
  });

  it.each([
    ["javascript:alert(1)", "javascript:alert(1)"],
    ["http://evil.example/?a=1&amp;b=2", "http://evil.example/?a=1&amp;b=2"],
    ["&lt;img src=x onerror=alert(1)&gt;", "&lt;imgsrc=xonerror=alert(1)&gt;"],
    ["&quot;&gt;&lt;/code&gt;&lt;script&gt;", "&quot;&gt;&lt;/code&gt;&lt;script&gt;"],
    ["file:///etc/passwd", "file:///etc/passwd"],
    ["data:text/html;base64,PHNjcmlwdD4=", "data:text/html;base64,PHNjcmlwdD4="],
    ["a\u202eb\u200b&#10;c", "abc"],
  ])("never makes a link of it: %s", (value, shown) => {
    for (const component of [
      `<nonXMLBody>${toText(reference(value))}</nonXMLBody>`,
      bodyOf(`<section>${toText(reference(value))}</section>`),
    ]) {
      const { html } = render(documentOf(component, ""));
      expect(html).toContain(` is a reference to <code>${shown}</code> and was not sent`);
      expect(straysIn(html ?? "")).toEqual([]);
    }
  });

  it("shows no more of it than anybody reads, whatever its length", () => {
    const { html } = render(documentOf(`<nonXMLBody>${toText(reference("x".repeat(100_000)))}</nonXMLBody>`, ""));
    expect(html).toContain(`<code>${"x".repeat(200)}…</code>`);
    expect(html?.length).toBeLessThan(400);
    expect(said(`<nonXMLBody>${toText(reference(" "))}</nonXMLBody>`)[0]).toEqual([
      notSent("The document's body", "content elsewhere"),
    ]);
  });
});

describe("a CDA document", () => {
  it("says whom it is about, who wrote it and when, then its sections", () => {
    const section =
      "<section><title>Diagnoses</title><text>Asthma</text><component><section><title>Past</title><text>None</text></section></component></section>";
    const rendered = render(documentOf(bodyOf(section)));
    expect(rendered).toMatchObject({ kind: "cda", findings: [] });
    expect(rendered.text.split("\n").filter(Boolean)).toEqual([
      "Discharge summary",
      "Patient\tMs Anna HARTLEY",
      "Date of birth\t14 March 1971",
      "NHS number\t9990004951",
      "Type\tDischarge summary",
      "Date\t4 March 2026, 10:30 (+0000)",
      "Author\tDr Cobb, Poole Hospital",
      "Organisation\tUHD",
      ...["Diagnoses", "Asthma", "Past", "None"],
    ]);
    expect(rendered.html).toContain("<h2>Diagnoses</h2><div>Asthma</div><h3>Past</h3>");
  });

  it.each([
    ["<paragraph>one</paragraph><paragraph>two</paragraph>", "<p>one</p><p>two</p>"],
    ['<content styleCode="Bold Italics">x</content> y', "<b><i>x</i></b> y"],
    ['<list listType="ordered"><item>one</item></list>', "<ol><li>one</li></ol>"],
    [
      '<table><thead><tr><th colspan="2">Hb</th></tr></thead><tbody><tr><td styleCode="Bold">98</td></tr></tbody></table>',
      '<table><thead><tr><th colspan="2">Hb</th></tr></thead><tbody><tr><td><b>98</b></td></tr></tbody></table>',
    ],
    ["10<sup>9</sup><br/>next", "10<sup>9</sup><br>next"],
    ['<content revised="delete">old</content>', "<del>old</del>"],
    ["<![CDATA[<b>]]> &amp; &lt;i&gt;", "&lt;b&gt; &amp; &lt;i&gt;"],
  ])("has the narrative of its sections: %s", (text, html) => {
    expect(narrative(text).html).toBe(`<h1>Clinical document</h1><div>${html}</div>`);
  });

  it.each([
    ['<renderMultiMedia referencedObject="M1"/>', ["picture 1"]],
    ['<linkHtml href="http://x">here</linkHtml>', ["link 1"]],
    ['<linkHtml href="javascript:x">here</linkHtml>', ["script-link 1"]],
    ["<script>x</script>", ["script 1"]],
    ['<paragraph onclick="x">here</paragraph>', ["handler 1"]],
  ])("leaves out what does more: %s", (text, findings) => {
    expect(codes(narrative(text))).toEqual(findings);
  });

  it("shows the document within it, recognised by its own bytes", () => {
    const within = (content: string, type: string) =>
      render(
        documentOf(
          `<nonXMLBody><text mediaType="${type}" representation="B64">${Buffer.from(content).toString("base64")}</text></nonXMLBody>`,
          "",
        ),
      );
    expect(within("<html><p onclick=x>Dear", "text/html")).toMatchObject({
      text: "Clinical document\nDear",
      kind: "cda",
    });
    expect(codes(within("<html><p onclick=x>Dear", "text/html"))).toEqual(["handler 1"]);
    expect(codes(within("%PDF-1.4 /JS %%EOF", "application/pdf"))).toEqual([
      "pdf-script 1",
      "not-rendered 1",
      "attachment 1",
    ]);
    expect(within("{\\rtf1 x}", "application/pdf").findings[0]?.code).toBe("not-what-it-says");
  });

  it("shows text that is not XML", () => {
    expect(render(documentOf("<nonXMLBody><text>Dear  Dr</text></nonXMLBody>", "")).text).toBe(
      "Clinical document\nDear Dr",
    );
  });

  it("is shown as it stands where its XML is broken, or brings entities of its own", () => {
    const broken = render("<ClinicalDocument xmlns='urn:hl7-org:v3'><title>x</ClinicalDocument>");
    expect([broken.html?.startsWith("<pre>&lt;ClinicalDocument"), codes(broken)]).toEqual([true, ["broken 1"]]);
    const secret = `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><ClinicalDocument><title>&e;</title></ClinicalDocument>`;
    expect(codes(render(secret))).toEqual(["document-type 1"]);
    expect(render(secret).text).toContain("&e;");
  });

  it("is each one of several in an envelope", () => {
    const one = documentOf(bodyOf("<section><text>first</text></section>"), "").replace(/<\?xml.*?\?>/, "");
    expect(
      render(`<?xml version="1.0"?><Envelope>${one}${one.replace("first", "second")}</Envelope>`).text.match(
        /first|second/g,
      ),
    ).toEqual(["first", "second"]);
  });
});
