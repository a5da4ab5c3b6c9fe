// Takes the pictures of the README, of made-up data: `cargo xtask screenshots` starts it.
//
// node screenshots.mjs --program FILE --browser FILE --tools DIR --work DIR --page DIR --out DIR

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { invent } from "./invented.mjs";

const flags = ["program", "browser", "tools", "work", "page", "out"];
const { values: options } = parseArgs({ options: Object.fromEntries(flags.map((name) => [name, { type: "string" }])) });
const { chromium } = createRequire(join(options.tools, "package.json"))("playwright-core");

/** Made-up files. */
const FILES = 480;
const SIZE = { width: 1280, height: 860 };
/** The cruise that the checker reviews, and the cast that it shows: one with flags. */
const CRUISE = "99CB20180325";
const CAST = `${CRUISE}_00005_00001_ct1.csv`;
const TALL = { width: 1280, height: 1040 };
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm" };

const files = join(options.work, "archive");
rmSync(options.work, { recursive: true, force: true });
mkdirSync(options.out, { recursive: true });
invent(files, FILES);
const run = (...args) => {
  try {
    execFileSync(options.program, args, { cwd: options.work, stdio: ["ignore", "ignore", "inherit"] });
  } catch (error) {
    // 1 says that a file has no review.
    if (error.status !== 1) throw error;
  }
};
run("review", "--root", `archive=${files}`, "--quiet");
run("report", "--title", "Made-up archive", "--quiet");

const server = createServer((request, response) => {
  const path = join(options.page, new URL(request.url, "http://localhost").pathname.replace(/\/$/, "/index.html"));
  if (!existsSync(path)) return response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(readFileSync(path));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({ executablePath: options.browser, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [], timeout: 180_000 });
try {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: "light" });
  // Other programs may use the machine.
  page.setDefaultTimeout(120_000);
  await page.goto(pathToFileURL(join(options.work, "report.html")).href);
  await page.waitForSelector("body[data-ready]");
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(options.out, "report.png") });
  await page.setViewportSize(TALL);
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForSelector("body[data-ready]");
  await page.locator("#folder").setInputFiles(join(files, "cruises", CRUISE));
  await page.waitForSelector('body:not([data-open="0"])');
  await page.waitForSelector('body[data-open="0"]');
  await page.locator(".files tbody a", { hasText: CAST }).click();
  await page.waitForSelector("#profiles");
  await page.screenshot({ path: join(options.out, "checker.png") });
} finally {
  await browser.close();
  server.close();
}
