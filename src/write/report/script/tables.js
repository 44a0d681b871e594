// What the tables do beside being read: rows that lead to the map, and the filter of the timeline.

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
}

function listenToFilter() {
  const [frame, input, table] = [byId('filter-frame'), byId('filter'), byId('timeline-table')];
  if (!frame || !table) return;
  frame.hidden = false;
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      const isShown = words.every((word) => text.includes(word));
      row.hidden = !isShown;
      shown += isShown;
    }
    byId('filter-count').textContent = words.length ? `${shown} of ${rows.length} rows` : '';
  };
  input.addEventListener('input', apply);
}
