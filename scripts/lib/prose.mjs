// Checks the form of documents: node prose.mjs PATH... prints each line of more than 120 characters and each sentence of more than 25
// words with its place, and fails. Code, headings and what is left of a label (**label**:) are no part of a sentence.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";

const MAX_LINE = 120;
const MAX_WORDS = 25;

// [line, text] of each paragraph, entry of a list and cell of a table.
function* blocks(lines) {
  let code = false;
  let start = 0;
  let open = [];
  const close = function* () {
    if (open.length > 0) {
      yield [start, open.join(" ")];
    }
    open = [];
  };
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    if (text.startsWith("```")) {
      yield* close();
      code = !code;
    } else if (code) {
      continue;
    } else if (text.startsWith("|")) {
      yield* close();
      for (const cell of text.split("|")) {
        yield [index + 1, cell.trim()];
      }
    } else if (text === "" || text.startsWith("#") || text.startsWith("<!--")) {
      yield* close();
    } else {
      const entry = text.replace(/^(?:-|\*|\d+\.) +/, "");
      if (entry !== text) {
        yield* close();
      }
      if (open.length === 0) {
        start = index + 1;
      }
      open.push(entry);
    }
  }
  yield* close();
}

function sentences(text) {
  return text
    .replace(/^\*\*[^*]+\*\*:\s*/, "")
    .replace(/`[^`]*`/g, "code")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .split(/(?<=[.!?])["”)*]*\s+/);
}

function findings(text) {
  const lines = text.split("\n");
  const found = [];
  for (const [index, line] of lines.entries()) {
    if ([...line].length > MAX_LINE) {
      found.push([index + 1, `${[...line].length} characters`]);
    }
  }
  for (const [line, block] of blocks(lines)) {
    for (const sentence of sentences(block)) {
      const words = sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
      // A list of names of tests is no sentence.
      if (words > MAX_WORDS && !/^(?:code[,;.]*\s*)+$/.test(sentence)) {
        found.push([line, `${words} words: "${sentence.slice(0, 60)}..."`]);
      }
    }
  }
  return found;
}

// The check has to find what it claims to find.
function testItself() {
  const words = (count) => "w ".repeat(count).trim();
  const samples = [
    [words(26), 1],
    [words(25), 0],
    [`- **label**: ${words(25)}`, 0],
    [`| a | ${words(26)} |`, 1],
    ["x".repeat(121), 1],
    [`${words(20)}. ${words(20)}.`, 0],
    [`${words(20)}\n${words(20)}`, 1],
    ["```\n" + words(24) + "\n" + words(24) + "\n```", 0],
    ["`aTest`, ".repeat(3) + "`aTest`.", 0],
  ];
  const wrong = samples.filter(([text, count]) => findings(text).length !== count);
  if (wrong.length > 0) {
    console.error("the check of prose is broken:", wrong);
    process.exit(2);
  }
}

function* documents(path) {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) {
    yield* documents(join(path, name));
  }
}

testItself();
let count = 0;
for (const path of process.argv.slice(2)) {
  for (const file of documents(path)) {
    if (extname(file) === ".md") {
      for (const [line, what] of findings(readFileSync(file, "utf8"))) {
        console.error(`${file}:${line}: ${what}`);
        count++;
      }
    }
  }
}
process.exit(count > 0 ? 1 : 0);
