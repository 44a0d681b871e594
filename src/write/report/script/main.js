// Begins.

function listenToTools() {
  byId('colours').addEventListener('change', (event) => {
    state.colour = event.target.value;
    paintLegend();
    repaint();
  });
  byId('layers').addEventListener('change', (event) => {
    state.layers[event.target.value] = event.target.checked;
    repaint();
  });
  const pick = byId('flight-pick');
  data.flights.forEach((flight, at) => {
    const option = element('option', '', `${at + 1}: ${[flight.model, flight.id].filter(Boolean).join(', ')}`);
    option.value = String(at);
    pick.append(option);
  });
  pick.addEventListener('change', () => chooseFlight(pick.value === '' ? null : Number(pick.value)));
}

/** Colours anew, for another scheme or for paper. */
function recolour() {
  readInk();
  paintLegend();
  paintMap();
  paintProfile();
}

/** On paper everything is open; afterwards what was closed is closed again. */
function listenToPrinter() {
  let opened = [];
  window.addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details:not([open])')];
    opened.forEach((details) => { details.open = true; });
  });
  window.addEventListener('afterprint', () => opened.forEach((details) => { details.open = false; }));
}

function begin() {
  readInk();
  listenToTables();
  listenToPrinter();
  if (!lines.length) return;
  for (const id of ['map-tools', 'legend', 'stage']) byId(id).hidden = false;
  listenToTools();
  listenToMap();
  listenToProfile();
  sizeMap();
  listenToClock();
  const first = encounters.find((encounter) => encounter.line !== null && !lines[encounter.line].isPlace);
  const line = first ? lines[first.line] : lines.find((known) => !known.isPlace);
  if (line) {
    showProfile(line);
    if (line.isDated) setNow(first && first.closest[2] !== null ? first.closest[2] : line.start + line.first);
  }
  paintLegend();
  new ResizeObserver(() => { sizeMap(); sizeProfile(); repaint(); }).observe(byId('map'));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', recolour);
  matchMedia('print').addEventListener('change', recolour);
  repaint();
}

begin();
