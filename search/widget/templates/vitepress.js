// Puts a button that opens the search into a slot of a theme's layout, where it outlives navigation from page to page.
import { h, onMounted } from 'vue'

const link = '@LINK@' // where the script does not run

const Search = {
  setup() {
    onMounted(() => {
      if (customElements.get('zh-search-button')) return
      const attributes = { type: 'module', src: '@SOURCE@', integrity: '@INTEGRITY@', crossOrigin: 'anonymous' }
      document.head.append(Object.assign(document.createElement('script'), attributes))
    })
    return () => h('zh-search-button', { src: '@SEARCH@', innerHTML: link, style: 'margin: 0 auto 0 clamp(0rem, 2vw, 1.5rem)' })
  },
}

export function withSearch(theme, slot = 'nav-bar-content-before') {
  const Layout = theme.Layout || theme.extends.Layout
  return { ...theme, Layout: () => h(Layout, null, { [slot]: () => h(Search) }) }
}
