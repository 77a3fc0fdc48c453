/* The options of the list: hits and completions. */

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

/* The URL of a hit: its passage as a text fragment where the browser supports it, otherwise the anchor of its section. */
function address({ url, section, excerpt, excerpt_marks: marks }) {
  const words = "fragmentDirective" in document ? passage(excerpt, marks) : "";
  const found = words && `:~:text=${encodeURIComponent(words).replace(/-/g, "%2D")}`;
  const place = (section ? section.anchor : "") + found;
  return place ? `${url}#${place}` : url;
}

function option(name, href, ...parts) {
  return make("a", { role: "option", class: name, href, tabindex: -1, "aria-selected": "false" }, ...parts);
}

/* A page is one option and its best passage, the deep link, another: screen readers reach no link in an option. */
function hitNode(hit, texts) {
  const line = (name, ...parts) => make("span", { class: name }, ...parts);
  const excerpt = line("excerpt", ...marked(hit.excerpt, hit.excerpt_marks));
  const missing = (hit.missing || []).flatMap((word) => [make("s", {}, word), " "]);
  const shown = missing[0] ? [excerpt, line("missing", texts.missing, ...missing)] : [excerpt];
  const date = hit.date ? [make("time", { datetime: hit.date }, hit.date.slice(0, 10))] : [];
  const page = option("page", hit.section ? hit.url : address(hit),
    line("title", ...marked(hit.title, hit.title_marks)),
    line("meta", ...date, ...hit.tags.map((tag) => line("tag", tag))));
  const parts = [page];
  if (hit.section) parts.push(option("passage", address(hit), line("section", hit.section.title), ...shown));
  else page.append(line("passage", ...shown));
  const versions = (hit.versions || []).map(({ url, title, label }) => option("", url, label || title));
  if (versions[0]) parts.push(make("div", { role: "none", class: "meta" }, texts.versions(hit.version_count), ...versions));
  return make("div", { role: "none", class: "hit", lang: hit.lang }, ...parts);
}

/* Options for completions: words and tags fill the field, titles and headings open their page. Those that the hits
   show already, or that the filters may exclude, are left out. */
function completionNodes({ suggestions }, { query, results }, most, filtered, href) {
  const shown = results.flatMap(({ url, title }) => [url, title]);
  return suggestions
    .filter(({ text, url }) => text.toLowerCase() !== query.toLowerCase() && !shown.includes(text)
      && !(url && (filtered || shown.includes(url.split("#")[0]))))
    .slice(0, most)
    .map(({ text, kind, marks, url }) => {
      const node = option(`completion ${kind}`, url || href(text), make("span", {}, ...marked(text, marks, "b")));
      if (!url) node.dataset.words = text;
      return node;
    });
}
