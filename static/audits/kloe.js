// Makes the sections of a form more comfortable. Everything works without it: it hides questions that do not apply
// at the moment, lets text boxes grow where the browser cannot by itself, and says quietly when a line comes near its
// limit (text boxes have the design system's character count for that).

const NEAR = 0.9; // of the limit, before anything is said
const GROWING = "[data-kloe] textarea, textarea[data-grows]";
const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

// All fields of a question: its own name, or its name followed by a part ("-day", "-comment").
function fieldsOf(name) {
  return [...document.querySelectorAll("[data-kloe] [name]")].filter(
    (field) => field.name === name || field.name.startsWith(`${name}-`),
  );
}

const isChosen = (field) => (field.type === "radio" || field.type === "checkbox" ? field.checked : true);
const isHidden = (field) => field.closest(".kloe-question[hidden]") !== null;

// What a condition sees of a question; null when the question is not on this page.
function seen(name) {
  const fields = fieldsOf(name);
  if (fields.length === 0) return null;
  const filled = fields.filter(
    (field) => !isHidden(field) && isChosen(field) && field.value.trim() !== "" && !field.name.endsWith("-rows"),
  );
  return { values: filled.filter((field) => field.name === name).map((field) => field.value), answered: isAnswered(name, filled) };
}

// A comment alone is no answer where there is something to choose.
function isAnswered(name, filled) {
  const main = fieldsOf(name).some((field) => field.name === name);
  return filled.some((field) => !main || field.name === name);
}

// true, false, or undefined when another page decides.
function decide(condition) {
  if (condition.all || condition.any) {
    const decisive = Boolean(condition.any);
    const outcomes = (condition.all || condition.any).map(decide);
    if (outcomes.includes(decisive)) return decisive;
    return outcomes.includes(undefined) ? undefined : !decisive;
  }
  const found = seen(condition.field);
  if (found === null) return undefined;
  if (condition.operator === "answered") return found.answered === condition.answered;
  const contained = condition.values.some((value) => found.values.some((given) => same(given, value)));
  return condition.operator === "not" ? !contained : contained;
}

const same = (given, value) => given === value || (given.trim() !== "" && Number(given) === Number(value));

// Hiding one question can take away the answer that another hangs on, so it is repeated until nothing changes.
function showWhatApplies() {
  const questions = [...document.querySelectorAll("[data-kloe] [data-when]")];
  for (let round = 0; round <= questions.length; round += 1) {
    let changed = false;
    for (const question of questions) {
      const hide = decide(JSON.parse(question.dataset.when)) === false;
      if (question.hidden !== hide) {
        question.hidden = hide;
        changed = true;
      }
    }
    if (!changed) return;
  }
}

function grow(area) {
  if (GROWS_BY_ITSELF) return;
  while (area.scrollHeight > area.clientHeight + 2 && area.rows < 40) area.rows += 1;
}

function count(field) {
  const limit = Number(field.dataset.limit);
  if (!limit) return;
  const left = limit - [...field.value].length;
  let note = document.getElementById(`${field.id}-count`);
  if (left > limit * (1 - NEAR)) {
    if (note) note.textContent = "";
    return;
  }
  if (!note) {
    note = document.createElement("p");
    note.id = `${field.id}-count`;
    note.setAttribute("role", "status");
    field.after(note);
  }
  note.className = left < 0 ? "govuk-error-message" : "govuk-hint";
  const many = Math.abs(left) === 1 ? "character" : "characters";
  note.textContent = left < 0 ? `You have ${-left} ${many} too many` : `You have ${left} ${many} remaining`;
}

function start() {
  for (const note of document.querySelectorAll("[data-kloe] .kloe-only-if")) note.hidden = true;
  showWhatApplies();
  document.querySelectorAll(GROWING).forEach(grow);
  document.querySelectorAll("[data-kloe] [data-limit]").forEach(count);
}

document.addEventListener("input", (event) => {
  if (event.target.matches(GROWING)) grow(event.target);
  if (!event.target.closest("[data-kloe]")) return;
  if (event.target.matches("[data-limit]")) count(event.target);
  showWhatApplies();
});
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-kloe]")) showWhatApplies();
});
document.addEventListener("htmx:afterSettle", start);
start();
