"use strict";
// Tables can be sorted by a column: up, down, and back to the run's own order.
for (const table of document.querySelectorAll("table.sheet")) {
  const body = table.tBodies[0];
  const order = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    const label = head.querySelector(".label");
    const button = document.createElement("button");
    button.type = "button";
    label.before(button);
    button.append(label);
    const value = (row) => row.cells[at].dataset.v;
    button.addEventListener("click", () => {
      const next = { none: "ascending", ascending: "descending", descending: "none" };
      const sorted = next[head.getAttribute("aria-sort") ?? "none"];
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      if (sorted !== "none") head.setAttribute("aria-sort", sorted);
      const sign = sorted === "descending" ? -1 : 1;
      const compare = (a, b) => {
        const [x, y] = [value(a), value(b)];
        if (x === undefined && y === undefined) return sign * a.cells[at].textContent.localeCompare(b.cells[at].textContent, "en");
        if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
        return sign * (x - y);
      };
      body.append(...(sorted === "none" ? order : [...order].sort(compare)));
    });
  });
}
// A table that fits shows all of a heading's explanation; one that does not says that it can be scrolled.
const fit = () => {
  for (const box of document.querySelectorAll(".scroll")) {
    box.classList.remove("fits", "wide");
    box.classList.add(box.scrollWidth > box.clientWidth + 1 ? "wide" : "fits");
  }
};
fit();
addEventListener("resize", fit);
