/* The box's own texts; hits, states and facets add theirs. */
addTexts({
  results: ["搜索结果", "搜尋結果", "Results"],
  found: ["找到 % 条结果", "找到 % 筆結果", "% found"],
  weak: ["以下 % 条结果只含部分词语", "以下 % 筆結果只含部分詞語", "% with only some of the words"],
  all: ["查看全部 % 条结果", "檢視全部 % 筆結果", "See all results (%)"],
  more: ["更多结果", "更多結果", "More results"],
  retry: ["重试", "重試", "Try again"],
  choose: ["选择", "選擇", "choose"],
  open: ["打开", "開啟", "open"],
  tab: ["新标签", "新分頁", "new tab"],
  close: ["关闭", "關閉", "close"],
});
