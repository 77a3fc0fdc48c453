/* Icons, drawn as strokes on a grid of 24: an image in a style sheet would need the site's permission in img-src. */
const ICONS = {
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M20 20l-4.8-4.8",
  close: "M6 6l12 12M18 6L6 18",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4.5l3 1.8",
  page: "M7 3.5h7L18.5 8v12a.5.5 0 0 1-.5.5H7a.5.5 0 0 1-.5-.5V4a.5.5 0 0 1 .5-.5M14 3.5V8h4.5M9.5 12.5h6M9.5 16h4",
  section: "M9.5 4l-2 16M16.5 4l-2 16M4.5 9h15.5M4 15h15.5",
  passage: "M4.5 7h15M4.5 12h15M4.5 17h9",
  pin: "M9 4h6l-.8 6.2 3.3 3.3H6.5l3.3-3.3L9 4M12 13.5V21",
  filter: "M4 7h16M7.5 12h9M10.5 17h3",
  offline: "M3.5 8.8a13 13 0 0 1 4-2.3M11 5.6a13 13 0 0 1 9.5 3.2M7 12.8a8 8 0 0 1 3-1.6M14.5 11.4a8 8 0 0 1 2.5 1.4M12 18.2v.1M4 4l16 16",
  empty: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M20 20l-4.8-4.8M8.2 12.3c1.3-1.4 3.3-1.4 4.6 0M8.6 8.8v.1M12.4 8.8v.1",
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
