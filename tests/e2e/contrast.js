// What of the screen that is shown stands out too little from what it stands on (WCAG 2.2, 1.4.6 and 1.4.11).
(rules) => {
  const wrong = [];
  const least = { text: 21, shape: 21 };
  const name = (part) => `${part.tagName.toLowerCase()}.${part.getAttribute("class")} "${(part.textContent || "").trim().slice(0, 24)}"`;
  const shown = (part) => part.checkVisibility({ checkVisibilityCSS: true }) && !part.closest(".heard:not(.told)");
  const stage = document.querySelector(".stage");
  const open = document.querySelector(":popover-open");
  const here = [...stage.querySelectorAll("*")].filter((part) => shown(part) && part.closest("[popover]") === open);

  const colour = (text) => {
    const [red, green, blue, alpha = 1] = text === "none" ? [0, 0, 0, 0] : text.match(/[\d.]+/g).map(Number);
    return { parts: [red, green, blue], alpha };
  };
  const over = (front, back) => front.parts.map((value, at) => value * front.alpha + back[at] * (1 - front.alpha));
  const under = (part) => {
    if (!part) return [255, 255, 255];
    const own = colour(getComputedStyle(part).backgroundColor);
    return own.alpha === 1 ? own.parts : over(own, under(part.parentElement));
  };
  const light = (parts) => {
    const [red, green, blue] = parts.map((value) => (value /= 255, value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4));
    return .2126 * red + .7152 * green + .0722 * blue;
  };
  const ratio = (one, two) => {
    const [more, less] = [light(one), light(two)].sort((a, b) => b - a);
    return (more + .05) / (less + .05);
  };
  const opacity = (part) => (part ? Number(getComputedStyle(part).opacity) * opacity(part.parentElement) : 1);
  const against = (text, part, ground = under(part)) => {
    const front = colour(text);
    return ratio(over({ ...front, alpha: front.alpha * opacity(part) }, ground), ground);
  };
  const need = (kind, part, found) => {
    least[kind] = Math.min(least[kind], found);
    if (found < rules[kind]) wrong.push(`${found.toFixed(2)} : 1 is too little: ${name(part)}`);
  };

  for (const part of here) {
    if (part.closest(":disabled")) continue; // what cannot be touched yet may stand back
    const style = getComputedStyle(part);
    const said = [...part.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (said) need("text", part, against(part.closest("svg") ? style.fill : style.color, part));
    if (part.matches("button, .typed, .dots")) {
      const around = under(part.parentElement);
      need("shape", part, Math.max(against(style.borderTopColor, part, around), ratio(under(part), around)));
    }
    if (part.matches("svg :is(path, rect, circle, line)")) need("shape", part, Math.max(against(style.stroke, part), against(style.fill, part)));
    if (part.matches("progress")) need("shape", part, against(getComputedStyle(stage).getPropertyValue("--teal"), part));
  }
  return { wrong: [...new Set(wrong)], least };
}
