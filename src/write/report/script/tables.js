// What the tables do beside being read: rows that lead to the map, filters, and what stands behind a button.

function toMap() {
  byId('map-section').scrollIntoView({ block: 'start' });
  byId('map').focus({ preventScroll: true });
}

function seeEncounter(number) {
  const encounter = encounters.find((known) => known.number === number);
  if (!encounter) return;
  chooseFlight(encounter.flight, false);
  const mark = allMarks.find((known) => known.encounter === encounter);
  const site = sites.find(({ id, source }) => encounter.zone[0] === id && encounter.zone[1] === source);
  const lists = allMarks.filter((known) => known.encounter === encounter).map(({ lon, lat }) => ({ lon: [lon], lat: [lat] }));
  if (site && site.box) lists.push({ lon: [site.box[0], site.box[2]], lat: [site.box[1], site.box[3]] });
  const box = boxOf(lists);
  if (box) fit(box);
  if (mark) choose({ mark, lon: mark.lon, lat: mark.lat, flight: mark.flight });
  toMap();
}

function listenToTables() {
  document.addEventListener('click', (event) => {
    const encounter = event.target.closest('[data-encounter]');
    const flight = event.target.closest('button[data-flight]');
    if (encounter) seeEncounter(Number(encounter.dataset.encounter));
    else if (flight) {
      chooseFlight(Number(flight.dataset.flight));
      toMap();
    }
  });
  const marked = new Set(encounters.map((encounter) => encounter.number));
  document.querySelectorAll('button[data-encounter]').forEach((button) => {
    button.hidden = !marked.has(Number(button.dataset.encounter));
  });
  document.querySelectorAll('[data-table]').forEach(listenToFilter);
  document.querySelectorAll('main table').forEach(fold);
  listenToLinks();
}

/** Rows of long tables beyond these stand behind a button; on paper, and for the filter, all are there. */
const MOST_ROWS = 50;

/** The rows of a table, each with those below it that tell more of it. */
function rowsOf(table) {
  const found = [];
  for (const row of table.tBodies[0].rows) {
    if (row.classList.contains('audit')) found[found.length - 1].push(row);
    else found.push([row]);
  }
  return found;
}

function fold(table) {
  const rows = rowsOf(table);
  if (rows.length < MOST_ROWS * 1.5) return;
  rows.slice(MOST_ROWS).flat().forEach((row) => row.classList.add('folded'));
  const button = element('button', 'unfold', `Show all ${rows.length.toLocaleString('en')} rows`);
  button.type = 'button';
  button.setAttribute('aria-controls', table.id);
  button.addEventListener('click', () => {
    const next = rows[MOST_ROWS][0];
    unfold(table);
    // Who came by the keyboard goes on where the rows went on.
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
  });
  table.closest('.wide').after(button);
}

function unfold(table) {
  const button = document.querySelector(`.unfold[aria-controls="${table.id}"]`);
  if (!button) return;
  table.querySelectorAll('.folded').forEach((row) => row.classList.remove('folded'));
  button.remove();
}

/** What a link leads to is shown before the browser goes there. */
function uncover(hash) {
  const row = hash.length > 1 && byId(decodeURIComponent(hash.slice(1)));
  const table = row && row.closest('table');
  if (!table) return;
  if (row.classList.contains('folded')) unfold(table);
  if (row.hidden) clearFilter(table);
}

function listenToLinks() {
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link) uncover(link.hash);
  }, true);
  window.addEventListener('hashchange', () => uncover(location.hash));
  uncover(location.hash);
}

const inputOf = (table) => byId(`${table.id}-filter`);

function clearFilter(table) {
  const input = inputOf(table);
  input.value = '';
  input.dispatchEvent(new Event('input'));
}

function listenToFilter(frame) {
  const table = byId(frame.dataset.table);
  const [input, told] = [inputOf(table), frame.querySelector('output')];
  frame.hidden = false;
  let rows = null;
  input.addEventListener('input', () => {
    // Read once, and only when somebody filters.
    rows = rows || rowsOf(table).map((group) => ({ group, text: group.map((row) => row.textContent).join(' ').toLowerCase() }));
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    table.classList.toggle('filtered', words.length > 0);
    let shown = 0;
    for (const { group, text } of rows) {
      const isShown = words.every((word) => text.includes(word));
      group.forEach((row) => { row.hidden = !isShown; });
      shown += isShown;
    }
    told.textContent = words.length ? `${shown} of ${rows.length} rows` : '';
  });
}
