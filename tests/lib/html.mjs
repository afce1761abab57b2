// Reads the pages of the portal as a plain browser without scripts would: forms, links, words.
// The pages are written by one HTML writer (attributes in double quotes, void elements without a slash), so tags can be told by a
// regular expression; this is no parser for other people's HTML.

const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** Turns character references into characters. */
export function unescape(text) {
  return text.replace(/&(#x[0-9a-f]+|#[0-9]+|[a-z]+);/gi, (whole, name) => {
    if (name[0] !== '#') return entities[name.toLowerCase()] ?? whole;
    const code = name[1] === 'x' || name[1] === 'X' ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
    return String.fromCodePoint(code);
  });
}

function attributes(source) {
  const found = {};
  for (const [, name, double, single, bare] of source.matchAll(/([^\s=/>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)) {
    found[name.toLowerCase()] = unescape(double ?? single ?? bare ?? '');
  }
  return found;
}

function* tags(html) {
  for (const match of html.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^"'>])*)>/gi)) {
    yield { end: match[1] === '/', name: match[2].toLowerCase(), source: match[3], from: match.index, to: match.index + match[0].length };
  }
}

/** The words of a piece of HTML, white space folded. */
export function words(html) {
  return unescape(html.replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ').replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim();
}

/** The page's title and first heading. */
export function title(html) {
  return words(/<title[^>]*>([\s\S]*?)<\/title>/i.exec(html)?.[1] ?? '');
}
export function heading(html) {
  return words(/<h1[^>]*>([\s\S]*?)<\/h1>/i.exec(html)?.[1] ?? '');
}

/** [{href, text}] */
export function links(html) {
  return [...html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/gi)]
    .map(([, source, inside]) => ({ href: attributes(source).href ?? '', text: words(inside) }));
}

/**
 * The forms of a page: [{id, action, method, multipart, fields, buttons, files, html}].
 * `fields` is what a browser would post if one changed nothing (no disabled ones, no unchecked ones, no buttons) as [name, value].
 * `buttons` is [{name, value, text}], `files` the names of file inputs, `choices` {name: [values]} of radios, checkboxes and selects.
 */
export function forms(html) {
  const all = [];
  let form = null;
  let select = null;
  for (const tag of tags(html)) {
    if (tag.name === 'form') {
      if (tag.end) {
        if (form) form.html = html.slice(form.start, tag.from);
        form = null;
        continue;
      }
      const a = attributes(tag.source);
      form = { id: a.id ?? '', action: a.action ?? '', method: (a.method ?? 'get').toLowerCase(), multipart: a.enctype === 'multipart/form-data',
               fields: [], buttons: [], files: [], choices: {}, start: tag.to, html: '' };
      all.push(form);
      continue;
    }
    if (!form) continue;
    if (tag.end) {
      if (tag.name === 'select' && select) {
        if (!select.disabled && select.name) form.fields.push([select.name, select.value ?? select.first ?? '']);
        select = null;
      }
      continue;
    }
    if (!['input', 'textarea', 'select', 'option', 'button'].includes(tag.name)) continue;
    const a = attributes(tag.source);
    if (tag.name === 'option') {
      if (!select) continue;
      const value = a.value ?? words(html.slice(tag.to, html.indexOf('<', tag.to)));
      (form.choices[select.name] ??= []).push(value);
      select.first ??= value;
      if ('selected' in a) select.value = value;
      continue;
    }
    if (tag.name === 'select') {
      select = { name: a.name, disabled: 'disabled' in a };
      continue;
    }
    if (tag.name === 'button') {
      if ('disabled' in a || (a.type ?? 'submit') !== 'submit') continue;
      form.buttons.push({ name: a.name ?? '', value: a.value ?? '', text: words(html.slice(tag.to, html.indexOf('</button', tag.to))) });
      continue;
    }
    if ('disabled' in a || !a.name) continue;
    if (tag.name === 'textarea') {
      form.fields.push([a.name, unescape(html.slice(tag.to, html.indexOf('</textarea', tag.to))).replace(/^\n/, '')]);
      continue;
    }
    const type = (a.type ?? 'text').toLowerCase();
    if (type === 'file') form.files.push(a.name);
    else if (type === 'radio' || type === 'checkbox') {
      (form.choices[a.name] ??= []).push(a.value ?? 'on');
      if ('checked' in a) form.fields.push([a.name, a.value ?? 'on']);
    } else if (type === 'submit') form.buttons.push({ name: a.name, value: a.value ?? '', text: a.value ?? '' });
    else if (type !== 'button' && type !== 'image') form.fields.push([a.name, a.value ?? '']);
  }
  return all;
}

/** The form whose action ends with `ending` (or has the id "#id"); throws with what there is when there is none. */
export function form(html, ending) {
  const all = forms(html);
  const found = ending.startsWith('#') ? all.find((one) => one.id === ending.slice(1)) : all.find((one) => one.action.split('?')[0].endsWith(ending));
  if (!found) throw new Error(`no form "${ending}" on the page "${title(html)}" (there are: ${all.map((one) => one.action).join(', ') || 'none'})`);
  return found;
}

/** The form's fields with some of them changed: a value, a list of values, or null to leave the field out. */
export function filled(form, changes) {
  const kept = form.fields.filter(([name]) => !(name in changes));
  const given = Object.entries(changes).flatMap(([name, value]) => (value === null ? [] : Array.isArray(value) ? value : [value]).map((one) => [name, String(one)]));
  // A hidden field with an empty value before a group of checkboxes stays: it says that the group was on the page.
  const marks = form.fields.filter(([name, value]) => name in changes && Array.isArray(changes[name]) && value === '');
  return [...kept, ...marks, ...given];
}
