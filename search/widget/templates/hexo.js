// Hexo runs the files in scripts/ by itself. A button goes into the header of NexT, the box into the sidebar of landscape;
// layouts of other themes place either: <%- zhsearch() %>, <%- zhsearch_button() %> (EJS), or {{ zhsearch() }} (Nunjucks).
const box = `<zh-search src="@SEARCH@">
  <form role="search" method="get"@ACTION@>
    <input type="search" name="q" placeholder="@HINT@" aria-label="@HINT@">
    <button>@BUTTON@</button>
  </form>
</zh-search>`;
const button = '<zh-search-button src="@SEARCH@">@LINK@</zh-search-button>';
const script = '@SCRIPT@';

hexo.extend.injector.register('head_end', script);
hexo.extend.helper.register('zhsearch', () => box);
hexo.extend.helper.register('zhsearch_button', () => button);
hexo.extend.filter.register('theme_inject', (injects) => {
  injects.header.raw('zhsearch', `<div class="zhsearch-header" style="margin: 1rem; min-height: 45px; text-align: center">${button}</div>`);
});
const places = {
  // On a phone, the place of the theme's own search, where that is off.
  next: [/<div class="site-nav-right">\s*<div class="toggle popup-trigger"[^>]*>\s*<\/div>/, () => `
<style>@media (max-width: 767px) { .zhsearch-header { display: none } }</style><div class="site-nav-right">${button}`],
  landscape: ['<aside id="sidebar">', (sidebar) => `${sidebar}<div class="widget-wrap">${box}</div>`],
};
if (places[hexo.config.theme]) {
  hexo.extend.filter.register('after_render:html', (html) => html.replace(...places[hexo.config.theme]));
}
