// What textual-serve's script does not do: it says what is shown, so that a slow page is sent the
// newest picture only; it notices a server that is silent; it comes back by itself, and says in
// words why there is no board.
"use strict";
(() => {
  const SILENT = 15000; // milliseconds without a word from the server: it is gone
  const PING = 5000;
  const TYPED_AGAIN = "\nPress a key or click to look again";
  const LATER = { 4002: 15000, 4003: 5000, 4004: 15000 };
  const WORDS = {
    4001: "You have left the board" + TYPED_AGAIN,
    4002: "As many people look at this board as may; it is tried again by itself",
    4003: "A fault ended this view of the board; it begins again by itself",
    4004: "The server did not understand this page; it is loaded again",
  };
  const GONE = "The board's server does not answer; it is tried again by itself.\nWhat is shown is old";

  function say(words) {
    document.getElementById("words").textContent = words;
    document.body.classList.toggle("old", words !== "");
  }

  async function comeBack(wait) {
    await new Promise((done) => setTimeout(done, wait * (1 + Math.random() / 2)));
    try {
      const answer = await fetch("/", { cache: "no-store" });
      if (answer.ok) return location.reload();
      say((await answer.text()).trim() + "\nIt is tried again by itself");
    } catch {
      say(GONE);
    }
    comeBack(Math.min(15000, wait * 2));
  }

  function closed(code) {
    say(WORDS[code] || GONE);
    if (code !== 4001) return comeBack(LATER[code] || 1000);
    for (const kind of ["keydown", "pointerdown"]) {
      window.addEventListener(kind, () => location.reload(), { capture: true });
    }
  }

  window.WebSocket = class extends WebSocket {
    constructor(address) {
      super(address);
      let heard = Date.now();
      let over = false;
      const end = (code) => {
        if (over) return;
        over = true;
        clearInterval(pinging);
        closed(code);
      };
      const pinging = setInterval(() => {
        if (this.readyState !== WebSocket.OPEN) return;
        if (Date.now() - heard > SILENT && !document.hidden) {
          end(0);
          return this.close();
        }
        super.send(JSON.stringify(["ping", ""]));
      }, PING);
      document.addEventListener("visibilitychange", () => {
        heard = Date.now();
      });
      this.addEventListener("message", (event) => {
        heard = Date.now();
        if (typeof event.data === "string") return event.stopImmediatePropagation();
        if (!over) say("");
        // A page that nobody sees draws nothing, and is sent nothing.
        requestAnimationFrame(() => this.send('["shown"]'));
      });
      this.addEventListener("close", (event) => end(event.code));
    }
    send(data) {
      if (this.readyState === WebSocket.OPEN) super.send(data);
    }
  };

  const terminal = () => document.getElementById("terminal");
  const start = window.onload; // textual-serve's: it opens the terminal
  window.onload = async (event) => {
    const size = Number(new URLSearchParams(location.search).get("fontsize")) || 16;
    terminal().dataset.fontSize = String(Math.min(64, Math.max(6, size)));
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    terminal().dataset.sessionWebsocketUrl = `${scheme}//${location.host}/ws`;
    // Cells are measured once: in the font that they are drawn in.
    await Promise.race([
      Promise.all(["", "bold ", "italic "].map((how) => document.fonts.load(`${how}16px "Roboto Mono"`))),
      new Promise((done) => setTimeout(done, 3000)),
    ]).catch(() => {});
    start.call(window, event);
    document.querySelector(".xterm-helper-textarea")?.focus();
    window.addEventListener("focus", () => document.querySelector(".xterm-helper-textarea")?.focus());
  };
})();
