// Files sent in pieces (tus 1.0): what a lost line has cut off goes on from where it
// stood. One list entry shows how far it is; it goes when the file is whole.
const api = '/api/v1/uploads';
const tus = { 'Tus-Resumable': '1.0.0' };
const piece = 512 << 10;

// sendFile answers the id of the upload; nothing if the person gave it up. A
// refusal is shown, and thrown with its code.
export async function sendFile(file, list) {
  const row = entry(file, list);
  try {
    const id = await untilWhole(file, row);
    row.remove();
    return id;
  } catch (e) {
    if (e.code === 'state-secret') row.remove();
    else row.fail(e.message);
    throw e;
  }
}

async function untilWhole(file, row) {
  let id = null;
  let offset = 0;
  for (let tries = 0; !row.given; tries++) {
    try {
      if (!id) ({ id, offset } = await begin(file));
      else offset = await standing(id);
      while (offset < file.size && !row.given) {
        row.show(offset / file.size, offset + piece >= file.size);
        offset = await append(id, offset, file.slice(offset, offset + piece));
        tries = 0;
      }
      if (!row.given) return id;
    } catch (e) {
      if (e.gone) id = null;
      else if (e.code && !e.later) throw e;
      row.wait();
      await pause(Math.min(30_000, 1000 * 2 ** tries));
    }
  }
  if (id) fetch(`${api}/${id}`, { method: 'DELETE', headers: tus }).catch(() => {});
  return null;
}

async function begin(file) {
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name.normalize('NFC'))));
  const answer = await checked(await fetch(api, { method: 'POST', headers: { ...tus, 'Upload-Length': file.size, 'Upload-Metadata': `filename ${name}` } }));
  return { id: (await answer.json()).id, offset: 0 };
}

async function standing(id) {
  const answer = await checked(await fetch(`${api}/${id}`));
  return +answer.headers.get('Upload-Offset');
}

async function append(id, offset, body) {
  const headers = { ...tus, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': offset };
  const answer = await checked(await fetch(`${api}/${id}`, { method: 'PATCH', headers, body }));
  return +answer.headers.get('Upload-Offset');
}

async function checked(answer) {
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  const later = answer.status === 429 || answer.status === 409 || answer.status >= 500;
  throw Object.assign(new Error(problem.detail ?? String(answer.status)), { code: problem.code ?? String(answer.status), later, gone: answer.status === 404 });
}

// pause ends early when the line is back.
export const pause = (ms) => new Promise((done) => {
  const timer = setTimeout(done, ms);
  addEventListener('online', () => { clearTimeout(timer); done(); }, { once: true });
});

function entry(file, list) {
  const row = document.createElement('li');
  const name = Object.assign(document.createElement('span'), { className: 'file-name', textContent: file.name });
  const bar = Object.assign(document.createElement('progress'), { max: 1, value: 0, ariaLabel: file.name });
  const state = Object.assign(document.createElement('span'), { className: 'text-secondary' });
  const give = Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-sm', textContent: list.dataset.drop });
  row.append(name, bar, state, give);
  list.append(row);
  give.addEventListener('click', () => { row.given = true; row.remove(); });
  row.show = (share, last) => { bar.value = share; state.textContent = last ? list.dataset.checking : `${Math.round(share * 100)} %`; };
  row.wait = () => { state.textContent = list.dataset.waiting; };
  row.fail = (sentence) => { bar.remove(); state.className = 'invalid'; state.setAttribute('role', 'alert'); state.textContent = sentence; };
  return row;
}
