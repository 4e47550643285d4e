// The page shows what the server's visit says. It holds no authority and remembers nothing:
// what is typed (a PIN, a case number, the code of a paper) lives in this closure until it is sent or the screen changes.
"use strict";
(() => {
  const stage = document.getElementById("stage");
  const page = { "X-Page": document.documentElement.dataset.page }; // only the page that has it shows a visit
  if (location.hash) { // the screen's own secret, from `kiosk browser`: it stays in no address
    sessionStorage.setItem("screen", location.hash.slice(1));
    history.replaceState(null, "", "/");
  }
  let typed = "";
  let strange = false; // what is typed at present is no PIN, but a scanner's
  let beats = []; // when the last keys of a PIN came
  let query = ""; // letters for guides, ahead of the screen that answers them
  let deadline = 0;
  let fetching = false;
  let claimed = false;
  let stale = false;
  let drawn = "";
  let touched = -Infinity;
  let ending = false; // the question for more time is shown
  let quiet = 0; // half seconds since the stream was heard, in which this page itself was awake
  let overdue = ""; // a screen that outlived its time: whoever should have ended it hangs

  const call = async (name, body = {}) => {
    const screen = stage.firstElementChild; // its token belongs to what the holder sees
    stage.querySelector(".refused")?.remove();
    const answer = await fetch(`/api/visit/${name}`, {
      method: "POST",
      headers: { ...page, "Content-Type": "application/json", "X-Visit": screen.dataset.token },
      body: JSON.stringify(body),
    });
    if (!answer.ok) refused(screen);
    return answer;
  };

  // What the page says itself, by its id, for who listens.
  const warn = (detail) => stage.dispatchEvent(new CustomEvent("warned", { detail }));

  // A touch that the server does not take is said, unless another screen has come meanwhile.
  const refused = (screen) => {
    const words = screen.querySelector("[data-refused]");
    if (!words || screen.querySelector(".refused")) return;
    words.after(words.content.cloneNode(true));
    warn("refused");
  };

  // A server that is gone or broken shows nothing any more: no record stays on the glass. The same
  // holds for a page that another one has taken the place of.
  const blank = (words = "gone") => {
    drawn = typed = query = "";
    deadline = 0;
    stage.replaceChildren(document.getElementById(words).content.cloneNode(true));
    stage.dispatchEvent(new Event("drawn"));
  };

  // 204: another page is the kiosk's. 410: this one is of a daemon that is gone.
  const ask = async (path, more) => {
    const answer = await fetch(path, { cache: "no-store", headers: page, ...more });
    if (answer.status === 410) setTimeout(() => document.hidden || location.reload(), 500);
    if (!answer.ok) throw new Error(answer.status);
    return answer;
  };

  // One fetch at a time, and one more if anything changed meanwhile: a printer's progress comes
  // faster than screens can be drawn, and the last word must win.
  const show = async () => {
    stale = true;
    if (fetching || document.hidden) return;
    fetching = true;
    try {
      while (stale) {
        stale = false;
        const headers = { ...page, "X-Held": marked(stage) };
        const answer = await ask("/screen", { headers, signal: AbortSignal.timeout(4000) });
        if (answer.status === 204) return blank("elsewhere");
        const html = await answer.text();
        if (!document.hidden) draw(html);
      }
    } catch {
      blank();
    } finally {
      fetching = false;
    }
  };

  // The long part of a screen, a statement, comes once: what the page names by its mark is left out
  // of the answer and stays as it stands.
  const LONG = /<!--long-->.*<!--\/long-->/s;
  const marked = (part) => part.querySelector("[data-mark]")?.dataset.mark || "";

  // A printer's progress must not take the button away from under a finger: press and release would
  // meet two elements, and no browser calls that a click. So only what differs is replaced.
  const place = (html) => {
    const sheet = document.createElement("template");
    sheet.innerHTML = html.trim();
    const [now, next] = [stage.firstElementChild, sheet.content.firstElementChild];
    const same = now && ["screen", "token"].every((name) => now.dataset[name] === next.dataset[name]);
    const leftOut = marked(next) && !LONG.test(html);
    if (leftOut && !(same && marked(now) === marked(next))) return false; // it was blanked meanwhile
    if (!same) {
      typed = "";
      stage.replaceChildren(sheet.content);
      return true;
    }
    const kept = standing();
    renew(now, next);
    restore(kept);
    return true;
  };
  const renew = (now, next) => {
    if (now.isEqualNode(next)) return;
    const long = now.dataset?.mark && now.dataset.mark === next.dataset?.mark;
    const [parts, others] = long ? [[], []] : [[...now.childNodes], [...next.childNodes]];
    const alike = now.nodeName === next.nodeName && parts.length === others.length;
    if (!alike || !now.attributes || now.content) { // no text, and no template: its content is not compared
      now.replaceWith(next);
      return;
    }
    for (const name of now.getAttributeNames()) if (!next.hasAttribute(name)) now.removeAttribute(name);
    for (const { name, value } of next.attributes) now.setAttribute(name, value);
    parts.forEach((part, at) => renew(part, others[at]));
  };

  // The same screen in another look: what was typed, opened, scrolled to and focused stays.
  const places = () => [...stage.querySelectorAll("button, [tabindex]")];
  const standing = () => ({
    open: stage.querySelector(":popover-open")?.id,
    scrolled: [...stage.querySelectorAll("[tabindex]")].map((part) => part.scrollTop / part.scrollHeight),
    focused: places().indexOf(document.activeElement),
  });
  const restore = ({ open, scrolled, focused }) => {
    const closed = open && document.getElementById(open);
    if (closed && !closed.matches(":popover-open")) closed.showPopover();
    [...stage.querySelectorAll("[tabindex]")].forEach((part, at) => {
      part.scrollTop = (scrolled[at] || 0) * part.scrollHeight;
    });
    if (focused >= 0 && document.activeElement === document.body) places()[focused]?.focus();
    showTyped();
  };

  // The server knows no window. A table that is too wide for its sheet here is shown as those are
  // that fit none: each cell in a line of its own, behind the name of its column.
  const fit = () => {
    const { size } = stage.firstElementChild.dataset;
    for (const table of stage.querySelectorAll("table[data-fitted]")) { // in letters of another size
      if (table.dataset.fitted === size) continue;
      table.classList.remove("list");
      delete table.dataset.fitted;
    }
    for (const table of stage.querySelectorAll(".statement table:not(.list)")) {
      if (table.offsetWidth <= table.parentElement.clientWidth + 1) continue;
      const names = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
      const below = names.map(() => 0); // rows that a cell above still reaches into, by column
      for (const row of [...table.rows].slice(1)) {
        let at = 0;
        for (const cell of row.cells) {
          while (below[at] > 0) below[at++] -= 1;
          cell.dataset.name = names[at];
          below[at++] = cell.rowSpan - 1;
        }
        for (; at < names.length; at += 1) below[at] = Math.max(0, below[at] - 1);
      }
      table.classList.add("list");
      table.dataset.fitted = size;
    }
    for (const hint of stage.querySelectorAll("[data-swipe]")) { // what is seen as a whole needs none
      const { scrollHeight, clientHeight } = hint.previousElementSibling;
      hint.hidden = scrollHeight <= clientHeight + 1;
    }
  };

  // A touch only gives more time: the same screen is not drawn again, or half a PIN would be lost.
  const draw = (html) => {
    const seconds = Number(/data-seconds="(\d+)"/.exec(html)[1]);
    const content = html.replace(/data-seconds="\d+"/, "").replace(LONG, "");
    if (content === overdue) return;
    if (content !== drawn || !stage.firstElementChild) {
      if (!place(html)) {
        stale = true;
        return;
      }
      drawn = content;
      fit();
      document.documentElement.lang = stage.firstElementChild.lang;
      stage.dispatchEvent(new Event("drawn"));
    }
    if (!stage.querySelector("[data-query]")) query = "";
    deadline = seconds ? performance.now() + seconds * 1000 : 0;
    tick();
  };

  // A frozen browser is a process that lives: only what draws can say that it does.
  const alive = () => {
    requestAnimationFrame(() => ask("/alive").catch(() => {}));
  };
  alive();
  setInterval(alive, 5000);

  // An open section lies above everything: there the question stands in it, with the time that it covers.
  const askMore = (question, left) => {
    const band = stage.querySelector(".more") || question.content.firstElementChild.cloneNode(true);
    const section = stage.querySelector(":popover-open");
    if (!band.isConnected || band.closest("[popover]") !== section) {
      if (section) section.prepend(band);
      else question.after(band);
    }
    band.querySelector("[data-left]").textContent = left;
  };

  const tick = () => {
    const timer = stage.querySelector("[data-timer]");
    if (timer && deadline) {
      const left = Math.max(0, Math.ceil((deadline - performance.now()) / 1000));
      const shown = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      timer.textContent = shown;
      const soon = left <= Number(timer.dataset.timer);
      timer.parentElement.classList.toggle("soon", soon);
      const screen = stage.firstElementChild;
      const question = stage.querySelector("[data-more]");
      const asks = soon && question !== null;
      screen.classList.toggle("ending", asks);
      if (asks) askMore(question, shown);
      else stage.querySelector(".more")?.remove();
      if (asks && !ending) stage.dispatchEvent(new Event("ending"));
      ending = asks;
    } else ending = false;
    const clock = stage.querySelector("[data-clock]");
    if (clock) {
      const now = new Date();
      const timeZone = "Asia/Shanghai";
      clock.textContent = now.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone });
      const words = document.documentElement.lang === "en" ? "en-GB" : "zh-CN"; // the day of the month first
      stage.querySelector("[data-day]").textContent = now.toLocaleDateString(words, { month: "short", day: "numeric", weekday: "long", timeZone });
    }
  };

  // A daemon that hangs keeps its lines open and says nothing: its last screen goes all the same.
  const watch = () => {
    quiet += 1;
    const late = deadline && performance.now() > deadline + 3000;
    if (late) overdue = drawn;
    if (drawn && (late || quiet > 8)) blank();
    else tick();
  };

  const FIELDS = { pin: "digits", case: "number", verify: "code" }; // as the calls name what was typed
  const field = () => stage.querySelector("[data-dots], [data-typed]");

  const enough = () => typed.length >= Number(field().dataset.least || 4);

  const showTyped = () => {
    const shown = field();
    if (!shown) return;
    if (shown.hasAttribute("data-code")) shown.textContent = typed.replace(/.{4}(?=.)/g, "$&-"); // as on paper
    else if (shown.dataset.typed) shown.textContent = typed;
    else shown.replaceChildren(...Array.from(typed, () => document.createElement("i")));
    stage.querySelector("[data-confirm]").disabled = !enough();
  };

  const press = (key) => {
    stage.querySelector(".misread")?.remove();
    if (key === "clear") typed = "";
    else if (key === "delete") typed = typed.slice(0, -1);
    else if (typed.length < Number(field().dataset.typed || 12)) typed += key;
    showTyped();
  };

  // The first touch of "cancel" clears what was typed, with nothing typed it ends the visit.
  const cancel = () => (typed ? press("clear") : stage.querySelector("[data-call=end]")?.click());

  const send = () => {
    if (!enough()) return;
    const value = typed;
    typed = "";
    const name = stage.querySelector("[data-confirm]").dataset.confirm;
    showTyped();
    call(name, { [FIELDS[name]]: value });
  };

  // Who types fast must not lose a letter to a screen that is still under way.
  const letter = (key) => {
    query = key === "delete" ? query.slice(0, -1) : (query + key).slice(0, Number(stage.querySelector("[data-query]").dataset.query));
    call("guides", { query });
  };

  // The second stroke of a trembling hand is not taken, and shows no press: the same control, or the one
  // with the same words on the screen that came meanwhile, within the time that the screen names.
  let struck = { at: -Infinity };
  let second = false;
  stage.addEventListener("pointerdown", (event) => {
    const button = event.target.closest("button");
    const soon = event.timeStamp - struck.at < Number(stage.firstElementChild.dataset.strike || 0);
    second = soon && button !== null && (button === struck.button || button.textContent === struck.words);
    button?.classList.toggle("untaken", second);
  }, true);
  stage.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || !event.detail) return; // a keyboard's key
    if (second) {
      event.preventDefault();
      event.stopPropagation();
    } else struck = { button, words: button.textContent, at: event.timeStamp };
  }, true);
  // A key that is held down on a button is one stroke.
  stage.addEventListener("keydown", (event) => {
    if (event.repeat && ["Enter", " "].includes(event.key) && event.target.closest("button")) event.preventDefault();
  });

  stage.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.key) {
      strange = false;
      press(button.dataset.key);
    }
    else if (button.hasAttribute("data-confirm")) send();
    else if (button.dataset.letter) letter(button.dataset.letter);
    else if (button.dataset.call) {
      query = "";
      button.disabled = button.dataset.call !== "look"; // one touch, one call; a look keeps the focus
      call(button.dataset.call, button.dataset.body ? JSON.parse(button.dataset.body) : {})
        .then((answer) => { button.disabled = answer.ok && !["touch", "look"].includes(button.dataset.call); }, () => blank());
    }
  });

  // A touch or a key tells the server that the holder is still there, at most once in five seconds.
  // The band that asks for more time has its own buttons: it must not vanish from under a finger.
  const present = (event) => {
    if (event.repeat || event.target.closest?.(".more")) return; // what lies on a keyboard is nobody
    if (deadline && stage.querySelector("[data-timer]") && performance.now() - touched > 5000) {
      touched = performance.now();
      call("touch");
    }
  };
  for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, present);

  // A technician's keyboard opens the console; a finger cannot, and no key does while a visit runs.
  const AT_REST = ["idle", "out_of_service"];
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey && event.altKey && event.key === "k")) return;
    const screen = stage.querySelector("[data-screen]");
    if (screen && !AT_REST.includes(screen.dataset.screen)) return;
    sessionStorage.setItem("console", page["X-Page"]);
    location.assign("/technician");
  });

  // A hardware PIN pad is a keyboard: its digits with or without the number lock. "#" is Shift and 3.
  const digitOf = ({ key, code, altKey, ctrlKey, metaKey }) => {
    if (altKey || ctrlKey || metaKey) return "";
    const pad = key.length > 1 ? /^(?:Digit|Numpad)([0-9])$/.exec(code)?.[1] : "";
    return /^[0-9]$/.test(key) ? key : pad || "";
  };

  // A scanner that is held before the card's PIN would cost a try. Text is no PIN, nor are more digits
  // than a PIN has, nor keys that come faster than any hand. All of it goes, and its Enter with it.
  const [HAND, PAUSE, LONGEST] = [25, 500, 12]; // milliseconds between two keys of a hand at least, of a scanner at most
  const misread = (event, digit) => {
    if (!field().hasAttribute("data-dots")) return false;
    const now = event.timeStamp; // when the key went down, however busy the page was
    if (now - beats.at(-1) > PAUSE) strange = false;
    beats = [...beats, now].slice(-4);
    const text = event.key.length === 1 && !digit && !(event.key === " " && event.target.closest("button"));
    const fast = digit && beats.length > 3 && now - beats[0] < 3 * HAND;
    if (!strange && (text || fast || (digit && typed.length >= LONGEST))) {
      strange = true;
      press("clear");
      const words = stage.querySelector("[data-misread]");
      words.after(words.content.cloneNode(true));
      warn("misread");
    }
    const eaten = strange && (text || digit || event.key === "Enter");
    if (event.key === "Enter") strange = false;
    return eaten;
  };

  // A pad has keys for yes, correct and cancel. Of the address that a scanner types from a paper's QR
  // symbol the code is what comes last.
  document.addEventListener("keydown", (event) => {
    if (!field() || event.repeat) return;
    const digit = digitOf(event);
    const letter = stage.querySelector(`[data-key="${CSS.escape(event.key.toUpperCase())}"]`);
    if (!misread(event, digit)) {
      if (["#", "/"].includes(event.key) && field().hasAttribute("data-code")) press("clear");
      else if (digit) press(digit);
      else if (letter) press(letter.dataset.key);
      else if (["Backspace", "Delete"].includes(event.key)) press("delete");
      else if (["Escape", "Clear"].includes(event.key)) press("clear"); // ends no visit
      else if (event.key === "Cancel") cancel();
      else if (event.key === "Enter" && !event.target.closest("button")) send(); // a button has its own
      else return;
    }
    event.preventDefault();
  });

  // What is opened or closed while the time runs low takes the question along, and the focus goes back.
  stage.addEventListener("toggle", ({ target, newState }) => {
    tick();
    if (newState === "closed") stage.querySelector(`[popovertarget="${target.id}"]`)?.focus();
  }, true);
  const close = () => stage.querySelector(":popover-open")?.hidePopover();
  stage.addEventListener("pointerdown", ({ target }) => {
    if (!target.closest("[popover], .asked, .foot, .looks")) close();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") close();
  });

  // A long press opens no menu of the browser: nothing is saved, printed or searched from there.
  document.addEventListener("contextmenu", (event) => event.preventDefault());

  // A finger on a key or on the bar of looks takes no focus: Enter of a hardware PIN pad would press it again.
  stage.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-key], [data-letter], .look, .more button")) event.preventDefault();
  });

  // Not an EventSource: that could send no header, and the key has no business in an address.
  const listen = async () => {
    const headers = { ...page, "X-Screen": sessionStorage.getItem("screen") || "" };
    if (!claimed) await ask("/own", { method: "POST", headers });
    claimed = true; // once: two pages that claim in turn would fight
    const answer = await ask("/events");
    if (answer.status === 204) {
      blank("elsewhere");
      return setTimeout(follow, 2000);
    }
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      quiet = 0;
      if (decoder.decode(part.value, { stream: true }).includes("data:") || !drawn) show();
    }
    throw new Error("the stream has ended");
  };
  const follow = () => listen().catch(() => {
    blank();
    setTimeout(follow, 1000);
  });

  // Who leaves the page leaves nothing on it: not in the next tab, not behind the back button.
  const leave = () => {
    stage.replaceChildren();
    drawn = typed = query = "";
  };
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : show()));

  setInterval(watch, 500);
  follow();
})();
