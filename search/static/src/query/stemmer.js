/*
The stem of an English word, by the rules of Snowball's English stemmer (Porter2) as of version 3.1.

Words are of lower-case letters a to z only. A `Y` is a y that stands for a consonant.
*/

const STEM_REGION = /[aeiouy][^aeiouy]/;
const STEM_LONG_BEGINNING = /^(?:gener|commun|arsen|past|univers|later|emerg|organ|inter)/;
const STEM_SHORT_SYLLABLE = /[^aeiouy][aeiouy][^aeiouywxY]$|^[aeiouy][^aeiouy]$|past$/;
const STEM_EXCEPTIONS = stemTable(
  "skis:ski skies:sky idly:idl gently:gentl ugly:ugli early:earli only:onli singly:singl sky:sky news:news " +
    "howe:howe atlas:atlas cosmos:cosmos bias:bias andes:andes",
);
const STEM_SECOND = stemTable(
  "tional:tion enci:ence anci:ance abli:able entli:ent izer:ize ization:ize ational:ate ation:ate ator:ate " +
    "alism:al aliti:al alli:al fulness:ful ousli:ous ousness:ous iveness:ive iviti:ive biliti:ble bli:ble " +
    "ogist:og ogi:og fulli:ful lessli:less li:",
);
const STEM_THIRD = stemTable("tional:tion ational:ate alize:al icate:ic iciti:ic ical:ic ful: ness: ative:");
const STEM_SECOND_ENDING = stemEnding([...STEM_SECOND.keys()].join("|"));
const STEM_THIRD_ENDING = stemEnding([...STEM_THIRD.keys()].join("|"));
const STEM_FOURTH_ENDING = stemEnding(
  "al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ism|ate|iti|ous|ive|ize|(?<=[st])ion",
);

/** The stem of a word. */
export function stem(word) {
  if (word.length < 3 || STEM_EXCEPTIONS.has(word)) return STEM_EXCEPTIONS.get(word) ?? word;
  let text = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
  const first = stemRegion(text, 0);
  const second = stemRegion(text, first);
  text = withoutVerbEnding(withoutPlural(text), first).replace(/(?<=.[^aeiouy])y$/, "i");
  text = text.replace(STEM_SECOND_ENDING, (ending, place) => {
    const isAllowed = ending === "li" ? /[cdeghkmnrt]li$/.test(text) : ending !== "ogi" || text.at(-4) === "l";
    return place >= first && isAllowed ? STEM_SECOND.get(ending) : ending;
  });
  text = text.replace(STEM_THIRD_ENDING, (ending, place) =>
    place >= (ending === "ative" ? second : first) ? STEM_THIRD.get(ending) : ending,
  );
  text = text.replace(STEM_FOURTH_ENDING, (ending, place) => (place >= second ? "" : ending));
  return withoutLastLetter(text, first, second).replaceAll("Y", "y");
}

function stemTable(text) {
  return new Map(text.split(" ").map((pair) => pair.split(":")));
}

/* The longest of some endings. */
function stemEnding(alternatives) {
  return new RegExp(`(?:${alternatives})$`);
}

/* Where the region begins after the first consonant that follows a vowel: R1, and after its begin R2. */
function stemRegion(text, start) {
  const match = (!start && STEM_LONG_BEGINNING.exec(text)) || STEM_REGION.exec(text.slice(start));
  return match ? start + match.index + match[0].length : text.length;
}

function withoutPlural(text) {
  if (text.endsWith("sses")) return text.slice(0, -2);
  if (/ie[sd]$/.test(text)) return text.slice(0, text.length > 4 ? -2 : -1);
  return text.replace(/(?<=[aeiouy].*[^us])s$/, "");
}

function withoutVerbEnding(text, first) {
  const match = /(?:eedly|eed|edly|ed|ingly|ing)$/.exec(text);
  if (!match) return text;
  const base = text.slice(0, match.index);
  if (match[0].startsWith("ee")) {
    return match.index < first || /^(?:proc|exc|succ)$/.test(base) ? text : `${base}ee`;
  }
  if (match[0] === "ing") {
    if (/^[^aeiouy]y$/.test(base)) return `${base[0]}ie`;
    if (/^(?:inn|out|cann|herr|earr|even)$/.test(base)) return text;
  }
  if (!/[aeiouy]/.test(base)) return text;
  if (/(?:at|bl|iz)$/.test(base)) return `${base}e`;
  if (/([bdfgmnprt])\1$/.test(base)) return /^[aeo]..$/.test(base) ? base : base.slice(0, -1);
  return base.length === first && STEM_SHORT_SYLLABLE.test(base) ? `${base}e` : base;
}

function withoutLastLetter(text, first, second) {
  const base = text.slice(0, -1);
  const isLong = base.length >= second;
  if (text.endsWith("e")) {
    return isLong || (base.length >= first && !STEM_SHORT_SYLLABLE.test(base)) ? base : text;
  }
  return isLong && text.endsWith("ll") ? base : text;
}
