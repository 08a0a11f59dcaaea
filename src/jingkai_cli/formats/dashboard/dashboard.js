"use strict";
// Filters and sorts what is on the page; without it everything is shown, in the plan's order.
(() => {
  const list = document.getElementById("list");
  const body = list.tBodies[0];
  const rows = [...body.rows];
  const parts = [...document.querySelectorAll("[data-task]")];
  const filters = document.querySelector(".filters");
  const field = Object.fromEntries([...filters.querySelectorAll("[data-by]")].map((one) => [one.dataset.by, one]));
  const said = filters.querySelector("[role=status]");
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  const shows = (row) =>
    ["lamp", "state", "unit"].every((by) => !field[by].value || row.dataset[by] === field[by].value) &&
    words.get(row).includes(field.text.value.trim().toLowerCase());

  const filter = () => {
    const shown = new Set(rows.filter(shows).map((row) => row.dataset.task));
    for (const part of parts) part.hidden = !shown.has(part.dataset.task);
    said.textContent = said.dataset.said.replace("{shown}", shown.size).replace("{all}", rows.length);
  };

  const heads = [...list.tHead.rows[0].cells].filter((head) => "sort" in head.dataset);
  const before = (one, other) => (isNaN(one - other) ? one.localeCompare(other, document.documentElement.lang) : one - other);

  // What is unknown comes last in both directions; equals stay in the plan's order.
  const sort = (head, direction) => {
    const key = (row) => row.cells[head.cellIndex].dataset.key || "";
    const known = rows.filter((row) => key(row));
    known.sort((one, other) => direction * before(key(one), key(other)));
    body.append(...known, ...rows.filter((row) => !key(row)));
    for (const one of heads) one.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
    field.sort.value = `${head.cellIndex} ${direction}`;
  };

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head, head.getAttribute("aria-sort") === "ascending" ? -1 : 1));
    head.replaceChildren(button);
    for (const [direction, arrow] of [[1, "↑"], [-1, "↓"]]) {
      field.sort.add(new Option(`${button.textContent} ${arrow}`, `${head.cellIndex} ${direction}`));
    }
  }
  field.sort.addEventListener("change", () => {
    const [column, direction] = field.sort.value.split(" ").map(Number);
    sort(list.tHead.rows[0].cells[column], direction);
  });
  sort(heads[0], 1);

  for (const by of ["lamp", "state", "unit", "text"]) field[by].addEventListener("input", filter);
  const clear = () => {
    for (const by of ["lamp", "state", "unit", "text"]) field[by].value = "";
    filter();
  };
  filters.querySelector("[data-do=clear]").addEventListener("click", clear);
  for (const tile of document.querySelectorAll("[data-filter]")) {
    tile.addEventListener("click", () => {
      clear();
      field[tile.dataset.filter].value = tile.dataset.value;
      filter();
    });
  }

  const tasks = [...document.querySelectorAll("details.task")];
  const setAll = (open) => () => {
    for (const task of tasks) task.open = open;
  };
  document.querySelector("[data-do=open]").addEventListener("click", setAll(true));
  document.querySelector("[data-do=close]").addEventListener("click", setAll(false));
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const task = target && target.closest("details.task");
    if (!task) return;
    task.hidden = false;
    task.open = true;
    target.focus({ preventScroll: true });
    task.scrollIntoView();
  };
  addEventListener("hashchange", follow);

  filters.hidden = false;
  document.querySelector(".buttons").hidden = false;
  filter();
  follow();
})();
