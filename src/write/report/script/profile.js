// Height, speed and battery of one flight over its time, one below the other on one axis.

const profile = { width: 0, height: 0, left: 62, right: 14, bands: [] };

function showProfile(line) {
  if (state.profile === line) return;
  state.profile = line;
  const top = line.height.reduce((most, height) => (height !== null && height > most ? height : most), -Infinity);
  const words = [`Flight ${line.flight === null ? '' : line.flight + 1}`];
  words.push(line.reference ? `height ${line.reference}` : 'no height recorded');
  byId('profile-title').textContent = `${words.join(': ')}, speed and battery. Click to set the time.`;
  byId('profile').setAttribute('aria-label', `Profile of flight ${line.flight + 1} over ${line.last === null ? 'an unknown time' : sinceText(line.last - line.first)}` +
    (top > -Infinity ? `, at most ${top.toFixed(1)} m ${line.reference}` : ''));
  byId('profile-frame').hidden = line.last === null;
  sizeProfile();
}

function sizeProfile() {
  const canvas = byId('profile');
  const ratio = Math.max(1, Math.min(3, window.devicePixelRatio || 1));
  profile.width = canvas.clientWidth;
  profile.height = canvas.clientHeight;
  canvas.width = Math.round(profile.width * ratio);
  canvas.height = Math.round(profile.height * ratio);
}

const profileX = (line, ms) =>
  profile.left + ((ms - line.first) / Math.max(1, line.last - line.first)) * (profile.width - profile.left - profile.right);

function profileMs(line, x) {
  const part = (x - profile.left) / Math.max(1, profile.width - profile.left - profile.right);
  return line.first + Math.max(0, Math.min(1, part)) * (line.last - line.first);
}

/** Round numbers that cover a range. */
function ticks(low, high, most) {
  const rough = Math.max(1e-9, high - low) / most;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * ten).find((n) => n >= rough);
  const found = [];
  for (let n = Math.floor(low / step); (n - 1) * step < high; n += 1) found.push(+(n * step).toFixed(6));
  return found;
}

function bandsOf(line) {
  const bands = [];
  const series = (list) => list.map((value, at) => [line.ms[at], value, line.isGap.has(at)]);
  const known = (list) => list.some(([ms, value]) => ms !== null && value !== null);
  const height = series(line.height);
  const speed = series(line.speed);
  if (known(height)) bands.push({ unit: 'm', list: height, share: 3, colour: flightColour(line.flight), isFilled: true });
  if (known(speed)) bands.push({ unit: 'm/s', list: speed, share: 1.5, colour: ink.quiet, least: 0 });
  if (line.battery.length) bands.push({ unit: '%', list: line.battery.map(([ms, level]) => [ms, level, false]), share: 1, colour: ink.mild, isStep: true, range: [0, 100] });
  return bands;
}

function paintBand(ctx, line, band, top, bottom) {
  let [low, high] = band.range || [Infinity, -Infinity];
  if (!band.range) {
    for (const [, value] of band.list) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (band.least !== undefined) low = Math.min(low, band.least);
  }
  const marks = ticks(low, high, bottom - top > 70 ? 4 : 2);
  if (!band.range) [low, high] = [Math.min(low, marks[0]), Math.max(high, marks[marks.length - 1])];
  const y = (value) => bottom - ((value - low) / Math.max(1e-9, high - low)) * (bottom - top);
  for (const mark of marks.filter((mark) => mark >= low && mark <= high)) {
    ctx.lineWidth = 1;
    ctx.strokeStyle = ink.line;
    ctx.beginPath();
    ctx.moveTo(profile.left, Math.round(y(mark)) + 0.5);
    ctx.lineTo(profile.width - profile.right, Math.round(y(mark)) + 0.5);
    ctx.stroke();
    label(ctx, `${mark} ${band.unit}`, profile.left - 6, y(mark), { colour: ink.quiet, size: 10.5, align: 'right' });
  }
  const runs = [];
  for (const [ms, value, isGap] of band.list) {
    if (ms === null || value === null) { runs.push([]); continue; }
    if (isGap || !runs.length) runs.push([]);
    runs[runs.length - 1].push([profileX(line, ms), y(value)]);
  }
  if (band.isStep && runs.length) {
    const last = runs[runs.length - 1];
    if (last.length) last.push([profileX(line, line.last), last[last.length - 1][1]]);
  }
  for (const run of runs.filter((run) => run.length)) paintRun(ctx, run, band, Math.min(bottom, y(Math.max(0, low))));
}

function paintRun(ctx, run, band, bottom) {
  const trace = () => run.forEach(([px, py], at) => {
    if (band.isStep && at) ctx.lineTo(px, run[at - 1][1]);
    ctx.lineTo(px, py);
  });
  if (band.isFilled) {
    ctx.beginPath();
    ctx.moveTo(run[0][0], bottom);
    trace();
    ctx.lineTo(run[run.length - 1][0], bottom);
    ctx.fillStyle = band.colour;
    ctx.globalAlpha = 0.13;
    ctx.fill();
    ctx.globalAlpha = 1;
  }
  ctx.beginPath();
  trace();
  ctx.strokeStyle = band.colour;
  ctx.lineWidth = 1.6;
  ctx.lineJoin = 'round';
  ctx.stroke();
}

/** Stays inside sites, as bands behind the curves; their names with where they begin and end. */
function paintStayBands(ctx, line, top, bottom) {
  const names = [];
  for (const encounter of encounters.filter((encounter) => encounter.line === line.index)) {
    for (const entry of encounter.entries) {
      if (entry.in[2] === null || entry.out[2] === null || !line.isDated) continue;
      const [from, to] = [profileX(line, entry.in[2] - line.start), profileX(line, entry.out[2] - line.start)];
      ctx.fillStyle = ink.grave;
      ctx.globalAlpha = 0.14;
      ctx.fillRect(from, top, Math.max(2, to - from), bottom - top);
      ctx.globalAlpha = 1;
      names.push([encounter.site, from, to]);
    }
  }
  return names;
}

function paintProfile() {
  const line = state.profile;
  if (!line || line.last === null || !profile.width) return;
  const canvas = byId('profile');
  const ctx = canvas.getContext('2d');
  const ratio = canvas.width / profile.width;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, profile.width, profile.height);
  const bands = bandsOf(line);
  const shares = bands.reduce((sum, band) => sum + band.share, 0);
  const [top, bottom, room] = [20, profile.height - 20, 14];
  const stays = paintStayBands(ctx, line, 0, bottom);
  let at = top;
  for (const band of bands) {
    const high = ((bottom - top - room * (bands.length - 1)) * band.share) / shares;
    paintBand(ctx, line, band, at, at + high);
    at += high + room;
  }
  for (const [site, from, to] of stays.filter(([site, from, to]) => to - from > 7 * site.length)) {
    label(ctx, site, (from + to) / 2, 7, { colour: ink.grave, size: 10.5, align: 'center', weight: 600 });
  }
  paintAxis(ctx, line, bottom);
  paintCrosshair(ctx, line, top, bottom);
}

function paintAxis(ctx, line, bottom) {
  const span = line.last - line.first;
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400].map((s) => s * 1000).find((s) => span / s <= 9) || span;
  for (let ms = 0; ms <= span; ms += step) {
    const x = profileX(line, line.first + ms);
    label(ctx, sinceText(ms), x, bottom + 12, { colour: ink.quiet, size: 10.5, align: ms === 0 ? 'left' : 'center' });
  }
}

/** The time that the profile points at: the pointer's, else the clock's. */
function profileNow(line) {
  if (state.hover) return state.hover.ms;
  if (state.now !== null && line.isDated) {
    const ms = state.now - line.start;
    if (ms >= line.first && ms <= line.last) return ms;
  }
  if (state.chosen && state.chosen.line === line) return line.ms[state.chosen.at];
  return null;
}

function paintCrosshair(ctx, line, top, bottom) {
  const ms = profileNow(line);
  if (ms === null) return;
  const x = Math.round(profileX(line, ms)) + 0.5;
  ctx.strokeStyle = ink.text;
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x, top - 6);
  ctx.lineTo(x, bottom);
  ctx.stroke();
  const place = placeAt(line, ms);
  const words = [sinceText(ms - line.first)];
  if (place && place.isGap) words.push('not recorded');
  if (place && place.height !== null) words.push(`${place.height.toFixed(1)} m`);
  if (place && place.speed !== null) words.push(`${place.speed.toFixed(1)} m/s`);
  const level = batteryAt(line, ms);
  if (level !== null) words.push(`${level} %`);
  const isRight = x > profile.width - 190;
  label(ctx, words.join('   '), isRight ? x - 6 : x + 6, bottom - 6, { size: 11, align: isRight ? 'right' : 'left', weight: 600 });
}

function listenToProfile() {
  const canvas = byId('profile');
  const at = (event) => {
    const line = state.profile;
    const ms = profileMs(line, event.offsetX);
    const place = placeAt(line, ms);
    return place && { ms, ...place };
  };
  canvas.addEventListener('pointermove', (event) => {
    if (!state.profile || state.profile.last === null) return;
    state.hover = at(event);
    repaint();
  });
  canvas.addEventListener('pointerleave', () => { state.hover = null; repaint(); });
  canvas.addEventListener('click', (event) => {
    const line = state.profile;
    const place = line && line.last !== null && at(event);
    if (!place) return;
    choose({ line, at: place.at, lon: line.lon[place.at], lat: line.lat[place.at], flight: line.flight });
    if (line.isDated) setNow(line.start + place.ms);
  });
}
