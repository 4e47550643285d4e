// What is wrong with the screen that is shown: cut off, overlapping, too small to touch or to read.
(rules) => {
  const wrong = [];
  const name = (part) => `${part.tagName.toLowerCase()}.${part.className} "${(part.textContent || "").trim().slice(0, 24)}"`;
  const visible = (part) => part.checkVisibility({ checkVisibilityCSS: true }) && !part.closest(".heard");
  const box = (part) => part.getBoundingClientRect();
  const layer = (part) => part.closest("[popover]");
  const scroller = (part) => part.closest(".papers, .guide, .found, .list, .records");
  const stage = document.querySelector(".stage");

  const root = document.documentElement;
  if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) wrong.push("the page scrolls");

  for (const part of stage.querySelectorAll("*")) {
    const moves = ["auto", "scroll"].includes(getComputedStyle(part).overflowX);
    if (moves && part.scrollWidth > part.clientWidth) wrong.push(`scrolls sideways: ${name(part)}`);
  }

  const open = document.querySelector(":popover-open");
  const here = [...stage.querySelectorAll("*")].filter((part) => visible(part) && layer(part) === open);
  const said = here.filter((part) => [...part.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
  const touched = here.filter((part) => part.matches("button"));

  const inside = (part, frame) => {
    const [a, b] = [box(part), box(frame)];
    return a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  };
  for (const part of [...said, ...touched, ...here.filter((part) => part.matches("svg, td, .dots, .typed, .papers, .guide, .note"))]) {
    const own = scroller(part);
    if (own && own !== part) continue;
    const frame = layer(part) || part.closest(".head, .main, .more, .foot, .looks");
    if (!inside(part, frame)) wrong.push(`cut off: ${name(part)}`);
  }
  for (const part of here.filter((part) => part.matches("button, .note, .tile, .fact, .who, .typed, .guide, .found, .list, .insert, .papers:has(.statement)"))) {
    if (part.scrollWidth > part.clientWidth + 1) wrong.push(`too wide: ${name(part)}`);
    if (!scroller(part) && part.scrollHeight > part.clientHeight + 1) wrong.push(`too high: ${name(part)}`);
  }

  for (const paper of here.filter((part) => part.matches(".paper"))) {
    const frame = box(paper.parentElement);
    if (box(paper).left < frame.left || box(paper).right > frame.right) wrong.push("cut off: the picture of the paper");
    if (paper.scrollWidth > paper.clientWidth) wrong.push("cut off: a line of the paper");
  }
  for (const part of here.filter((part) => part.matches("h1, h2, figcaption b"))) {
    if (/^[a-z]/.test(part.textContent)) wrong.push(`small letter: ${name(part)}`);
  }
  for (const part of here.filter((part) => part.matches("h2") && part.lastChild?.nodeType === 3)) {
    const letter = document.createRange();
    const top = (at) => {
      letter.setStart(part.lastChild, at);
      letter.setEnd(part.lastChild, at + 1);
      return box(letter).top;
    };
    const end = part.lastChild.length - 1;
    if (end && top(end) > top(end - 1) + 1) wrong.push(`one letter alone: ${name(part)}`);
  }
  const sheet = stage.querySelector(".papers > .statement");
  if (sheet) {
    if (sheet.scrollWidth > sheet.parentElement.clientWidth) wrong.push("too wide: the statement");
    if (box(sheet).top > box(sheet.parentElement).top + 60) wrong.push("a drawing stands before the paper");
    if (!here.some((part) => sheet.contains(part) && part.matches("dd") && inside(part, sheet.parentElement))) wrong.push("no line of the statement is seen");
  }

  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const apart = (parts, rect) => {
    const free = parts.filter((part) => !scroller(part)).map((part) => [part, rect(part)]);
    free.forEach(([one, here], at) => free.slice(at + 1).forEach(([two, there]) => {
      if (!meet(here, there) || one.contains(two) || two.contains(one)) return;
      wrong.push(`overlap: ${name(one)} and ${name(two)}`);
    }));
  };
  const letters = (part) => {
    const range = document.createRange();
    range.selectNodeContents(part);
    return range.getBoundingClientRect();
  };
  apart(touched, box);
  apart(said, letters);

  const scale = Math.min(Math.max(innerWidth, innerHeight) / 1920, Math.min(innerWidth, innerHeight) / 1080);
  for (const part of touched) {
    const { width, height } = box(part);
    const least = part.matches(".key") ? rules.target : rules.main;
    if (Math.min(width, height) < least * scale - 1) wrong.push(`small target ${Math.round(width)}x${Math.round(height)}: ${name(part)}`);
    if (rules.highest && box(part).top < innerHeight * rules.highest - 1 && !scroller(part)) wrong.push(`out of reach at ${Math.round(box(part).top)}: ${name(part)}`);
  }
  for (const part of said) {
    if (part.closest("svg, .paper")) continue; // a drawing's letters do not grow: its sentences stand beside it
    const size = parseFloat(getComputedStyle(part).fontSize);
    if (size < rules.text * scale - 0.1) wrong.push(`small text ${size}: ${name(part)}`);
  }
  const bar = box(stage.querySelector(".look:nth-of-type(4)"));
  return { wrong: [...new Set(wrong)], bar: [bar.left, bar.top, bar.right, bar.bottom].map(Math.round) };
}
