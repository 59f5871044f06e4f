import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { buildMessage } from "@chesil/hl7";
import { connectMllp } from "@chesil/mllp";
import chromium from "@sparticuz/chromium";
import { type Browser, type Page, chromium as playwright } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChesilProcess, dataFolder, drained, startChesil } from "./chesil-process.ts";
import { adt, message, pid, pv1 } from "./region.ts";

/** `CHESIL_SCREENSHOTS=folder` keeps a picture of every page, to be looked at. */
const SCREENSHOTS = process.env.CHESIL_SCREENSHOTS;
const PASSWORD = "pebbles sorted by the sea";
const PATIENT = {
  id: "6001",
  nhsNumber: "9990556512",
  family: "LULWORTH",
  given: "DAVID",
  birthDate: "19620817",
  sex: "M",
  postcode: "DT1 1AA",
  street: "3 Cove Lane",
  phone: "01632960021",
};

/** A letter in HTML that tries to run and to fetch something. */
function clinicLetter(): Uint8Array {
  const html =
    "<html><body onload=\"document.title='run'\"><h1>Clinic letter</h1><p>Seen with <b>asthma</b>.</p>" +
    "<script>document.title='run'</script><img src='https://127.0.0.1:9/tracker.png' onerror='document.title=1'>";
  return buildMessage([
    {
      id: "MSH",
      fields: { 3: "DOCS", 4: "RBD", 7: "20260501090000", 9: ["MDM", "T02"], 10: "B5", 11: "P", 12: "2.4" },
    },
    pid(PATIENT),
    pv1("V1"),
    { id: "TXA", fields: { 1: "1", 2: ["CL", "Clinic letter", "L"], 4: "20260302090000", 12: "D1", 17: "AU" } },
    {
      id: "OBX",
      fields: {
        1: "1",
        2: "ED",
        3: ["CL", "Clinic letter", "L"],
        5: ["", "text", "html", "Base64", Buffer.from(html).toString("base64")],
        11: "F",
      },
    },
  ]);
}

describe("the console in a real browser", () => {
  let chesil: ChesilProcess;
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await dataFolder();
    chesil = await startChesil(folder.dataDir);
    const sender = await connectMllp({ host: "127.0.0.1", port: chesil.mllpPort });
    const before = { ...PATIENT, street: "9 Sandy Lane" };
    await sender.send(adt("A01", before, { visit: "V1", controlId: "B1", recordedAt: "20260430080000" }));
    // Another hospital has his number on a record with another birth date: a question for a data manager.
    await sender.send(
      adt("A28", { ...PATIENT, id: "88", authority: "RDZ", birthDate: "19420817" }, { controlId: "B2" }),
    );
    await sender.send(adt("A20", PATIENT, { controlId: "B3" }));
    const allergy = {
      id: "AL1",
      fields: { 1: "1", 2: "DA", 3: ["91936005", "Allergy to penicillin", "SCT"], 4: "SV" },
    };
    await sender.send(message("A08", [pid(PATIENT), pv1("V1"), allergy], { controlId: "B4" }));
    await sender.send(clinicLetter());
    await sender.close();
    await drained(chesil, 5);
    browser = await playwright.launch({
      executablePath: await chromium.executablePath(),
      headless: true,
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
    const context = await browser.newContext({
      locale: "en-GB",
      timezoneId: "Europe/London",
      viewport: { width: 1280, height: 900 },
    });
    page = await context.newPage();
    page.on("console", (message) => {
      // Asking who is signed in before anybody is: the browser notes the 401 that answers it.
      if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    await chesil?.stop();
    await folder?.remove();
  });

  const look = async (name: string) => {
    if (!SCREENSHOTS) return;
    mkdirSync(SCREENSHOTS, { recursive: true });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  };
  const body = () =>
    page
      .locator("main")
      .textContent()
      .then((text) => text ?? "");

  it("makes the first user by the link that the start printed, once", async () => {
    await page.goto(chesil.signInUrl ?? "");
    await page.getByLabel("Your name").fill("First Person");
    await page.getByLabel("Username").fill("first.person");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await look("set-up");
    await page.getByRole("button", { name: "Create the user" }).click();
    await page.waitForURL((url) => url.pathname === "/");
    const again = await browser.newPage();
    await again.goto(chesil.signInUrl ?? "");
    await expect.poll(() => again.locator("main").textContent()).toMatch(/used|expired|no longer|sign in/i);
    await again.close();
  });

  it("shows what flows, live", async () => {
    await page.goto(`${chesil.httpUrl}/`);
    await expect.poll(body, { timeout: 10_000 }).toMatch(/applied/i);
    await expect.poll(body).toContain("default");
    await look("live");
  });

  it("finds a message by its control id, and shows its bytes, its tree and its person", async () => {
    await page.goto(`${chesil.httpUrl}/messages`);
    await page.getByLabel("Control id, NHS number or local id").fill("B1");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect.poll(body).toContain("B1");
    await look("messages");
    expect(page.url()).not.toContain("B1");
    await page.locator('main a[href^="/messages/"]').first().click();
    await expect.poll(body).toContain("LULWORTH");
    await look("message");
  });

  it("shows a person with the source of each value, and never an identifier in an address", async () => {
    await page.goto(`${chesil.httpUrl}/people`);
    await page.getByLabel(/^Name, NHS number/).fill("9990556512");
    await page.getByRole("button", { name: "Search", exact: true }).click();
    await expect.poll(body).toContain("LULWORTH");
    expect(page.url()).not.toContain("9990556512");
    await look("people");
    await page.locator('main a[href^="/people/"]').first().click();
    await expect.poll(body).toContain("999 055 6512");
    expect(await body()).toContain("RBD");
    expect(await page.getByRole("tabpanel", { name: "Allergies (1)" }).textContent()).toContain(
      "Allergy to penicillin",
    );
    const former = await page.getByRole("region", { name: "Former values, by period" }).textContent();
    expect(former).toMatch(/9 Sandy Lane.*RBD 6001.*30-Apr-2026 \d\d:\d\d/s);
    await look("person");
  });

  it("shows a document that a sender made, and nothing in it runs, is fetched or leads anywhere", async () => {
    await page.getByRole("tab", { name: /^Documents/ }).click();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(new URL(request.url()).host));
    await page.getByRole("link", { name: /^Read the document/ }).click();
    const frame = page.frameLocator("iframe");
    await expect.poll(() => frame.locator("body").textContent()).toContain("Seen with asthma.");
    expect(await frame.locator("h1").textContent()).toBe("Clinic letter");
    expect(await body()).toMatch(/Scripts were left out.*Attributes that run scripts were left out/s);
    expect(await page.locator("iframe").getAttribute("sandbox")).toBe("");
    expect(await page.title()).not.toContain("run");
    expect(new Set(requests)).toEqual(new Set([new URL(chesil.httpUrl).host]));
    await look("document");
    const saved = page.waitForEvent("download");
    await page.getByRole("link", { name: /^Download HTML/ }).click();
    expect((await saved).suggestedFilename()).toMatch(/^document-\d+-1\.html$/);
  });

  it("lists what a data manager is asked, with the evidence", async () => {
    await page.goto(`${chesil.httpUrl}/tasks`);
    await expect.poll(async () => page.locator('main a[href^="/tasks/"]').count()).toBeGreaterThan(0);
    await look("tasks");
    await page.locator('main a[href^="/tasks/"]').first().click();
    await expect.poll(body).toContain("LULWORTH");
    await look("task");
  });

  it.each(["quarantine", "users", "audit"])("opens %s", async (path) => {
    await page.goto(`${chesil.httpUrl}/${path}`);
    await expect.poll(async () => (await body()).length).toBeGreaterThan(50);
    await look(path);
  });

  it("has no complaint of the browser, the content security policy included", () => {
    expect(complaints).toEqual([]);
  });
});
