/*
The lexicon of the generation: stop words, synonyms, words of other regions and other spellings, all folded; the twin
of index/analysis/lexicon.py. The words that it adds to the dictionary are among the site's terms.
*/

import { firstCharacters, lengthOf } from "../base/patterns.js";

export class Lexicon {
  /** `lexicon` as in core; `spelling` are its groups of words that are spelt in several ways. */
  constructor({ stop_words, synonyms, site_terms, regional, mixed, other_writings, spelling }) {
    this.mixed = mixed || [];
    this.otherWritings = other_writings !== false;
    this.stopWordSet = new Set(stop_words);
    this.siteTermSet = new Set(site_terms);
    this.synonymsOf = new Map(synonyms);
    this.variantsOf = this.otherWritings ? variantsOf(regional || [], spelling || []) : new Map();
    this.longestSynonym = longestOf(this.synonymsOf);
    this.longestVariant = Math.max(longestOf(this.variantsOf), this.longestSynonym);
    this.variantBeginnings = new Set(
      [...this.synonymsOf.keys(), ...this.variantsOf.keys()].map((word) => firstCharacters(word, 2)),
    );
    this.ambiguous = ambiguousWords(this.variantsOf);
  }
}

/** Other writings of a word that rank below it: spelling variants, then words of other regions. */
function variantsOf(regional, spelling) {
  const spellings = spelling.flatMap((group) =>
    group.map((word) => [word, group.filter((other) => other !== word)]),
  );
  const variants = new Map(regional);
  for (const [word, others] of new Map(spellings)) {
    variants.set(word, [...new Set([...others, ...(variants.get(word) || [])])]);
  }
  return variants;
}

/** The words that are variants of several others, or have several: 文件 is both 檔案 and 文檔. */
function ambiguousWords(variants) {
  const partners = new Map();
  const add = (word, other) => partners.set(word, (partners.get(word) || new Set()).add(other));
  for (const [word, others] of variants) {
    for (const other of others) {
      add(word, other);
      add(other, word);
    }
  }
  return new Set([...partners].filter(([, others]) => others.size > 1).map(([word]) => word));
}

function longestOf(words) {
  return Math.max(0, ...[...words.keys()].map(lengthOf));
}
