// reference.js - the reference's times: node reference.js SECONDS EXPRESSIONS DOCUMENT...
//
// For each document and expression one JSON line {document, expression, eval, full, result}: microseconds of an evaluation,
// and of everything from the document's text to the result's text; the result for small documents.
const fs = require('fs');
const path = require('path');
const jsonata = require('jsonata');

// The microseconds that count evaluations of f take: of the clock, or of the processor where others kept the process waiting.
async function time(f, count) {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) await f();
  const clock = Number(process.hrtime.bigint() - start) / 1000;
  const {user, system} = process.cpuUsage(cpu);
  return Math.min(clock, user + system);
}

// Runs f repeatedly for this many seconds, at least once, in batches of some milliseconds; the median of the microseconds.
async function measure(f, seconds) {
  const times = [];
  const end = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9));
  let count = 1;
  do {
    const spent = await time(f, count);
    times.push(spent / count);
    if (spent < 5000) count *= 2;
  } while (process.hrtime.bigint() < end);
  return times.sort((a, b) => a - b)[times.length >> 1];
}

async function main(seconds, expressionsFile, documents) {
  const expressions = JSON.parse(fs.readFileSync(expressionsFile, 'utf8'));
  // The compiler of node gets to know the code before anything counts.
  const first = JSON.parse(fs.readFileSync(documents[0], 'utf8'));
  for (const expression of Object.values(expressions))
    await measure(() => jsonata(expression).evaluate(first), seconds);
  for (const file of documents) {
    const text = fs.readFileSync(file, 'utf8');
    const document = JSON.parse(text);
    for (const [name, expression] of Object.entries(expressions)) {
      const compiled = jsonata(expression);
      const evaluation = await measure(() => compiled.evaluate(document), seconds);
      const full = await measure(async () => JSON.stringify(await jsonata(expression).evaluate(JSON.parse(text))), seconds);
      const result = text.length < 1e6 ? await compiled.evaluate(document) : undefined;
      console.log(JSON.stringify({document: path.basename(file, '.json'), expression: name, eval: evaluation, full, result}));
    }
  }
}

const [seconds, expressionsFile, ...documents] = process.argv.slice(2);
main(Number(seconds), expressionsFile, documents);
