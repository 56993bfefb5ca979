"use strict";
// Sends messages without leaving the page and shows answers as they come. Without this file the page works all the same:
// whatever is not understood here is left to the form itself.
(function () {
  const form = document.getElementById("write");
  const box = document.getElementById("text");
  const turns = document.getElementById("turns");
  const options = document.getElementById("options");
  const status = document.getElementById("status");
  const alertLine = document.getElementById("alert");
  const phrases = document.getElementById("phrases");
  if (!form || !window.fetch || !window.URLSearchParams || !("content" in phrases)) return;

  const address = form.getAttribute("action");
  const longest = Number(form.dataset.longest);
  const draft = "draft-" + form.dataset.landlord;
  const IDLE = 20000;
  let after = Number(form.dataset.after);
  let waiting = form.dataset.waiting === "yes";
  let talking = form.dataset.talking === "yes";
  let sending = false;
  let timer = 0;
  let polling = false;
  let notes = [];

  const say = (name) => phrases.content.querySelector(`[data-say="${name}"]`).textContent;
  const length = (text) => Array.from(text.replace(/\r\n?/g, "\n")).length; // code points, as the server counts

  // What is announced politely, once a turn and only if the answer takes its time.
  function expectAnswer() {
    notes.forEach(clearTimeout);
    notes = [setTimeout(() => tell("working"), 2000), setTimeout(() => tell("slow"), 20000)];
  }
  function tell(name) {
    status.textContent = name ? say(name) : "";
  }
  function settle() {
    notes.forEach(clearTimeout);
    tell("");
  }

  function keepDraft(text) {
    try {
      if (text) sessionStorage.setItem(draft, text);
      else sessionStorage.removeItem(draft);
    } catch { /* kept in the box alone */ }
  }
  function keptDraft() {
    try {
      return sessionStorage.getItem(draft) || "";
    } catch {
      return "";
    }
  }

  // The numbered lines of a read-back hang, as in the page's own template.
  function inPoints(said) {
    return said.split("\n").flatMap((line, number) => {
      let shown = line;
      if (/^\d{1,2}\. /.test(line)) {
        shown = document.createElement("span");
        shown.className = "point";
        shown.textContent = line;
      }
      return number ? ["\n", shown] : [shown];
    });
  }

  function addTurn(turn, clock) {
    const item = document.getElementById("turn-" + turn.author).content.firstElementChild.cloneNode(true);
    const said = item.querySelector(".said");
    turn.parts.forEach((part, number) => {
      const line = number ? said.cloneNode() : said;
      line.replaceChildren(...inPoints(part));
      item.append(line);
    });
    const time = document.createElement("time");
    time.dateTime = turn.at;
    time.textContent = clock;
    item.querySelector(".who").append(" ", time);
    turns.append(item); // one addition to the log: announced once
    return item;
  }

  function showOptions(list, question) {
    const held = options.contains(document.activeElement);
    options.replaceChildren();
    if (list.length) {
      const choice = document.getElementById("choice").content.firstElementChild.cloneNode(true);
      const button = choice.querySelector("button");
      choice.querySelector("legend .aside").textContent = question;
      list.forEach((option) => {
        const each = button.cloneNode();
        each.value = option.id;
        each.textContent = option.label;
        button.before(each);
      });
      button.remove();
      options.append(choice);
    }
    if (held) box.focus();
  }

  function show(news) {
    let latest = null;
    news.turns.forEach((turn, number) => {
      if (turn.seq > after) latest = addTurn(turn, news.clocks[number]);
    });
    after = Math.max(after, news.last);
    const answered = waiting && !news.waiting;
    waiting = news.waiting;
    talking = talking || news.turns.length > 0;
    if (news.case) showReference(news.case);
    if (latest || answered) showOptions(news.options, news.question);
    if (!waiting) settle();
    document.querySelectorAll("[data-plain]").forEach((line) => line.remove());
    if (latest) latest.scrollIntoView({ block: "nearest" });
  }

  function showReference(reference) {
    const line = document.getElementById("record");
    line.querySelector("strong").textContent = reference;
    line.hidden = false;
    document.title = say("title").replace("#", reference);
  }

  async function poll() {
    clearTimeout(timer);
    if (polling) return;
    polling = true;
    let pause = IDLE;
    try {
      const answer = await fetch(`${address}/messages?after=${after}`, { headers: { accept: "application/json" } });
      if (answer.ok) {
        show(await answer.json());
        pause = waiting ? 300 : IDLE;
      } else {
        pause = 3000;
      }
    } catch {
      pause = 3000;
    }
    polling = false;
    if (talking) timer = setTimeout(poll, document.hidden ? IDLE : pause);
  }

  async function send(fields, from) {
    if (sending) return;
    sending = true;
    alertLine.textContent = "";
    let result = null;
    try {
      const body = new URLSearchParams(fields);
      result = await fetch(address, { method: "POST", body, headers: { accept: "application/json" } });
    } catch { /* no connection: said below */ }
    sending = false;
    if (result && result.ok) {
      sent(await result.json(), from);
    } else if (result && result.status < 500 && result.status !== 429) {
      from.submit(); // an error that the page itself explains
    } else {
      alertLine.textContent = say(navigator.onLine === false ? "offline" : "not-saved");
      keepDraft(box.value);
    }
    box.focus();
  }

  function sent(answer, from) {
    if (from === form) {
      box.value = "";
      keepDraft("");
      count();
    }
    document.querySelectorAll("input[name=once]").forEach((input) => {
      input.value = answer.once + (input.form === form ? "" : "-option");
    });
    showOptions([], "");
    waiting = talking = true;
    document.getElementById("after").hidden = false;
    expectAnswer();
    polling = false;
    poll();
  }

  form.addEventListener("submit", (event) => {
    const text = box.value;
    if (!text.trim() || length(text) > longest || event.submitter?.name === "split") return; // the page explains
    event.preventDefault();
    send([["once", form.elements.once.value], ["text", text]], form);
  });

  options.addEventListener("submit", (event) => {
    if (!event.submitter) return;
    event.preventDefault();
    const once = event.target.elements.once.value || form.elements.once.value + "-option";
    send([["once", once], ["option", event.submitter.value]], event.target);
  });

  let counted = 0;
  function count() {
    const left = longest - length(box.value);
    const line = say(left < 0 ? "over" : "left").replace("#", Math.abs(left).toLocaleString("en-GB"));
    document.getElementById("left").textContent = left < longest / 4 ? line : "";
    clearTimeout(counted);
    counted = setTimeout(() => {
      document.getElementById("left-said").textContent = left < longest / 10 ? line : "";
    }, 1000);
  }

  box.addEventListener("input", () => {
    count();
    keepDraft(box.value);
  });
  document.getElementById("end").addEventListener("submit", () => keepDraft(""));
  window.addEventListener("online", () => {
    if (alertLine.textContent) alertLine.textContent = say("online");
    if (talking) poll();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && talking) poll();
  });

  if (!box.value) box.value = keptDraft();
  count();
  document.getElementById("problem")?.focus();
  if (talking) {
    if (waiting) expectAnswer();
    timer = setTimeout(poll, waiting ? 0 : IDLE);
  }
})();
