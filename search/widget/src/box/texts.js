/* The box's own texts; hits, states and facets add theirs. */
addTexts({
  "zh-CN": {
    results: "搜索结果", found: (n) => `找到 ${n} 条结果`, weak: (n) => `以下 ${n} 条结果只包含其中一部分`, all: (n) => `查看全部 ${n} 条结果`, more: "更多结果",
    moreFailed: "没能取得更多结果。", retry: "重试",
    keys: { choose: "选择", open: "打开", tab: "新标签", close: "关闭" },
  },
  "zh-TW": {
    results: "搜尋結果", found: (n) => `找到 ${n} 筆結果`, weak: (n) => `以下 ${n} 筆結果只包含其中一部分`, all: (n) => `檢視全部 ${n} 筆結果`, more: "更多結果",
    moreFailed: "未能取得更多結果。", retry: "重試",
    keys: { choose: "選擇", open: "開啟", tab: "新分頁", close: "關閉" },
  },
  en: {
    results: "Results", found: (n) => `${n} found`, weak: (n) => `These results have only part of it (${n})`, all: (n) => `See all results (${n})`, more: "More results",
    moreFailed: "More results could not be fetched.", retry: "Try again",
    keys: { choose: "choose", open: "open", tab: "new tab", close: "close" },
  },
});
