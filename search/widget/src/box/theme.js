/* The colours of the page around the box: light or dark, and the accent of its theme.
 *
 * What the page shows counts, not what it declares: many themes switch a class and leave `color-scheme` as it was. The
 * accent is the colour of the site's links, moved towards black or white until it can be read on everything in the panel.
 */
const READABLE = 4.5; // WCAG 1.4.3
const COLOURFUL = 0.16; // between the strongest and the weakest part: below it a colour is a grey, as that of text
const TINTED = { light: 0.1, dark: 0.12 }; // how much of the accent is in the chosen row
const colours = new Map();
let canvas;

/* A colour of a computed style in any syntax as [red, green, blue, alpha], each 0 to 1. */
function rgba(text) {
  const plain = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
  if (plain) return [plain[1] / 255, plain[2] / 255, plain[3] / 255, +(plain[4] ?? 1)];
  if (!colours.has(text)) {
    canvas ||= make("canvas", { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = "#0000";
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    colours.set(text, [...canvas.getImageData(0, 0, 1, 1).data].map((part) => part / 255));
  }
  return colours.get(text);
}

const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const mixed = (over, under, share) => over.map((part, at) => part * share + under[at] * (1 - share));
const css = (colour) => `rgb(${colour.map((part) => Math.round(part * 255)).join(" ")})`;

function luminance([red, green, blue]) {
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function isColourful([red, green, blue]) {
  return Math.max(red, green, blue) - Math.min(red, green, blue) >= COLOURFUL;
}

/* The layers that an element paints behind its content, from the front: the average colour of each gradient, and the
   background colour. null where a picture hides what is behind it. */
function layersOf({ backgroundImage, backgroundColor }) {
  const layers = [];
  for (const image of backgroundImage === "none" ? [] : backgroundImage.split(/,\s*(?=[a-z-]+(?:gradient|url|set)?\()/)) {
    const stops = image.match(/(?:rgba?|color|(?:ok)?l(?:ab|ch))\([^()]*\)/g);
    if (/url\(/.test(image)) return null;
    if (stops) layers.push([0, 1, 2, 3].map((at) => stops.reduce((sum, stop) => sum + rgba(stop)[at], 0) / stops.length));
  }
  return [...layers, rgba(backgroundColor)];
}

/* Whether the page is dark where an element stands. Where a picture is behind it, the colour of the text tells. */
function isDark(element) {
  let shown = [0, 0, 0];
  let left = 1; // the share of what lies further back
  for (let at = element; at && left > 0.05; at = at.parentElement || at.getRootNode().host) {
    const style = getComputedStyle(at);
    const layers = layersOf(style);
    if (!layers) return luminance(rgba(style.color)) > 0.3;
    for (const layer of layers) {
      shown = shown.map((part, place) => part + left * layer[3] * layer[place]);
      left *= 1 - layer[3];
    }
  }
  const { colorScheme } = getComputedStyle(document.documentElement);
  const dark = /dark/.test(colorScheme) && (!/light/.test(colorScheme) || matchMedia("(prefers-color-scheme: dark)").matches);
  const canvasLight = dark ? 0.07 : 1;
  return luminance(shown.map((part) => part + left * canvasLight)) < 0.2;
}

/* The colour of the site's links: of one in a text, else of one beside a text that is never painted, else a property that
   many themes have. A grey is none. */
function linkColour() {
  const written = document.querySelector(":is(main, article) p a[href]:not([class])");
  const text = document.querySelector(":is(main, article) p:not([class])");
  const probe = make("p", { hidden: "" }, make("a", { href: "#" }));
  (text ? text.parentNode : document.querySelector("main, article") || document.body).append(probe);
  const found = [written, probe.firstChild].map((link) => link && getComputedStyle(link).color);
  probe.remove();
  const root = getComputedStyle(document.documentElement);
  const named = ["--link-color", "--accent-color", "--accent", "--primary-color"].map((name) => root.getPropertyValue(name).trim());
  return [...found, ...named].filter(Boolean).map(rgba).find((colour) => colour[3] > 0.9 && isColourful(colour)) || null;
}

/* The box's own colours, as they are now: light or dark, and with what the site set. */
function coloursOf(frame) {
  const probe = make("i", { hidden: "" });
  frame.append(probe);
  const read = (name) => {
    probe.style.color = `var(--${name})`;
    return rgba(getComputedStyle(probe).color).slice(0, 3);
  };
  const found = { back: read("back"), tint: read("tint"), mark: read("mark"), soft: read("soft"), accent: read("accent") };
  probe.remove();
  return found;
}

/* An accent as near to a colour as can be read on all that the panel paints below it; null if only a grey can be. */
function readableAccent(link, { back, tint, mark }, share) {
  const end = luminance(back) < 0.2 ? [1, 1, 1] : [0, 0, 0];
  const fits = (tried) => [back, tint, mark, mixed(tried, back, share)].every((ground) => contrast(tried, ground) >= READABLE);
  for (let own = 1; own > 0; own -= 0.05) {
    const tried = mixed(link, end, own);
    if (fits(tried)) return isColourful(tried) ? tried : null;
  }
  return null;
}

/* Set light or dark and the accent on the box: a dialog with the field and the panel. */
function colour(host, frame, state) {
  const dark = isDark(host);
  const scheme = dark ? "dark" : "light";
  const own = getComputedStyle(host).getPropertyValue("--zh-search-accent").trim();
  const link = own ? null : linkColour();
  const key = `${scheme} ${own} ${link}`;
  if (state.key === key) return;
  state.key = key;
  frame.style.colorScheme = scheme;
  for (const name of ["--accent", "--on-accent", "--chosen"]) frame.style.removeProperty(name);
  const share = TINTED[scheme];
  const shown = coloursOf(frame);
  const accent = own ? shown.accent : link && readableAccent(link.slice(0, 3), shown, share);
  if (!accent) return;
  if (!own) frame.style.setProperty("--accent", css(accent));
  frame.style.setProperty("--on-accent", contrast(accent, [1, 1, 1]) >= READABLE ? "#fff" : "#000");
  const row = mixed(accent, shown.back, share);
  if (contrast(shown.soft, row) >= READABLE) frame.style.setProperty("--chosen", css(row));
}

/* Let a panel follow the colours of the page around its host, also while the reader switches the page's theme. Returns
   the function that ends it. */
function follow(host, panel) {
  const state = {};
  const life = new AbortController();
  const set = () => colour(host, panel.closest("dialog"), state);
  let due = 0;
  const soon = () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(set);
  };
  const faded = ({ target, propertyName }) => { // the theme fades from one colour to the other
    if (/color|background/.test(propertyName) && target.contains(host)) soon();
  };
  const observer = new MutationObserver(soon);
  const device = matchMedia("(prefers-color-scheme: dark)");
  for (let at = host.parentElement || host.getRootNode().host; at; at = at.parentElement || at.getRootNode().host) {
    observer.observe(at, { attributes: true });
  }
  observer.observe(document.head, { subtree: true, childList: true, attributeFilter: ["disabled", "href", "media"] });
  document.addEventListener("transitionend", faded, { signal: life.signal });
  device.addEventListener("change", soon, { signal: life.signal });
  set();
  return () => {
    cancelAnimationFrame(due);
    observer.disconnect();
    life.abort();
  };
}
