import DefaultTheme from 'vitepress/theme'
import { withSearch } from './zhsearch.js'

export default withSearch(DefaultTheme)
