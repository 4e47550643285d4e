// The code goes out in a body only; what a QR symbol brought behind # is taken out of the address.
"use strict";
(() => {
  const field = document.getElementById("code");
  const answer = document.getElementById("answer");

  const ask = async () => {
    try {
      const said = await fetch("/verify", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ code: field.value }),
      });
      if (!said.headers.get("Content-Type").startsWith("text/html")) throw new Error(said.status);
      answer.innerHTML = await said.text();
    } catch {
      answer.replaceChildren(document.getElementById("gone").content.cloneNode(true));
    }
  };

  document.getElementById("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });

  if (location.hash.length > 1) {
    field.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
    ask();
  }
})();
