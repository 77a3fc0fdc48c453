/*
Expansion of a query's words: synonyms, other writings, and the components of site terms.

The lexicon has the owner's synonyms, which count as much as the word itself, and variants, which rank below
it; `writings` has the rules for numbers and dates. A site term may also be matched by its component words: it
must not hide pages that have these apart.
*/

import { fold, foldPlain, simplifyCharacters } from "../analysis/folding.js";
import { queryTokens } from "../analysis/tokenizer.js";
import { part } from "../base/parts.js";
import { all, lengthOf, whole } from "../base/patterns.js";
import {
  SYNONYMS_ADJACENT_WEIGHT,
  SYNONYMS_AMBIGUOUS,
  SYNONYMS_APART_WEIGHT,
  SYNONYMS_CAMEL,
  SYNONYMS_HUMPS,
  SYNONYMS_LATIN_EDGE,
  SYNONYMS_MAX_HUMPS,
  SYNONYMS_MAY_HAVE_WRITINGS,
  SYNONYMS_MIXED_RUNS,
  SYNONYMS_VARIANT_WEIGHT,
  WRITINGS_MAY_HAVE_NUMBER,
} from "../data.js";
import { and, conjunction, or, orAlso, orWritings, phrase, word, wordOf } from "./ast.js";

const HUMP_PATTERNS = SYNONYMS_HUMPS.map(all);
const WHOLE_MIXED_RUNS = whole(SYNONYMS_MIXED_RUNS);

/** [node, start, end] for the tokens of a chunk: for those in `content`, and all that have other writings.
 *
 * A run of tokens that has synonyms, variants or other writings becomes one node with these as alternatives. */
export function* expandWords(chunk, tokens, content, field, segmenter) {
  const { lexicon } = segmenter;
  const written = lexicon.otherWritings ? writtenOtherwise(chunk, tokens, field) : new Map();
  let start = 0;
  while (start < tokens.length) {
    const token = tokens[start];
    let [end, text] = longestWithSynonyms(tokens, start, lexicon);
    if (end > start) {
      const node = withSynonyms(tokens.slice(start, end), text, content, field, segmenter);
      yield [node, token.start, tokens[end - 1].end];
    } else if (written.has(start)) {
      const [last, node] = written.get(start);
      yield [node, token.start, tokens[last - 1].end];
      end = last;
    } else {
      end = start + 1;
      if (content.includes(token)) {
        const isSpaced = chunk.slice(token.start, token.end).includes(" ");
        yield [wordOrComponents(token, field, segmenter, isSpaced), token.start, token.end];
      }
    }
    start = end;
  }
}

/* The end of the longest run of tokens from `start` on that has synonyms or variants, and its text; else
`start`. */
function longestWithSynonyms(tokens, start, lexicon) {
  let longest = [start, ""];
  for (let end = start + 1; end <= tokens.length; end++) {
    const text = joinedTerms(tokens.slice(start, end));
    const length = lengthOf(text);
    if (length > lexicon.longestVariant || !lexicon.mayHaveOthers(text)) break;
    if (lexicon.synonymsOf(text).length || lexicon.variantsOf(text).length) longest = [end, text];
  }
  return longest;
}

/* A run of tokens, its synonyms and its variants as alternatives.

Of several words the run is what a page must have to rank above its variants: a page with the words apart is
further from 資料結構 than one with 数据结构. */
function withSynonyms(tokens, text, content, field, segmenter) {
  const { lexicon } = segmenter;
  const wanted = tokens.filter((token) => content.includes(token));
  const words = (wanted.length ? wanted : tokens).map((token) => wordOf(token, field));
  const synonyms = lexicon.synonymsOf(text);
  const variants = lexicon.variantsOf(text).filter(([variant]) => !synonyms.includes(variant));
  const hasRun = variants.length > 0 && words.length > 1;
  const own = hasRun ? and([writtenPhrase(text, field, SYNONYMS_ADJACENT_WEIGHT), ...words]) : conjunction(words);
  const apart = hasRun ? [and(words.map((node) => ({ ...node, weight: SYNONYMS_APART_WEIGHT })))] : [];
  const node = orAlso(
    own,
    synonyms.map((synonym) => alternative(synonym, field, segmenter, 1)),
  );
  const others = variants.map(([variant, isAmbiguous]) =>
    alternative(variant, field, segmenter, SYNONYMS_VARIANT_WEIGHT * (isAmbiguous ? SYNONYMS_AMBIGUOUS : 1)),
  );
  return orWritings(node, [...others, ...apart]);
}

/* The runs of tokens with other writings of a number, date or name: first → [last + 1, node]. */
function writtenOtherwise(chunk, tokens, field) {
  const nodes = new Map();
  if (!SYNONYMS_MAY_HAVE_WRITINGS.test(chunk)) return nodes;
  tokens.forEach((token, number) => {
    const written = chunk.slice(token.start, token.end);
    if (token.kind === "latin" && SYNONYMS_CAMEL.test(written)) {
      const variants = humpsApart(written).map((text) => writtenPhrase(text, field, SYNONYMS_VARIANT_WEIGHT));
      nodes.set(number, [number + 1, orWritings(wordOf(token, field), variants)]);
    }
  });
  const folded = fold(chunk);
  const text = simplifyCharacters(folded.text);
  const passages = WRITINGS_MAY_HAVE_NUMBER.test(text) && part("writings")?.passageNodes(folded, text, tokens, field);
  return new Map([...nodes, ...(passages || [])]);
}

/* A word in camelCase as its parts: get user name, get_user_name, get-user-name. */
function humpsApart(written) {
  return HUMP_PATTERNS.flatMap((pattern) => {
    const humps = written.match(pattern) ?? [];
    const isApart = humps.length > 1 && humps.length <= SYNONYMS_MAX_HUMPS;
    return isApart ? [..." _-"].map((separator) => humps.join(separator).toLowerCase()) : [];
  });
}

/* A writing of several tokens, wherever it occurs. */
export function writtenPhrase(pattern, field, weight) {
  return phrase({ pattern, field, bounded: SYNONYMS_LATIN_EDGE.test(pattern), quoted: false, weight });
}

/* A word; with its component words as an alternative, if it is a site term, joins Latin and Han, or has blanks
in it. */
function wordOrComponents(token, field, segmenter, isSpaced) {
  const node = wordOf(token, field);
  const { term, kind } = token;
  const mixed = kind === "compound" && WHOLE_MIXED_RUNS.exec(term);
  let parts = [];
  if (isSpaced && kind === "han") {
    parts = hanWords([...term], field);
  } else if (mixed) {
    const latin = word({ term: mixed[1], pattern: mixed[1], kind: "latin", field });
    parts = [latin, ...hanWords(segmenter.cut(mixed[2]), field)];
  } else if (segmenter.lexicon.siteTermSet.has(term)) {
    parts = hanWords(componentWords(term, segmenter), field);
  }
  return parts.length ? or([node, and(parts)]) : node;
}

function hanWords(texts, field) {
  return texts.map((text) => word({ term: text, pattern: text, kind: "han", field }));
}

/* The dictionary words that make up a term, in order; none if they do not cover it. */
function componentWords(term, segmenter) {
  const spans = segmenter.search(term).filter(([text]) => text !== term);
  const cover = (place) => {
    if (place === term.length) return [];
    const ends = spans.filter(([, start]) => start === place).map(([, , end]) => end);
    for (const end of ends.sort((one, other) => other - one)) {
      const rest = cover(end);
      if (rest) return [term.slice(place, end), ...rest];
    }
    return null;
  };
  return cover(0) ?? [];
}

/* Tokens as the lexicon writes them: with a blank between those that do not touch, where it counts. */
function joinedTerms(tokens) {
  let text = tokens[0].term;
  tokens.slice(1).forEach((token, place) => {
    text += tokens[place].end === token.start ? token.term : ` ${token.term}`;
  });
  const isFolded = tokens.length === 1 || !text.includes(" ") || /^[\0-\x7f]*$/.test(text);
  return isFolded ? text : fold(text).text;
}

/* A synonym or variant as one node: a word, or a text of several words wherever it occurs. */
function alternative(text, field, segmenter, weight) {
  const tokens = queryTokens(text, segmenter);
  if (tokens.length === 1 && lengthOf(tokens[0].term) === lengthOf(text)) {
    return { ...wordOf(tokens[0], field), weight };
  }
  const pattern = foldPlain(text);
  return word({ term: pattern, pattern, kind: "han", field, weight });
}
