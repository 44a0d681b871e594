// What the map shows, layer by layer.

const state = {
  colour: 'flight',
  flight: null,
  layers: { sites: true, people: true, others: true, base: true },
  chosen: null,
  hover: null,
  now: null,
  profile: null,
  isPrinting: false,
};

const style = () => getComputedStyle(document.documentElement);
let ink = {};

/** Colours come from the style sheet, so that light, dark and print have theirs. */
function readInk() {
  const css = style();
  const get = (name) => css.getPropertyValue(`--${name}`).trim();
  ink = {};
  for (const name of ['sea', 'land', 'border', 'line', 'text', 'quiet', 'paper', 'site', 'site-met', 'grave', 'mild', 'valid', 'suspect', 'doubtful', 'certain', 'probable', 'possible', 'unknown', 'accent']) {
    ink[name] = get(name);
  }
  ink.flights = Array.from({ length: 10 }, (_, at) => get(`k${at}`));
  ink.font = getComputedStyle(document.body).fontFamily;
}

const flightColour = (flight) => (flight === null ? ink.quiet : ink.flights[data.flights[flight].colour]);
const isDimmed = (flight) => state.flight !== null && flight !== state.flight;

/** Blue over green to yellow, for 0 to 1: even in lightness, so that it reads in grey too. */
function ramp(part) {
  const stops = [[68, 49, 124], [49, 104, 142], [33, 145, 140], [94, 201, 98], [240, 210, 40]];
  const at = Math.max(0, Math.min(0.9999, part)) * (stops.length - 1);
  const [a, b, rest] = [stops[Math.floor(at)], stops[Math.floor(at) + 1], at % 1];
  return `rgb(${a.map((channel, n) => Math.round(channel + (b[n] - channel) * rest)).join(',')})`;
}

function tracePath(ctx, { lon, lat }) {
  for (let at = 0; at < lon.length; at += 1) ctx.lineTo(screenX(lon[at]), screenY(lat[at]));
}

function traceRings(ctx, rings) {
  for (const ring of rings) {
    ctx.moveTo(screenX(ring.lon[0]), screenY(ring.lat[0]));
    tracePath(ctx, ring);
    ctx.closePath();
  }
}

const base = data.base && {
  land: data.base.land.map((ring) => places(ring, 1e3)),
  borders: data.base.borders.map((line) => places(line, 1e3)),
};
const overlay = data.overlay && {
  areas: data.overlay.areas.map((rings) => rings.map((ring) => places(ring, 1e7))),
  lines: data.overlay.lines.map((line) => places(line, 1e7)),
  places: data.overlay.places.map((place) => ({ ...places(place.at, 1e7), name: place.name })),
};

/** The coast is true to some kilometres: closer than this it would mislead. */
const BASE_FROM_M = 60000;

function paintLand(ctx) {
  ctx.beginPath();
  traceRings(ctx, base.land);
  ctx.fillStyle = ink.land;
  ctx.fill('evenodd');
  ctx.strokeStyle = ink.border;
  ctx.lineWidth = 0.7;
  ctx.beginPath();
  for (const line of base.borders) {
    ctx.moveTo(screenX(line.lon[0]), screenY(line.lat[0]));
    tracePath(ctx, line);
  }
  ctx.stroke();
}

function paintBase(ctx) {
  const isWide = metresOfPixel() * view.width > BASE_FROM_M;
  ctx.fillStyle = isWide && base ? ink.sea : ink.land;
  ctx.fillRect(0, 0, view.width, view.height);
  if (!state.layers.base) return;
  if (isWide && base) paintLand(ctx);
  if (overlay) paintOverlay(ctx);
}

function paintOverlay(ctx) {
  ctx.globalAlpha = 0.55;
  ctx.fillStyle = ink.border;
  for (const rings of overlay.areas) {
    ctx.beginPath();
    traceRings(ctx, rings);
    ctx.globalAlpha = 0.25;
    ctx.fill('evenodd');
  }
  ctx.globalAlpha = 0.8;
  ctx.strokeStyle = ink.border;
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  for (const line of overlay.lines) {
    ctx.moveTo(screenX(line.lon[0]), screenY(line.lat[0]));
    tracePath(ctx, line);
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
  for (const { lon, lat, name } of overlay.places) {
    if (name) label(ctx, name, screenX(lon[0]), screenY(lat[0]), { colour: ink.quiet, size: 11, align: 'center' });
  }
}

/** Text with a rim of the paper's colour, readable on anything. */
function label(ctx, text, x, y, { colour = ink.text, size = 12, align = 'left', weight = 400 } = {}) {
  ctx.font = `${weight} ${size}px ${ink.font}`;
  ctx.textAlign = align;
  ctx.textBaseline = 'middle';
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3;
  ctx.strokeStyle = ink.paper;
  ctx.globalAlpha = 0.85;
  ctx.strokeText(text, x, y);
  ctx.globalAlpha = 1;
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

const STEPS = [30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];

function degreesText(degrees, step, [positive, negative]) {
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const wrapped = positive === 'E' ? ((((degrees + 180) % 360) + 360) % 360) - 180 : degrees;
  return `${Math.abs(wrapped).toFixed(digits)}° ${wrapped < 0 ? negative : positive}`;
}

function paintGraticule(ctx) {
  const [west, east, south, north] = [lonAt(0), lonAt(view.width), latAt(view.height), latAt(0)];
  const step = STEPS.find((candidate) => (east - west) / candidate >= 4.5) || STEPS[STEPS.length - 1];
  ctx.strokeStyle = ink.line;
  ctx.lineWidth = 1;
  ctx.globalAlpha = 0.7;
  ctx.beginPath();
  const lons = [];
  const lats = [];
  for (let n = Math.ceil(west / step); n * step <= east; n += 1) lons.push(n * step);
  for (let n = Math.ceil(south / step); n * step <= north; n += 1) lats.push(n * step);
  for (const lon of lons) {
    const x = Math.round(screenX(lon)) + 0.5;
    ctx.moveTo(x, 0);
    ctx.lineTo(x, view.height);
  }
  for (const lat of lats) {
    const y = Math.round(screenY(lat)) + 0.5;
    ctx.moveTo(0, y);
    ctx.lineTo(view.width, y);
  }
  ctx.stroke();
  ctx.globalAlpha = 1;
  const quiet = { colour: ink.quiet, size: 10.5 };
  for (const lon of lons) {
    const x = screenX(lon);
    if (x > 40 && x < view.width - 60) label(ctx, degreesText(lon, step, 'EW'), x + 4, 10, quiet);
  }
  for (const lat of lats) {
    const y = screenY(lat);
    const beside = hasInset() && y > view.height - 120 ? 168 : 6;
    if (y > 24 && y < view.height - 12) label(ctx, degreesText(lat, step, 'NS'), view.width - beside, y - 8, { ...quiet, align: 'right' });
  }
}

/** Seen from further away, metres a pixel, marks would cover what they mark. */
const MARKS_TO_M = 150;

/** The outline of one shape of a site, as a path. */
function traceShape(ctx, shape) {
  if (!shape.circle) return traceRings(ctx, shape.rings);
  const { lon, lat, radius } = shape.circle;
  const r = Math.max(3, pixels(radius, lat));
  ctx.moveTo(screenX(lon) + r, screenY(lat));
  ctx.arc(screenX(lon), screenY(lat), r, 0, 2 * Math.PI);
}

function siteBox(site) {
  return boxOf(site.shapes.flatMap((shape) => {
    if (shape.rings) return shape.rings;
    const { lon, lat, radius } = shape.circle;
    const north = radius / 111000;
    const east = north / Math.max(0.01, Math.cos(radians(lat)));
    return [{ lon: [lon - east, lon + east], lat: [lat - north, lat + north] }];
  }));
}
sites.forEach((site) => { site.box = siteBox(site); });

function paintSites(ctx) {
  if (!state.layers.sites) return;
  for (const site of sites.filter((site) => site.box && isSeen(site.box))) {
    ctx.beginPath();
    site.shapes.forEach((shape) => traceShape(ctx, shape));
    ctx.fillStyle = site.met ? ink['site-met'] : ink.site;
    ctx.globalAlpha = site.met ? 0.16 : 0.1;
    ctx.fill('evenodd');
    ctx.globalAlpha = 1;
    ctx.strokeStyle = site.met ? ink['site-met'] : ink.site;
    ctx.lineWidth = state.chosen && state.chosen.site === site ? 2.6 : 1.3;
    ctx.stroke();
  }
}

function paintSiteNames(ctx) {
  if (!state.layers.sites || metresOfPixel() > MARKS_TO_M) return;
  const taken = [];
  // Small sites that were met have their names as long as the map is not full of them.
  const isCrowded = sites.filter((site) => site.met && site.box && isSeen(site.box)).length > 25;
  for (const site of sites.filter((site) => site.box && isSeen(site.box))) {
    const [x1, x2] = [screenX(site.box[0]), screenX(site.box[2])];
    if (x2 - x1 < 26 && (!site.met || isCrowded)) continue;
    const [x, y] = [(x1 + x2) / 2, screenY(site.box[3]) - 9];
    const half = Math.min(90, site.name.length * 3.2);
    if (taken.some(([tx, ty, th]) => Math.abs(tx - x) < th + half && Math.abs(ty - y) < 13)) continue;
    taken.push([x, y, half]);
    label(ctx, site.name, x, y, { colour: site.met ? ink['site-met'] : ink.site, size: 12, align: 'center', weight: 600 });
  }
}

/** Lowest and highest of what is coloured by height, and of which reference. */
function heights() {
  const flown = lines.filter((line) => !line.isPlace && line.reference && !isDimmed(line.flight));
  const main = flown.find((line) => line.primary) || flown[0];
  if (!main) return null;
  let [low, high] = [Infinity, -Infinity];
  for (const line of flown.filter((line) => line.reference === main.reference)) {
    for (const height of line.height) {
      if (height === null) continue;
      low = Math.min(low, height);
      high = Math.max(high, height);
    }
  }
  return low <= high ? { low, high, reference: main.reference } : null;
}

const DASHES = { planned: [9, 6], broadcast: [2, 4] };

/** Each stretch of a line with its colour; neighbours of one colour are one stroke. */
function paintLine(ctx, line, range) {
  const worthColour = [ink.valid, ink.suspect, ink.doubtful];
  const colourAt = (at) => {
    if (state.colour === 'certainty') return worthColour[Math.max(+line.worth[at], +line.worth[at - 1])];
    if (state.colour === 'height') {
      if (!range || line.reference !== range.reference || line.height[at] === null) return ink.unknown;
      return ramp((line.height[at] - range.low) / Math.max(1e-9, range.high - range.low));
    }
    return flightColour(line.flight);
  };
  const isMain = line.primary && line.isFlown;
  ctx.lineWidth = isMain ? (state.flight === line.flight ? 2.8 : 2.1) : 1.4;
  ctx.globalAlpha = isDimmed(line.flight) ? 0.22 : isMain ? 1 : 0.75;
  ctx.lineJoin = 'round';
  ctx.lineCap = 'round';
  let colour = null;
  let isGap = null;
  const finish = () => { if (colour !== null) ctx.stroke(); };
  for (let at = 1; at < line.count; at += 1) {
    const [next, gap] = [colourAt(at), line.isGap.has(at)];
    if (next !== colour || gap !== isGap) {
      finish();
      [colour, isGap] = [next, gap];
      ctx.strokeStyle = gap ? ink.quiet : colour;
      ctx.setLineDash(gap ? [1.5, 5] : DASHES[line.role] || []);
      ctx.beginPath();
      ctx.moveTo(screenX(line.lon[at - 1]), screenY(line.lat[at - 1]));
    }
    ctx.lineTo(screenX(line.lon[at]), screenY(line.lat[at]));
  }
  finish();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

/** The parts of lines inside sites, by how certain the verdict is. */
function paintStays(ctx) {
  for (const encounter of encounters.filter((encounter) => encounter.line !== null && !isDimmed(encounter.flight))) {
    const line = lines[encounter.line];
    for (const entry of encounter.entries) {
      ctx.beginPath();
      ctx.moveTo(screenX(entry.in[0] + turn(entry.in[0])), screenY(entry.in[1]));
      for (let at = 0; at < line.count; at += 1) {
        const isFirst = line.offset[at] <= entry.from && !entry.starts;
        if (line.offset[at] < entry.from || line.offset[at] > entry.to || isFirst) continue;
        if (line.offset[at] === entry.to && !entry.ends) continue;
        ctx.lineTo(screenX(line.lon[at]), screenY(line.lat[at]));
      }
      ctx.lineTo(screenX(entry.out[0] + turn(entry.out[0])), screenY(entry.out[1]));
      ctx.strokeStyle = state.colour === 'certainty' ? ink[encounter.certainty] : ink.grave;
      ctx.globalAlpha = state.colour === 'certainty' ? 0.95 : 0.3;
      ctx.lineWidth = state.colour === 'certainty' ? 4.5 : 8;
      ctx.lineCap = 'round';
      ctx.stroke();
      ctx.globalAlpha = 1;
    }
  }
}

function diamond(ctx, x, y, r) {
  ctx.beginPath();
  ctx.moveTo(x, y - r);
  ctx.lineTo(x + r, y);
  ctx.lineTo(x, y + r);
  ctx.lineTo(x - r, y);
  ctx.closePath();
}

/** Marks that can be clicked: entries, exits, closest approaches, places of people and things. */
function marks() {
  const found = [];
  for (const encounter of encounters) {
    const at = ([lon, lat, ms]) => ({ lon: lon + turn(lon), lat, ms, encounter, flight: encounter.flight });
    for (const entry of encounter.entries) {
      found.push({ ...at(entry.in), kind: entry.starts ? 'begins inside' : 'entry', entry });
      found.push({ ...at(entry.out), kind: entry.ends ? 'ends inside' : 'exit', entry });
    }
    if (!encounter.entries.length) found.push({ ...at(encounter.closest), kind: 'closest approach' });
  }
  for (const line of lines.filter((line) => line.isPlace && line.count)) {
    const each = line.role === 'media' ? [...line.lon.keys()] : [0];
    for (const at of each) {
      found.push({ lon: line.lon[at], lat: line.lat[at], ms: line.ms[at], line, at, flight: line.flight, kind: line.role === 'recorded' ? line.subject : line.role });
    }
  }
  return found;
}
const allMarks = marks();
const isPerson = (mark) => ['pilot', 'controller', 'home'].includes(mark.kind);
const isShown = (mark) => metresOfPixel() < MARKS_TO_M && (mark.line ? (isPerson(mark) ? state.layers.people : state.layers.others) : true);

/** Flights that are too small to be seen, as dots with their numbers. */
function paintDots(ctx) {
  const dots = [];
  const isDot = (line) => line.box && line.primary && (!line.isPlace || metresOfPixel() >= MARKS_TO_M);
  for (const line of lines.filter(isDot)) {
    const wide = Math.max(screenX(line.box[2]) - screenX(line.box[0]), screenY(line.box[1]) - screenY(line.box[3]));
    if (wide > 12 || !isSeen(line.box)) continue;
    const [x, y] = [screenX(line.lon[0]), screenY(line.lat[0])];
    const dot = dots.find((known) => Math.hypot(known.x - x, known.y - y) < 16);
    if (dot) dot.flights.push(line.flight);
    else dots.push({ x, y, flights: [line.flight] });
  }
  const taken = [];
  for (const { x, y, flights } of dots) {
    const numbers = [...new Set(flights)].filter((flight) => flight !== null).map((flight) => flight + 1).sort((a, b) => a - b);
    ctx.beginPath();
    ctx.arc(x, y, 5.5, 0, 2 * Math.PI);
    ctx.fillStyle = flightColour(flights[0]);
    ctx.fill();
    ctx.strokeStyle = ink.paper;
    ctx.lineWidth = 1.5;
    ctx.stroke();
    const words = numbers.length > 4 ? `${numbers.slice(0, 3).join(', ')} and ${numbers.length - 3} more` : numbers.join(', ');
    const isFree = !taken.some(([left, right, at]) => Math.abs(at - y) < 13 && x < right && x + 9 + words.length * 7 > left);
    if (metresOfPixel() < MARKS_TO_M || !numbers.length || !isFree) continue;
    taken.push([x, x + 9 + words.length * 7, y]);
    label(ctx, words, x + 9, y, { size: 11.5, weight: 600 });
  }
}

function paintMark(ctx, mark) {
  const [x, y] = [screenX(mark.lon), screenY(mark.lat)];
  if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) return;
  ctx.globalAlpha = isDimmed(mark.flight) ? 0.3 : 1;
  ctx.lineWidth = 1.8;
  const colour = mark.encounter ? ink.grave : flightColour(mark.flight);
  ctx.strokeStyle = colour;
  ctx.fillStyle = ink.paper;
  if (mark.kind === 'entry' || mark.kind === 'begins inside') {
    diamond(ctx, x, y, 5.5);
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.strokeStyle = ink.paper;
    ctx.lineWidth = 1;
    ctx.stroke();
  } else if (mark.kind === 'exit' || mark.kind === 'ends inside') {
    diamond(ctx, x, y, 5.5);
    ctx.fill();
    ctx.stroke();
  } else if (mark.kind === 'closest approach') {
    const [lon, lat] = mark.encounter.edge;
    ctx.strokeStyle = ink.mild;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.setLineDash([3, 3]);
    ctx.lineTo(screenX(lon + turn(lon)), screenY(lat));
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.arc(x, y, 4.5, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  } else {
    paintThing(ctx, mark.kind, x, y);
  }
  ctx.globalAlpha = 1;
}

function paintThing(ctx, kind, x, y) {
  ctx.beginPath();
  if (kind === 'pilot' || kind === 'controller') {
    // Stands on its place, so that a home below it is seen.
    ctx.moveTo(x - 5.5, y - 2);
    ctx.bezierCurveTo(x - 5.5, y - 12, x + 5.5, y - 12, x + 5.5, y - 2);
    ctx.closePath();
    ctx.moveTo(x + 3, y - 13.5);
    ctx.arc(x, y - 13.5, 3, 0, 2 * Math.PI);
  } else if (kind === 'home') {
    ctx.moveTo(x - 7, y);
    ctx.lineTo(x, y - 7);
    ctx.lineTo(x + 7, y);
    ctx.moveTo(x - 5, y - 1.5);
    ctx.lineTo(x - 5, y + 6);
    ctx.lineTo(x + 5, y + 6);
    ctx.lineTo(x + 5, y - 1.5);
  } else if (kind === 'last-known') {
    ctx.arc(x, y, 6, 0, 2 * Math.PI);
    ctx.moveTo(x - 3, y - 3);
    ctx.lineTo(x + 3, y + 3);
    ctx.moveTo(x + 3, y - 3);
    ctx.lineTo(x - 3, y + 3);
  } else if (kind === 'planned') {
    ctx.moveTo(x, y - 5);
    ctx.lineTo(x + 5, y + 3.5);
    ctx.lineTo(x - 5, y + 3.5);
    ctx.closePath();
  } else {
    ctx.rect(x - 3, y - 3, 6, 6);
  }
  ctx.fill();
  ctx.stroke();
}

function paintAircraft(ctx) {
  for (const line of lines.filter((line) => line.isDated && line.isFlown && line.primary)) {
    const place = state.now === null ? null : placeAt(line, state.now - line.start);
    if (!place || metresOfPixel() > MARKS_TO_M) continue;
    const [x, y] = [screenX(place.lon), screenY(place.lat)];
    const isMoving = place.east || place.north;
    const heading = isMoving ? Math.atan2(place.east * Math.cos(radians(place.lat)), place.north) : 0;
    ctx.save();
    ctx.translate(x, y);
    ctx.rotate(heading);
    ctx.beginPath();
    ctx.moveTo(0, -10);
    ctx.lineTo(7, 8);
    ctx.lineTo(0, 4);
    ctx.lineTo(-7, 8);
    ctx.closePath();
    ctx.fillStyle = place.isGap ? ink.paper : flightColour(line.flight);
    ctx.strokeStyle = place.isGap ? flightColour(line.flight) : ink.paper;
    ctx.lineWidth = 3;
    ctx.stroke();
    ctx.fill();
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = ink.text;
    ctx.stroke();
    ctx.restore();
  }
}

function ring(ctx, lon, lat, colour, r) {
  ctx.beginPath();
  ctx.arc(screenX(lon), screenY(lat), r, 0, 2 * Math.PI);
  ctx.lineWidth = 4;
  ctx.strokeStyle = ink.paper;
  ctx.stroke();
  ctx.lineWidth = 2;
  ctx.strokeStyle = colour;
  ctx.stroke();
}

function paintChosen(ctx) {
  if (state.hover) ring(ctx, state.hover.lon, state.hover.lat, ink.text, 5);
  if (state.chosen && state.chosen.lon !== undefined) ring(ctx, state.chosen.lon, state.chosen.lat, ink.accent, 8);
}

function paintScale(ctx) {
  const most = 130 * metresOfPixel();
  const ten = 10 ** Math.floor(Math.log10(most));
  const metres = [5, 2, 1].map((n) => n * ten).find((n) => n <= most) || ten;
  const wide = metres / metresOfPixel();
  const [x, y] = [14, view.height - 14];
  for (const [colour, width] of [[ink.paper, 5], [ink.text, 1.6]]) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.beginPath();
    ctx.moveTo(x, y - 5);
    ctx.lineTo(x, y);
    ctx.lineTo(x + wide, y);
    ctx.lineTo(x + wide, y - 5);
    ctx.stroke();
  }
  label(ctx, metresText(metres), x + wide / 2, y - 10, { size: 11, align: 'center' });
}

const hasInset = () => Boolean(base && state.layers.base && metresOfPixel() * view.width <= 400000);

/** Where on Earth the view is, in a corner of a close one. */
function paintInset(ctx) {
  if (!hasInset()) return;
  const [wide, high] = [150, 108];
  const [left, top] = [view.width - wide - 10, view.height - high - 10];
  const whole = { ...view };
  const centre = [lonOf(view.x), latOf(view.y)];
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, wide, high);
  ctx.fillStyle = ink.sea;
  ctx.fill();
  ctx.clip();
  Object.assign(view, { width: 2 * left + wide, height: 2 * top + high, scale: wide / radians(15) });
  paintLand(ctx);
  ring(ctx, centre[0], centre[1], ink.grave, 5);
  Object.assign(view, whole);
  ctx.restore();
  ctx.strokeStyle = ink.border;
  ctx.lineWidth = 1;
  ctx.strokeRect(left + 0.5, top + 0.5, wide, high);
}

/** What of the map does not move with the clock, and what it was painted for. */
const ground = { canvas: document.createElement('canvas'), key: '' };

/** Equal keys mean an equal picture. */
function groundKey(ratio) {
  const { x, y, scale, width, height } = view;
  const chosen = state.chosen && state.chosen.site ? state.chosen.site.index : '';
  return JSON.stringify([x, y, scale, width, height, ratio, state.colour, state.flight, state.layers, chosen, ink.paper]);
}

function paintGround(ctx) {
  paintBase(ctx);
  paintGraticule(ctx);
  paintSites(ctx);
  const range = state.colour === 'height' ? heights() : null;
  const drawn = lines.filter((line) => !line.isPlace && line.box && isSeen(line.box) && (line.primary && line.isFlown || state.layers.others));
  if (state.colour !== 'certainty') paintStays(ctx);
  drawn.sort((a, b) => a.primary - b.primary || (a.flight === state.flight) - (b.flight === state.flight));
  drawn.forEach((line) => paintLine(ctx, line, range));
  paintDots(ctx);
  if (state.colour === 'certainty') paintStays(ctx);
  allMarks.filter(isShown).forEach((mark) => paintMark(ctx, mark));
  paintSiteNames(ctx);
}

function paintMap() {
  const canvas = byId('map');
  const ctx = canvas.getContext('2d');
  const ratio = canvas.width / view.width;
  const key = groundKey(ratio);
  if (key !== ground.key) {
    Object.assign(ground.canvas, { width: canvas.width, height: canvas.height });
    const below = ground.canvas.getContext('2d');
    below.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintGround(below);
    ground.key = key;
  }
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.drawImage(ground.canvas, 0, 0);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  paintAircraft(ctx);
  paintChosen(ctx);
  paintInset(ctx);
  paintScale(ctx);
}

let isAsked = false;

/** Paints once before the next frame, however often it is asked. */
function repaint() {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    paintMap();
    paintProfile();
  });
}
