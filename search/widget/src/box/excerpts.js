/* The text of a passage as a row shows it, cut to its lines, and as a link finds it in the page. */

/* The sentence around the first mark, for a text fragment (#:~:text=). The same rules as
   search/highlight/text_fragment.py; one list of cases tests both. A middle dot between blanks, and a blank between Han
   characters, separate two blocks, and browsers find no text across blocks. Where an ellipsis says that the excerpt
   begins or ends within a sentence, the passage does at a comma or blank. */
function passage(text, [mark]) {
  if (!mark) return "";
  const points = Array.from(text);
  const ends = (at) => /[。！？；!?;"…]/.test(points[at])
    || /^·  | [\p{sc=Han}，。：、）》」”]{2}/u.test(points[at] + points[at - 1] + points[at + 1]);
  let [a, b] = mark;
  while (a > 0 && !ends(a - 1)) a -= 1;
  while (b < points.length && !ends(b)) b += 1;
  if (a === 1 && points[0] === "…") while (a < mark[0] && !/[\s，、：,:]/.test(points[a - 1] || "")) a += 1;
  if (b === points.length - 1 && points[b] === "…") while (b > mark[1] && !/[\s，、：,:]/.test(points[b] || "")) b -= 1;
  return points.slice(a, b).join("").trim();
}

/* The URL of a passage: a text fragment where the browser supports it, and the anchor of its section. */
function address(url, { section, text, marks }) {
  const words = "fragmentDirective" in document ? passage(text, marks) : "";
  const place = (section ? section.anchor : "") + (words && `:~:text=${encodeURIComponent(words).replace(/-/g, "%2D")}`);
  return place ? `${url}#${place}` : url;
}

/* How good a place between two characters is to cut a text: 3 where a sentence or block ends, 2 where a clause does,
   1 between words or Han characters, 0 within a word, a mark, or a character and its accents. */
function edgeAt(points, marks, at) {
  const next = points[at];
  const last = points.slice(Math.max(0, at - 3), at).join("");
  if (at <= 0 || at >= points.length) return 3;
  if (/[\p{M}\u200d，。、；：！？,.;:!?·…”’」』）》)]/u.test(next)) return 0; // it belongs to what is before
  if (last.endsWith("\u200d") || marks.some(([a, b]) => a < at && at < b)) return 0;
  const blank = /\s/.test(next);
  if ((blank ? /[。！？；….!?;][”’」』）)]?$/ : /[。！？；…][”’」』）)]? ?$|[.!?;] $| · $/).test(last)) return 3;
  if ((blank ? /[，、：,:]$/ : /[，、：][”’」』）]?$|[,:] $/).test(last)) return 2;
  return blank || (LATIN.test(points[at - 1]) && LATIN.test(next)) ? 0 : 1;
}
const LATIN = /[!-~]|(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}])[\p{L}\p{N}]/u; // scripts with blanks between words
const WIDE = /[\u2014-\u2026\u2e80-\uffe6\u{1f300}-\u{3ffff}]/u;

/* Where the word begins that a place is in; the place itself where the browser knows no Chinese words. */
let segmenter;
function wordStart(points, at) {
  if (!Intl.Segmenter) return at;
  segmenter ||= new Intl.Segmenter("zh", { granularity: "word" });
  const from = Math.max(0, at - 8);
  const head = points.slice(from, at).join("");
  const { index } = segmenter.segment(head + points.slice(at, at + 8).join("")).containing(head.length);
  return from + Array.from(head.slice(0, index)).length;
}

/* Where a part of a text begins that shows its first mark, and fills about `room` half widths; `ends` are those of the
   characters. */
function startOfPart(ends, [first, last], room, edge, points) {
  if (ends[last] <= room * 0.6) return 0;
  const from = ends.findIndex((end) => end >= ends[first] - room * 0.4);
  for (const wanted of [3, 2]) {
    for (let at = first; at >= from; at -= 1) if (edge(at) === wanted) return at;
  }
  let at = ends.findIndex((end) => end >= ends[first] - room * 0.3);
  while (at < first && !edge(at)) at += 1;
  return wordStart(points, at);
}

/* Where it ends: the last end of a sentence in its second half, else of a clause, else of a word. */
function endOfPart(ends, last, room, edge, points) {
  const limit = ends.findLastIndex((end) => end <= room);
  for (const [wanted, share] of [[3, 0.5], [2, 0.5], [1, 0.7]]) {
    for (let at = limit; at > last && ends[at] > room * share; at -= 1) {
      if (edge(at) >= wanted) return wanted > 1 ? at : Math.max(last, wordStart(points, at));
    }
  }
  return limit;
}

/* A part of an excerpt that fills about `room` half widths (Han characters take two), around its first mark, from the
   edge of a sentence or clause to another: [text, marks]. An ellipsis tells where a sentence was cut. */
function shortened(text, marks, room) {
  const points = Array.from(text);
  const ends = [0]; // of each character, in half widths
  for (const point of points) ends.push(ends[ends.length - 1] + (WIDE.test(point) ? 2 : 1));
  if (ends[points.length] <= room) return [text, marks];
  const edge = (at) => edgeAt(points, marks, at);
  const mark = marks[0] || [0, 0];
  const start = startOfPart(ends, mark, room, edge, points);
  const end = endOfPart(ends.map((width) => width - ends[start]), mark[1], room - 4, edge, points); // less two ellipses
  const before = edge(start) < 3 ? "…" : "";
  const behind = edge(end) < 3 ? "…" : "";
  const body = points.slice(start, end).join("").replace(behind ? /[\s，、：,:（(“‘「『《·]+$/ : /[\s·]+$/, "");
  const shift = before.length - start;
  const size = before.length + Array.from(body).length;
  const inside = marks.map(([a, b]) => [Math.max(a, start) + shift, Math.min(b + shift, size)]).filter(([a, b]) => a < b);
  return [before + body + behind, inside];
}
