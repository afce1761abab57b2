// What scripts add to pages that work without them: saving while one writes, progress of uploads, search while one types, the
// deadline's clock, copying, and one sending per press. No dependencies; no words of its own but those in the page's attributes.
'use strict';
(() => {
  const doc = document;
  const fragmentHeader = { 'Alting-Fragment': '1' };
  const all = (selector, root = doc) => [...root.querySelectorAll(selector)];
  const say = (words) => {
    const place = doc.getElementById('saved-state');
    if (place && words) place.textContent = words.replace('{time}', new Date().toLocaleTimeString(doc.documentElement.lang, { hour: '2-digit', minute: '2-digit' }));
  };
  // Read aloud to who does not see the page, all at once; the same words are said once.
  let aloud = [];
  const sayAloud = (words) => {
    if (!words) return;
    if (!aloud.length) queueMicrotask(() => {
      const place = doc.getElementById('form-said');
      const said = aloud.join('. ');
      aloud = [];
      if (place && place.textContent !== said) place.textContent = said;
    });
    aloud.push(words);
  };
  // That saving works is said when it first does, and when it does again; what goes wrong each time it is something else.
  let saidSaved = false;
  const stateAloud = (isSaved) => {
    const place = doc.getElementById('form-said');
    if (!isSaved || !saidSaved) sayAloud(doc.getElementById('saved-state')?.textContent);
    else if (place && !aloud.length) place.textContent = '';
    saidSaved = isSaved;
  };

  // --- swapping in what the server sent: each element replaces the one with its id (or data-swap) ---
  const keepTyped = (old, fresh, unsaved) => {
    for (const field of all('input[name],textarea[name],select[name]', old)) {
      if (!field.id || !(unsaved.has(field.name) || (field === doc.activeElement && field.type !== 'checkbox' && field.type !== 'radio'))) continue;
      const next = field.id === fresh.id ? fresh : fresh.querySelector('#' + CSS.escape(field.id));
      if (!next) continue;
      if (field.type === 'checkbox' || field.type === 'radio') next.checked = field.checked;
      else if (field.type !== 'file') next.value = field.value;
    }
    for (const open of all('details[open][id]', old)) fresh.querySelector('#' + CSS.escape(open.id))?.setAttribute('open', '');
  };
  const swap = (text, unsaved = new Set()) => {
    const box = doc.createElement('template');
    box.innerHTML = text;
    let saidState = false;
    for (const fresh of [...box.content.children]) {
      const id = fresh.dataset.swap || fresh.id;
      const old = id && doc.getElementById(id);
      if (!old) continue;
      saidState ||= id === 'saved-state';
      if (fresh.dataset.said) sayAloud(fresh.dataset.said);
      const active = doc.activeElement;
      const focused = old.contains(active) ? active : null;
      let range = null;
      try { if (focused) range = [focused.selectionStart, focused.selectionEnd]; } catch { /* no text field */ }
      keepTyped(old, fresh, unsaved);
      if (id === 'saved-state' && old.className === fresh.className) old.textContent = fresh.textContent;
      else old.replaceWith(fresh);
      upgrade(fresh);
      const again = focused && focused.id && doc.getElementById(focused.id);
      if (!again || again === doc.activeElement) continue;
      again.focus({ preventScroll: true });
      try { if (range && range[0] !== null) again.setSelectionRange(...range); } catch { /* no text field */ }
    }
    return saidState;
  };

  // --- the session: says five minutes before that it ends, and when it has ---
  const session = (() => {
    const box = doc.getElementById('session-warning');
    if (!box || !box.showModal) return { renewed: () => {} };
    const idle = box.dataset.idle * 1000;
    const ends = Date.now() + box.dataset.left * 1000;
    const early = 5 * 60000;
    let over = Date.now() + idle;
    let timer = 0;
    const others = window.BroadcastChannel && new BroadcastChannel('alting-session');
    const part = (name) => box.querySelector(`[data-part=${name}]`);
    const show = (isOver) => {
      part('before').hidden = isOver;
      part('over').hidden = !isOver;
      box.setAttribute('aria-label', box.querySelector(`[data-part=${isOver ? 'over' : 'before'}] h2`).textContent);
      if (!box.open) box.showModal();
    };
    const look = () => {
      clearTimeout(timer);
      const left = over - Date.now();
      if (left <= 0) return show(true);
      const last = over >= ends;
      part('idle').hidden = last;
      part('last').hidden = !last;
      if (left <= early && !(last && box.dataset.told)) {
        if (last) box.dataset.told = '1';
        show(false);
      }
      timer = setTimeout(look, Math.min(left <= early ? left : left - early, 2 ** 30) + 500);
    };
    const renew = () => {
      over = Math.min(Date.now() + idle, ends);
      if (box.open && part('over').hidden) box.close();
      look();
    };
    if (others) others.onmessage = renew;
    const renewed = () => { renew(); others?.postMessage(''); };
    box.addEventListener('click', (event) => {
      if (event.target.closest('[data-leave]')) box.close();
      if (!event.target.closest('[data-stay]')) return;
      if (over >= ends) return box.close();
      fetch(event.target.closest('[data-stay]').dataset.stay, { headers: fragmentHeader, redirect: 'manual', cache: 'no-store' })
        .then((answer) => { if (answer.ok) renewed(); else if (answer.status === 401) { over = 0; show(true); } })
        .catch(() => box.close());
    });
    doc.addEventListener('visibilitychange', () => { if (!doc.hidden) look(); });
    others?.postMessage('');  // a page was just fetched: the session goes on for all of them
    look();
    return { renewed };
  })();

  const renewToken = (token) => { for (const field of all('input[type=hidden][name=token]')) field.value = token; };

  // --- (a) saving while one writes ---
  const savers = new WeakMap();
  const saverOf = (form) => {
    if (!savers.has(form)) savers.set(form, { form, unsaved: new Set(), sending: null, timer: 0, failures: 0, notBefore: 0 });
    return savers.get(form);
  };
  const namesOf = (field) => {
    const group = field.closest('[data-group]');
    return group ? all('[name]', group).map((one) => one.name) : [field.name];
  };
  // Until all that was typed is saved the form says so of itself.
  const mark = ({ form, sending, unsaved }) => form.toggleAttribute('data-unsaved', Boolean(sending || unsaved.size));
  const later = (saver, wait) => {
    clearTimeout(saver.timer);
    saver.timer = setTimeout(() => save(saver), Math.max(wait, saver.notBefore - Date.now()));
  };
  // What was not taken is told apart: no network, too much going on (ours or one's own limit), something broken here. It is
  // tried again after as long as the server asks for, or longer and longer; at most ten minutes, for others may have finished.
  const notTaken = (saver, answer) => {
    const busy = answer && (answer.status === 429 || (answer.status === 503 && !answer.headers.get('Alting-Incident')));
    const { offline, broken = offline, busy: crowded = broken } = saver.form.dataset;
    say(!answer ? offline : busy ? crowded : broken);
    stateAloud(false);
    const asked = Math.min(600, Number(answer?.headers.get('Retry-After')) || 0);
    saver.failures += 1;
    saver.notBefore = Date.now() + asked * 1000;
    later(saver, Math.max(asked, Math.min(60, 2 ** saver.failures)) * 1000);
  };
  const save = (saver, leaving = false) => {
    const { form, unsaved } = saver;
    if (saver.sending || !unsaved.size || !form.isConnected) return;
    if (!leaving && Date.now() < saver.notBefore) return later(saver, 0);
    clearTimeout(saver.timer);
    const names = [...unsaved];
    unsaved.clear();
    for (const open of all('input[name^="conflict:"]', form)) names.push(...open.dataset.names.split(' '));  // until one has chosen
    const body = new URLSearchParams();
    for (const hidden of all('input[type=hidden][name]:not([data-group])', form)) if (!names.includes(hidden.name)) body.append(hidden.name, hidden.value);
    for (const name of names) body.append('changed', name);
    for (const [name, value] of new FormData(form)) if (names.includes(name) && typeof value === 'string') body.append(name, value);
    say(form.dataset.saving);
    saver.sending = fetch(form.dataset.autosave, { method: 'POST', body, headers: fragmentHeader, redirect: 'manual', keepalive: leaving })
      .then(async (answer) => {
        if (answer.status === 401) {  // logged out: all stays here, and is saved once one is back from logging in
          for (const name of names) unsaved.add(name);
          saver.loggedOut = true;
          saidSaved = false;  // the answer says by itself what is so
          swap(await answer.text(), unsaved);
          return;
        }
        const token = answer.status === 403 && !saver.tokenRenewed && answer.headers.get('Alting-Token');
        if (token) {  // one has logged in again elsewhere: the page goes on in that session
          for (const name of names) unsaved.add(name);
          renewToken(token);
          saver.tokenRenewed = true;
          saver.loggedOut = false;
          return;
        }
        saver.tokenRenewed = false;
        if (answer.status >= 500 || answer.status === 429 || answer.type === 'opaqueredirect') {
          for (const name of names) unsaved.add(name);
          notTaken(saver, answer);
          return;
        }
        saver.failures = 0;
        saver.notBefore = 0;
        saver.loggedOut = false;
        session.renewed();
        const said = answer.headers.get('Alting-Fragment') ? swap(await answer.text(), unsaved) : false;
        if (!said) say(answer.ok ? form.dataset.saved : form.dataset.conflict);
        stateAloud(answer.ok);
      })
      .catch(() => {
        for (const name of names) unsaved.add(name);
        notTaken(saver, null);
      })
      .finally(() => {
        saver.sending = null;
        mark(saver);
        if (unsaved.size && !saver.failures && !saver.loggedOut) later(saver, 300);
      });
    mark(saver);
  };
  const changed = (event, wait) => {
    const field = event.target;
    const form = field.form;
    if (!form || !form.dataset.autosave || !field.name || field.type === 'file' || field.type === 'hidden') return;
    const saver = saverOf(form);
    for (const name of namesOf(field)) saver.unsaved.add(name);
    mark(saver);
    later(saver, wait);
  };
  doc.addEventListener('input', (event) => { changed(event, 1000); count(event.target); });
  doc.addEventListener('change', (event) => changed(event, 50));
  const saveAll = () => { for (const form of all('form[data-autosave]')) save(saverOf(form)); };
  addEventListener('online', saveAll);
  addEventListener('focus', saveAll);
  doc.addEventListener('visibilitychange', () => { if (!doc.hidden) saveAll(); });
  // What stands on a page after a new login was never saved.
  for (const form of all('form[data-restored]')) {
    for (const field of all('[name]', form)) if (field.type !== 'hidden' && field.type !== 'file' && field.type !== 'submit') saverOf(form).unsaved.add(field.name);
  }
  saveAll();
  // Waits, two seconds at most, for what is being saved or waits to be, so that the next page has it.
  const settled = async () => {
    const until = Date.now() + 2000;
    for (const form of all('form[data-autosave]')) {
      const saver = saverOf(form);
      while ((saver.sending || saver.unsaved.size) && !saver.failures && !saver.loggedOut && Date.now() < until) {
        save(saver);
        await Promise.race([saver.sending, new Promise((done) => { setTimeout(done, 100); })]);
      }
    }
  };
  const busy = () => all('form[data-autosave]').some((form) => savers.has(form) && (saverOf(form).sending || saverOf(form).unsaved.size));
  doc.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute('download') || link.origin !== location.origin || link.getAttribute('href').startsWith('#') || !busy()) return;
    event.preventDefault();
    settled().then(() => { location.assign(link.href); });
  });
  addEventListener('pagehide', () => { for (const form of all('form[data-autosave]')) if (!form.dataset.sent) save(saverOf(form), true); });

  // --- (f) one sending per press, after what is being saved ---
  doc.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.method !== 'post' || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    if (form.dataset.autosave && !navigator.onLine) {  // the browser's own page of errors would take all this away
      event.preventDefault();
      say(form.dataset.offline);
      saidSaved = false;  // told at the button
      all('.send-state', form).forEach((one) => one.remove());
      const told = doc.createElement('p');
      told.className = 'send-state';
      told.setAttribute('role', 'alert');
      told.textContent = form.dataset.offlineNext;
      event.submitter?.parentElement.after(told);
      return;
    }
    const saver = savers.get(form);
    if (saver) {
      clearTimeout(saver.timer);
      if (saver.sending) {
        event.preventDefault();
        saver.unsaved.clear();
        saver.sending.finally(() => form.requestSubmit(event.submitter));
        return;
      }
      saver.unsaved.clear();
    } else if (!form.dataset.waited && busy()) {
      event.preventDefault();
      form.dataset.waited = '1';
      settled().then(() => form.requestSubmit(event.submitter));
      return;
    }
    form.dataset.sent = '1';
    event.submitter?.setAttribute('aria-busy', 'true');
    setTimeout(() => release(form), event.submitter?.hasAttribute('data-downloads') ? 2000 : 15000);
    upload(event, form);
  });
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of all('[aria-busy]', form)) button.removeAttribute('aria-busy');
  };
  doc.querySelector('form[data-go-on]')?.requestSubmit();
  addEventListener('pageshow', (event) => { if (event.persisted) all('form[data-sent]').forEach(release); });

  // --- what is saved nowhere before it is sent: another language takes it along, and leaving it is asked about ---
  const isTyped = (form) => 'typed' in form.dataset && !form.dataset.sent;
  for (const type of ['input', 'change'])
    doc.addEventListener(type, (event) => { if (event.target.form?.dataset.again) event.target.form.dataset.typed = ''; });
  addEventListener('beforeunload', (event) => { if (all('form[data-again]').some(isTyped)) event.preventDefault(); });
  doc.addEventListener('click', (event) => {
    const link = event.target.closest?.('.languages a[href]');
    const form = link && all('form[data-again]').find(isTyped);
    if (!form || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const act = doc.createElement('input');
    Object.assign(act, { type: 'hidden', name: form.dataset.again, value: form.dataset.againValue });
    fetch(link.href, { redirect: 'manual', cache: 'no-store' })
      .then(() => { form.dataset.sent = '1'; form.append(act); form.submit(); })
      .catch(() => { location.assign(link.href); });
  });
  doc.addEventListener('change', (event) => {
    const { largest, large } = event.target.dataset ?? {};
    if (!largest || !window.DataTransfer) return;
    const [kept, left] = [new DataTransfer(), []];
    for (const file of event.target.files) if (file.size > largest) left.push(file.name); else kept.items.add(file);
    const words = doc.getElementById(event.target.id + '-progress');
    if (left.length) event.target.files = kept.files;
    if (!words) return;
    words.textContent = left.map((name) => large.replace('{name}', name)).join(' ');
    words.classList.toggle('over', left.length > 0);
  });

  // --- (b) uploads with progress ---
  const upload = (event, form) => {
    const input = all('input[type=file][data-upload]', form).find((one) => one.files.length);
    if (!input || !window.FormData) return;
    event.preventDefault();
    const bar = doc.getElementById(input.id + '-bar');
    const words = doc.getElementById(input.id + '-progress');
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    request.setRequestHeader('Alting-Fragment', '1');
    let tenth = -1;
    request.upload.onprogress = (step) => {
      const percent = step.lengthComputable ? Math.floor((100 * step.loaded) / step.total) : 0;
      if (bar) { bar.hidden = false; bar.value = percent; }
      if (words && Math.floor(percent / 10) !== tenth) {
        tenth = Math.floor(percent / 10);
        words.textContent = input.dataset.upload.replace('{percent}', percent);
      }
    };
    request.onload = () => {
      const token = request.status === 403 && !form.dataset.tokenRenewed && request.getResponseHeader('Alting-Token');
      if (token) {
        renewToken(token);
        form.dataset.tokenRenewed = '1';
        return upload(event, form);
      }
      delete form.dataset.tokenRenewed;
      release(form);
      if (bar) bar.hidden = true;
      if (words) words.textContent = '';
      if (new URL(request.responseURL).pathname !== new URL(form.action).pathname) location.assign(request.responseURL);
      else if (request.getResponseHeader('Alting-Fragment')) { swap(request.responseText); if (request.status < 400) form.reset(); }
      else { doc.open(); doc.write(request.responseText); doc.close(); }
    };
    request.onerror = () => { release(form); if (bar) bar.hidden = true; form.submit(); };
    const data = new FormData(form);
    if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
    request.send(data);
  };
  for (const type of ['dragover', 'dragleave', 'drop'])
    doc.addEventListener(type, (event) => {
      const box = event.target.closest?.('[data-drop]');
      if (!box) return;
      event.preventDefault();
      box.classList.toggle('dragged', type === 'dragover');
      const input = box.querySelector('input[type=file]');
      if (type !== 'drop' || !input || !event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    });

  // --- (c) search while one types ---
  let asking = null;
  let typing = 0;
  doc.addEventListener('input', (event) => {
    const form = event.target.closest('form[data-search-form]');
    if (!form) return;
    clearTimeout(typing);
    typing = setTimeout(() => {
      asking?.abort();
      asking = new AbortController();
      const url = form.action.split('?')[0] + '?' + new URLSearchParams(new FormData(form));
      fetch(url, { headers: fragmentHeader, signal: asking.signal, redirect: 'manual' })
        .then(async (answer) => {
          if (!answer.ok || !answer.headers.get('Alting-Fragment')) return;
          swap(await answer.text());
          const said = form.querySelector('[role=status]');
          if (said) said.textContent = doc.getElementById(form.dataset.searchForm)?.dataset.said ?? '';
          history.replaceState(null, '', url);
        })
        .catch(() => {});
    }, 250);
  });

  // --- (d) the deadline's clock, in the two largest units ---
  const tick = (root = doc) => {
    for (const time of all('time[data-countdown]', root)) {
      const words = time.dataset.units.split(',');
      const left = Date.parse(time.dataset.countdown) - Date.now();
      const minutes = Math.max(1, Math.floor(Math.abs(left) / 60000));
      const parts = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
      const first = parts.findIndex((part) => part > 0);
      const said = parts.map((part, i) => (part > 0 && i <= first + 1 ? `${part} ${words[2 * i + (part === 1 ? 0 : 1)]}` : '')).filter(Boolean);
      const text = (left < 0 ? time.dataset.ago : time.dataset.in).replace('{t}', said.join(` ${time.dataset.and} `));
      if (time.textContent !== text) time.textContent = text;
      if (Date.parse(time.dataset.lateAfter ?? time.dataset.countdown) < Date.now()) time.closest('.deadline,.deadline-line')?.setAttribute('data-color', 'danger');
    }
  };
  setInterval(tick, 60000);
  doc.addEventListener('visibilitychange', () => tick());

  // --- characters left, (e) copying, menus ---
  // As the server counts (base/typed_text.h): characters, not UTF-16 units, without what it drops.
  const dropped = /(?![\u200C\u200D\uFE00-\uFE0F\u{E0020}-\u{E007F}\u{E0100}-\u{E01EF}])\p{Default_Ignorable_Code_Point}/gu;
  const length = (text) => [...text.replace(dropped, '').normalize('NFC').trimEnd()].length;
  const count = (field) => {
    const max = field.dataset?.max;
    const place = max && doc.getElementById(field.id + '-count');
    if (!place) return;
    const left = max - length(field.value);
    place.textContent = place.dataset.words.replace('{n}', left);
    place.classList.toggle('over', left < 0);
  };
  doc.addEventListener('click', (event) => {
    const copy = event.target.closest('[data-copy]');
    if (copy) navigator.clipboard.writeText(copy.dataset.copy).then(() => {
      const done = copy.parentElement.querySelector('.copy-done');
      done.textContent = copy.dataset.done;
      setTimeout(() => { done.textContent = ''; }, 4000);
    });
    const close = event.target.closest('[data-close]')?.closest('details');
    if (close) { close.open = false; close.querySelector('summary').focus(); }
    for (const menu of all('details[data-menu][open]')) if (!menu.contains(event.target)) menu.open = false;
  });
  // The bar of what can be done comes up over the bottom of the list: what was just chosen stays in view.
  doc.addEventListener('change', (event) => event.target.closest('.item-start')?.closest('.item').scrollIntoView({ block: 'nearest' }));
  doc.addEventListener('keydown', (event) => {
    const menu = event.key === 'Escape' && event.target.closest('details[data-menu][open],details[data-confirm][open]');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
  });
  const upgrade = (root) => {
    for (const hidden of all('[data-copy][hidden],[data-close][hidden]', root)) hidden.hidden = false;
    all('textarea[data-max]', root).forEach(count);
    tick(root);
  };
  upgrade(doc);

  // --- what sticks to the bottom covers nothing that has the focus ---
  const bar = doc.querySelector('.form-bar');
  if (bar && window.ResizeObserver)
    new ResizeObserver(() => {
      const stuck = getComputedStyle(bar).position === 'sticky';
      doc.documentElement.style.setProperty('--form-bar', stuck ? `${bar.offsetHeight}px` : '0px');
    }).observe(bar);

  // --- a link to a field shows its question too ---
  const showQuestion = (id) => {
    const aim = id && doc.querySelector('main form')?.querySelector('#' + CSS.escape(id));
    if (!aim) return false;
    (aim.closest('.field') ?? aim).scrollIntoView();
    aim.focus({ preventScroll: true });
    return true;
  };
  doc.addEventListener('click', (event) => {
    const link = event.target.closest('#error-summary a[href^="#"]');
    if (link && showQuestion(link.hash.slice(1))) event.preventDefault();
  });
  addEventListener('load', () => showQuestion(location.hash.slice(1)));
  if (!doc.getElementById(location.hash.slice(1) || ' ')) doc.getElementById('error-summary')?.focus();
})();
