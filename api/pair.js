"use strict";
const form = document.querySelector("form");
const field = form.elements;
const told = document.querySelector("output");

// The camera's address has the code as its fragment, which is not sent to anybody.
if (/^#[0-9]{8}$/.test(location.hash)) {
  field.code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  field.name.focus();
}

function tell(text, bad) {
  told.textContent = text;
  told.className = bad ? "bad" : "";
}

async function post(path, body, token) {
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = "Bearer " + token;
  return fetch(path, { method: "POST", headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit" });
}

function why(problem, status) {
  if (status === 401) return "That is not the code in the view, or it has ended: it is good for five minutes and five tries.";
  if (status === 409) return "Somebody has that name already. Take another.";
  const errors = (problem.errors || []).map((e) => e.message);
  return [problem.detail || "The program refused it.", ...errors].join(" ");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  if (field.password.value !== field.again.value) return tell("The passwords differ.", true);
  button.disabled = true;
  tell("…");
  try {
    const name = field.name.value.trim();
    const answer = await post("/api/v1/auth/pair", { code: field.code.value.trim(), name, password: field.password.value });
    const body = await answer.json();
    if (!answer.ok) return tell(why(body, answer.status), true);
    await post("/api/v1/auth/logout", null, body.access_token).catch(() => {}); // this page has no use for the login
    form.hidden = true;
    document.querySelector("#then").hidden = false;
    document.querySelector("#name").textContent = name;
    tell("The account “" + name + "” is made.");
  } catch {
    tell("The program does not answer. Is this device on the same network?", true);
  } finally {
    button.disabled = false;
  }
});
