// What is heard: the screen read aloud when it is asked for, and signals that go with a screen. Sound
// comes with the visit's token, is decoded in memory and never gets an address; it ends with its screen.
"use strict";
(() => {
  const stage = document.getElementById("stage");
  const page = { "X-Page": document.documentElement.dataset.page };
  const LOUDNESS = { 1: 0.35, 2: 0.65, 3: 1 };
  let audio; // made at the first sound
  let volume;
  let playing; // what is read now
  let turn = 0; // who stops or asks anew makes older answers worthless
  let token = "";
  let screen = "";
  let used = false; // somebody listens in this visit
  let level = 2;
  let alarm = 0;

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
    button.setAttribute("aria-pressed", playing ? "true" : "false");
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

  const read = async (part) => {
    stop();
    const headers = { ...page, "X-Visit": stage.firstElementChild.dataset.token };
    if (part) headers["X-Part"] = part;
    used = true;
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

  // What the server drew is new: another screen ends what was read, another visit what was chosen.
  const look = () => {
    const { token: visit = "", screen: name = "", sound } = stage.firstElementChild.dataset;
    if (visit !== token) {
      [token, used, level] = [visit, false, 2];
    }
    const fresh = `${visit} ${name}`;
    if (fresh !== screen) {
      stop();
      clearInterval(alarm);
      screen = fresh;
      if (sound) signal(sound);
      if (sound === "card-forgotten") alarm = setInterval(signal, 4000, sound);
    }
    show();
  };
  stage.addEventListener("drawn", look);

  // The band that asks for more time is read to who listens.
  stage.addEventListener("ending", () => used && read("more"));

  stage.addEventListener("click", (event) => {
    if (event.target.closest("[data-read]")) {
      if (playing) stop();
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
