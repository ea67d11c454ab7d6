// What makes a page hard to read, as numbers and texts.

// The least contrast (WCAG 2) of any kind of text to what is behind it.
function contrast() {
  const light = (colour) => {
    const linear = (x) => (x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((x) => linear(x / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const ratio = (element) => {
    const style = getComputedStyle(element);
    const ink = element instanceof SVGElement ? style.fill : style.color;
    const [more, less] = [light(ink), light(behind(element))].sort((x, y) => y - x);
    return (more + 0.05) / (less + 0.05);
  };
  const kinds = ["h1", ".soft", ".total b", ".total", "td span", "td.text", "td.id", "th button", "svg text"];
  return Math.min(...kinds.flatMap((one) => [...document.querySelectorAll(one)].slice(0, 20)).map(ratio));
}

// Texts of the histogram that lie on one another, side by side by less than a pixel aside.
function overlaps() {
  const boxes = [...document.querySelectorAll("svg text")].map((e) => [e.textContent, e.getBoundingClientRect()]);
  const touch = (p, q) =>
    p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 2 && q.top < p.bottom - 2;
  return boxes.flatMap(([a, p], i) =>
    boxes.slice(i + 1).filter(([, q]) => touch(p, q)).map(([b]) => `${a} on ${b}`));
}

// The resource ids of the rows that can be seen, in their order.
function visible() {
  const rows = [...document.querySelectorAll("#found tbody tr")];
  return rows.filter((row) => row.offsetParent !== null).map((row) => row.cells[3].textContent);
}
