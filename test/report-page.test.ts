import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import chromium from "@sparticuz/chromium";
import { type Browser, type Page, chromium as playwright } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { csvOf, Folder, REGISTER } from "./link-folder.ts";

/** `CHESIL_SCREENSHOTS=folder` keeps a picture of every page, to be looked at. */
const SCREENSHOTS = process.env.CHESIL_SCREENSHOTS;
/** The width of a small telephone, and of a desk. */
const WIDTHS_PX = [360, 1280];

describe("the report of chesil link in a real browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await playwright.launch({
      executablePath: await chromium.executablePath(),
      headless: true,
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    });
  });
  afterAll(() => browser?.close());

  it.each<[what: string, args: string[]]>([
    ["judged by the truth", ["--truth", "person"]],
    ["without truth or samples", ["--columns", "source=source", "--no-samples"]],
  ])("%s: needs no network, draws its plots and fits a telephone", async (what, args) => {
    const folder = new Folder({ "people.csv": csvOf(REGISTER) });
    const ran = await folder.chesil("link", "people.csv", "--out", "links.csv", "--report", "report.html", ...args);
    expect([ran.code, ran.said]).toEqual([0, expect.anything()]);
    const context = await browser.newContext({ locale: "en-GB", offline: true });
    const page = await context.newPage();
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => asked.push(request.url()));
    const url = pathToFileURL(join(folder.path, "report.html")).href;
    await page.goto(url);
    for (const width of WIDTHS_PX) {
      await page.setViewportSize({ width, height: 800 });
      for (const details of await page.locator("details").all())
        await details.evaluate((element) => element.setAttribute("open", ""));
      expect(await overflowing(page, width)).toEqual([]);
      const drawn = await plots(page);
      expect(drawn.length).toBeGreaterThan(1);
      for (const plot of drawn)
        expect([plot, plot.width > 150 && plot.height > 100 && plot.marks > 3]).toEqual([plot, true]);
      if (SCREENSHOTS) {
        mkdirSync(SCREENSHOTS, { recursive: true });
        await page.screenshot({ path: join(SCREENSHOTS, `report-${what.split(" ")[0]}-${width}.png`), fullPage: true });
      }
    }
    expect(complaints).toEqual([]);
    expect(asked).toEqual([url]);
    await context.close();
  });
});

/** What is wider than the window, besides tables that scroll in a box of their own. */
const overflowing = (page: Page, width: number): Promise<string[]> =>
  page.evaluate(
    (width) =>
      [...document.body.querySelectorAll("*")]
        .filter((element) => element.closest(".scroll, .sr") === null || element.matches(".scroll"))
        .filter(({ clientWidth }) => clientWidth > 0)
        .filter((element) => element.getBoundingClientRect().right > width + 0.5)
        .map((element) => element.outerHTML.slice(0, 120))
        .concat(document.documentElement.scrollWidth > width ? ["the page"] : []),
    width,
  );

/** Every plot, its size in pixels, and how many of its shapes can be seen. */
const plots = (page: Page): Promise<{ label: string; width: number; height: number; marks: number }[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll(".plot")].map((plot) => {
      const { width, height } = plot.getBoundingClientRect();
      const marks = [...plot.querySelectorAll("svg *")].filter((shape) => {
        const box = shape.getBoundingClientRect();
        return box.width > 0 || box.height > 0;
      });
      return { label: plot.getAttribute("aria-label") ?? "", width, height, marks: marks.length };
    }),
  );
