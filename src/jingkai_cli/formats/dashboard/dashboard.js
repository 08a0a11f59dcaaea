"use strict";
// Filters and sorts the tables; without it every row is shown, in the plan's order.
(() => {
  document.documentElement.classList.add("js");
  const list = document.getElementById("list");
  const body = list.tBodies[0];
  const rows = [...body.rows];
  const order = new Map(rows.map((row, n) => [row, n]));
  const filters = document.querySelector(".filters");
  const field = Object.fromEntries([...filters.querySelectorAll("[data-by]")].map((one) => [one.dataset.by, one]));
  const said = filters.querySelector("[role=status]");
  let words;

  // On a phone, rows are shown as cards; some browsers then drop the table semantics, which the roles restore.
  list.setAttribute("role", "table");
  for (const part of [list.tHead, body]) part.setAttribute("role", "rowgroup");
  for (const row of list.rows) {
    row.setAttribute("role", "row");
    for (const cell of row.cells) cell.setAttribute("role", { col: "columnheader", row: "rowheader" }[cell.scope] || "cell");
  }

  const unit = (row) => row.cells[8].textContent.split("\n")[0].replace(/\*$/, "");
  const shows = (row) =>
    ["lamp", "state"].every((by) => !field[by].value || row.dataset[by] === field[by].value) &&
    (!field.unit.value || unit(row) === field.unit.value) &&
    (!field.text.value.trim() || words.get(row).includes(field.text.value.trim().toLowerCase()));

  const filter = () => {
    words ||= new Map(rows.map((row) => [row, row.textContent.toLowerCase().replaceAll("\u00a0", " ")]));
    const shown = new Set(rows.filter(shows).map((row) => row.dataset.task));
    for (const part of document.querySelectorAll("[data-task]")) part.hidden = !shown.has(part.dataset.task);
    said.textContent = said.dataset.said.replace("{shown}", shown.size).replace("{all}", rows.length);
  };

  const heads = [...list.tHead.rows[0].cells].filter((head) => head.dataset.sort);
  const lamps = body.dataset.lamps.split(" ");
  const keys = {
    order: (row) => order.get(row),
    lamp: (row) => lamps.indexOf(row.dataset.lamp),
    number: (_row, text, cell) => {
      const figure = parseFloat(cell.dataset.number ?? text);
      return isNaN(figure) ? undefined : figure;
    },
    date: (_row, _text, cell) => cell.dataset.day || undefined,
    text: (_row, text) => (text.startsWith(body.dataset.unknown) ? undefined : text),
  };
  const before = (one, other) => (isNaN(one - other) ? one.localeCompare(other, document.documentElement.lang) : one - other);

  // Unknown values come last in both directions; equal ones stay in the plan's order.
  const sort = (head, direction) => {
    const key = new Map(rows.map((row) => [row, keys[head.dataset.sort](row, row.cells[head.cellIndex].textContent, row.cells[head.cellIndex])]));
    const known = rows.filter((row) => key.get(row) !== undefined);
    known.sort((one, other) => direction * before(key.get(one), key.get(other)));
    body.append(...known, ...rows.filter((row) => key.get(row) === undefined));
    for (const one of heads) one.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
    field.sort.value = `${head.cellIndex} ${direction}`;
  };

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head, head.getAttribute("aria-sort") === "ascending" ? -1 : 1));
    // Chromium does not repeat buttons in the header of a printed table: print the text instead.
    const printed = document.createElement("span");
    printed.className = "printed";
    printed.textContent = head.textContent;
    head.replaceChildren(button, printed);
    for (const [direction, arrow] of [[1, "↑"], [-1, "↓"]]) {
      field.sort.add(new Option(`${button.textContent} ${arrow}`, `${head.cellIndex} ${direction}`));
    }
  }
  field.sort.addEventListener("change", () => {
    const [column, direction] = field.sort.value.split(" ").map(Number);
    sort(list.tHead.rows[0].cells[column], direction);
  });
  heads[0].setAttribute("aria-sort", "ascending");

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

  // With many tasks, the details are compressed: those of a task are unpacked on request.
  const packs = document.querySelectorAll(".pack");
  const unpacked = new Map();
  const unpack = async (task) => {
    const row = rows.find((one) => one.dataset.task === task);
    if (!row || !packs.length) return;
    const n = Math.floor(order.get(row) / Number(document.getElementById("details").dataset.pack));
    if (!unpacked.has(n)) {
      const bytes = Uint8Array.from(atob(packs[n].textContent), (one) => one.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      const holder = document.createElement("template");
      holder.innerHTML = await new Response(stream).text();
      unpacked.set(n, holder.content);
    }
    const found = [...unpacked.get(n).children].find((one) => one.dataset.task === task);
    if (found) document.getElementById("details").append(found);
  };

  const tasks = [...document.querySelectorAll("details.task")];
  const setAll = (open) => () => {
    for (const task of tasks) task.open = open;
  };
  document.querySelector("[data-do=open]")?.addEventListener("click", setAll(true));
  document.querySelector("[data-do=close]")?.addEventListener("click", setAll(false));
  const follow = async () => {
    const name = decodeURIComponent(location.hash.slice(1));
    if (!document.getElementById(name) && name.startsWith("task-")) await unpack(name.slice(5));
    const target = document.getElementById(name);
    const task = target && target.closest("details.task");
    if (!task) return;
    task.hidden = false;
    task.open = true;
    target.focus({ preventScroll: true });
    task.scrollIntoView();
  };
  addEventListener("hashchange", follow);

  // Shows the value of the point under the mouse, finger or keyboard focus below its curve.
  const point = (event) => {
    const spot = event.target.closest?.(".spot");
    if (spot) spot.closest("figure").querySelector(".value").textContent = spot.querySelector("title").textContent;
  };
  for (const kind of ["mouseover", "focusin", "click"]) addEventListener(kind, point);

  // A browser breaks Chinese between any two characters. This breaks lines between words, and keeps figures with words.
  const opened = "[\\p{Ps}\\p{Pi}]";
  const inside = new RegExp(`[\\p{L}%+\\p{Pe}\\p{Pf}](?=${opened})|[\\p{Pe}\\p{Pf}](?=[\\p{L}\\p{N}])|[\\p{L}\\p{N}%](?=\\p{Script=Han})`, "uy");
  const forward = /^(?:从未|[按已未不在对将经从为与和及或向拟需须可再正尚仍应各每第请])$/;
  const backward = /^[局厂办委站区路段率期类处所院队桥场]$/;
  const single = (segment) => segment && /^\p{Script=Han}$/u.test(segment) && !forward.test(segment);
  const units = [...field.unit.options].map((one) => one.value).filter((name) => /^\p{Script=Han}{2,8}$/u.test(name));
  const terms = new RegExp(["棚户区", "征迁", "回迁入住", "水系(?!统)", ...units].join("|"), "g"); // unknown to the browser
  // A character alone belongs to the word before it; two of them are a word that the browser does not know.
  const breaks = function* (text, segmenter) {
    const found = [...segmenter.segment(text)];
    const whole = new Set();
    for (const term of text.matchAll(terms)) for (let n = 1; n < term[0].length; n++) whole.add(term.index + n);
    for (const [n, { segment, index }] of found.entries()) {
      const [last, next] = [found[n - 1]?.segment, found[n + 1]?.segment];
      inside.lastIndex = index - 1;
      const pair = single(last) && !backward.test(last);
      const lost = pair && !/\p{Script=Han}$/u.test(found[n - 2]?.segment); // 瑞和服务中心
      const suffix = backward.test(segment) || (single(segment) && (pair || !single(next)));
      if (n && inside.test(text) && !whole.has(index) && !suffix && !lost && !forward.test(last)) yield index;
    }
  };
  const keepWords = () => {
    const segmenter = new Intl.Segmenter("zh", { granularity: "word" });
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const kept = node.parentElement.closest("svg, script, option, time, data, .lamp, .unseen, a[href^='tel:'], #list td:nth-child(3), #overdue thead, .wide");
      if (!kept && /\p{Script=Han}/u.test(node.data)) texts.push(node);
    }
    for (const node of texts) {
      if (/^(TIME|DATA|A)$/.test(node.previousSibling?.nodeName) && new RegExp(`^(\\p{L}|${opened})`, "u").test(node.data)) {
        node.before(document.createElement("wbr"));
      }
      for (const index of [...breaks(node.data, segmenter)].reverse()) node.splitText(index).before(document.createElement("wbr"));
    }
    document.documentElement.classList.add("words");
  };
  if (Intl.Segmenter && !list.classList.contains("many")) keepWords();

  if (matchMedia("(min-width: 48.01rem)").matches) for (const fold of document.querySelectorAll(".fold")) fold.open = true;
  filters.hidden = false;
  const buttons = document.querySelector(".buttons");
  if (buttons) buttons.hidden = false;
  said.textContent = said.dataset.said.replace("{shown}", rows.length).replace("{all}", rows.length);
  follow();
})();
