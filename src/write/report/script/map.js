// Moving about on the map, choosing what lies on it, and telling what was chosen.

function sizeMap() {
  const canvas = byId('map');
  const ratio = Math.max(1, Math.min(3, window.devicePixelRatio || 1));
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return;
  const wasEmpty = !view.width;
  Object.assign(view, { width, height });
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  if (wasEmpty) fitOpening();
  repaint();
}

/** Boxes of a flight with the sites that it met. */
function flightBox(flight) {
  const sound = (line) => {
    const kept = [...line.lon.keys()].filter((at) => line.worth[at] !== '1');
    return { lon: kept.map((at) => line.lon[at]), lat: kept.map((at) => line.lat[at]) };
  };
  const lists = lines.filter((line) => flight === null || line.flight === flight).map(sound);
  const met = encounters.filter((encounter) => flight === null || encounter.flight === flight);
  const near = sites.filter((site) => met.some(({ zone }) => zone[0] === site.id && zone[1] === site.source));
  const boxes = near.filter((site) => site.box).map(({ box }) => ({ lon: [box[0], box[2]], lat: [box[1], box[3]] }));
  return boxOf([...lists, ...boxes]);
}

function fitAll() {
  const box = flightBox(state.flight);
  if (box) fit(box);
}

/** Flights further apart than this, degrees, are not shown together where the whole case would be dots. */
const TOGETHER_DEG = 0.06;

/** The first view: all, or where flights are too far apart to be seen, those around the first encounter or the first flight. */
function fitOpening() {
  fitAll();
  const flown = lines.filter((line) => line.box && !line.isPlace);
  if (metresOfPixel() < MARKS_TO_M || !flown.length) return;
  const met = encounters.find((encounter) => encounter.line !== null && flown.includes(lines[encounter.line]));
  const isBeside = (a, b) =>
    a.box[0] - b.box[2] < TOGETHER_DEG && b.box[0] - a.box[2] < TOGETHER_DEG && a.box[1] - b.box[3] < TOGETHER_DEG && b.box[1] - a.box[3] < TOGETHER_DEG;
  const byRole = [...flown].sort((a, b) => (b.role === 'recorded') - (a.role === 'recorded') || a.flight - b.flight);
  const first = met ? lines[met.line] : byRole.find((line) => line.primary) || byRole[0];
  const near = flown.filter((line) => isBeside(line, first));
  const box = boxOf(near.map(({ box }) => ({ lon: [box[0], box[2]], lat: [box[1], box[3]] })));
  fit(box);
  const far = new Set(flown.filter((line) => !near.includes(line)).map((line) => line.flight));
  near.forEach((line) => far.delete(line.flight));
  const words = far.size === 0 ? 'Other places lie' : far.size === 1 ? '1 other flight lies' : `${far.size} other flights lie`;
  byId('details').append(element('p', 'none', `The map opens around ${met ? `encounter ${met.number}, ${met.site}` : `flight ${first.flight + 1}`}. ${words} elsewhere: "all" shows them.`));
}

/** What lies nearest to a place of the screen: a mark, a fix, or the site around it. */
function hit(px, py) {
  let best = { distance: 14 };
  const offer = (lon, lat, found, favour) => {
    const distance = Math.hypot(screenX(lon) - px, screenY(lat) - py) - favour;
    if (distance < best.distance) best = { ...found, lon, lat, distance };
  };
  for (const mark of allMarks.filter(isShown)) offer(mark.lon, mark.lat, { mark, flight: mark.flight }, isDimmed(mark.flight) ? 0 : 4);
  const isAround = ({ box }) =>
    box && screenX(box[0]) < px + 20 && screenX(box[2]) > px - 20 && screenY(box[3]) < py + 20 && screenY(box[1]) > py - 20;
  for (const line of lines.filter((line) => !line.isPlace && isAround(line))) {
    const favour = isDimmed(line.flight) ? -4 : line.primary ? 0 : -2;
    for (let at = 0; at < line.count; at += 1) offer(line.lon[at], line.lat[at], { line, at, flight: line.flight }, favour);
  }
  if (best.line || best.mark) return best;
  const ctx = byId('map').getContext('2d');
  ctx.save();
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  const around = sites.filter((site) => {
    if (!state.layers.sites || !site.box) return false;
    ctx.beginPath();
    site.shapes.forEach((shape) => traceShape(ctx, shape));
    return ctx.isPointInPath(px, py, 'evenodd');
  });
  ctx.restore();
  around.sort((a, b) => (a.box[2] - a.box[0]) - (b.box[2] - b.box[0]));
  return around.length ? { site: around[0] } : null;
}

function tell(title, rows) {
  const details = byId('details');
  const list = element('dl');
  for (const [term, text] of rows) {
    if (text === null || text === undefined || text === '') continue;
    list.append(element('dt', '', term), element('dd', '', text));
  }
  details.replaceChildren(element('h3', '', title), list);
}

const WORTH = ['valid', 'suspect: impossible against both neighbours', 'doubtful: may not be what the aircraft wrote'];
const degrees = (lon, lat) => `${lat.toFixed(7)}, ${((((lon + 180) % 360) + 360) % 360 - 180).toFixed(7)}`;

function tellFix(line, at) {
  const height = line.height[at];
  const battery = line.ms[at] === null ? null : batteryAt(line, line.ms[at]);
  tell(`Fix of ${line.role === 'recorded' ? '' : `${line.role} `}${line.subject}`, [
    ['Flight', line.flight === null ? 'none' : `${line.flight + 1}${line.simulated ? ', simulated' : ''}`],
    ['Time', timeText(line, line.ms[at])],
    ['Position', degrees(line.lon[at], line.lat[at])],
    ['Height', height === null ? 'not recorded' : `${height.toFixed(2)} m ${line.reference}`],
    ['Speed', line.speed[at] === null ? null : `${line.speed[at].toFixed(1)} m/s`],
    ['Battery', battery === null ? null : `${battery} %`],
    ['Fix', WORTH[+line.worth[at]]],
    ['Source', line.path],
    ['Offset', `${line.offset[at]} (0x${line.offset[at].toString(16).toUpperCase()})`],
    ['Track', `${line.track}, ${line.estimate}; SHA-256 begins ${line.sha8}`],
  ]);
}

function tellMark(mark) {
  if (mark.line) return tellFix(mark.line, mark.at);
  const { encounter, kind, entry } = mark;
  const line = encounter.line === null ? null : lines[encounter.line];
  const kinds = { entry: 'Entry into', exit: 'Exit from', 'begins inside': 'Track begins inside', 'ends inside': 'Track ends inside', 'closest approach': 'Closest to' };
  return tell(`${kinds[kind]} ${encounter.site}`, [
    ['Encounter', `${encounter.number}, ${encounter.verdict}, certainty ${encounter.certainty}`],
    ['Flight', encounter.flight === null ? 'none' : String(encounter.flight + 1)],
    ['Time', mark.ms === null ? 'not known' : new Date(mark.ms).toISOString()],
    ['Position', degrees(mark.lon, mark.lat)],
    ['Distance', entry ? null : `${encounter.distance.toFixed(1)} m`],
    ['Rests on', entry ? `${entry.interpolated ? 'place between fixes; ' : ''}fixes at offsets ${entry.from} to ${entry.to}` : null],
    ['Source', line && line.path],
  ]);
}

function tellSite(site) {
  tell(site.name, [
    ['Kind', site.kind],
    ['Restriction', site.restriction],
    ['From', site.lower],
    ['Up to', site.upper],
    ['Id', site.id],
    ['Declared in', `${site.source}, ${site.place}`],
  ]);
}

function choose(found) {
  state.chosen = found;
  if (!found) {
    byId('details').replaceChildren(element('p', 'none', 'Click a fix, a site or a mark on the map.'));
  } else if (found.site) {
    tellSite(found.site);
  } else {
    const line = found.line || (found.mark.line ?? (found.mark.encounter.line === null ? null : lines[found.mark.encounter.line]));
    if (found.line) tellFix(found.line, found.at);
    else tellMark(found.mark);
    if (line && !line.isPlace) showProfile(line);
    const ms = found.line ? line.ms[found.at] : null;
    if (found.line && line.isDated && ms !== null) setNow(line.start + ms);
    else if (found.mark && found.mark.encounter && found.mark.ms !== null) setNow(found.mark.ms);
  }
  repaint();
}

/** Shows one flight, or all for `null`. */
function chooseFlight(flight, isFitted = true) {
  state.flight = flight;
  byId('flight-pick').value = flight === null ? '' : String(flight);
  const line = flight === null ? null : mainLine(flight);
  if (line) {
    showProfile(line);
    if (line.isDated && (state.now === null || !placeAt(line, state.now - line.start))) setNow(line.start + line.first);
  }
  if (isFitted) fitAll();
  paintLegend();
  repaint();
}

/** The next or previous fix of the chosen line, for the keyboard. */
function stepFix(by) {
  const line = state.chosen && state.chosen.line || state.profile;
  if (!line || !line.count) return;
  const at = state.chosen && state.chosen.line === line ? state.chosen.at + by : 0;
  const next = Math.max(0, Math.min(line.count - 1, at));
  choose({ line, at: next, lon: line.lon[next], lat: line.lat[next], flight: line.flight });
}

function onKey(event) {
  const far = event.shiftKey ? 200 : 60;
  const moves = { ArrowLeft: [far, 0], ArrowRight: [-far, 0], ArrowUp: [0, far], ArrowDown: [0, -far] };
  const zooms = { '+': 1.5, '=': 1.5, '-': 1 / 1.5, _: 1 / 1.5 };
  if (moves[event.key]) panBy(...moves[event.key]);
  else if (zooms[event.key]) zoomAt(view.width / 2, view.height / 2, zooms[event.key]);
  else if (event.key === '0') fitAll();
  else if (event.key === 'n') stepFix(1);
  else if (event.key === 'p') stepFix(-1);
  else if (event.key === 'Escape') choose(null);
  else return;
  event.preventDefault();
  repaint();
}

function listenToMap() {
  const canvas = byId('map');
  const held = new Map();
  let moved = 0;
  const place = (event) => [event.offsetX, event.offsetY];
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, place(event));
    moved = 0;
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = held.get(event.pointerId);
    const now = place(event);
    if (!before) {
      const found = hit(...now);
      canvas.style.cursor = found ? 'pointer' : 'grab';
      return;
    }
    const others = [...held].filter(([id]) => id !== event.pointerId);
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    if (others.length) {
      const other = others[0][1];
      const spread = (to) => Math.hypot(to[0] - other[0], to[1] - other[1]);
      zoomAt((now[0] + other[0]) / 2, (now[1] + other[1]) / 2, spread(now) / Math.max(1, spread(before)));
    } else {
      panBy(dx, dy);
    }
    moved += Math.hypot(dx, dy);
    held.set(event.pointerId, now);
    repaint();
  });
  const release = (event) => {
    const was = held.delete(event.pointerId);
    if (was && event.type === 'pointerup' && moved < 4) choose(hit(...place(event)));
  };
  canvas.addEventListener('pointerup', release);
  canvas.addEventListener('pointercancel', release);
  // The page scrolls by wheel as any page does until the map is in use.
  canvas.addEventListener('wheel', (event) => {
    if (document.activeElement !== canvas && !event.ctrlKey) return;
    event.preventDefault();
    zoomAt(event.offsetX, event.offsetY, Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)));
    repaint();
  }, { passive: false });
  canvas.addEventListener('keydown', onKey);
  const button = (id, act) => byId(id).addEventListener('click', () => { act(); repaint(); });
  button('zoom-in', () => zoomAt(view.width / 2, view.height / 2, 1.6));
  button('zoom-out', () => zoomAt(view.width / 2, view.height / 2, 1 / 1.6));
  button('zoom-all', () => chooseFlight(null));
}

const THINGS = { media: 'photo or video', 'last-known': 'last known position' };

/** A mark of the map with its name. */
function thingItem(kind) {
  const canvas = element('canvas');
  [canvas.width, canvas.height] = [36, 36];
  const ctx = canvas.getContext('2d');
  ctx.scale(2, 2);
  Object.assign(ctx, { lineWidth: 1.6, strokeStyle: ink.text, fillStyle: ink.paper });
  const isTall = kind === 'pilot' || kind === 'controller';
  paintThing(ctx, kind, 9, isTall ? 17 : 9);
  const entry = element('span');
  entry.append(canvas, THINGS[kind] || kind);
  return entry;
}

/** What the colours mean. */
function paintLegend() {
  const legend = byId('legend');
  const items = [];
  const item = (colour, text, className = '') => {
    const swatch = element('i', className);
    swatch.style.setProperty('--swatch', colour);
    const entry = element('span');
    entry.append(swatch, text);
    items.push(entry);
  };
  if (state.colour === 'height') {
    const range = heights();
    if (range) {
      const digits = range.high - range.low < 8 ? 1 : 0;
      for (const part of [0, 0.25, 0.5, 0.75, 1]) item(ramp(part), `${(range.low + (range.high - range.low) * part).toFixed(digits)} m`);
      items.push(element('span', '', range.reference));
    } else {
      items.push(element('span', '', 'no height was recorded'));
    }
  } else if (state.colour === 'certainty') {
    item(ink.valid, 'recorded');
    item(ink.suspect, 'suspect');
    item(ink.doubtful, 'doubtful');
    for (const word of ['certain', 'probable', 'possible']) item(ink[word], `${word} inside`, 'thick');
  } else {
    const shown = data.flights.map((_, at) => at).filter((at) => !isDimmed(at));
    shown.slice(0, 8).forEach((at) => item(flightColour(at), `flight ${at + 1}`));
    if (shown.length > 8) items.push(element('span', 'quiet', `and ${shown.length - 8} more`));
  }
  if (lines.some((line) => line.role === 'planned')) item(ink.text, 'planned', 'dashed');
  if (lines.some((line) => line.role === 'broadcast')) item(ink.text, 'broadcast', 'dotted');
  if (lines.some((line) => !line.isPlace && line.isGap.size)) item(ink.quiet, 'gap, not recorded', 'dotted');
  if (encounters.some((encounter) => encounter.entries.length)) {
    item(ink.grave, 'entry', 'diamond');
    item(ink.grave, 'exit', 'diamond hollow');
  }
  if (encounters.some((encounter) => !encounter.entries.length)) item(ink.mild, 'closest approach', 'circle');
  for (const kind of new Set(allMarks.filter((mark) => mark.line).map((mark) => mark.kind))) items.push(thingItem(kind));
  legend.replaceChildren(...items);
}
