/* The texts of the elements. Each source of the box adds its own. */
const LANGUAGES = ["zh-CN", "zh-TW", "en"];
const TEXTS = { "zh-CN": {}, "zh-TW": {}, en: {} };

/* Add texts by key, each in these languages. One with % becomes a function of what stands there. */
function addTexts(texts) {
  for (const [key, said] of Object.entries(texts)) {
    said.forEach((text, at) => {
      TEXTS[LANGUAGES[at]][key] = text.includes("%") ? (part) => text.replace("%", () => part) : text;
    });
  }
}

addTexts({
  search: ["搜索", "搜尋", "Search"],
  hint: ["搜索本站", "搜尋本站", "Search this site"],
  clear: ["清空", "清除", "Clear"],
  cancel: ["取消", "取消", "Cancel"],
});

function language(tag) {
  if (tag && !/^(zh|cmn|yue)\b/i.test(tag)) return "en";
  return /^(?!.*hans).*-(hant|tw|hk|mo)\b/i.test(tag) ? "zh-TW" : "zh-CN";
}

/* The texts in the language of an element, and how the platform writes the keys that lead to the search. */
function textsOf(element) {
  return TEXTS[language(languageOf(element))];
}

function languageOf(element) {
  return (element.closest("[lang]") || element).lang;
}

const SHORTCUT = /Mac|iP(hone|ad|od)/.test(navigator.platform) ? "⌘K" : "Ctrl K";
