/* The texts of the elements; every language has the same keys. */
const TEXTS = {
  "zh-CN": {
    search: "搜索", hint: "搜索本站", clear: "清空", results: "搜索结果", complete: "补全",
    tag: "标签", category: "分类", series: "系列", author: "作者", year: "年份", lang: "语言", filters: "筛选", chosen: "已选条件",
    sort: "排序", relevance: "相关", newest: "最新", oldest: "最早", more: "更多结果",
    remove: (what) => `移除“${what}”`, without: "不含：", recent: "最近搜索", forget: "清除记录",
    found: (n) => `找到 ${n} 条结果`, all: (n) => `查看全部 ${n} 条结果`, suggestion: "您要找的是不是：",
    relaxed: "以下内容不一定包含所有词语。", missing: "缺少字词：", versions: (n) => `另有 ${n} 个版本`,
    weak: (n) => `以下 ${n} 条结果只包含其中一部分`, widened: "本语言没有结果，以下是其他语言的内容。",
    none: (q) => `没有找到“${q}”`, noneHint: "少用几个词，或换一种说法试试。", unfilter: "清除筛选条件",
    failed: "暂时无法搜索", failedHint: "请稍后再试。", 429: "搜索的人有点多，请稍等片刻再试。",
    offline: "网络已断开", offlineHint: "恢复连接后会自动继续搜索。",
    retry: "重试", elsewhere: "用其他引擎搜索",
  },
  "zh-TW": {
    search: "搜尋", hint: "搜尋本站", clear: "清除", results: "搜尋結果", complete: "補全",
    tag: "標籤", category: "分類", series: "系列", author: "作者", year: "年份", lang: "語言", filters: "篩選", chosen: "已選條件",
    sort: "排序", relevance: "相關", newest: "最新", oldest: "最舊", more: "更多結果",
    remove: (what) => `移除「${what}」`, without: "不含：", recent: "最近搜尋", forget: "清除紀錄",
    found: (n) => `找到 ${n} 筆結果`, all: (n) => `檢視全部 ${n} 筆結果`, suggestion: "您要找的是不是：",
    relaxed: "以下內容不一定包含所有詞語。", missing: "缺少字詞：", versions: (n) => `另有 ${n} 個版本`,
    weak: (n) => `以下 ${n} 筆結果只包含其中一部分`, widened: "本語言沒有結果，以下是其他語言的內容。",
    none: (q) => `找不到「${q}」`, noneHint: "少用幾個詞，或換一種說法試試。", unfilter: "清除篩選條件",
    failed: "暫時無法搜尋", failedHint: "請稍後再試。", 429: "搜尋的人有點多，請稍候再試。",
    offline: "網路已中斷", offlineHint: "恢復連線後會自動繼續搜尋。",
    retry: "重試", elsewhere: "用其他引擎搜尋",
  },
  en: {
    search: "Search", hint: "Search this site", clear: "Clear", results: "Results", complete: "Completions",
    tag: "Tags", category: "Categories", series: "Series", author: "Author", year: "Years", lang: "Languages", filters: "Filters", chosen: "Chosen filters",
    sort: "Sort", relevance: "Best", newest: "Newest", oldest: "Oldest", more: "More results",
    remove: (what) => `Remove “${what}”`, without: "Without: ", recent: "Recent searches", forget: "Clear all",
    found: (n) => `${n} found`, all: (n) => `See all results (${n})`, suggestion: "Did you mean: ",
    relaxed: "These results may lack some of the words.", missing: "Missing: ", versions: (n) => `More versions (${n})`,
    weak: (n) => `These results have only part of it (${n})`,
    widened: "Nothing in this language. These results are in others.",
    none: (q) => `Nothing found for “${q}”`, noneHint: "Try fewer words, or different ones.", unfilter: "Clear filters",
    failed: "Search is not available", failedHint: "Please try again later.", 429: "Many are searching. Please try again in a moment.",
    offline: "You are offline", offlineHint: "The search goes on when you are back.",
    retry: "Try again", elsewhere: "Search with another engine",
  },
};

function language(tag) {
  if (tag && !/^(zh|cmn|yue)\b/i.test(tag)) return "en";
  return /^(?!.*hans).*-(hant|tw|hk|mo)\b/i.test(tag) ? "zh-TW" : "zh-CN";
}
