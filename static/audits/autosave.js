// Saves a section while one types. The page works without this: the buttons save it too.
//
// What is typed is kept in this tab (session storage) until the server has said that it is saved, so a page that
// is closed by accident, a dropped network or an ended session loses no word. The copy goes away with the save.

// Where two texts are compared, the server has kept both: this tab's copy is needed no longer once one has chosen.
const comparing = document.querySelector("[data-autosave-compared]");
if (comparing) {
  const forget = () => sessionStorage.removeItem(`qaf:${comparing.dataset.autosaveCompared}`);
  comparing.addEventListener("submit", forget);
  for (const link of comparing.querySelectorAll("a")) link.addEventListener("click", forget);
}

const form = document.querySelector("form[data-autosave]");
if (form) {
  const state = form.querySelector("[data-autosave-state]");
  const storageKey = `qaf:${form.dataset.autosaveKey}`;
  const initialRevision = form.elements.revision.value;
  let timer = null;
  let running = false;
  let dirty = false;
  let stopped = false;

  const fields = () =>
    [...new FormData(form).entries()].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");

  const say = (text) => {
    state.textContent = text;
  };

  const keepCopy = () => {
    try {
      sessionStorage.setItem(storageKey, JSON.stringify(fields()));
    } catch {
      // A full or forbidden storage only costs the second safety net.
    }
  };

  const dropCopy = () => sessionStorage.removeItem(storageKey);

  const again = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(save, seconds * 1000);
  };

  async function save() {
    if (running || stopped || !dirty) return;
    running = true;
    dirty = false;
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Autosave": "1", Accept: "application/json" },
        credentials: "same-origin",
        redirect: "manual",
      });
      if (response.ok) {
        const answer = await response.json();
        form.elements.revision.value = answer.revision;
        if (!dirty) dropCopy();
        say(answer.message);
      } else if (response.status === 409) {
        stopped = true;
        const answer = await response.json().catch(() => ({}));
        say(answer.message || "This audit has moved on, so the text could not be saved here. It is still on this page.");
      } else if (response.status === 404) {
        // Somebody who was asked to help, once the audit was submitted or they are asked no longer.
        stopped = true;
        say("You can no longer write in this section, so the text could not be saved. It is still on this page: copy it if you need it.");
      } else if (response.type === "opaqueredirect" || response.status === 403) {
        dirty = true;
        say("You have been signed out. Your text is still here: sign in again in another tab, then go on typing.");
        again(15);
      } else {
        dirty = true;
        say("The text could not be saved just now. It is still here, and saving is tried again.");
        again(15);
      }
    } catch {
      dirty = true;
      say("There is no connection. Your text is still here, and saving is tried again.");
      again(10);
    } finally {
      running = false;
      if (dirty && !stopped && !timer) again(2);
    }
  }

  const changed = () => {
    dirty = true;
    keepCopy();
    again(2);
  };

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
  });
  window.addEventListener("online", () => again(0));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty && !stopped) event.preventDefault();
  });

  // A copy that was never confirmed: give it back, once, unless the page already holds it.
  const copy = sessionStorage.getItem(storageKey);
  if (copy) {
    const kept = JSON.parse(copy);
    const here = JSON.stringify(fields().filter(([name]) => name !== "revision"));
    const differs = JSON.stringify(kept.filter(([name]) => name !== "revision")) !== here;
    if (differs && document.querySelector(".govuk-error-summary") === null) {
      const notice = document.createElement("div");
      notice.className = "govuk-inset-text";
      notice.setAttribute("role", "region");
      notice.setAttribute("aria-label", "Text that was not saved");
      const words = document.createElement("p");
      words.className = "govuk-body";
      words.textContent = "Text that you typed here earlier was not saved.";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "govuk-button govuk-button--secondary";
      button.textContent = "Put it back into the form";
      button.addEventListener("click", () => {
        const values = new Map();
        for (const [name, value] of kept) values.set(name, [...(values.get(name) || []), value]);
        for (const element of form.elements) {
          if (!element.name || element.name === "revision" || element.name === "csrfmiddlewaretoken") continue;
          if (element.type === "radio" || element.type === "checkbox") {
            element.checked = (values.get(element.name) || []).includes(element.value);
          } else if (values.has(element.name) && element.tagName !== "BUTTON") {
            element.value = values.get(element.name).shift() ?? "";
          }
          element.dispatchEvent(new Event("input", { bubbles: true }));
        }
        notice.remove();
        changed();
      });
      notice.append(words, button);
      form.before(notice);
    } else {
      dropCopy();
    }
  }
  form.dataset.autosaveReady = initialRevision;
}
