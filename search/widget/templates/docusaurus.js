// The theme shows this component in its navbar.
import React, { useEffect } from 'react';

const form = `<form role="search" method="get"@ACTION@>
  <input type="search" name="q" placeholder="@HINT@" aria-label="@HINT@">
  <button>@BUTTON@</button>
</form>`;

export default function SearchBar() {
  useEffect(() => {
    if (customElements.get('zh-search')) return;
    const attributes = { type: 'module', src: '@SOURCE@', integrity: '@INTEGRITY@', crossOrigin: 'anonymous' };
    document.head.append(Object.assign(document.createElement('script'), attributes));
  }, []);
  return <zh-search src="@SEARCH@" style={{ width: 'min(16rem, 40vw)' }} dangerouslySetInnerHTML={{ __html: form }} />;
}
