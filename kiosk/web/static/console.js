// The console's pages are made by the server. This script posts what a hand did, asks again for what
// changes by itself, and leaves the page when its session has ended. It keeps nothing.
"use strict";
(() => {
  const own = "/technician/";
  let blanking = 0;
  const csrf = document.body.dataset.csrf || "";

  const gone = (place) => place.replaceChildren(document.getElementById("gone").content.cloneNode(true));

  // On the kiosk's own screen the citizens' page comes back when the technician has gone.
  const page = sessionStorage.getItem("console"); // the key of the citizens' page that was left
  const atScreen = page !== null;
  const leave = () => {
    sessionStorage.removeItem("console");
    location.replace("/");
  };

  // Who is not logged in any more sees the door, and nothing of what stood here.
  const over = () => (atScreen ? leave() : location.replace("/technician"));

  const post = async (name, body, place, then) => {
    const answer = await fetch(own + name, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Console": csrf },
      body: JSON.stringify(body),
    });
    if (answer.status === 401) return over();
    if (answer.ok && name === "logout") return over();
    if (answer.ok && then) return location.assign(then);
    const text = await answer.text();
    if (!place) return answer.ok || location.reload();
    if (answer.status === 204) place.replaceChildren(); // done, and nothing to tell
    else if ((answer.headers.get("Content-Type") || "").startsWith("text/html")) place.innerHTML = text;
    else gone(place);
    return answer.ok;
  };

  // What a card says stays for a minute only, however long the page is left open.
  const blank = (place) => {
    clearTimeout(blanking);
    blanking = setTimeout(() => place.replaceChildren(), 1000 * Number(place.dataset.blank));
  };

  const act = async (element, body) => {
    const place = element.dataset.into ? document.querySelector(element.dataset.into) : null;
    const buttons = element.matches("form") ? [...element.querySelectorAll("button")] : [element];
    for (const button of buttons) button.disabled = true; // one touch, one act
    if (place && element.dataset.wait) {
      const words = document.createElement("p");
      words.className = "said";
      words.textContent = element.dataset.wait;
      place.replaceChildren(words);
    }
    try {
      const done = await post(element.dataset.post, body, place, element.dataset.then);
      if ("reload" in element.dataset && done) return location.reload(); // a refusal stays to be read
      if (place && place.dataset.blank) blank(place);
    } catch {
      if (place) gone(place);
    }
    for (const button of buttons) button.disabled = false;
    return undefined;
  };

  // What is final wants a second touch within a few seconds.
  const sure = (button) => {
    if (!button.dataset.sure || button.classList.contains("sure")) return true;
    const words = [...button.childNodes];
    button.classList.add("sure");
    button.replaceChildren(button.dataset.sure);
    button.disabled = true; // a finger that bounces is one touch
    setTimeout(() => { button.disabled = false; }, 600);
    setTimeout(() => {
      button.classList.remove("sure");
      button.replaceChildren(...words);
    }, 5000);
    return false;
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-post]");
    if (button && sure(button)) act(button, button.dataset.body ? JSON.parse(button.dataset.body) : {});
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    event.preventDefault();
    act(form, Object.fromEntries(new FormData(form)));
    for (const field of form.querySelectorAll("[type=password]")) field.value = "";
  });

  const shown = new WeakMap();
  const poll = async (place) => {
    try {
      const answer = await fetch(own + place.dataset.poll, { cache: "no-store" });
      if (answer.status === 401) return over();
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      // A button is not taken away under a finger, nor a text that is being selected.
      if (text !== shown.get(place)) place.innerHTML = text;
      shown.set(place, text);
    } catch {
      gone(place);
      shown.delete(place);
    }
    setTimeout(poll, Number(place.dataset.every), place);
    return undefined;
  };
  const watch = async () => {
    const answer = await fetch(`${own}session`, { cache: "no-store" }).catch(() => null);
    if (answer && answer.status === 401) over();
    if (!answer || !answer.ok || !(await answer.json()).visit) return;
    for (const place of document.querySelectorAll("[data-blank]")) place.replaceChildren();
  };
  if (csrf) setInterval(watch, 2000);

  // The daemon takes a page that does not draw for a frozen browser; and a citizen who puts a card in
  // must find their own page, and nobody logged in behind it.
  const RESTING = ["Idle", "OutOfService", "Maintenance"];
  const guard = async () => {
    requestAnimationFrame(() => fetch("/alive", { cache: "no-store", headers: { "X-Page": page } }).catch(() => {}));
    const answer = await fetch("/api/status", { cache: "no-store" }).catch(() => null);
    if (!answer || !answer.ok || RESTING.includes((await answer.json()).screen)) return;
    if (csrf) await post("logout", {}, null).catch(() => {});
    leave();
  };
  if (atScreen) {
    setInterval(guard, 1000);
    for (const link of document.querySelectorAll("[data-screen]")) {
      link.hidden = false;
      link.addEventListener("click", leave);
    }
    if (!csrf) setTimeout(leave, 60000);
  }

  for (const place of document.querySelectorAll("[data-poll]")) poll(place);
  for (const button of document.querySelectorAll("[data-now]")) button.click();
})();
