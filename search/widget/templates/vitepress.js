// Puts the search box into a slot of a theme's layout, where it outlives navigation from page to page.
import { h, onMounted } from 'vue'

const form = `<form role="search" method="get"@ACTION@>
  <input type="search" name="q" placeholder="@HINT@" aria-label="@HINT@">
  <button>@BUTTON@</button>
</form>`

const Search = {
  setup() {
    onMounted(() => {
      if (customElements.get('zh-search')) return
      const attributes = { type: 'module', src: '@SOURCE@', integrity: '@INTEGRITY@', crossOrigin: 'anonymous' }
      document.head.append(Object.assign(document.createElement('script'), attributes))
    })
    return () => h('zh-search', {
      src: '@SEARCH@',
      innerHTML: form,
      style: 'flex: 1; contain: inline-size; min-width: 8rem; max-width: 18rem; margin: 0 auto 0 clamp(.75rem, 2vw, 1.5rem)',
    })
  },
}

export function withSearch(theme, slot = 'nav-bar-content-before') {
  const Layout = theme.Layout || theme.extends.Layout
  return { ...theme, Layout: () => h(Layout, null, { [slot]: () => h(Search) }) }
}
