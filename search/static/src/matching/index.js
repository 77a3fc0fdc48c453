/* One export as an index: look-ups of terms, substrings, facets and records.
 *
 * Look-ups are synchronous; what has to be loaded first is noted by `files`, and the look-up gives nothing. Pages are
 * numbered by date, so that the newest has the highest number.
 */

import { arePartsMissing, part } from "../base/parts.js";
import { jsonFile } from "../base/files.js";
import { all } from "../base/patterns.js";
import { LEXICAL_LOG_SCALE, TOKENIZER_HAN_RUN } from "../data.js";
import { needsTraditional, setTraditional, settledCharacters } from "../analysis/folding.js";
import { Segmenter } from "../analysis/segmenter.js";
import { RecordText } from "../highlight/record_text.js";
import { nodeOf } from "../query/ast.js";
import { ChunkTable, INFIX_FIELDS, NGRAM_FIELDS, TERM_FIELDS } from "./chunks.js";
import { Facets, pagesOfDeltas } from "./facets.js";
import { NO_LIST, placeOf, unite } from "./hits.js";
import { SearchableText } from "./searchable_text.js";

const HAN_RUNS = all(TOKENIZER_HAN_RUN);
const INFIX_SIZE = 3; // characters of a key of the table of infixes
const GROUP_NAME_SIZE = 7;
const MS_OF_DAY = 86_400_000;

export class Index {
  constructor(files, stored) {
    const core = unpackedCore(stored);
    this.files = files;
    this.core = core;
    this.count = core.documents;
    this.days = daysOfPages(core);
    this.facets = new Facets(core, this.days);
    this.copies = core.copies;
    this.group = groupsOfPages(core);
    this.boosts = core.boosts ? boostsOfPages(core) : null;
    this._terms = new ChunkTable(files, core.terms, TERM_FIELDS);
    this._starts = pagesOfDeltas(core.groups.starts);
    this._frequencies = new Map([...core.chars].map((char, place) => [char, core.char_frequencies[place]]));
    this._substrings = new SearchableText(this);
    this._oldest = null;
    this._pages = null;
    this._hmm = null;
    this._settled = settledCharacters(core);
    this._otherwise = new Set(core.otherwise); // the characters of terms that texts may have otherwise
    this._lexical = null;
    // Before all words are known, characters seem to be left over that are none.
    this.segmenter = new Segmenter(this, core, () => (this.isWaiting ? null : this._hiddenMarkov()));
    // Cuts excerpts between words: of a text's words it takes those of loaded chunks, since others would be many.
    this.loadedSegmenter = new Segmenter(
      { frequency: (text) => this._terms.loadedEntry(text)?.frequency ?? 0 },
      core,
      () => null,
    );
  }

  /** Have the tables of traditional characters and words loaded where a text needs them. Returns whether it can be
   * read. */
  prepare(text) {
    if (!needsTraditional(text, this._settled) && this.isSettled(text)) return true;
    const lexical = this.file("lexical");
    if (lexical && lexical !== this._lexical) {
      setTraditional({ ...lexical.simplified, words: lexical.words });
      this._lexical = lexical;
    }
    return Boolean(lexical);
  }

  /** Whether all pages that have a Han term have it in their texts folded character by character as well. */
  isSettled(term) {
    return !this.core.traditional || ![...term].some((char) => this._otherwise.has(char));
  }

  /** (page,) the rank of each page by date, the oldest first; empty where that has to be loaded first. */
  get oldest() {
    this._oldest ??= part("oldest")?.oldestRanks(this.core) ?? null;
    return this._oldest || NO_LIST;
  }

  /** All pages. */
  get pages() {
    this._pages = this._pages || Int32Array.from({ length: this.count }, (_, page) => page);
    return this._pages;
  }

  /** Whether the look-ups so far lack files that have to be loaded first. */
  get isWaiting() {
    return this.files.missing.size > 0 || arePartsMissing();
  }

  /** Begin a query. `exact`: read as many records as it takes to verify every page. */
  begin({ exact = false } = {}) {
    this._substrings = new SearchableText(this, exact);
  }

  /** The entry of a term, or of a text that queries look for; null where there is none, undefined to be loaded. */
  entry(text) {
    return this._terms.entry(text);
  }

  /** The entry of a term; null where it is none. */
  term(text) {
    const entry = this.entry(text);
    return entry && !entry.isWhole ? entry : null;
  }

  /** The frequency of a word in the dictionary, 0 of any other text; null where that has to be loaded first. */
  frequency(text) {
    const single = this._frequencies.get(text);
    if (single !== undefined) return single;
    const entry = this.entry(text);
    return entry === undefined ? null : (entry?.frequency ?? 0);
  }

  /** The synonyms and variants of a word, see Lexicon. While words are missing, texts are not cut as they will be. */
  othersOf(text) {
    return this.isWaiting ? null : this.entry(text)?.others;
  }

  /** Whether any page has a word as a term, for each of some words. */
  areTerms(words) {
    return words.map((word) => Boolean(this.term(word)));
  }

  /** The number of pages that have a word as a term. */
  countPages(word) {
    return this.term(word)?.pages.length ?? 0;
  }

  /** The other writings of a Latin word that has an entry; null of one that has none. */
  writingsOf(text) {
    const entry = this.entry(text);
    return entry === null ? null : (entry?.writings || []).map((node) => nodeOf(node));
  }

  /** The pages that have a term with this beginning, where the text itself is none. */
  pagesWithBeginning(prefix, titleOnly = false) {
    const entry = this.entry(prefix);
    if (entry) return titleOnly ? entry.titleBeginning : entry.beginning;
    const keys = entry === undefined ? null : this._terms.keysWithBeginning(prefix);
    return keys ? this._pagesOfTerms(keys, titleOnly) : NO_LIST;
  }

  /** The pages that have a Latin word with digits after it, such as python3, of which python is a term as well. */
  pagesWithDigitsAfter(word) {
    const keys = this._terms.keysWithBeginning(word) || [];
    return this._pagesOfTerms(keys.filter((key) => /[0-9]/.test(key.charAt(word.length))), false);
  }

  /** The pages that have a longer term that contains a Latin text elsewhere than at its beginning. */
  pagesWithin(text, titleOnly = false) {
    const entry = this.entry(text);
    if (entry) return titleOnly ? entry.insideTitle : entry.inside;
    const table = entry === undefined ? null : this._table(this.core.infixes, INFIX_FIELDS);
    const terms = table && table.entry(text.slice(0, INFIX_SIZE))?.terms;
    return terms ? this._pagesOfTerms(terms.filter((term) => term.includes(text)), titleOnly) : NO_LIST;
  }

  /** Whether the site has all Han characters of a text. */
  hasCharacters(text) {
    return (text.match(HAN_RUNS) || []).every((run) => [...run].every((char) => this._frequencies.has(char)));
  }

  /** The entry of an n-gram, {pages, titled}; null where no page has it, undefined to be loaded. */
  ngram(text) {
    return this._table(this.core.ngrams, NGRAM_FIELDS)?.entry(text);
  }

  /** The pages whose title or a block contains a folded pattern: {pages, unsure, exact}; see SearchableText. */
  pagesWith(pattern, options = {}) {
    return this._substrings.pagesWith(pattern, options);
  }

  /** How many records were read in vain, and whether pages that may match were left out: {inVain, isCut}. */
  get reading() {
    return this._substrings;
  }

  /** The number of pages that may contain a folded pattern, counted up to `limit`. */
  countContaining(pattern, limit) {
    return Math.min(this.pagesWith(pattern).pages.length, limit);
  }

  /** The record of a page; null where it has to be loaded first. */
  record(page) {
    const { path, place } = this._placeOfRecord(page);
    const records = this.files.get(path, (bytes) => jsonFile(bytes).map((meta) => new RecordText(meta)));
    return records && records[place];
  }

  /** The record of a page if it is loaded already, else null. */
  loadedRecord(page) {
    return this.files.has(this._placeOfRecord(page).path) ? this.record(page) : null;
  }

  /** A file of JSON that the core names; null where it has to be loaded first. */
  file(name) {
    return this.files.get(`data/${this.core[name]}.bin`, jsonFile);
  }

  /** The model for characters that are left over; null where it has to be loaded first. */
  _hiddenMarkov() {
    const file = this.file("hmm");
    const loaded = part("hmm");
    if (file && loaded) this._hmm ??= new loaded.HiddenMarkovModel(file, this.core.chars);
    return this._hmm;
  }

  _placeOfRecord(page) {
    const { names, records_per_file: size } = this.core.groups;
    const group = placeOf(this._starts, page + 1) - 1;
    const name = names.slice(GROUP_NAME_SIZE * group, GROUP_NAME_SIZE * (group + 1));
    const place = page - this._starts[group];
    return { path: `pages/${name}/${Math.floor(place / size)}.bin`, place: place % size };
  }

  _table(name, fields) {
    return this.files.get(`data/${name}.bin`, (bytes) => new ChunkTable(this.files, jsonFile(bytes), fields));
  }

  _pagesOfTerms(terms, titleOnly) {
    const entries = terms.map((term) => this.term(term)).filter(Boolean);
    return unite(entries.map((entry) => (titleOnly ? entry.titled : entry.pages)));
  }
}

/** The core with the site's characters as a text, and their frequencies as numbers. */
function unpackedCore(core) {
  let point = 0;
  const chars = core.chars.map((step) => String.fromCharCode((point += step))).join("");
  const frequency = (log) => (log ? Math.exp((log - 1) / LEXICAL_LOG_SCALE) : 0);
  return { ...core, chars, char_frequencies: core.char_frequencies.map(frequency) };
}

/** (page,) YYYYMMDD, 0 without a date. */
function daysOfPages({ documents, undated, days }) {
  const numbers = new Int32Array(documents);
  pagesOfDeltas(days).forEach((day, place) => {
    const date = new Date(day * MS_OF_DAY);
    numbers[undated + place] = (date.getUTCFullYear() * 100 + date.getUTCMonth() + 1) * 100 + date.getUTCDate();
  });
  return numbers;
}

/** (page,) the group of near copies of each page, counted from 1; 0: none. */
function groupsOfPages({ documents, copies }) {
  const groups = new Int32Array(documents);
  copies.forEach((pages, number) => pages.forEach((page) => (groups[page] = number + 1)));
  return groups;
}

function boostsOfPages({ documents, boosts }) {
  const factors = new Float64Array(documents).fill(1);
  for (const [page, factor] of Object.entries(boosts)) factors[page] = factor;
  return factors;
}
