/** Runs in the page: looks for news, taps what is tapped, says what is typed. */
export const phoneScript = `
const main = document.querySelector('main');
const screen = document.getElementById('screen');
const toast = document.querySelector('.toast');
const { corp, user, app, failed } = main.dataset;
const control = '/_sim/corps/' + encodeURIComponent(corp ?? '');
let seen = screen.innerHTML;
let waitUntil = 0;
const isAtEnd = () => screen.scrollHeight - screen.scrollTop - screen.clientHeight < 80;
const toEnd = () => { if (app !== undefined) screen.scrollTop = screen.scrollHeight; };

async function look() {
  // An open menu or a half-made choice is not taken out of somebody's hands.
  if (document.hidden || Date.now() < waitUntil || screen.querySelector('details[open]')) return;
  const address = new URL(location.href);
  address.searchParams.set('part', 'screen');
  const response = await fetch(address);
  const drawn = document.createElement('template');
  drawn.innerHTML = await response.text();
  const markup = drawn.innerHTML;
  if (!response.ok || markup === seen) return;
  const follow = isAtEnd();
  seen = markup;
  screen.innerHTML = markup;
  if (follow) toEnd();
}

async function post(path, body) {
  const response = await fetch(control + path, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) {
    const answer = await response.json().catch(() => undefined);
    tell(failed + (answer?.error?.message ? ': ' + answer.error.message : ''));
  }
  return response.ok;
}

function tell(text) {
  toast.textContent = text;
  setTimeout(() => { toast.textContent = ''; }, 4000);
}

function answersOf(card) {
  return [...card.querySelectorAll('[data-question]')].map((field) => ({
    questionKey: field.dataset.question,
    optionIds: field.tagName === 'SELECT' ? [field.value] : [...field.querySelectorAll('input:checked')].map((one) => one.value),
  }));
}

screen.addEventListener('change', () => { waitUntil = Date.now() + 20000; });
screen.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-key]');
  if (button === null) return;
  const card = button.closest('[data-msgid]');
  const isMenu = button.closest('.menu') !== null;
  button.classList.add('busy');
  button.closest('details')?.removeAttribute('open');
  waitUntil = 0;
  await post('/messages/' + encodeURIComponent(card.dataset.msgid) + '/click', {
    userid: user,
    key: button.dataset.key,
    answers: isMenu ? [] : answersOf(card),
  });
  setTimeout(() => button.classList.remove('busy'), 2000);
});

document.querySelector('form.say')?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const input = event.target.elements.content;
  const content = input.value.trim();
  if (content === '') return;
  if (await post('/say', { agentid: Number(app), userid: user, msgtype: 'text', content })) input.value = '';
  await look();
  toEnd();
});

toEnd();
window.addEventListener('load', toEnd);
// Lists to choose from stay as they are, so that nobody's search is taken away.
if (user !== undefined) setInterval(() => look().catch(() => undefined), 1000);
`;
