// What is heard: the screen read aloud when it is asked for, from then on what each new screen is and what goes
// wrong, and signals that go with a screen. Sound comes with the visit's token, is decoded in memory and never
// gets an address; it ends with its screen.
"use strict";
(() => {
  const stage = document.getElementById("stage");
  const page = { "X-Page": document.documentElement.dataset.page };
  const LOUDNESS = { 1: 0.35, 2: 0.65, 3: 1 };
  let audio; // made at the first sound
  let volume;
  let playing; // what is read now
  let brief = false; // it is read by itself: whoever touches the button meanwhile wants the whole screen
  let turn = 0; // who stops or asks anew makes older answers worthless
  let token = "";
  let screen = "";
  let used = false; // somebody listens in this visit
  let asked = -Infinity; // when the button was touched last
  let warned = ""; // what the screen says of something wrong
  let level = 2;
  let alarm = 0;
  let gap = false; // the page waits for the server: whoever listened does still

  const begin = () => {
    if (audio) return audio.resume();
    audio = new AudioContext();
    volume = audio.createGain();
    volume.connect(audio.destination);
    return audio.resume();
  };

  const show = () => {
    const button = stage.querySelector("[data-read]");
    if (!button) return;
    button.setAttribute("aria-pressed", playing && !brief ? "true" : "false");
    const louder = stage.querySelector("[data-louder]");
    louder.hidden = !used;
    louder.dataset.level = level;
  };

  const stop = () => {
    turn += 1;
    playing?.stop();
    playing = undefined;
    show();
  };

  const play = async (address, headers) => {
    const mine = turn;
    const answer = await fetch(address, { cache: "no-store", headers });
    if (!answer.ok) throw new Error(answer.status);
    await begin();
    const sound = await audio.decodeAudioData(await answer.arrayBuffer());
    if (mine !== turn) return undefined;
    const source = audio.createBufferSource();
    source.buffer = sound;
    volume.gain.value = LOUDNESS[level];
    source.connect(volume);
    source.start();
    return source;
  };

  const read = async (part, unasked = false) => {
    stop();
    brief = unasked;
    const headers = { ...page, "X-Visit": stage.firstElementChild.dataset.token };
    if (part) headers["X-Part"] = part;
    used = used || !unasked;
    show();
    try {
      const source = await play("/speech", headers);
      if (!source) return;
      playing = source;
      source.addEventListener("ended", () => {
        if (playing === source) playing = undefined;
        show();
      });
    } catch {
      const said = stage.querySelector("[data-unread]");
      if (said && !stage.querySelector(".unread:not(.refused)")) said.after(said.content.cloneNode(true));
    }
    show();
  };

  const signal = (name) => play(`/sounds/${name}`, {}).catch(() => {}); // a screen says the same in words

  // Which screen it is and what went wrong, once the signal that goes with it is over.
  const tell = async (sounding) => {
    const mine = turn;
    const source = await sounding;
    if (source) await new Promise((over) => source.addEventListener("ended", over));
    if (mine === turn) read("news", true);
  };

  // What the page itself puts on a screen has words of its own (below), and so has a voice that fails.
  const wrongs = () => [...stage.querySelectorAll("[role=alert]:not(.more, .misread, .unread)")];

  // What the server drew is new: another screen ends what was read, another visit what was chosen. Who asked
  // on the first screen and puts a card in is the same person, as for a look; and who hears how a visit ended.
  const AT_REST = ["idle", "out_of_service"];
  const KEPT = 60000; // milliseconds
  const look = () => {
    const { token: visit = "", screen: name = "", sound } = stage.firstElementChild.dataset;
    if (!visit) {
      stop();
      clearInterval(alarm);
      gap = true;
      return;
    }
    const said = wrongs().map((one) => one.textContent).join();
    let listens = used;
    if (visit !== token) {
      const stays = used && AT_REST.includes(screen.split(" ")[1]) && performance.now() - asked < KEPT;
      if (!stays) [used, level] = [false, 2];
      listens = stays || (listens && said && AT_REST.includes(name));
      token = visit;
    }
    const fresh = gap || `${visit} ${name}` !== screen;
    gap = false;
    let sounding;
    if (fresh) {
      stop();
      clearInterval(alarm);
      screen = `${visit} ${name}`;
      if (sound) sounding = signal(sound);
      if (sound === "card-forgotten") alarm = setInterval(signal, 4000, sound);
    }
    if (listens && (fresh || (said && said !== warned))) tell(sounding);
    warned = said;
    show();
  };
  stage.addEventListener("drawn", look);

  // The band that asks for more time, a scanner at the PIN and a touch without effect are read to who listens.
  stage.addEventListener("ending", () => used && read("more", true));
  stage.addEventListener("warned", ({ detail }) => used && read(detail, true));

  stage.addEventListener("click", (event) => {
    if (event.target.closest("[data-read]")) {
      asked = performance.now();
      if (playing && !brief) stop();
      else read(stage.querySelector(":popover-open")?.id);
    } else if (event.target.closest("[data-louder]")) {
      level = (level % 3) + 1;
      if (volume) volume.gain.value = LOUDNESS[level];
      show();
    }
  });
  addEventListener("pagehide", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
})();
