// A browser that nobody sees: node browser.cjs CHROMIUM chat URL SCREENSHOT, or node browser.cjs CHROMIUM page URL.
"use strict";
const assert = require("node:assert");
const { createHash } = require("node:crypto");
const { launch } = require("puppeteer-core");
const [executablePath, task, url, screenshot] = process.argv.slice(2);

const problems = [];

async function opened(browser) {
  const page = await browser.newPage();
  page.on("pageerror", problem => problems.push(`error of the page: ${problem.message}`));
  page.on("console", message => {
    if (message.type() === "error" && !message.text().includes("WebSocket connection")) {
      problems.push(`console: ${message.text()}`);
    }
  });
  return page;
}

const lines = page => page.$$eval("#said li", items => items.map(item => item.textContent));

function until(page, text) {
  return page.waitForFunction(
    wanted => [...document.querySelectorAll("#said li")].some(item => item.textContent === wanted), { timeout: 60000 }, text);
}

async function say(page, text) {
  await page.type("#text", text);
  await page.keyboard.press("Enter");
}

async function rename(page, name) {
  await page.$eval("#name", field => {
    field.value = "";
  });
  await page.type("#name", name);
  await page.keyboard.press("Enter");
  await page.waitForFunction(
    wanted => document.querySelector("#here .you")?.textContent === wanted, { timeout: 60000 }, name);
}

// Two people, each with a separate memory for the name.
async function chat(browser) {
  const one = await opened(browser);
  await one.goto(url);
  await one.waitForSelector("#here .you");
  const two = await opened(await browser.createBrowserContext());
  await two.setViewport({ width: 390, height: 700, isMobile: true });
  await two.goto(url);
  await two.waitForSelector("#here .you");
  await rename(one, "Zoë");
  await rename(two, "Max");
  await say(one, "grüß dich <img src=x onerror=alert(1)>");
  await until(two, "Zoëgrüß dich <img src=x onerror=alert(1)>");
  await say(two, "x".repeat(300));
  await until(one, "Max" + "x".repeat(300));
  assert.strictEqual(await two.$("#said img"), null, "text has become markup");
  const names = await one.$$eval("#here li", items => items.map(item => item.textContent));
  assert.deepStrictEqual(names, ["Zoë", "Max"]);
  const width = await two.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 390, `the page is ${width} wide on a phone`);
  await one.screenshot({ path: screenshot });
  await two.screenshot({ path: screenshot.replace(".png", "-phone.png") });
  // The server is stopped and started again meanwhile: the pages find it again, with their names.
  console.log("talked");
  await new Promise(resolve => process.stdin.once("data", resolve));
  for (const [page, name] of [[one, "Zoë"], [two, "Max"]]) {
    await page.waitForFunction(
      wanted => document.querySelector("#here .you")?.textContent === wanted, { timeout: 60000 }, name);
  }
  await say(two, "here again");
  await until(one, "Maxhere again");
  console.log((await lines(one)).length + " lines");
}

// What the page has fetched: a line each, the status, the digest, and the name.
async function whole(browser) {
  const page = await opened(browser);
  const responses = [];
  page.on("response", response => responses.push(response));
  await page.goto(url, { waitUntil: "load" });
  for (const response of responses) {
    const digest = createHash("sha256").update(await response.buffer()).digest("hex");
    console.log(response.status(), digest, new URL(response.url()).pathname.slice(1));
  }
  console.log("scripts that ran:", await page.evaluate(() => window.ran));
  console.log("images that are whole:",
    await page.$$eval("img", images => images.filter(image => image.complete && image.naturalWidth > 0).length));
  console.log("styles:", await page.evaluate(() => document.styleSheets.length));
}

async function main() {
  const browser = await launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  try {
    await (task === "chat" ? chat : whole)(browser);
    assert.deepStrictEqual(problems, []);
  } finally {
    await browser.close();
  }
}

main().then(() => process.exit(0), problem => {
  console.error(problem);
  process.exit(1);
});
