/* A round button that opens the search where its field lies out of sight: below the posts on a phone, or in a menu that
 * is closed. It stands at the end of the line of the theme's header, and scrolls or sticks as the header does; where that
 * spot is taken, in the lower corner of the window.
 */
const FOLLOWING = 45; // the side of the button: a finger's

/* Whether nothing in a header lies in a square: no text, no picture, nothing that can be pressed. */
function isFree(header, left, top) {
  const meets = (box) => box.width && box.left < left + FOLLOWING && box.right > left
    && box.top < top + FOLLOWING && box.bottom > top;
  const things = [...header.querySelectorAll("a,button,input,select,label,summary,img,svg,i,[tabindex]")];
  const walker = document.createTreeWalker(header, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.data.trim()) continue;
    const range = document.createRange();
    range.selectNode(walker.currentNode);
    things.push(range);
  }
  const hit = document.elementFromPoint(left + FOLLOWING / 2, top + FOLLOWING / 2); // null above the window
  return !things.some((thing) => [...thing.getClientRects()].some(meets))
    && (!hit || hit.contains(header) || header.contains(hit));
}

/* The theme's header and where the button fits into its first line: {header, left, top}; undefined without one. */
function headerSpot() {
  for (const header of document.querySelectorAll("header,[role=banner],nav")) {
    const box = header.getBoundingClientRect();
    const first = header.querySelector("a,img,button");
    if (box.top + scrollY > 99 || box.width < innerWidth * 0.6 || !first) continue;
    const line = first.getBoundingClientRect();
    const top = Math.max(box.top, line.top + (line.height - FOLLOWING) / 2);
    const left = getComputedStyle(header).direction === "rtl" ? box.left + 8 : box.right - FOLLOWING - 8;
    if (top + FOLLOWING <= box.bottom + 1 && isFree(header, left, top)) return { header, left, top };
  }
}

/* Show the button for an element while its field is out of sight, until the signal ends it. */
function followButton(host, signal) {
  if (host.getAttribute("button") === "none") return;
  // A dialog made by a button shows nothing until it is open: the button is watched.
  const field = host.hasAttribute("bare") ? document.querySelector("zh-search-button") : host;
  const label = textsOf(host).search;
  const holder = make("zh-search-follow", { role: "search", "aria-label": label });
  const { style } = holder;
  const root = holder.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [SHEET];
  root.append(make("div", { class: "box" }, button("", () => host.summon(), { class: "go follow", "aria-label": label })));

  const place = () => {
    const box = field && field.getBoundingClientRect();
    holder.remove();
    if (box && box.width && box.top + scrollY < innerHeight && box.right > 0 && box.left < innerWidth) return;
    const spot = headerSpot();
    const around = spot ? spot.header : document.body;
    holder.className = spot ? "" : "corner";
    // Whatever the theme says of elements there; on a dark page the text is light.
    style.cssText = "all:initial;position:absolute;top:0;left:0;z-index:99";
    const { color } = getComputedStyle(around.querySelector("a") || around);
    style.color = color;
    style.colorScheme = /\((?:2\d|1[5-9])\d,/.test(getComputedStyle(document.body).color) ? "dark" : "light";
    if (!spot) style.position = "fixed";
    around.append(holder);
    if (!spot) return;
    const at = holder.getBoundingClientRect();
    style.left = `${spot.left - at.left}px`;
    style.top = `${spot.top - at.top}px`;
  };
  place();
  addEventListener("resize", place, { signal });
  signal.addEventListener("abort", () => holder.remove());
  if (!field) return;
  const watch = new IntersectionObserver(([{ isIntersecting }]) => { style.display = isIntersecting ? "none" : ""; });
  watch.observe(field);
  signal.addEventListener("abort", () => watch.disconnect());
}
