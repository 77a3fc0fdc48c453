/* What the box shows when there is no list of hits, or when it has something to say about one: nothing found, failures,
   notes. All of it in the box's language: the server's own messages are for those who call it. */
addTexts({
  "zh-CN": {
    none: (q) => `没有找到“${q}”`, noneHint: "少用几个词，或者换一种说法，也许就找到了。", unfilter: "清除筛选条件",
    suggestion: "您要找的是不是：", byPinyin: "按拼音：",
    relaxed: "以下内容不一定包含所有词语。", widened: "本语言没有结果，以下是其他语言的内容。",
    failed: "暂时无法搜索", failedHint: "请稍后再试。",
    offline: "网络已断开", offlineHint: "恢复连接后会自动继续搜索。",
    busy: "搜索服务正忙", again: (n) => `${n} 秒后自动重试`,
    elsewhere: "用其他引擎搜索",
  },
  "zh-TW": {
    none: (q) => `找不到「${q}」`, noneHint: "少用幾個詞，或者換一種說法，也許就找到了。", unfilter: "清除篩選條件",
    suggestion: "您要找的是不是：", byPinyin: "按拼音：",
    relaxed: "以下內容不一定包含所有詞語。", widened: "本語言沒有結果，以下是其他語言的內容。",
    failed: "暫時無法搜尋", failedHint: "請稍後再試。",
    offline: "網路已中斷", offlineHint: "恢復連線後會自動繼續搜尋。",
    busy: "搜尋服務正忙", again: (n) => `${n} 秒後自動重試`,
    elsewhere: "用其他引擎搜尋",
  },
  en: {
    none: (q) => `Nothing found for “${q}”`, noneHint: "Fewer words, or different ones, may find it.", unfilter: "Clear filters",
    suggestion: "Did you mean: ", byPinyin: "By pinyin: ",
    relaxed: "These results may lack some of the words.", widened: "Nothing in this language. These results are in others.",
    failed: "Search is not available", failedHint: "Please try again later.",
    offline: "You are offline", offlineHint: "The search goes on when you are back.",
    busy: "The search is busy", again: (n) => `Trying again in ${n} s`,
    elsewhere: "Search with another engine",
  },
});

/* A drawn icon, a sentence, a hint, and what the reader can do. */
function stateNode(sign, title, hint, ...more) {
  const acts = more.length ? [make("div", { class: "acts" }, ...more)] : [];
  return make("div", { class: "state" }, icon(sign), make("strong", {}, title), make("p", {}, hint), ...acts);
}

/* Filters that the reader chose, not the page's own language. */
function chosenFilters({ form }) {
  return hidden(form, ...FILTERS).filter(({ dataset }) => !("default" in dataset));
}

/* What is besides the list when nothing was found. */
function nothingNodes(box, { query, pinyin }) {
  const { texts } = box;
  const filters = chosenFilters(box);
  const clear = filters.length ? [button(texts.unfilter, () => box.choose(filters, []), { "data-key": "unfilter" })] : [];
  if (pinyin) return [make("p", { class: "note none" }, texts.none(query), ...clear)];
  return [stateNode("empty", texts.none(query), texts.noneHint, ...clear)];
}

/* The options when nothing was found, for the listbox: the query that was perhaps meant, and what is near. Hits by
   pinyin make both needless. */
function insteadNodes(box, { suggestion, pinyin }) {
  if (pinyin) return [];
  return [...(suggestion ? [meantOption(box, box.texts.suggestion, suggestion)] : []), ...nearNodes(box)];
}

/* A large option that asks for other words. */
function meantOption(box, before, words, ...after) {
  const node = option("meant", box.page(words), icon("search"),
    make("span", { class: "label" }, before, make("b", {}, words)), ...after);
  node.dataset.words = words;
  return node;
}

/* The heading of the hits by pinyin, which asks for the words that it names. */
function pinyinNode(box, { pinyin: { query, total } }) {
  return meantOption(box, box.texts.byPinyin, query, make("span", { class: "count" }, box.texts.found(total)));
}

const askedAgain = new WeakMap(); // box: the words for which it asked again by itself

/* A hint that counts down the seconds until the box asks again by itself, if the reader still sees it. */
function countdown(box, seconds) {
  const node = make("span", {}, box.texts.again(seconds));
  let left = seconds;
  const clock = setInterval(() => {
    left -= 1;
    if (left > 0 && node.isConnected) {
      node.textContent = box.texts.again(left);
      return;
    }
    clearInterval(clock);
    if (!node.getClientRects().length) return;
    askedAgain.set(box, box.words);
    box.retry();
  }, 1000);
  return node;
}

/* Why there is no answer. `retryAfter`: the seconds after which the server may be asked again, which the box does by
   itself, once for the same words; `elsewhere`: the address of the same query at another engine, for when this one is
   down. */
function failureNodes(box, { status, offline, retryAfter, elsewhere }) {
  const { texts } = box;
  const acts = [button(texts.retry, () => box.retry(), { "data-key": "retry" })];
  if (elsewhere) acts.push(make("a", { class: "all", href: elsewhere }, texts.elsewhere));
  if (offline) return [stateNode("offline", texts.offline, texts.offlineHint, ...acts)];
  const waits = status === 429 || status === 503;
  const again = retryAfter > 0 && askedAgain.get(box) !== box.words;
  askedAgain.delete(box);
  const hint = again ? countdown(box, Math.ceil(retryAfter)) : texts[status] || texts.failedHint;
  return [stateNode(waits ? "clock" : "offline", waits ? texts.busy : texts.failed, hint, ...acts)];
}

/* What is to be said about the hits shown. */
function noteNodes(box, { query, total, suggestion, relaxed, weak, widened }) {
  const { texts } = box;
  const note = (name, ...parts) => make("p", { class: `note ${name}` }, ...parts);
  const notes = [];
  if (!total) return notes;
  if (weak) notes.push(note("none", texts.none(query)));
  if (suggestion) {
    notes.push(note("suggestion", texts.suggestion, button(suggestion, () => box.ask(suggestion), { "data-key": `meant ${suggestion}` })));
  }
  if (relaxed && !weak) notes.push(note("", texts.relaxed));
  if (widened) notes.push(note("", texts.widened));
  return notes;
}
