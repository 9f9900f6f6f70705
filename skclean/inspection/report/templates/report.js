
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const key = "skclean:" + document.body.dataset.id;
  const token = document.body.dataset.token;
  const labels = [...byId("tool").content.querySelectorAll("option")].map((option) => option.value).slice(0, -1);
  const labelOf = (place) => (place === undefined ? "" : /^\d+$/.test(place) && place < labels.length ? labels[place] : place);
  const rows = [...document.querySelectorAll(".list>li>details")].map((node, order) => ({
    node, order, item: node.parentNode, row: Number(node.id.slice(1)), name: node.dataset.n ?? node.id.slice(1), check: node.dataset.k,
    given: labelOf(node.dataset.g), suggested: labelOf(node.dataset.s), text: node.textContent.toLowerCase(),
  }));
  const byRow = new Map(rows.map((entry) => [entry.row, entry]));
  let decided = new Map();

  const read = () => {
    try { return JSON.parse(localStorage.getItem(key) || "[]"); } catch { return []; }
  };
  const merge = (found) => {
    for (const one of found) {
      const now = decided.get(one.row);
      if (byRow.has(one.row) && (!now || now.time <= one.time)) decided.set(one.row, one);
    }
  };
  const keep = () => {
    merge(read());  // what another tab decided since
    try { localStorage.setItem(key, JSON.stringify([...decided.values()])); } catch { /* private window: the file is what stays */ }
  };
  const headers = { "X-Skclean-Token": token, "Content-Type": "application/json" };
  const waiting = [];
  let sending = false;
  const send = async () => {
    if (sending) return;
    sending = true;
    while (waiting.length) {
      try {
        const answer = await fetch("./decisions", { method: "POST", headers, body: JSON.stringify({ decisions: [waiting[0]] }) });
        if (answer.ok) { waiting.shift(); status(); continue; }
        if (answer.status >= 500) throw new Error();  // the disk may be full: it stays here, and is sent again
        byId("done").textContent = "The server refused a decision: " + (await answer.text()).slice(0, 200);
        waiting.shift();
      } catch {
        byId("done").textContent = "The server does not answer, or cannot write. Decisions are kept here and sent again; or save them as a file.";
        setTimeout(() => { sending = false; send(); }, 2000);
        return;
      }
    }
    sending = false;
  };

  const status = () => {
    const left = waiting.length ? ", " + waiting.length + " not yet written" : "";
    byId("done").textContent = decided.size + " of " + rows.length + " rows decided" + left;
  };
  const mark = (entry) => {
    const one = decided.get(entry.row);
    let badge = entry.node.querySelector("summary>.m");
    if (!badge && one) {
      badge = document.createElement("span");
      badge.className = "m";
      entry.node.querySelector("summary").append(badge);
    }
    if (badge) {
      badge.textContent = one ? (one.decision === "change" ? "change to " + one.label : one.decision) : "";
      badge.hidden = !one;
    }
    if (entry.tool) fill(entry);
  };
  const decide = (entry, decision, label, note) => {
    const one = {
      row: entry.row, name: entry.name, check: entry.check, given: entry.given, decision,
      label: decision === "change" ? label : "", note, reviewer: byId("who").value, time: new Date().toISOString(),
    };
    decided.set(entry.row, one);
    keep();
    mark(entry);
    if (token) { waiting.push(one); send(); }
    status();
  };

  const fill = (entry) => {
    const one = decided.get(entry.row), tool = entry.tool;
    for (const radio of tool.querySelectorAll("[type=radio]")) radio.checked = Boolean(one) && radio.value === one.decision;
    const label = one && one.decision === "change" ? one.label : entry.suggested;
    const select = tool.querySelector("select"), other = tool.querySelector(".other");
    if (document.activeElement !== other) {
      const known = labels.includes(label);
      select.value = known ? label : "";
      other.hidden = known;
      other.value = known ? "" : label;
    }
    const note = tool.querySelector(".note");
    if (one && document.activeElement !== note) note.value = one.note;
  };
  const open = (entry) => {
    if (entry.tool) return;
    entry.node.append(byId("tool").content.cloneNode(true));
    const tool = entry.tool = entry.node.lastElementChild;
    for (const radio of tool.querySelectorAll("[type=radio]")) radio.name = "d" + entry.row;
    const select = tool.querySelector("select"), other = tool.querySelector(".other"), note = tool.querySelector(".note");
    const chosen = () => select.value || other.value.trim();
    tool.addEventListener("change", (event) => {
      if (event.target === select) {
        other.hidden = select.value !== "";
        if (!select.value) { other.focus(); return; }
      }
      const now = decided.get(entry.row);
      let decision = event.target.type === "radio" ? event.target.value : now && now.decision;
      if ((event.target === select || event.target === other) && chosen()) decision = "change";
      if (!decision) return;
      if (decision === "change" && !chosen()) { other.hidden = false; other.focus(); return; }
      decide(entry, decision, chosen(), note.value);
    });
    fill(entry);
  };
  for (const entry of rows) entry.node.addEventListener("toggle", () => entry.node.open && open(entry));

  const show = () => {
    const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean), pair = byId("pair").value;
    // rows outside of the window are laid out late, which makes sorting quick, and hiding many of them slow
    for (const list of document.querySelectorAll(".list")) list.classList.toggle("filtered", Boolean(pair || words.length));
    let count = 0;
    for (const entry of rows) {
      const fits = (!pair || pairOf(entry) === pair) && words.every((word) => entry.text.includes(word));
      entry.item.hidden = !fits;
      count += fits;
    }
    byId("shown").textContent = count + " rows shown";
  };
  const pairOf = (entry) => entry.given + " → " + entry.suggested;
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  const sorts = {
    n: (a, b) => compare(a.name, b.name), g: (a, b) => compare(a.given, b.given), s: (a, b) => compare(a.suggested, b.suggested),
    m: (a, b) => compare((decided.get(b.row) || {}).decision || "", (decided.get(a.row) || {}).decision || ""),
  };
  const sort = () => {
    const by = sorts[byId("sort").value] || (() => 0);
    for (const list of document.querySelectorAll(".list")) {
      const inside = rows.filter((entry) => entry.item.parentNode === list).sort((a, b) => by(a, b) || a.order - b.order);
      list.append(...inside.map((entry) => entry.item));
    }
  };
  const pairs = new Map();
  for (const entry of rows) pairs.set(pairOf(entry), (pairs.get(pairOf(entry)) || 0) + 1);
  for (const [pair, count] of [...pairs].sort((a, b) => b[1] - a[1])) byId("pair").append(new Option(pair + " (" + count + ")", pair));
  byId("search").addEventListener("input", show);
  byId("pair").addEventListener("change", show);
  byId("sort").addEventListener("change", sort);
  byId("tools").addEventListener("submit", (event) => event.preventDefault());

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "radio") return;
    const visible = [...document.querySelectorAll(".list>li:not([hidden])>details")];
    const current = document.activeElement.closest(".list details");
    const place = visible.indexOf(current), pressed = event.key.toLowerCase();
    const step = { j: 1, k: -1 }[pressed];
    if (step) {
      const next = visible[place < 0 ? 0 : Math.min(Math.max(place + step, 0), visible.length - 1)];
      if (next) next.querySelector("summary").focus();
    } else if (current && "1234n".includes(pressed)) {
      const entry = byRow.get(Number(current.id.slice(1)));
      current.open = true;
      open(entry);
      if (pressed === "n") entry.tool.querySelector(".note").focus();
      else if (pressed === "2" && !(entry.tool.querySelector("select").value || entry.tool.querySelector(".other").value)) entry.tool.querySelector("select").focus();
      else decide(entry, { 1: "keep", 2: "change", 3: "unsure", 4: "remove" }[pressed], entry.tool.querySelector("select").value || entry.tool.querySelector(".other").value, entry.tool.querySelector(".note").value);
    } else return;
    event.preventDefault();
  });

  const columns = ["row", "name", "check", "given", "decision", "label", "note", "reviewer", "time"];
  const cell = (value) => (/[",\r\n]/.test(String(value)) ? '"' + String(value).replaceAll('"', '""') + '"' : String(value));
  byId("save").addEventListener("click", () => {
    keep();
    const found = [...decided.values()].sort((a, b) => a.row - b.row);
    const text = [columns, ...found.map((one) => columns.map((name) => one[name]))].map((line) => line.map(cell).join(",") + "\r\n").join("");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = "decisions.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  const refresh = () => { for (const entry of rows) mark(entry); status(); };
  addEventListener("storage", (event) => { if (event.key === key) { merge(read()); refresh(); } });
  const toHash = () => {
    const node = /^#r\d+$/.test(location.hash) && byId(location.hash.slice(1));
    if (node) { node.open = true; node.querySelector("summary").focus(); }
  };
  addEventListener("hashchange", toHash);

  merge(read());
  byId("tools").hidden = byId("bar").hidden = rows.length === 0;
  try { byId("who").value = localStorage.getItem("skclean:reviewer") || ""; } catch { /* no storage */ }
  byId("who").addEventListener("change", () => { try { localStorage.setItem("skclean:reviewer", byId("who").value); } catch { /* no storage */ } });
  refresh();
  show();
  toHash();
  if (token) {
    fetch("./decisions", { headers }).then((answer) => (answer.ok ? answer.json() : { decisions: [] }))
      .then((answer) => { merge(answer.decisions.map((one) => ({ ...one, row: Number(one.row) }))); refresh(); }).catch(() => {});
  }
})();
