// Tests the page that checks files in a headless browser: `cargo xtask web-test` builds all that it needs and starts it.
//
// node check.mjs --page DIR --program FILE --browser FILE --tools DIR --work DIR [--corpus DIR]

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize, relative } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

const flags = ["page", "program", "browser", "tools", "work", "corpus"];
const { values: options } = parseArgs({ options: Object.fromEntries(flags.map((name) => [name, { type: "string" }])) });
const tools = createRequire(join(options.tools, "package.json"));
const { chromium } = tools("playwright-core");
const root = new URL("../..", import.meta.url).pathname;

/** Bytes of the compressed module. */
const LARGEST_MODULE = 3e6;
/** Most real files, and bytes of the largest one. */
const SAMPLE = 320;
const LARGEST = 4e6;
/** Milliseconds of the whole review, and of any other step. */
const REVIEW = 240_000;
const STEP = 15_000;

const HOSTILE = `</script><img src=x onerror="window.canary=1">`;

function below(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? below(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : []));
}

/** Copies what is reviewed into one folder. */
function gather(folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const name of ["test_data", "tests/cases", "tests/bad"]) cpSync(join(root, name), join(folder, name), { recursive: true });
  if (options.corpus) {
    const all = below(options.corpus).filter((path) => statSync(path).size <= LARGEST);
    const hostile = all.filter((path) => path.includes("hdf5-cve"));
    const rest = all.filter((path) => !path.includes("hdf5-cve"));
    const step = Math.max(1, Math.ceil(rest.length / (SAMPLE - hostile.length)));
    for (const path of [...hostile, ...rest.filter((_, at) => at % step === 0)]) {
      cpSync(path, join(folder, "corpus", relative(options.corpus, path)));
    }
  }
  for (const path of below(join(root, "test_data")).filter((_, at) => at % 5 === 0)) {
    const packed = gzipSync(readFileSync(path));
    const name = join(folder, "packed", relative(root, path).replaceAll("/", "-"));
    mkdirSync(join(folder, "packed"), { recursive: true });
    writeFileSync(`${name}.gz`, packed);
    writeFileSync(`${name}.cut.gz`, packed.subarray(0, packed.length / 2));
  }
  const names = [`<img src=x onerror=window.canary=1>.csv`, `"' onload='window.canary=1'.csv`, "\u202egnp.csv\u202c\u0301.csv", `${"long ".repeat(40)}.csv`];
  mkdirSync(join(folder, "hostile"));
  for (const name of names) {
    const rows = Array.from({ length: 30 }, (_, at) => `${at},${54 + at / 100},${"x".repeat(10_000)}`);
    writeFileSync(join(folder, "hostile", name), `"${HOSTILE.replaceAll('"', '""')}",latitude,${"n".repeat(10_000)}\n${rows.join("\n")}\n`);
  }
}

/** The documents that the command writes, by key, and its seconds. */
function command(folder) {
  const begun = performance.now();
  let out;
  try {
    out = execFileSync(options.program, ["review", folder, "--prefix", "files", "--db", join(options.work, "review.db"), "--force", "--json"],
      { maxBuffer: 1 << 30, timeout: REVIEW, stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    // 1 says that a file failed.
    if (error.status !== 1) throw error;
    out = error.stdout;
  }
  const seconds = (performance.now() - begun) / 1000;
  return { documents: byKey(out.toString()), seconds };
}

const byKey = (lines) => new Map(lines.split("\n").filter(Boolean).map((line) => [JSON.parse(line).file.key, line]));

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".wasm": "application/wasm" };

function serve(folder) {
  const server = createServer((request, response) => {
    const path = join(folder, normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname)).replace(/\/$/, "/index.html"));
    if (!existsSync(path)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" }).end(readFileSync(path));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** A page that fails the test with any message, error or request that leaves the server. */
async function open(browser, address, settings, faults) {
  const context = await browser.newContext({ acceptDownloads: true, ...settings });
  context.setDefaultTimeout(STEP);
  const page = await context.newPage();
  page.on("console", (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  context.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(blob|data):/.test(request.url())) faults.push(`request: ${request.url()}`);
  });
  await page.goto(address);
  await page.waitForSelector("body[data-ready]");
  return page;
}

async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
  return readFileSync(await file.path(), "utf8");
}

const idle = (page, timeout = REVIEW) => page.waitForSelector('body[data-open="0"]', { timeout });

/** Rules that axe-core finds violated, of the serious and critical ones. */
async function accessible(page, what) {
  const source = readFileSync(tools.resolve("axe-core/axe.min.js"), "utf8");
  // The page's policy forbids other scripts; the driver's own evaluation is outside of it.
  await page.evaluate(source);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const serious = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  assert.deepEqual(serious.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)} ${one.nodes[0].failureSummary}`), [], `${what}: axe-core`);
}

const steps = [];
async function step(name, run) {
  const begun = performance.now();
  const said = await run();
  steps.push(name);
  console.log(`ok ${name}${said ? `: ${said}` : ""} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
}

async function main() {
  const files = join(options.work, "files");
  const pictures = join(options.work, "pictures");
  mkdirSync(pictures, { recursive: true });
  gather(files);
  const size = gzipSync(readFileSync(join(options.page, "data_review.wasm"))).length;
  assert.ok(size <= LARGEST_MODULE, `the module has ${size} bytes compressed, the limit is ${LARGEST_MODULE}`);
  const native = command(files);
  const server = await serve(options.page);
  const address = `http://127.0.0.1:${server.address().port}/`;
  const browser = await chromium.launch({ executablePath: options.browser, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [], timeout: 180_000 });
  const faults = [];
  const expected = (key) => JSON.parse(native.documents.get(key));
  try {
    const page = await open(browser, address, { viewport: { width: 1360, height: 900 } }, faults);
    await page.screenshot({ path: join(pictures, "empty.png") });
    await accessible(page, "the empty page");

    await step("every document equals the command's, byte for byte", async () => {
      const review = async () => {
        const begun = performance.now();
        await page.locator("#folder").setInputFiles(files);
        await page.waitForSelector('body:not([data-open="0"])');
        await idle(page);
        return ((performance.now() - begun) / 1000).toFixed(1);
      };
      // The first time, the browser compiles the module.
      const [first, again] = [await review(), await review()];
      const documents = byKey(await download(page, "Save JSON"));
      const differ = [...native.documents].filter(([key, line]) => documents.get(key) !== line).map(([key]) => key);
      for (const key of differ.slice(0, 5)) {
        console.log(`--- ${key}\ncommand: ${native.documents.get(key).slice(0, 3000)}\nbrowser: ${documents.get(key)?.slice(0, 3000)}`);
      }
      assert.deepEqual(differ, []);
      assert.equal(documents.size, native.documents.size);
      return `${documents.size} files, ${first} s in the browser, ${again} s for the second time, and ${native.seconds.toFixed(1)} s with the command; module ${(size / 1e6).toFixed(2)} MB compressed`;
    });

    await step("the list counts, filters, searches and sorts", async () => {
      const all = [...native.documents.values()].map((line) => JSON.parse(line));
      const failed = all.filter((one) => one.outcome === "failed").length;
      const card = page.locator(".outcome.failed");
      assert.equal(await card.locator("b").textContent(), String(failed));
      await card.click();
      assert.equal(await page.locator(".files tbody tr").count(), Math.min(failed, 200));
      await page.getByRole("button", { name: "Clear" }).click();
      await page.keyboard.press("/");
      await page.keyboard.type("hostile/");
      await page.waitForFunction(() => document.querySelectorAll(".files tbody tr").length === 4);
      await page.getByRole("button", { name: "Clear" }).click();
      await page.getByRole("button", { name: "Observations" }).click();
      const most = Math.max(...all.map((one) => one.observations ?? 0));
      const shown = await page.locator(".files tbody tr").first().locator("td").nth(3).textContent();
      assert.equal(shown.replaceAll("\u202f", ""), String(most));
    });

    const key = "files/test_data/bottle/" + readdirSync(join(root, "test_data/bottle")).sort()[0];
    await step("the view of a file shows what its document says, and saves it", async () => {
      await page.locator("#search").fill(key);
      await page.keyboard.press("Tab");
      // The keyboard alone opens the file.
      await page.locator(".files tbody a").first().focus();
      await page.keyboard.press("Enter");
      await page.waitForSelector(".file h1");
      const one = expected(key);
      assert.equal(await page.locator(".file h1 bdi").textContent(), key.split("/").at(-1));
      assert.equal(await page.locator(".variables tbody tr").count(), Math.min(60, one.variables.length));
      const first = page.locator(".variables tbody tr").first();
      assert.equal(await first.locator("th bdi").first().textContent(), one.variables[0].name);
      const pictures = await page.locator(".variables .histogram").count();
      assert.ok(pictures > 0, "no histogram");
      assert.equal(await download(page, "JSON"), native.documents.get(key));
      const log = JSON.parse(await download(page, "SARIF"));
      const results = log.runs[0].results;
      assert.equal(results.length, one.findings.length + (one.failure ? 1 : 0));
      const saved = await download(page, "HTML");
      assert.ok(!/<script|<img|\son[a-z]+=/i.test(saved), "the saved page holds a script");
      assert.ok(saved.includes(one.file.sha256));
    });

    await step("screens and accessibility", async () => {
      for (const [name, settings] of [["light", { colorScheme: "light" }], ["dark", { colorScheme: "dark" }]]) {
        await page.emulateMedia(settings);
        await page.screenshot({ path: join(pictures, `file-${name}.png`), fullPage: true });
        await accessible(page, `a file, ${name}`);
      }
      await page.keyboard.press("Escape");
      await page.locator("#search").fill("");
      await page.waitForSelector(".files");
      for (const name of ["dark", "light"]) {
        await page.emulateMedia({ colorScheme: name });
        await page.screenshot({ path: join(pictures, `list-${name}.png`) });
        await accessible(page, `the list, ${name}`);
      }
      await page.setViewportSize({ width: 390, height: 844 });
      await page.screenshot({ path: join(pictures, "list-phone.png") });
      await accessible(page, "the list on a phone");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 390, `the list is ${wide} pixels wide on a phone of 390`);
      await page.locator("#search").fill(key);
      await page.locator(".files tbody a").first().click();
      await page.waitForSelector(".file h1");
      await page.screenshot({ path: join(pictures, "file-phone.png"), fullPage: true });
      await accessible(page, "a file on a phone");
      const file = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(file <= 390, `a file is ${file} pixels wide on a phone of 390`);
      await page.setViewportSize({ width: 1360, height: 900 });
    });

    await step("hostile names, cells and attributes stay text", async () => {
      await page.keyboard.press("Escape");
      for (let at = 0; at < 4; at += 1) {
        await page.locator("#search").fill("files/hostile/");
        await page.locator(".files tbody a").nth(at).click();
        await page.waitForSelector(".file h1");
        await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
        const saved = await download(page, "HTML");
        assert.ok(!/<img|<script/i.test(saved), "the saved page holds an image or a script");
        await page.keyboard.press("Escape");
      }
      assert.equal(await page.locator("img").count(), 0);
      assert.equal(await page.evaluate(() => window.canary), undefined);
    });

    await step("every seventh file's view opens", async () => {
      const blank = await page.evaluate(async (files) => {
        const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
        const blank = [];
        for (let number = 1; number <= files; number += 7) {
          document.getElementById("one").replaceChildren();
          location.hash = `#file/${number}`;
          for (let turn = 0; turn < 400 && !document.querySelector(".file h1"); turn += 1) await pause();
          if (!document.querySelector(".file h1")) blank.push(number);
        }
        return blank;
      }, native.documents.size);
      assert.deepEqual(blank, []);
    });
    await page.context().close();

    await step("a worker that crashes, exceeds its memory or stands still is ended and reported", async () => {
      const page = await open(browser, address, {}, faults);
      await page.clock.install();
      await page.context().route("**/worker.js", async (route) => {
        const source = readFileSync(join(options.page, "worker.js"), "utf8");
        const faulty = `
          const usual = onmessage;
          onmessage = (event) => {
            const { key, death } = event.data;
            if (death || !key?.startsWith("die-")) return usual(event);
            if (key.includes("memory")) postMessage({ death: { kind: "memory" } });
            else if (key.includes("trap")) setTimeout(() => { throw new Error("trap"); });
            else { postMessage({ reviewing: "csv" }); for (;;); }
          };`;
        await route.fulfill({ contentType: "text/javascript", body: source + faulty });
      });
      await page.reload();
      await page.waitForSelector("body[data-ready]");
      const buffer = Buffer.from("latitude,longitude,TEMP\n1,2,3\n2,3,4\n3,4,5\n");
      const names = ["die-memory.csv", "die-trap.csv", "die-still.csv", "well.csv"];
      await page.locator("#files").setInputFiles(names.map((name) => ({ name, mimeType: "text/csv", buffer })));
      for (let turn = 0; turn < 40 && (await page.locator('body[data-open="0"]').count()) === 0; turn += 1) {
        await page.clock.runFor(10_000);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await page.clock.resume();
      await idle(page, STEP);
      const documents = byKey(await download(page, "Save JSON"));
      const classes = names.map((name) => JSON.parse(documents.get(name)).failure?.class ?? "reviewed");
      assert.deepEqual(classes, ["out of memory", "crashed", "timed out", "reviewed"]);
      await page.context().close();
    });

    const unexpected = faults.filter((fault) => !fault.includes("trap"));
    assert.deepEqual(unexpected, [], "messages of the console, errors, and requests that leave the page");
    console.log(`${steps.length} steps passed; pictures in ${pictures}`);
  } finally {
    await browser.close();
    server.close();
  }
}

const limit = setTimeout(() => {
  console.error("error: the test took longer than 15 minutes");
  process.exit(1);
}, 900_000);
limit.unref();
await main();
