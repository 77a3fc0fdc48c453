/* What the box shows when there is no list of hits, or when it has something to say about one: nothing found, failures,
   notes. All of it in the box's language: the server's own messages are for those who call it. */
addTexts({
  none: ["没有找到“%”", "找不到「%」", "Nothing found for “%”"],
  noneHint: ["换个说法，或少用几个词试试。", "換個說法，或少用幾個詞試試。", "Fewer words, or different ones, may find it."],
  unfilter: ["清除筛选条件", "清除篩選條件", "Clear filters"],
  suggestion: ["您要找的是不是：", "您要找的是不是：", "Did you mean: "],
  byPinyin: ["按拼音：", "按拼音：", "By pinyin: "],
  relaxed: ["以下内容不一定包含所有词语。", "以下內容不一定包含所有詞語。", "These results may lack some of the words."],
  widened: ["以下是其他语言的内容。", "以下是其他語言的內容。", "These results are in other languages."],
  failed: ["暂时无法搜索", "暫時無法搜尋", "Search is not available"],
  failedHint: ["请稍后再试。", "請稍後再試。", "Please try again later."],
  offline: ["网络已断开", "網路已中斷", "You are offline"],
  offlineHint: ["恢复连接后会继续搜索。", "恢復連線後會繼續搜尋。", "The search goes on when you are back."],
  busy: ["搜索服务正忙", "搜尋服務正忙", "The search is busy"],
  again: ["% 秒后自动重试", "% 秒後自動重試", "Trying again in % s"],
  elsewhere: ["用其他引擎搜索", "用其他引擎搜尋", "Search with another engine"],
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
  return wordsOption(box, "meant", words, icon("search"), line("label", before, make("b", {}, words)), ...after);
}

/* The heading of the hits by pinyin, which asks for the words that it names. */
function pinyinNode(box, { pinyin: { query, total } }) {
  return meantOption(box, box.texts.byPinyin, query, make("span", { class: "count" }, box.texts.found(total)));
}

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
    box._askedAgain = box.words;
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
  const again = retryAfter > 0 && box._askedAgain !== box.words;
  box._askedAgain = null;
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
