// Finds words that this project does not use: node words.mjs PATH... prints each with its place and what to say instead, and fails.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join } from "node:path";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const kinds = new Set([".java", ".sh", ".xml", ".mjs", ".c", ".h", ".md", ".cmake", ""]);

// A space also stands for a line break with the comment's leader behind it.
const rules = readFileSync(join(here, "words.txt"), "utf8")
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => {
    const [pattern, advice] = line.split("\t");
    const flags = /(?<!\\)[A-Z]/.test(pattern) ? "gm" : "gim";
    return { pattern: new RegExp(pattern.replaceAll(" ", "(?:[ \\t]|\\s*\\n\\s*(?:\\*|//|#)?\\s*)"), flags), advice };
  });

function findings(text) {
  const found = [];
  for (const rule of rules) {
    for (const match of text.matchAll(rule.pattern)) {
      const line = text.slice(0, match.index).split("\n").length;
      found.push({ rule, line, word: match[0].replace(/\s+/g, " ") });
    }
  }
  return found;
}

// A rule without a sample, or a sample without a finding, means that the check finds less than it claims.
function testItself() {
  const samples = readFileSync(join(here, "words-sample.txt"), "utf8").trim().split("\n");
  const all = samples.map((sample) => findings(sample));
  const missed = samples.filter((_, i) => all[i].length === 0);
  const unused = rules.filter((rule) => !all.flat().some((finding) => finding.rule === rule));
  const broken = findings("// a thread of\n   // its own").length !== 1;
  const clean = findings("The intelligent engine reports the most recent completion.").length === 0;
  if (missed.length > 0 || unused.length > 0 || broken || !clean) {
    console.error("the check of words is broken:", { missed, unused: unused.map((rule) => rule.pattern.source), broken, clean });
    process.exit(2);
  }
}

function* files(path) {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) {
    // What is built is not ours.
    if (name !== "target") {
      yield* files(join(path, name));
    }
  }
}

testItself();
let count = 0;
for (const path of process.argv.slice(2)) {
  for (const file of files(path)) {
    if (!kinds.has(extname(file)) || file.endsWith("words.mjs")) {
      continue;
    }
    for (const { rule, line, word } of findings(readFileSync(file, "utf8"))) {
      console.error(`${file}:${line}: "${word}": say ${rule.advice}`);
      count++;
    }
  }
}
process.exit(count > 0 ? 1 : 0);
