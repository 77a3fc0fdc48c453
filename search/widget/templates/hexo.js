// Hexo runs the files in scripts/ by itself. The box goes into the header of NexT (its sidebar is closed at first) and
// the sidebar of landscape; layouts of other themes place it with <%- zhsearch() %> (EJS) or {{ zhsearch() }} (Nunjucks).
const box = `<zh-search src="@SEARCH@">
  <form role="search" method="get"@ACTION@>
    <input type="search" name="q" placeholder="@HINT@" aria-label="@HINT@">
    <button>@BUTTON@</button>
  </form>
</zh-search>`;
const script = '@SCRIPT@';

hexo.extend.injector.register('head_end', script);
hexo.extend.helper.register('zhsearch', () => box);
hexo.extend.filter.register('theme_inject', (injects) => {
  injects.header.raw('zhsearch', `<div style="max-width: 26rem; margin: 1rem auto; padding: 0 1rem">${box}</div>`);
});
if (hexo.config.theme === 'landscape') {
  hexo.extend.filter.register('after_render:html', (html) => html.replace(
    '<aside id="sidebar">',
    (sidebar) => `${sidebar}<div class="widget-wrap">${box}</div>`,
  ));
}
