'use strict';

// The report's script. It reads the data blocks of the page, and builds the
// table and the details out of elements and text: no markup is ever parsed.
(() => {
  const byId = (id) => document.getElementById(id);

  // el makes an element; children are nodes, texts, or nothing.
  const el = (tag, attributes, ...children) => {
    const e = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === true) {
        e.setAttribute(key, '');
      } else if (value !== undefined && value !== null && value !== false) {
        e.setAttribute(key, value);
      }
    }
    e.append(...children.filter((c) => c !== undefined && c !== null && c !== ''));
    return e;
  };

  const plural = (n, thing) => (n === 1 ? `1 ${thing}` : `${n} ${thing}s`);
  const words = (status) => status.replaceAll('_', ' ');

  // The marks of cases, from good to bad. The style gives each a colour and a
  // sign; the word is there for those who see neither.
  const marks = ['passed', 'failed', 'panic', 'timeout', 'memory_limit', 'output_limit', 'crashed',
    'needs_review', 'internal_error', 'skipped', 'not_run'];

  // cells are made once for every mark, and copied: there are very many.
  const cells = new Map(marks.map((mark) => [mark, el('td', { class: 'cell', 'data-mark': mark }, words(mark))]));
  const cellOf = (mark) => cells.get(mark).cloneNode(true);

  const facts = JSON.parse(byId('facts').textContent);
  const markOf = (letter) => facts.marks[letter] || 'not_run';

  // Every line is a student: what the table shows, a tab, and the details, which
  // stay unread until they are asked for.
  const students = byId('students').textContent.split('\n').filter(Boolean).map((line, index) => {
    const tab = line.indexOf('\t');
    const s = JSON.parse(tab < 0 ? line : line.slice(0, tab));
    s.details = tab < 0 ? '' : line.slice(tab + 1);
    s.index = index;
    s.found = s.found || [];
    s.cases = s.cases || '';
    s.right = s.right || 0;
    return s;
  });
  byId('students').remove(); // twice would be too much of it

  const missedBy = (s, i) => s.cases !== '' && markOf(s.cases[i]) !== 'passed';

  // ---- the table ----

  const table = byId('table');
  const rowsAtOnce = 120; // more than fit on a screen
  const rowsAsked = 1000; // by the button below the table, and on paper
  const narrow = window.matchMedia('(max-width: 40rem)').matches;
  const lead = [ // widths in rem
    { key: 'student', title: 'Student', width: narrow ? 8.5 : 13 },
    { key: 'status', title: 'Verdict', width: 9 },
    { key: 'score', title: 'Score', width: 4.75 },
    { key: 'right', title: 'Right', width: 4.25 },
  ];
  const caseWidth = 1.75;
  const lastWidth = 14;

  const order = { key: '', down: false };
  let shown = students; // filtered and sorted
  let drawn = 0; // rows of it that are in the table
  let body = el('tbody');

  const sortButton = (key, title) => {
    const button = el('button', { type: 'button', class: 'sort', 'data-sort': key }, el('span', null, title));
    button.addEventListener('click', () => sortBy(key));
    return button;
  };

  const buildHead = () => {
    const columns = el('colgroup');
    let total = lastWidth;
    const column = (width) => {
      const c = el('col');
      c.style.width = `${width}rem`;
      columns.append(c);
    };
    for (const c of lead) {
      column(c.width);
      total += c.width;
    }
    facts.cases.forEach(() => column(caseWidth));
    column(lastWidth);
    total += facts.cases.length * caseWidth;
    table.style.width = `${total}rem`;

    const heading = el('tr', { class: 'titles' });
    for (const c of lead) {
      heading.append(el('th', { scope: 'col', 'aria-sort': 'none', 'data-column': c.key, 'data-title': c.title, class: `c-${c.key}` }, sortButton(c.key, c.title)));
    }
    facts.cases.forEach((c, i) => {
      const th = el('th', { scope: 'col', class: 'case', 'aria-sort': 'none', 'data-column': `case-${i}`, 'data-title': c.name }, sortButton(`case-${i}`, c.name));
      th.title = `${c.name}${c.hidden ? ' (hidden from students)' : ''}: ${plural(c.points, 'point')}${c.teaches ? `; about: ${c.teaches}` : ''}; passed by ${c.passed} of ${c.ran}`;
      if (c.hidden) {
        th.firstChild.firstChild.append(el('small', null, ' hidden'));
      }
      heading.append(th);
    });
    heading.append(el('th', { scope: 'col', 'aria-sort': 'none', 'data-column': 'found', 'data-title': 'Found', class: 'c-found' }, sortButton('found', 'Found')));

    const passed = el('tr', { class: 'passed-by' }, el('th', { scope: 'row', colspan: lead.length }, 'passed by, in %'));
    for (const c of facts.cases) {
      const share = c.ran ? Math.floor((100 * c.passed) / c.ran) : 0;
      passed.append(el('td', { class: 'share', 'data-level': c.ran ? Math.floor((100 - share) / 25.01) : 0 }, c.ran ? String(share) : '–'));
    }
    passed.append(el('td', null));
    table.append(columns, el('thead', null, heading, passed), body);
  };

  const scoreText = (s) => (s.score === undefined ? '–' : String(s.score));

  const buildRow = (s, at) => {
    const name = el('button', { type: 'button', class: 'name', 'data-at': at }, s.student);
    const who = el('th', { scope: 'row' }, name);
    if (s.late) {
      who.append(el('small', { class: 'late' }, 'late'));
    }
    const row = el('tr', null, who,
      el('td', null, el('span', { class: 'status', 'data-kind': s.status }, words(s.status))),
      el('td', { class: 'number' }, scoreText(s)),
      el('td', { class: 'number' }, s.cases === '' ? '–' : `${s.right}/${facts.cases.length}`));
    for (let i = 0; i < facts.cases.length; i++) {
      const mark = s.cases === '' ? 'not_run' : markOf(s.cases[i]);
      row.append(cellOf(mark));
    }
    const found = s.found.map((id) => facts.findings[id].title).join(', ');
    const last = found || (s.cases === '' ? s.message : '');
    row.append(el('td', { class: 'found', title: last }, last));
    return row;
  };

  const drawMore = (count) => {
    const some = document.createDocumentFragment();
    const end = Math.min(shown.length, drawn + count);
    for (; drawn < end; drawn++) {
      some.append(buildRow(shown[drawn], drawn));
    }
    body.append(some);
    const left = shown.length - drawn;
    const more = byId('more');
    more.hidden = left === 0;
    more.textContent = left > rowsAsked ? `Show ${rowsAsked} more of ${left}` : `Show ${left} more`;
    document.documentElement.dataset.drawn = String(drawn);
  };

  // The rows below are drawn when somebody comes near them.
  const buildScroller = () => {
    const scroller = document.querySelector('.scroller');
    scroller.addEventListener('scroll', () => {
      if (drawn < shown.length && scroller.scrollTop + 2 * scroller.clientHeight > scroller.scrollHeight) {
        drawMore(rowsAtOnce);
      }
    }, { passive: true });
  };

  const redraw = () => {
    const fresh = el('tbody');
    body.replaceWith(fresh);
    body = fresh;
    drawn = 0;
    drawMore(rowsAtOnce);
    byId('shown').textContent = shown.length === students.length
      ? plural(students.length, 'student')
      : `${shown.length} of ${plural(students.length, 'student')}`;
  };

  // ---- sorting ----

  const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  const byPlace = (a, b) => a.index - b.index;
  // What went wrong first in the suite decides, so that those who are wrong in
  // the same way stand together.
  const byPattern = (a, b) => (a.cases < b.cases ? -1 : a.cases > b.cases ? 1 : 0);

  const compareBy = (key) => {
    if (key.startsWith('case-')) {
      const i = Number(key.slice('case-'.length));
      const rank = (s) => (s.cases === '' ? 99 : marks.indexOf(markOf(s.cases[i])));
      return (a, b) => rank(b) - rank(a) || byPattern(a, b);
    }
    switch (key) {
      case 'score':
        return (a, b) => (a.score === undefined ? -1 : a.score) - (b.score === undefined ? -1 : b.score) || byPattern(a, b);
      case 'right':
        return (a, b) => a.right - b.right || byPattern(a, b);
      case 'status':
        return (a, b) => collator.compare(a.status, b.status) || byPattern(a, b);
      case 'found': {
        const title = (s) => s.found.map((id) => facts.findings[id].title).join(', ') || '\uffff';
        return (a, b) => collator.compare(title(a), title(b)) || byPattern(a, b);
      }
      case 'student':
        return (a, b) => collator.compare(a.student, b.student);
      default:
        return byPlace;
    }
  };

  const sorted = (list) => {
    if (order.key === '') {
      return list;
    }
    const compare = compareBy(order.key);
    const sign = order.down ? -1 : 1;
    return list.slice().sort((a, b) => sign * compare(a, b) || byPlace(a, b));
  };

  const sortBy = (key) => {
    order.down = order.key === key && !order.down;
    order.key = key;
    for (const th of table.querySelectorAll('th[data-column]')) {
      const here = th.dataset.column === key;
      th.setAttribute('aria-sort', here ? (order.down ? 'descending' : 'ascending') : 'none');
    }
    apply();
  };

  // ---- filters ----

  const form = document.querySelector('form.filters');
  const field = (name) => form.elements.namedItem(name);

  const haystack = (s) => {
    if (s.haystack === undefined) {
      s.haystack = [s.student, s.id, s.name, s.email, s.message, s.note, words(s.status),
        ...s.found.map((id) => facts.findings[id].title)].filter(Boolean).join('\n').toLowerCase();
    }
    return s.haystack;
  };

  const apply = () => {
    const text = field('text').value.trim().toLowerCase();
    const status = field('status').value;
    const finding = field('finding').value;
    const missed = field('case').value;
    shown = sorted(students.filter((s) => (status === '' || s.status === status) &&
      (finding === '' || s.found.includes(finding)) &&
      (missed === '' || missedBy(s, Number(missed))) &&
      (text === '' || haystack(s).includes(text))));
    for (const button of document.querySelectorAll('button[data-status]')) {
      button.setAttribute('aria-pressed', String(button.dataset.status === status));
    }
    redraw();
  };

  const buildFilters = () => {
    facts.cases.forEach((c, i) => field('case').append(el('option', { value: i }, c.name)));
    form.addEventListener('submit', (e) => e.preventDefault());
    form.addEventListener('input', apply);
    form.addEventListener('reset', () => setTimeout(apply));
    for (const button of document.querySelectorAll('button[data-status]')) {
      button.addEventListener('click', () => {
        const again = field('status').value === button.dataset.status;
        form.reset();
        field('status').value = again ? '' : button.dataset.status;
        apply();
        byId('class').scrollIntoView();
      });
    }
  };

  const buildLegend = () => {
    const seen = new Set();
    for (const s of students) {
      for (const letter of s.cases) {
        seen.add(markOf(letter));
      }
    }
    for (const mark of marks) {
      if (seen.has(mark) || mark === 'not_run') {
        byId('legend').append(el('li', null, el('span', { class: 'cell', 'data-mark': mark }), words(mark)));
      }
    }
  };

  // ---- who has which misconception ----

  const namesShown = 40;

  const buildWho = () => {
    const who = new Map();
    for (const s of students) {
      for (const id of s.found) {
        if (!who.has(id)) {
          who.set(id, []);
        }
        who.get(id).push(s);
      }
    }
    for (const place of document.querySelectorAll('.who[data-finding]')) {
      const all = who.get(place.dataset.finding) || [];
      for (const s of all.slice(0, namesShown)) {
        const button = el('button', { type: 'button', class: 'name' }, s.student);
        button.addEventListener('click', () => open(all, all.indexOf(s), button));
        place.append(button, ' ');
      }
      if (all.length > namesShown) {
        const button = el('button', { type: 'button', class: 'all' }, `all ${all.length} in the table`);
        button.addEventListener('click', () => {
          form.reset();
          field('finding').value = place.dataset.finding;
          apply();
          byId('class').scrollIntoView();
        });
        place.append(button);
      }
    }
  };

  // ---- a student's details ----

  const dialog = byId('details');
  const browsing = { list: [], at: 0, from: null };

  const open = (list, at, from) => {
    browsing.list = list;
    browsing.at = at;
    browsing.from = from;
    show();
    if (!dialog.open) {
      dialog.showModal();
    }
    byId('details-name').focus();
  };

  const step = (by) => {
    const at = browsing.at + by;
    if (at >= 0 && at < browsing.list.length) {
      browsing.at = at;
      show();
    }
  };

  const show = () => {
    const s = browsing.list[browsing.at];
    byId('details-name').textContent = s.student;
    byId('previous').disabled = browsing.at === 0;
    byId('next').disabled = browsing.at === browsing.list.length - 1;
    byId('details-body').replaceChildren(...describe(s));
    dialog.scrollTop = 0;
  };

  const describe = (s) => {
    const d = s.details === '' ? null : JSON.parse(s.details);
    const score = s.score === undefined ? '' : `score ${s.score} of 100`;
    const right = s.cases === '' ? '' : `${s.right} of ${plural(facts.cases.length, 'case')} right`;
    const parts = [el('p', { class: 'verdict' }, el('span', { class: 'status', 'data-kind': s.status }, words(s.status)), ' ',
      [score, right].filter(Boolean).join(', '))];
    if (s.message) {
      parts.push(el('p', null, s.message));
    }
    parts.push(about(s, d));
    if (!d) {
      if (s.status !== 'not_handed_in') {
        parts.push(el('p', { class: 'notice' }, 'This student’s details are not on this page, which would be too large: they are in results.jsonl and in the feedback file.'));
      }
      return parts;
    }
    parts.push(...complaints(d), ...findings(d), ...caseList(s), ...(d.cases || []).map((c, i) => caseDetails(s, c, i === 0)), ...printed(d));
    return parts;
  };

  const about = (s, d) => {
    const list = el('dl', { class: 'about' });
    const add = (term, value) => value && list.append(el('div', null, el('dt', null, term), el('dd', null, value)));
    add('name', s.name !== s.student && s.name);
    add('id', s.id);
    add('email', s.email);
    add('handed in', s.late && 'late');
    add('note', s.note);
    if (d) {
      add('file', d.file);
      add('SHA-256', d.sha256 && el('code', { title: d.sha256 }, d.sha256.slice(0, 12)));
      add('checked with', d.confirmed);
    }
    add('feedback', s.feedback && el('a', { href: s.feedback.split('/').map(encodeURIComponent).join('/') }, 'what the student reads'));
    return list;
  };

  const complaints = (d) => {
    if (!d.diagnostics) {
      return [];
    }
    const list = el('ul', { class: 'complaints' }, ...d.diagnostics.map((c) => el('li', null,
      el('code', null, `${c.line ? `line ${c.line}${c.column ? `:${c.column}` : ''}: ` : ''}${c.message}`))));
    return [el('h3', null, 'The compiler says'), list, d.more ? el('p', null, `and ${d.more} more`) : ''];
  };

  const findings = (d) => {
    if (!d.findings) {
      return [];
    }
    const items = d.findings.map((f) => {
      const known = facts.findings[f.id];
      return el('li', null, el('h4', null, known.title, known.idea ? el('small', null, ` ${known.idea}`) : ''),
        el('p', null, f.message, f.line ? ` (line ${f.line})` : '', el('small', null, ` explains ${plural(f.explains, 'case')}`)),
        el('p', { class: 'hint' }, f.hint));
    });
    return [el('h3', null, 'What is misunderstood'), el('ul', { class: 'findings' }, ...items)];
  };

  // caseList says in one table how every case went.
  const caseList = (s) => {
    if (s.cases === '') {
      return [];
    }
    const rows = facts.cases.map((c, i) => {
      const mark = markOf(s.cases[i]);
      return el('tr', null, el('th', { scope: 'row' }, c.name, c.hidden ? el('small', null, ' hidden') : ''),
        el('td', { class: 'cell', 'data-mark': mark }),
        el('td', null, words(mark)),
        el('td', { class: 'number' }, `${mark === 'passed' ? c.points : 0} of ${c.points}`),
        el('td', null, c.teaches || ''));
    });
    const head = el('tr', null, el('th', { scope: 'col' }, 'case'), el('th', { scope: 'col', colspan: 2 }, 'result'),
      el('th', { scope: 'col', class: 'number' }, 'points'), el('th', { scope: 'col' }, 'about'));
    return [el('h3', null, 'Cases'), el('div', { class: 'wide' }, el('table', { class: 'cases' }, el('thead', null, head), el('tbody', null, ...rows)))];
  };

  const caseDetails = (s, c, first) => {
    const known = facts.cases[c.case];
    const mark = markOf(s.cases[c.case]);
    const box = el('details', { class: 'case', open: first },
      el('summary', null, el('span', { class: 'cell', 'data-mark': mark }, words(mark)), ' ',
        el('strong', null, known.name), ' ', el('span', { class: 'say' }, c.message || words(mark), c.line ? ` (line ${c.line})` : '')));
    // Drawn when it is opened: there may be many.
    const fill = () => {
      if (box.open && box.children.length === 1) {
        box.append(...caseBody(c, known));
      }
    };
    box.addEventListener('toggle', fill);
    fill();
    return box;
  };

  const caseBody = (c, known) => {
    const gradients = c.gradients || [];
    const parts = [];
    const drawing = byId(`graph-${c.case}`);
    if (drawing) {
      parts.push(graph(drawing, gradients, c.right || [], c.nodes || []));
    }
    if (gradients.length === 0) {
      return parts;
    }
    const head = el('tr', null, ...['gradient', 'worst entry', 'got', 'expected', 'got/expected'].map((t, i) => el('th', { scope: 'col', class: i > 1 ? 'number' : null }, t)));
    const rows = gradients.map((g) => el('tr', null, el('th', { scope: 'row' }, g.name), el('td', null, g.entry),
      el('td', { class: 'number got' }, g.got), el('td', { class: 'number' }, g.want), el('td', { class: 'number' }, g.ratio || '')));
    parts.push(el('div', { class: 'wide' }, el('table', { class: 'entries' }, el('thead', null, head), el('tbody', null, ...rows))));
    if (c.more) {
      parts.push(el('p', null, `and ${plural(c.more, 'more wrong gradient')}`));
    }
    if (c.right) {
      parts.push(el('p', { class: 'hint' }, `Right: ${c.right.join(', ')}`));
    }
    parts.push(...gradients.map((g) => matrices(g, known)));
    return parts;
  };

  // number writes very small ones with an exponent, as everywhere else.
  const number = (v) => (typeof v === 'number' && v !== 0 && Math.abs(v) < 1e-4
    ? v.toExponential().replace(/e-(\d)$/, 'e-0$1') : String(v));

  // graph marks in a copy of a network's picture which gradients are wrong.
  const graph = (drawing, gradients, right, nodes) => {
    const picture = drawing.content.cloneNode(true);
    const sign = (names, kind, text) => {
      for (const node of picture.querySelectorAll('.node')) {
        if (names.includes(node.dataset.node)) {
          node.classList.add(kind);
          node.querySelector('.sign').textContent = text;
        }
      }
    };
    sign(right, 'right', '✓');
    sign(gradients.map((g) => g.name), 'wrong', '✗');
    sign(nodes, 'here', '✗');
    if (nodes.length > 0) {
      picture.querySelector('figcaption').prepend(el('strong', null, `Backward goes wrong at ${nodes.join(', ')}.`));
    }
    return picture;
  };

  const matrices = (g, known) => {
    const want = g.wanted >= 0 && known.wanted && known.wanted[g.name] ? known.wanted[g.name][g.wanted] : null;
    if (!want || !g.matrix) {
      return '';
    }
    return el('div', { class: 'matrices' }, grid(`${g.name}: got`, g.matrix, g.wrong || []), grid('expected', want, []));
  };

  const grid = (title, rows, wrong) => {
    let at = 0;
    const cells = (row) => row.map((v) => {
      const bad = wrong.includes(at++);
      return el('td', { class: bad ? 'number wrong' : 'number' }, number(v), bad ? el('span', { class: 'hidden' }, ' wrong') : '');
    });
    return el('table', { class: 'matrix' }, el('caption', null, title), el('tbody', null, ...rows.map((row) => el('tr', null, ...cells(row)))));
  };

  const printed = (d) => {
    if (!d.output) {
      return [];
    }
    return [el('h3', null, 'It printed'), el('pre', { tabindex: 0, 'aria-label': 'output' }, d.output),
      d.cut ? el('p', { class: 'hint' }, 'and more; results.jsonl has it') : ''];
  };

  const buildDialog = () => {
    table.addEventListener('click', (e) => {
      const name = e.target.closest('button.name');
      if (name) {
        open(shown, Number(name.dataset.at), name);
      }
    });
    byId('previous').addEventListener('click', () => step(-1));
    byId('next').addEventListener('click', () => step(1));
    byId('close').addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (e) => {
      if (e.target === dialog) { // beside it
        dialog.close();
      }
    });
    dialog.addEventListener('close', () => {
      if (browsing.from && browsing.from.isConnected) {
        browsing.from.focus();
      }
    });
    dialog.addEventListener('keydown', (e) => {
      if (e.altKey || e.ctrlKey || e.metaKey || e.target.closest('pre, .wide')) {
        return;
      }
      if (e.key === 'ArrowLeft' || e.key === 'ArrowRight') {
        e.preventDefault();
        step(e.key === 'ArrowLeft' ? -1 : 1);
      }
    });
  };

  // The arrow keys go from name to name; they are in the tab order besides.
  const buildKeys = () => {
    table.addEventListener('keydown', (e) => {
      const row = e.target.closest('tbody tr');
      if (!row || !e.target.matches('button.name')) {
        return;
      }
      if (row === body.lastElementChild && e.key === 'ArrowDown') {
        drawMore(rowsAtOnce);
      }
      const to = {
        ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling,
        Home: body.firstElementChild, End: body.lastElementChild,
      }[e.key];
      if (to) {
        e.preventDefault();
        to.querySelector('button.name').focus();
      }
    });
  };

  buildHead();
  buildFilters();
  buildLegend();
  buildDialog();
  buildKeys();
  redraw();
  buildWho();
  buildScroller();
  byId('more').addEventListener('click', () => drawMore(rowsAsked));
  window.addEventListener('beforeprint', () => drawMore(Math.max(0, rowsAsked - drawn)));
  performance.mark('ready');
  document.documentElement.dataset.ready = 'true';
})();
