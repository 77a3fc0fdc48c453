/* A round button that opens the search where its field lies out of sight: below the posts on a phone, or in a menu that
 * is closed. It stands at the end of the first line of the theme's header where that is free, and scrolls or sticks as the
 * header does; else in the lower corner of the window.
 */
const FOLLOWING = 45; // the side of the button in px: a finger's

/* The boxes of what lies in a header: texts, pictures, and what can be pressed. */
function thingsIn(header) {
  const things = [...header.querySelectorAll("a,button,input,select,label,summary,img,svg,i,[tabindex]")];
  const walker = document.createTreeWalker(header, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const range = document.createRange();
    range.selectNode(walker.currentNode);
    if (walker.currentNode.data.trim()) things.push(range);
  }
  return things.flatMap((thing) => [...thing.getClientRects()]).filter(({ width, height }) => width * height);
}

/* Where the button fits into the first line of the theme's header: {header, left, top}; undefined if nowhere. */
function headerSpot() {
  for (const header of document.querySelectorAll("header,[role=banner],nav")) {
    const box = header.getBoundingClientRect();
    const first = header.querySelector("a,img,button");
    if (box.top + scrollY > 99 || box.width < innerWidth * 0.6 || !first) continue;
    const line = first.getBoundingClientRect();
    const top = line.top + (line.height - FOLLOWING) / 2;
    const things = thingsIn(header);
    const rtl = getComputedStyle(header).direction === "rtl";
    for (let step = 8; step < box.width / 2; step += 8) {
      const left = rtl ? box.left + step : box.right - FOLLOWING - step;
      const taken = things.some((thing) => thing.left < left + FOLLOWING && thing.right > left
        && thing.top < top + FOLLOWING && thing.bottom > top);
      // What the theme lays over its header; null above the window.
      const over = [0, 0.5, 1].some((share) => {
        const hit = document.elementFromPoint(left + FOLLOWING * share, line.top + line.height / 2);
        return hit && !hit.contains(header) && !header.contains(hit);
      });
      if (!taken && !over && top + FOLLOWING <= box.bottom + 8) return { header, left, top };
    }
  }
}

/* Show the button for an element while its field is out of sight, until the signal ends it. */
function followButton(host, signal) {
  // A dialog that a button made shows nothing until it is open: the button is watched.
  const field = host.hasAttribute("bare") ? document.querySelector("zh-search-button") : host;
  const label = textsOf(host).search;
  let double; // a part of the page that is not shown cannot show a dialog either
  const press = () => {
    const shown = isShown(host);
    if (!shown && !double) {
      double = host.cloneNode(true);
      change(double, { id: null, class: null, style: null, mode: "modal", bare: "", button: "none", shortcuts: "none", lang: host.language });
      document.body.append(double);
    }
    parsed.then(() => (shown ? host : double).summon());
  };
  const holder = make("zh-search-follow", { role: "search", "aria-label": label });
  const { style } = holder;
  const root = holder.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [SHEET];
  root.append(make("div", { class: "box" }, button("", press, { class: "go follow", "aria-label": label })));

  const place = () => {
    const box = field && field.getBoundingClientRect();
    holder.remove();
    if (box && box.width && box.top + scrollY < innerHeight && box.right > 0 && box.left < innerWidth) return;
    const spot = headerSpot();
    const around = spot ? spot.header : document.body;
    holder.className = spot ? "" : "corner";
    // Whatever the theme says of elements there. On a dark page the text is light.
    style.cssText = `all:initial;position:${spot ? "absolute" : "fixed"};top:0;left:0;z-index:99`;
    style.color = getComputedStyle(around.querySelector("a") || around).color;
    style.colorScheme = /\((?:2\d|1[5-9])\d,/.test(getComputedStyle(document.body).color) ? "dark" : "light";
    around.append(holder);
    if (!spot) return;
    const at = holder.getBoundingClientRect();
    style.left = `${spot.left - at.left}px`;
    style.top = `${spot.top - at.top}px`;
  };
  place();
  addEventListener("resize", place, { signal });
  const watch = new IntersectionObserver(([{ isIntersecting }]) => { style.display = isIntersecting ? "none" : ""; });
  if (field) watch.observe(field);
  signal.addEventListener("abort", () => {
    watch.disconnect();
    holder.remove();
    if (double) double.remove();
  });
}
