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
