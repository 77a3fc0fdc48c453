/* The texts of the elements; every language has the same keys. Each source of the box adds its own. */
const TEXTS = {
  "zh-CN": { search: "搜索", hint: "搜索本站", clear: "清空", cancel: "取消" },
  "zh-TW": { search: "搜尋", hint: "搜尋本站", clear: "清除", cancel: "取消" },
  en: { search: "Search", hint: "Search this site", clear: "Clear", cancel: "Cancel" },
};

function addTexts(texts) {
  for (const [tag, added] of Object.entries(texts)) Object.assign(TEXTS[tag], added);
}

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
