/* DOM helpers. Text from the API or the reader only ever becomes text nodes and attributes, never HTML. */
const HOME = new URL(".", import.meta.url).href;

const parsed = new Promise((done) => {
  if (document.readyState !== "loading") done();
  else document.addEventListener("DOMContentLoaded", done);
});

function make(tag, attributes = {}, ...children) {
  const element = change(document.createElement(tag), attributes);
  element.append(...children);
  return element;
}

function change(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
  return element;
}

function button(text, act, attributes = {}, ...more) {
  const made = make("button", { type: "button", ...attributes }, text, ...more);
  made.addEventListener("click", act);
  return made;
}

/* The base URL of an element's API. */
function home(element) {
  const src = element.getAttribute("src");
  return src === null ? HOME : new URL(src.replace(/\/*$/, "/"), document.baseURI).href;
}

function sheetOf(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

/* Whether an element can be seen: no dialog is, in a part of the page that is hidden. */
function isShown(element) {
  return element.hasAttribute("bare") || element.getClientRects().length > 0;
}
