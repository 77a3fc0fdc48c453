// The theme shows this component in its navbar.
import React, { useEffect } from 'react';

const link = '@LINK@'; // where the script does not run

export default function SearchBar() {
  useEffect(() => {
    if (customElements.get('zh-search-button')) return;
    const attributes = { type: 'module', src: '@SOURCE@', integrity: '@INTEGRITY@', crossOrigin: 'anonymous' };
    document.head.append(Object.assign(document.createElement('script'), attributes));
  }, []);
  return <zh-search-button src="@SEARCH@" dangerouslySetInnerHTML={{ __html: link }} />;
}
