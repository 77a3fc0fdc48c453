"""Translations of the search page, and the choice among them by Accept-Language.

The search element has texts of its own (widget/src/i18n.js). A text is plain, with placeholders of
str.format, never HTML: the templates escape it. Every language has the same keys.
"""

from zhsearch.search.translation import language_of

DEFAULT = "zh-CN"

TEXTS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "search": "搜索",
        "site_search": "站内搜索",
        "placeholder": "搜索文章",
        "title": "{query} - 搜索",
        "skip": "跳到结果",
        "skip_to_text": "跳到正文",
        "all_posts": "全部文章",
        "results_for": "“{query}”的搜索结果",
        "found": "共 {total} 条结果",
        "posts": "共 {total} 篇文章",
        "page_of": "第 {page} 页，共 {pages} 页",
        "relaxed": "以下内容不一定包含所有词语。",
        "missing": "缺少字词：",
        "versions": "另有 {count} 个版本",
        "weak": "以下 {total} 条结果只包含其中一部分",
        "suggestion": "您要找的是不是：",
        "suggestion_found": "（{total} 条）",
        "filters": "筛选",
        "chosen": "已选条件",
        "remove": "移除“{value}”",
        "without": "不含：{value}",
        "in_field": "{field}：{value}",
        "in_title": "标题",
        "clear_filters": "清除全部条件",
        "more": "更多（{count}）",
        "tag": "标签",
        "category": "分类",
        "lang": "语言",
        "year": "年份",
        "month": "月份",
        "series": "系列",
        "author": "作者",
        "date_range": "{first} 至 {last}",
        "date_since": "{first} 起",
        "date_until": "截至 {last}",
        "sort": "排序",
        "relevance": "相关度",
        "newest": "最新",
        "oldest": "最早",
        "undated": "日期不详",
        "pages": "翻页",
        "previous": "上一页",
        "next": "下一页",
        "page": "第 {page} 页",
        "none": "没有找到“{query}”",
        "none_at_all": "这里还没有内容",
        "none_hint": "少用几个词，或换一种说法试试，繁体和简体都可以。也可以看看下面这些。",
        "none_filtered": "在当前筛选条件下没有结果。",
        "beyond": "没有第 {page} 页",
        "first_page": "回到第一页",
        "newest_posts": "最新文章",
        "popular_tags": "热门标签",
        "by_pinyin": "按拼音：",
        "all_found": "查看全部 {total} 条结果",
        "none_pinyin": "您输入的可能是拼音，下面是读音相同的词的结果。",
        "none_at_all_hint": "网站发布文章后，就能在这里搜索。",
        "help": "搜索技巧",
        "help_words": "多个词之间用空格隔开，结果包含所有这些词",
        "help_phrase": "引号里的文字须原样出现",
        "help_minus": "空格后的减号排除含有这个词的文章，也可以写 NOT",
        "help_or": "大写的 OR 表示任意一个",
        "help_title": "只在标题里找",
        "help_tag": "只看某个标签",
        "help_category": "只看某个分类",
        "failed": "没能完成这次搜索",
        "back": "返回搜索页",
        "back_home": "返回网站首页",
        "indexed_text": "这是 zhsearch 收录的文字，没有排版和图片。"
        "原页面在您的网站上：设置 site_url 后，搜索结果会打开那里。",
    },
    "zh-TW": {
        "search": "搜尋",
        "site_search": "站內搜尋",
        "placeholder": "搜尋文章",
        "title": "{query} - 搜尋",
        "skip": "跳到結果",
        "skip_to_text": "跳到正文",
        "all_posts": "全部文章",
        "results_for": "「{query}」的搜尋結果",
        "found": "共 {total} 筆結果",
        "posts": "共 {total} 篇文章",
        "page_of": "第 {page} 頁，共 {pages} 頁",
        "relaxed": "以下內容不一定包含所有詞語。",
        "missing": "缺少字詞：",
        "versions": "另有 {count} 個版本",
        "weak": "以下 {total} 筆結果只包含其中一部分",
        "suggestion": "您要找的是不是：",
        "suggestion_found": "（{total} 筆）",
        "filters": "篩選",
        "chosen": "已選條件",
        "remove": "移除「{value}」",
        "without": "不含：{value}",
        "in_field": "{field}：{value}",
        "in_title": "標題",
        "clear_filters": "清除全部條件",
        "more": "更多（{count}）",
        "tag": "標籤",
        "category": "分類",
        "lang": "語言",
        "year": "年份",
        "month": "月份",
        "series": "系列",
        "author": "作者",
        "date_range": "{first} 至 {last}",
        "date_since": "{first} 起",
        "date_until": "截至 {last}",
        "sort": "排序",
        "relevance": "相關度",
        "newest": "最新",
        "oldest": "最舊",
        "undated": "日期不詳",
        "pages": "換頁",
        "previous": "上一頁",
        "next": "下一頁",
        "page": "第 {page} 頁",
        "none": "找不到「{query}」",
        "none_at_all": "這裡還沒有內容",
        "none_hint": "少用幾個詞，或換一種說法試試，繁體和簡體都可以。也可以看看下面這些。",
        "none_filtered": "在目前的篩選條件下沒有結果。",
        "beyond": "沒有第 {page} 頁",
        "first_page": "回到第一頁",
        "newest_posts": "最新文章",
        "popular_tags": "熱門標籤",
        "by_pinyin": "依拼音：",
        "all_found": "檢視全部 {total} 筆結果",
        "none_pinyin": "您輸入的可能是拼音，下面是讀音相同的詞的結果。",
        "none_at_all_hint": "網站發布文章後，就能在這裡搜尋。",
        "help": "搜尋技巧",
        "help_words": "多個詞之間以空格分隔，結果包含所有這些詞",
        "help_phrase": "引號裡的文字須原樣出現",
        "help_minus": "空格後的減號排除含有這個詞的文章，也可以寫 NOT",
        "help_or": "大寫的 OR 表示任意一個",
        "help_title": "只在標題裡找",
        "help_tag": "只看某個標籤",
        "help_category": "只看某個分類",
        "failed": "無法完成這次搜尋",
        "back": "返回搜尋頁",
        "back_home": "返回網站首頁",
        "indexed_text": "這是 zhsearch 收錄的文字，沒有版面和圖片。"
        "原頁面在您的網站上：設定 site_url 後，搜尋結果會開啟那裡。",
    },
    "en": {
        "search": "Search",
        "site_search": "Site search",
        "placeholder": "Search posts",
        "title": "{query} - search",
        "skip": "Skip to results",
        "skip_to_text": "Skip to text",
        "all_posts": "All posts",
        "results_for": "Results for “{query}”",
        "found": "{total} found",
        "posts": "Posts: {total}",
        "page_of": "Page {page} of {pages}",
        "relaxed": "These results may lack some of the words.",
        "missing": "Missing: ",
        "versions": "More versions ({count})",
        "weak": "These results have only part of it ({total})",
        "suggestion": "Did you mean: ",
        "suggestion_found": " ({total} found)",
        "filters": "Filters",
        "chosen": "Chosen filters",
        "remove": "Remove “{value}”",
        "without": "Without: {value}",
        "in_field": "{field}: {value}",
        "in_title": "Title",
        "clear_filters": "Clear all filters",
        "more": "More ({count})",
        "tag": "Tags",
        "category": "Categories",
        "lang": "Languages",
        "year": "Years",
        "month": "Months",
        "series": "Series",
        "author": "Author",
        "date_range": "{first} to {last}",
        "date_since": "Since {first}",
        "date_until": "Until {last}",
        "sort": "Sort by",
        "relevance": "Relevance",
        "newest": "Newest",
        "oldest": "Oldest",
        "undated": "No date",
        "pages": "Pages",
        "previous": "Previous",
        "next": "Next",
        "page": "Page {page}",
        "none": "Nothing found for “{query}”",
        "none_at_all": "Nothing here yet",
        "none_hint": "Try fewer words, or different ones; both Chinese scripts work. Or look at these.",
        "none_filtered": "Nothing matches with these filters.",
        "beyond": "There is no page {page}",
        "first_page": "Back to the first page",
        "newest_posts": "Newest posts",
        "popular_tags": "Popular tags",
        "by_pinyin": "By pinyin: ",
        "all_found": "See all results ({total})",
        "none_pinyin": "This may be pinyin: here is what sounds the same.",
        "none_at_all_hint": "Posts can be searched here once the site has some.",
        "help": "Search tips",
        "help_words": "Words with spaces between them: results have all of them",
        "help_phrase": "In quotes: exactly this text",
        "help_minus": "A minus after a blank leaves out posts with this word, and so does NOT",
        "help_or": "OR in capitals: either of them",
        "help_title": "In titles only",
        "help_tag": "Only one tag",
        "help_category": "Only one category",
        "failed": "This search did not work",
        "back": "Back to search",
        "back_home": "Back to the site",
        "indexed_text": "This is the text that zhsearch has indexed."
        " The real page is on your site: set site_url, and results open it there.",
    },
}


def translate(lang: str, key: str, **values: object) -> str:
    """Return the text `key` in `lang`, its placeholders filled. Raises KeyError naming what is missing."""
    if lang not in TEXTS:
        raise KeyError(f"no texts in {lang!r}; languages are {', '.join(TEXTS)}")
    if key not in TEXTS[lang]:
        raise KeyError(f"no text {key!r} in {lang!r}; add it to search/i18n.py")
    try:
        return TEXTS[lang][key].format(**values)
    except KeyError as missing:
        raise KeyError(f"text {key!r} in {lang!r} needs a value for {missing}") from None


def facet_name(lang: str, facet: str) -> str:
    """The name of a facet in a language; that of a site's own is as its owner wrote it, where it is none of
    the usual ones."""
    key = facet.removesuffix("s") if facet == "authors" else facet
    return TEXTS[lang].get(key, facet)


def choose_language(accept_language: str | None, wanted: str | None) -> str:
    """Return the language to answer in: that of the tag `wanted` if there are texts in it, else the best of
    the header `accept_language`.

    Where neither has texts: English if the header names only other languages, Chinese if it names none,
    because the sites are Chinese.
    """
    if wanted and (lang := language_of(wanted)):
        return lang
    accepted = _accepted(accept_language) if accept_language else []
    for tag in accepted:
        if tag == "*":
            return DEFAULT
        if lang := language_of(tag):
            return lang
    return "en" if accepted else DEFAULT


def _accepted(header: str) -> list[str]:
    """Return the language tags of an Accept-Language header, the preferred first, without those of q=0."""
    # Imported here, where there is a request: the command line starts without Werkzeug.
    from werkzeug.datastructures import LanguageAccept  # noqa: PLC0415
    from werkzeug.http import parse_accept_header  # noqa: PLC0415

    accepted = parse_accept_header(header, LanguageAccept)
    # Werkzeug puts `*` last, whatever its quality.
    return [tag for tag, quality in sorted(accepted, key=lambda item: -item[1]) if tag and quality]
