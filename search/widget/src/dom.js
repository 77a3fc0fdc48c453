/* DOM helpers. Text from the API or the reader only ever becomes text nodes and attributes, never HTML. */
const HOME = new URL(".", import.meta.url).href;

const parsed = new Promise((done) => {
  if (document.readyState !== "loading") done();
  else document.addEventListener("DOMContentLoaded", done);
});

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  change(element, attributes);
  element.append(...children);
  return element;
}

function change(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}

function button(text, act, attributes = {}) {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

/* Text with its marks as nodes. Ranges count code points, JavaScript strings UTF-16 units: 𠮷 is one and two. */
function marked(text, ranges, tag = "mark") {
  const points = Array.from(text);
  const nodes = [];
  let at = 0;
  for (const [start, end] of ranges) {
    nodes.push(points.slice(at, start).join(""), make(tag, {}, points.slice(start, end).join("")));
    at = end;
  }
  return [...nodes, points.slice(at).join("")];
}

/* The base URL of an element's API. */
function home(element) {
  const src = element.getAttribute("src");
  return src === null ? HOME : new URL(src.replace(/\/*$/, "/"), document.baseURI).href;
}

/* The panel's colour scheme: inherited ("") where the page declares one, otherwise derived from the background behind
   the element, for themes that only switch a class or use a media query. */
function scheme(element) {
  if (getComputedStyle(element).colorScheme !== "normal") return "";
  const pixel = make("canvas").getContext("2d", { willReadFrequently: true });
  for (let at = element; at; at = at.parentElement || at.getRootNode().host) {
    pixel.fillStyle = getComputedStyle(at).backgroundColor; // in any CSS syntax; the canvas converts it to bytes
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data;
    if (alpha > 127) return red + 2 * green + blue < 512 ? "dark" : "light";
  }
  return "light";
}
