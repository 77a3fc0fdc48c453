/* Icons, drawn as strokes on a grid of 24: an image in a style sheet would need the site's permission in img-src. */
const LENS = "M4 10a6 6 0 1 0 12 0a6 6 0 1 0-12 0M15 15l5 5";
const ICONS = {
  search: LENS,
  close: "M6 6l12 12M18 6L6 18",
  clock: "M4 12a8 8 0 1 0 16 0a8 8 0 1 0-16 0M12 8v4l3 2",
  page: "M13 3H6v18h12V8l-5-5v5h5M9 13h6M9 17h6",
  section: "M9 4L7 20M17 4l-2 16M4 9h16M4 15h16",
  passage: "M4 7h16M4 12h16M4 17h9",
  pin: "M9 4h6v6l3 4H6l3-4V4M12 14v7",
  filter: "M4 7h16M7 12h10M10 17h4",
  offline: "M4 10a12 12 0 0 1 16 0M7 14a8 8 0 0 1 10 0M12 18v.1M4 4l16 16",
  empty: `${LENS}M8 12a3 3 0 0 1 4 0M8 8v.1M12 8v.1`,
};

function icon(name) {
  const drawing = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    change(element, attributes);
    return element;
  };
  const svg = drawing("svg", { class: `icon ${name}`, viewBox: "0 0 24 24", "aria-hidden": "true" });
  svg.append(drawing("path", { d: ICONS[name] || ICONS.pin }));
  return svg;
}
