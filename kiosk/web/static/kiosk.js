// The page shows what the server's visit says. It holds no authority and remembers nothing:
// what is typed (a PIN, a case number) lives in this closure until it is sent or the screen changes.
"use strict";
(() => {
  const stage = document.getElementById("stage");
  let typed = "";
  let query = ""; // letters for guides, ahead of the screen that answers them
  let deadline = 0;
  let fetching = false;
  let stale = false;
  let drawn = "";
  let touched = -Infinity;

  const call = (name, body = {}) => {
    const screen = stage.firstElementChild; // its token belongs to what the holder sees
    return fetch(`/api/visit/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Visit": screen.dataset.token },
      body: JSON.stringify(body),
    });
  };

  // A server that is gone or broken shows nothing any more: no record stays on the glass.
  const blank = () => {
    drawn = "";
    deadline = 0;
    stage.replaceChildren(document.getElementById("gone").content.cloneNode(true));
  };

  // One fetch at a time, and one more if anything changed meanwhile: a printer's progress comes
  // faster than screens can be drawn, and the last word must win.
  const show = async () => {
    stale = true;
    if (fetching) return;
    fetching = true;
    try {
      while (stale) {
        stale = false;
        const answer = await fetch("/screen", { cache: "no-store" });
        if (!answer.ok) throw new Error(answer.status);
        draw(await answer.text());
      }
    } catch {
      blank();
    } finally {
      fetching = false;
    }
  };

  // A printer's progress must not take the button away from under a finger: press and release would
  // meet two elements, and no browser calls that a click. So only what differs is replaced.
  const place = (html) => {
    const sheet = document.createElement("template");
    sheet.innerHTML = html.trim();
    const [now, next] = [stage.firstElementChild, sheet.content.firstElementChild];
    const same = now && ["screen", "token"].every((name) => now.dataset[name] === next.dataset[name]);
    if (!same || now.children.length !== next.children.length) {
      stage.replaceChildren(sheet.content);
      return;
    }
    const parts = [...now.children];
    [...next.children].forEach((part, at) => {
      if (!parts[at].isEqualNode(part)) parts[at].replaceWith(part);
    });
  };

  // A touch only gives more time: the same screen is not drawn again, or half a PIN would be lost.
  const draw = (html) => {
    const seconds = Number(/data-seconds="(\d+)"/.exec(html)[1]);
    const content = html.replace(/data-seconds="\d+"/, "");
    if (content !== drawn || !stage.firstElementChild) {
      typed = "";
      drawn = content;
      place(html);
    }
    if (!stage.querySelector("[data-query]")) query = "";
    deadline = seconds ? performance.now() + seconds * 1000 : 0;
    tick();
  };

  // A frozen browser is a process that lives: only what draws can say that it does.
  const alive = () => {
    requestAnimationFrame(() => fetch("/alive", { cache: "no-store" }).catch(() => {}));
  };
  alive();
  setInterval(alive, 5000);

  const tick = () => {
    const timer = stage.querySelector("[data-timer]");
    if (timer && deadline) {
      const left = Math.max(0, Math.ceil((deadline - performance.now()) / 1000));
      timer.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      timer.parentElement.classList.toggle("soon", left <= Number(timer.dataset.timer));
    }
    const clock = stage.querySelector("[data-clock]");
    if (clock) {
      const now = new Date();
      clock.textContent = now.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
    }
  };

  const field = () => stage.querySelector("[data-dots], [data-typed]");

  const showTyped = () => {
    const shown = field();
    if (!shown) return;
    if (shown.dataset.typed) shown.textContent = typed;
    else shown.replaceChildren(...Array.from(typed, () => document.createElement("i")));
    stage.querySelector("[data-confirm]").disabled = typed.length < 4;
  };

  const press = (key) => {
    if (key === "clear") typed = "";
    else if (key === "delete") typed = typed.slice(0, -1);
    else if (typed.length < Number(field().dataset.typed || 12)) typed += key;
    showTyped();
  };

  const send = () => {
    if (typed.length < 4) return;
    const value = typed;
    typed = "";
    const name = stage.querySelector("[data-confirm]").dataset.confirm;
    showTyped();
    call(name, name === "case" ? { number: value } : { digits: value });
  };

  // Who types fast must not lose a letter to a screen that is still under way.
  const letter = (key) => {
    query = key === "delete" ? query.slice(0, -1) : (query + key).slice(0, Number(stage.querySelector("[data-query]").dataset.query));
    call("guides", { query });
  };

  stage.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.key) press(button.dataset.key);
    else if (button.hasAttribute("data-confirm")) send();
    else if (button.dataset.letter) letter(button.dataset.letter);
    else if (button.dataset.call) {
      query = "";
      button.disabled = true; // one touch, one call
      call(button.dataset.call, button.dataset.body ? JSON.parse(button.dataset.body) : {})
        .then((answer) => { button.disabled = answer.ok; }, blank);
    }
  });

  // A technician's keyboard opens the console; a finger cannot, and no key does while a visit runs.
  const AT_REST = ["idle", "out_of_service"];
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey && event.altKey && event.key === "k")) return;
    const screen = stage.querySelector("[data-screen]");
    if (screen && !AT_REST.includes(screen.dataset.screen)) return;
    sessionStorage.setItem("console", "at the screen");
    location.assign("/technician");
  });

  document.addEventListener("keydown", (event) => {
    if (!field()) return;
    if (/^[0-9]$/.test(event.key)) press(event.key);
    else if (event.key === "Backspace") press("delete");
    else if (event.key === "Enter" && event.target.dataset.key === undefined) send();
  });

  // A touch anywhere tells the server that the holder is still there, at most once in five seconds.
  document.addEventListener("pointerdown", () => {
    if (deadline && stage.querySelector("[data-timer]") && performance.now() - touched > 5000) {
      touched = performance.now();
      call("touch");
    }
  });

  const events = new EventSource("/events");
  events.addEventListener("message", show);
  events.addEventListener("error", blank);
  setInterval(tick, 500);
  show();
})();
