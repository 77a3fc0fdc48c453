/*
The lexicon of the generation: stop words, synonyms, words of other regions and other spellings, all folded; the twin
of index/analysis/lexicon.py. The words that it adds to the dictionary are among the site's terms, and the others of a
word lie beside its term.
*/

export class Lexicon {
  /** `lexicon` as in core; `othersOf(text)` gives [synonyms, variants] of a word, or null; see other_words.py. */
  constructor(lexicon, othersOf = () => null) {
    this.mixed = lexicon.mixed || [];
    this.otherWritings = lexicon.other_writings !== false;
    this.stopWordSet = new Set(lexicon.stop_words);
    this.siteTermSet = new Set(lexicon.site_terms);
    this.longestSynonym = lexicon.longest_synonym || 0;
    this.longestVariant = lexicon.longest_variant || 0;
    this._othersOf = othersOf;
    let point = 0;
    this._firsts = new Set((lexicon.firsts || []).map((step) => String.fromCodePoint((point += step))));
  }

  /** Whether a word that begins with the same character has synonyms or variants. */
  mayHaveOthers(text) {
    return this._firsts.has(String.fromCodePoint(text.codePointAt(0)));
  }

  /** The words that a word matches as well as itself. */
  synonymsOf(text) {
    return this._others(text)[0];
  }

  /** Other writings of a word that rank below it: [text, whether one of the two may stand for another word]. */
  variantsOf(text) {
    return this._others(text)[1];
  }

  _others(text) {
    return (text && this.mayHaveOthers(text) && this._othersOf(text)) || [[], []];
  }
}
