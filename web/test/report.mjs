// Tests the report in a headless browser: `cargo xtask report-test` starts it.
//
// node report.mjs --program FILE --browser FILE --tools DIR --work DIR [--corpus DIR]

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";

const flags = ["program", "browser", "tools", "work", "corpus"];
const { values: options } = parseArgs({ options: Object.fromEntries(flags.map((name) => [name, { type: "string" }])) });
const tools = createRequire(join(options.tools, "package.json"));
const { chromium } = tools("playwright-core");
const root = new URL("../..", import.meta.url).pathname;

/** Most real files, and bytes of the largest one. */
const SAMPLE = 150;
const LARGEST = 1e6;
/** Milliseconds of any step of the browser, on a busy machine. */
const STEP = 300_000;
/** Columns of the widest file. */
const WIDE = 20_000;

const HOSTILE = `</script><img src=x onerror="window.canary=1"><!--`;

function below(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? below(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : []));
}

/** Copies what is reviewed into one folder. */
function gather(folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const name of ["test_data", "tests/bad"]) cpSync(join(root, name), join(folder, name), { recursive: true });
  if (options.corpus) {
    const all = below(options.corpus).filter((path) => statSync(path).size <= LARGEST);
    const step = Math.max(1, Math.ceil(all.length / SAMPLE));
    for (const path of all.filter((_, at) => at % step === 0)) cpSync(path, join(folder, "corpus", relative(options.corpus, path)));
  }
  mkdirSync(join(folder, "hostile"));
  const names = [`<img src=x onerror=window.canary=1>.csv`, `"' onload='window.canary=1'.csv`, "\u202egnp.csv\u202c\u0301.csv", `${"long ".repeat(40)}.csv`];
  for (const name of names) {
    const rows = Array.from({ length: 30 }, (_, at) => `${at},${54 + at / 100},NaN,${"x".repeat(10_000)}`);
    writeFileSync(join(folder, "hostile", name), `"${HOSTILE.replaceAll('"', '""')}",latitude,TEMP,${"n".repeat(10_000)}\n${rows.join("\n")}\n`);
  }
  const columns = Array.from({ length: WIDE }, (_, at) => at);
  const row = (of) => columns.map(of).join(",");
  writeFileSync(join(folder, "hostile", "wide.csv"), `${row((at) => `column ${at}`)}\n${[1, 2, 3].map((n) => row((at) => n * at)).join("\n")}\n`);
}

function run(...args) {
  try {
    return execFileSync(options.program, args, { cwd: options.work, maxBuffer: 1 << 30, timeout: 600_000, stdio: ["ignore", "pipe", "pipe"] }).toString();
  } catch (error) {
    // 1 says that a file has no review.
    if (error.status !== 1) throw new Error(`${args.join(" ")}: ${error.stderr}`);
    return error.stdout.toString();
  }
}

const lines = (text) => text.split("\n").filter(Boolean).map((line) => JSON.parse(line));

/** A page that fails the test with any message, error or request that leaves its folder. */
async function open(browser, path, settings, faults) {
  const context = await browser.newContext(settings);
  context.setDefaultTimeout(STEP);
  const page = await context.newPage();
  const address = pathToFileURL(path).href;
  const inside = address.slice(0, address.lastIndexOf("/") + 1);
  page.on("console", (message) => faults.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  context.on("request", (request) => {
    const url = request.url();
    const isOwn = url.split("#")[0] === address || (url.startsWith(`${inside}data/`) && url.endsWith(".js"));
    if (!isOwn && !url.startsWith("data:")) faults.push(`request: ${url}`);
  });
  await page.goto(address);
  await page.waitForSelector("body[data-ready]");
  return page;
}

async function accessible(page, what) {
  // The page's policy forbids other scripts; the driver's own evaluation is outside of it.
  await page.evaluate(readFileSync(tools.resolve("axe-core/axe.min.js"), "utf8"));
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const serious = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  assert.deepEqual(serious.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)} ${one.nodes[0].failureSummary}`), [], `${what}: axe-core`);
}

const number = (text) => Number(text.replaceAll("\u202f", ""));

async function step(name, run) {
  const begun = performance.now();
  const said = await run();
  console.log(`ok ${name}${said ? `: ${said}` : ""} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
}

async function main() {
  const files = join(options.work, "files");
  const pictures = join(options.work, "report-pictures");
  mkdirSync(pictures, { recursive: true });
  for (const name of ["new.db", "old.db", "one.db", "empty.db"]) for (const end of ["", "-wal", "-shm", "-lock"]) rmSync(join(options.work, name + end), { force: true });
  gather(files);
  run("review", join(root, "test_data"), "--root", `files=${files}`, "--db", "old.db", "--include", "*hy1.csv", "--quiet", "--json");
  run("review", "--root", `archive=${files}`, "--db", "new.db", "--quiet", "--json");
  run("review", join(root, "test_data/csv"), "--db", "one.db", "--include", "stations.csv", "--quiet", "--json");
  const listed = lines(run("list", "--db", "new.db", "--json"));
  const codes = lines(run("summary", "--db", "new.db", "--json"));
  const report = (out, ...more) => run("report", "--db", more[0] ?? "new.db", "--out", out, ...more.slice(1));
  assert.equal(report("report.html", "new.db", "--against", "old.db", "--title", HOSTILE).trim(), "report.html");
  rmSync(join(options.work, "folder"), { recursive: true, force: true });
  report("folder");
  report("one.html", "one.db");
  const size = statSync(join(options.work, "report.html")).size;
  const browser = await chromium.launch({ executablePath: options.browser, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [], timeout: 180_000 });
  const faults = [];
  try {
    const page = await open(browser, join(options.work, "report.html"), { viewport: { width: 1360, height: 900 } }, faults);
    const shown = async () => number(await page.locator("#files .title .note").textContent().then((text) => text.match(/^[\d\u202f]+/)[0]));
    const clear = () => page.getByRole("button", { name: "Clear all" }).click();

    await step("numbers of the page are those of the store", async () => {
      const of = (...outcomes) => listed.filter((one) => outcomes.includes(one.outcome));
      const has = (one, severity) => one.findings.some((finding) => finding.severity === severity);
      const errors = of("reviewed").filter((one) => has(one, "error"));
      const warnings = of("reviewed").filter((one) => !has(one, "error") && has(one, "warning"));
      const cards = { failed: of("failed").length, unidentified: of("unidentified").length, error: errors.length, warning: warnings.length, clean: of("reviewed").length - errors.length - warnings.length };
      for (const [name, n] of Object.entries(cards)) assert.equal(number(await page.locator(`.outcome.${name} b`).textContent()), n, name);
      assert.equal(await shown(), listed.length);
      const embedded = await page.evaluate(() => JSON.parse(document.getElementById("content").textContent).overview);
      assert.equal(embedded.observations, listed.reduce((sum, one) => sum + (one.observations ?? 0), 0));
      for (const one of embedded.codes) {
        const known = codes.filter((code) => code.code === one.code);
        assert.equal(one.occurrences, known.reduce((sum, code) => sum + code.occurrences, 0), one.code);
      }
      assert.equal(new Set(codes.map((code) => code.code)).size, embedded.codes.length);
      return `${listed.length} files, ${embedded.codes.length} codes, ${embedded.parameters.length} parameters, ${(size / 1e6).toFixed(2)} MB`;
    });

    await step("cards, circles, years, depths and formats filter; each is cleared", async () => {
      for (const choice of [".outcome.error", ".format", ".month:enabled", ".depth:enabled"]) {
        await page.locator(choice).first().click();
        const n = await shown();
        assert.ok(n > 0 && n < listed.length, `${choice}: ${n}`);
        const chip = await page.locator(".filter b").textContent();
        assert.equal(number(chip.match(/^[\d\u202f]+/)[0]), n);
        await clear();
        assert.equal(await shown(), listed.length);
      }
      const circle = page.locator(".circle").first();
      const label = await circle.getAttribute("aria-label");
      await circle.focus();
      await page.keyboard.press("Enter");
      assert.equal(await shown(), number(label.match(/^[\d\u202f]+/)[0]));
      await clear();
      await page.locator(".timeline svg").evaluate((one) => one.scrollIntoView({ block: "center" }));
      const line = await page.locator(".timeline svg").boundingBox();
      await page.mouse.move(line.x + 40, line.y + 60);
      await page.mouse.down();
      await page.mouse.move(line.x + line.width - 10, line.y + 60);
      await page.mouse.up();
      assert.ok(await shown() > 0);
      await clear();
      for (const view of ["Pacific", "Arctic", "Antarctic", "Atlantic"]) await page.getByRole("button", { name: view, exact: true }).click();
    });

    await step("search, sort, and a file; the keyboard alone reaches all", async () => {
      await page.keyboard.press("/");
      await page.keyboard.type("99dr20190412_hy1");
      await page.waitForFunction(() => document.querySelectorAll(".files tbody tr").length === 1);
      await page.locator(".files tbody a").focus();
      await page.keyboard.press("Enter");
      await page.waitForSelector(".file h1");
      const document = JSON.parse(run("show", "99DR20190412_hy1.csv", "--db", "new.db", "--json"));
      assert.equal(await page.locator(".variables tbody tr").count(), document.variables.filter((one) => one.count > 0).length);
      const observations = await page.locator(".fact dd").first().textContent();
      assert.equal(number(observations), document.observations);
      assert.ok(await page.locator(".variables .histogram").count() > 3);
      assert.ok(document.casts.length > 1);
      assert.equal(await page.locator("#casts tbody tr").count(), Math.min(12, document.casts.length));
      const levels = await page.locator("#casts tbody tr td:last-child").allTextContents();
      assert.deepEqual(levels.map(number), document.casts.slice(0, 12).map((one) => one.levels));
      // Plotted points are levels of the file with their values and flags.
      const text = readFileSync(join(root, "test_data/bottle/99DR20190412_hy1.csv"), "utf8").split(/\r?\n/);
      const start = text.findIndex((line) => line.startsWith("EXPOCODE"));
      const columns = text[start].split(",").map((name) => name.trim());
      const cells = text.slice(start + 2).filter((line) => line && !line.startsWith("END_DATA")).map((line) => line.split(",").map((cell) => cell.trim()));
      const titles = await page.locator("#profiles .chart svg > title").allTextContents();
      assert.ok(titles.length > 1, "profiles are plotted");
      const FLAGS = { 2: "good", 3: "questionable", 4: "bad", 6: "good" };
      let plotted = 0;
      for (const [at, title] of titles.entries()) {
        const plot = page.locator("#profiles .chart svg").nth(at);
        const [x, y] = [await plot.getAttribute("data-across"), await plot.getAttribute("data-up")];
        const pairs = cells.map((row) => [Number(row[columns.indexOf(x)]), Number(row[columns.indexOf(y)]), FLAGS[row[columns.indexOf(`${x}_FLAG_W`)]]]);
        const points = await plot.locator("circle").evaluateAll((all) => all.map((one) => [Number(one.dataset.x), Number(one.dataset.y), one.getAttribute("class").split(" ")[1]]));
        assert.ok(points.length > 0, title);
        for (const [px, py, flag] of points) {
          assert.ok(pairs.some(([a, b, known]) => a === px && b === py && (y !== "CTDPRS" || flag === (known ?? "plain"))), `${title}: ${px} ${py} ${flag}`);
        }
        plotted += points.length;
      }
      assert.ok(plotted > 0);
      assert.match(await page.locator(".file .map svg").getAttribute("aria-label"), new RegExp(`with ${document.casts.length} casts`));
      for (const scheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.screenshot({ path: join(pictures, `file-${scheme}.png`), fullPage: true });
      }
      await page.emulateMedia({ colorScheme: "light" });
      await accessible(page, "a file");
      await page.keyboard.press("Escape");
      await page.waitForSelector("#files");
      await page.keyboard.press("/");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Observations" }).click();
      const most = Math.max(...listed.map((one) => one.observations ?? 0));
      assert.equal(number(await page.locator(".files tbody tr").first().locator("td").nth(3).textContent()), most);
      // Every control that is drawn is reached with Tab.
      const controls = await page.locator("a:visible, button:enabled:visible, input:visible, summary:visible, [tabindex='0']:visible").count();
      await page.locator(".brand").focus();
      const reached = await page.evaluate(() => {
        const all = [...document.querySelectorAll("a[href], button:enabled, input, summary, [tabindex='0']")].filter((one) => one.getClientRects().length);
        return all.filter((one) => { one.focus(); return document.activeElement === one; }).length / all.length;
      });
      assert.equal(reached, 1, `of ${controls} controls, this part takes the focus`);
    });

    await step("a finding opens with its meaning, remedy and files; a parameter with its cruises", async () => {
      const first = page.locator(".findings details").first();
      await first.locator("summary").focus();
      await page.keyboard.press("Enter");
      await first.locator(".explained").waitFor();
      const code = await first.getAttribute("data-code");
      const files = codes.filter((one) => one.code === code).reduce((sum, one) => sum + one.files, 0);
      await first.getByRole("button").click();
      assert.equal(await shown(), files);
      await clear();
      await page.locator(".parameters tbody button").first().click();
      await page.waitForSelector(".opened .spans");
      assert.ok(await page.locator(".changes li").count() > 0);
    });

    await step("pictures and accessibility: light, dark, phone", async () => {
      await page.evaluate(() => window.scrollTo(0, 0));
      for (const scheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.screenshot({ path: join(pictures, `overview-${scheme}.png`) });
        await accessible(page, `the overview, ${scheme}`);
      }
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 390, height: 844 });
      await page.waitForTimeout(200);
      await page.screenshot({ path: join(pictures, "phone.png") });
      await accessible(page, "the overview on a phone");
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 390, `the page is ${width} pixels wide on a phone of 390`);
      await page.setViewportSize({ width: 1360, height: 900 });
    });

    await step("hostile names, cells and titles stay text; a wide file is shown", async () => {
      assert.equal(await page.locator("h1 bdi").first().textContent(), HOSTILE);
      const numbers = await page.evaluate(() => JSON.parse(document.getElementById("lines-0").textContent).map((line, at) => (line[1].startsWith("hostile/") ? at : -1)).filter((at) => at >= 0));
      assert.equal(numbers.length, 5);
      for (const at of numbers) {
        await page.evaluate((to) => { location.hash = `#file/${to}`; }, at);
        await page.waitForFunction((to) => document.body.dataset.page === "file" && document.querySelector(".file h1"), at);
        await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
        await page.keyboard.press("Escape");
        await page.waitForSelector("#files");
      }
      assert.equal(await page.locator("img").count(), 0);
      assert.equal(await page.evaluate(() => window.canary), undefined);
    });

    await step("every file's view opens", async () => {
      const blank = await page.evaluate(async (files) => {
        const pause = () => new Promise((resolve) => setTimeout(resolve, 3));
        const blank = [];
        for (let number = 0; number < files; number += 5) {
          document.querySelector("main").replaceChildren();
          location.hash = `#file/${number}`;
          for (let turn = 0; turn < 800 && !document.querySelector(".file h1"); turn += 1) await pause();
          if (!document.querySelector(".file h1")) blank.push(number);
        }
        return blank;
      }, listed.length);
      assert.deepEqual(blank, []);
    });
    await page.context().close();

    await step("a folder loads its parts from the disk", async () => {
      const page = await open(browser, join(options.work, "folder/index.html"), {}, faults);
      assert.equal(await page.locator(".files tbody tr").count(), Math.min(100, listed.length));
      await page.locator(".files tbody a").first().click();
      await page.waitForSelector(".file h1");
      await page.context().close();
    });

    await step("a store of one file, and one without files", async () => {
      const page = await open(browser, join(options.work, "one.html"), {}, faults);
      assert.equal(await page.locator(".files tbody tr").count(), 1);
      await accessible(page, "one file");
      await page.context().close();
      mkdirSync(join(options.work, "nothing"), { recursive: true });
      const name = lines(run("roots", "--db", "one.db", "--json"))[0].root;
      run("roots", "forget", name, "--db", "one.db");
      report("empty.html", "one.db");
      const empty = await open(browser, join(options.work, "empty.html"), {}, faults);
      assert.equal(await empty.locator(".files tbody tr").count(), 0);
      await accessible(empty, "no file");
      await empty.screenshot({ path: join(pictures, "empty.png") });
      await empty.context().close();
    });

    assert.deepEqual(faults, [], "messages of the console, errors, and requests");
    console.log(`pictures in ${pictures}`);
  } finally {
    await browser.close();
  }
}

await main();
