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
  if (/[\p{M}\u200d\s，。、；：！？,.;:!?·…”’」』）》)]/u.test(next)) return 0; // it belongs to what is before
  if (last.endsWith("\u200d") || marks.some(([a, b]) => a < at && at < b)) return 0;
  if (/[。！？；…][”’」』）)]? ?$|[.!?;] $| · $/.test(last)) return 3;
  if (/[，、：][”’」』）]?$|[,:] $/.test(last)) return 2;
  return /[!-~\p{sc=Latin}]{2}/u.test(points[at - 1] + next) ? 0 : 1;
}

/* A part of an excerpt that fills about `room` half widths (Han characters take two), around its first mark, from the
   edge of a sentence or clause to another, if there is one: [text, marks]. An ellipsis tells where a sentence was cut. */
function shortened(text, marks, room) {
  const points = Array.from(text);
  const ends = [0]; // of each character, in half widths
  for (const point of points) ends.push(ends[ends.length - 1] + (/[\u2014-\u2026\u2e80-\uffe6\u{1f300}-\u{3ffff}]/u.test(point) ? 2 : 1));
  const size = points.length;
  if (ends[size] <= room) return [text, marks];
  const [first, last] = marks[0] || [0, 0];
  const cut = (from, to, least) => { // the best edge, of those the latest
    let found = to;
    for (let at = to, rank = least; at >= from; at -= 1) {
      const edge = edgeAt(points, marks, at);
      if (edge > rank) [found, rank] = [at, edge];
    }
    return found;
  };
  const after = (width) => ends.findIndex((end) => end >= width);
  let start = 0;
  if (ends[last] > room * 0.6) start = cut(after(ends[first] - room * 0.4), first, 1);
  if (start === first && edgeAt(points, marks, first) < 2) for (start = after(ends[first] - room * 0.3); start < first && !edgeAt(points, marks, start);) start += 1;
  const over = after(ends[start] + room - 3); // room for two ellipses
  const limit = Math.max(last, over < 0 ? size : over - 1);
  let end = cut(Math.max(last, after(ends[start] + room * 0.5)), limit, 1);
  if (end === limit) end = cut(Math.max(last, limit - 12), limit, 0);
  const before = edgeAt(points, marks, start) < 3 ? "…" : "";
  const behind = edgeAt(points, marks, end) < 3 ? "…" : "";
  const body = points.slice(start, end).join("").replace(behind ? /[\s，、：,:（(“‘「『《·]+$/ : /[\s·]+$/, "");
  const shift = before.length - start;
  const inside = marks.map(([a, b]) => [Math.max(a, start) + shift, Math.min(b + shift, before.length + Array.from(body).length)]);
  return [before + body + behind, inside.filter(([a, b]) => a < b)];
}
