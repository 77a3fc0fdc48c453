/**
 * MiniSearch as a peer of the benchmark; the protocol is that of native.py.
 *
 * The index is an object in memory: it is written as JSON, and read whole when it is opened. Text comes as terms
 * between spaces. The time of an answer includes the search and, as MiniSearch counts none, the facets.
 */
const { once } = require("node:events");
const { createWriteStream, mkdirSync, readFileSync } = require("node:fs");
const { createInterface } = require("node:readline");
const { join } = require("node:path");
const MiniSearch = require("minisearch");

const TOP_N = 10;
const FACETS = ["tag", "category", "lang", "year", "month"];
const OPTIONS = {
  idField: "path",
  fields: ["title", "heading", "body", "label"],
  storeFields: ["shown", "text", ...FACETS],
  tokenize: (text) => text.split(" ").filter(Boolean),
  processTerm: (term) => term,
  searchOptions: { combineWith: "AND", boost: { title: 4, heading: 1.5, label: 1.5 } },
};
const FILE = "index.json";

const lines = () => createInterface({ input: process.stdin, crlfDelay: Infinity });

async function build(folder) {
  const index = new MiniSearch(OPTIONS);
  for await (const line of lines()) index.add(JSON.parse(line));
  mkdirSync(folder, { recursive: true });
  const file = createWriteStream(join(folder, FILE));
  // A string of more than half a gigabyte is more than V8 holds: parts of the object are written one by one.
  const { index: words, storedFields, ...rest } = index.toJSON();
  file.write(JSON.stringify(rest) + "\n");
  for (const [name, parts] of Object.entries({ index: words, storedFields: Object.entries(storedFields) }))
    for (const part of parts)
      if (!file.write(JSON.stringify([name, part]) + "\n")) await once(file, "drain");
  file.end();
  await once(file, "finish");
  return index.documentCount;
}

function open(folder) {
  const data = readFileSync(join(folder, FILE));
  let index;
  for (let start = 0; start < data.length; ) {
    const end = data.indexOf(10, start);
    const value = JSON.parse(data.toString("utf8", start, end));
    start = end + 1;
    if (!index) index = { ...value, index: [], storedFields: {} };
    else if (value[0] === "index") index.index.push(value[1]);
    else index.storedFields[value[1][0]] = value[1][1];
  }
  return MiniSearch.loadJS(index, OPTIONS);
}

function answer(index, line) {
  const { text, tag, detail } = JSON.parse(line);
  const start = process.hrtime.bigint();
  const filter = tag ? (hit) => hit.tag.includes(tag) : undefined;
  const hits = index.search(text, { filter });
  const counts = detail === "hits" ? new Map() : count(hits);
  const paths = hits.slice(0, TOP_N).map((hit) => hit.id);
  const ns = Number(process.hrtime.bigint() - start);
  return JSON.stringify({ total: hits.length, paths, tags: counts.get("tag")?.size ?? 0, ns });
}

/** The number of hits with each value of each facet. */
function count(hits) {
  const counts = new Map(FACETS.map((name) => [name, new Map()]));
  for (const hit of hits)
    for (const [name, values] of counts)
      for (const value of hit[name]) values.set(value, (values.get(value) ?? 0) + 1);
  return counts;
}

async function main([command, folder, question]) {
  if (command === "index") console.log(JSON.stringify({ indexed: await build(folder) }));
  else if (command === "query") console.log(answer(open(folder), question));
  else {
    const index = open(folder);
    console.log(""); // says that the index is open
    for await (const line of lines()) console.log(answer(index, line));
  }
}

main(process.argv.slice(2));
