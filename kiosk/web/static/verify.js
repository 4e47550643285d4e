// The code goes out in a body only; what a QR symbol brought behind # is taken out of the address.
"use strict";
(() => {
  const field = document.getElementById("code");
  const answer = document.getElementById("answer");

  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    const show = (...words) => mine === asked && answer.replaceChildren(...words);
    show(); // no answer stands beside another paper's code
    try {
      const said = await fetch("/verify", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ code: field.value }),
      });
      if (!said.headers.get("Content-Type").startsWith("text/html")) throw new Error(said.status);
      const words = document.createElement("template");
      words.innerHTML = await said.text();
      show(words.content);
    } catch {
      show(document.getElementById("gone").content.cloneNode(true));
    }
  };

  document.getElementById("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });

  // Also in a page that is open already: the next paper is scanned into the same tab.
  const scanned = () => {
    if (location.hash.length < 2) return;
    const code = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    try {
      field.value = decodeURIComponent(code);
    } catch {
      field.value = code; // no code of ours has such signs: it is answered as mistyped
    }
    ask();
  };
  addEventListener("hashchange", scanned);
  scanned();
})();
