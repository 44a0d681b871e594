"""Looks at the report in a real Chromium with the network off.

    python3 tests/report/check.py target/debug/overflown

Makes a case over samples/ and one of hostile names, opens their reports, and does what a reader does: looks, clicks a fix, moves
the clock, filters the timeline, uses the keyboard. What a click tells is compared with the track tables of the same case. Nothing
may complain and nothing but the file itself may be asked for.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from chromium import Chromium

REPOSITORY = Path(__file__).resolve().parents[2]
checks = 0


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"report: {what}")


def case(program, folder, *arguments):
    done = subprocess.run([program, "case", *map(str, arguments), "-o", folder, "-q"], capture_output=True, text=True)
    check(done.returncode in (0, 3), f"case ended with {done.returncode}: {done.stderr}")
    return Path(folder, "report.html")


# A picture of the map as a sum: it changes when the map does.
PAINTED = """(() => {
  const map = document.getElementById(ID);
  const pixels = map.getContext('2d').getImageData(0, 0, map.width, map.height).data;
  let sum = 0;
  const colours = new Set();
  for (let at = 0; at < pixels.length; at += 4) {
    const colour = (pixels[at] << 16) + (pixels[at + 1] << 8) + pixels[at + 2];
    sum = (sum * 31 + colour) % 1000000007;
    colours.add(colour);
  }
  return [sum, colours.size];
})()"""

# Places of the map, relative to the page, whose colour is that of a flight.
COLOURED = """((name) => {
  const map = document.getElementById('map');
  const wanted = getComputedStyle(document.documentElement).getPropertyValue(name).trim().match(/[0-9a-f]{2}/g).map((c) => parseInt(c, 16));
  const box = map.getBoundingClientRect();
  const pixels = map.getContext('2d').getImageData(0, 0, map.width, map.height).data;
  const found = [];
  for (let at = 0; at < pixels.length; at += 4) {
    if (wanted.every((channel, n) => pixels[at + n] === channel)) {
      const pixel = at / 4;
      found.push([box.left + (pixel % map.width) * box.width / map.width, box.top + Math.floor(pixel / map.width) * box.height / map.height]);
    }
  }
  return found;
})"""


def painted(page, canvas="map"):
    page.settle()
    return page.run(PAINTED.replace("ID", repr(canvas)))


def details(page):
    """What the side of the map tells, by its terms."""
    return page.run(
        "Object.fromEntries([['title', document.querySelector('#details h3')?.textContent],"
        " ...[...document.querySelectorAll('#details dt')].map((term) => [term.textContent, term.nextElementSibling.textContent])])"
    )


def middle(page, selector):
    return page.run(
        f"(() => {{ const e = document.querySelector({selector!r}); e.scrollIntoView({{block: 'center', behavior: 'instant'}});"
        " const box = e.getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; })()"
    )


def press(page, selector):
    page.click(*middle(page, selector))


def pick(page, flight):
    page.run(
        f"(() => {{ const pick = document.getElementById('flight-pick'); pick.value = '{flight}';"
        " pick.dispatchEvent(new Event('change')); })()"
    )


def structure(page):
    """Landmarks, captions, scopes, labels: what a screen reader goes by."""
    run = page.run
    check(run("document.querySelectorAll('main, header, nav[aria-label]').length === 3"), "landmarks are missing")
    check(run("document.querySelectorAll('h1').length === 1"), "one title")
    check(run("[...document.querySelectorAll('table')].every((t) => t.caption && t.caption.textContent)"), "a table has no caption")
    check(run("[...document.querySelectorAll('th')].every((t) => t.scope)"), "a heading of a table has no scope")
    check(
        run("[...document.querySelectorAll('input, select')].every((e) => e.labels.length || e.getAttribute('aria-label'))"),
        "an input has no label",
    )
    check(
        run("[...document.querySelectorAll('button')].every((b) => b.textContent.trim() || b.getAttribute('aria-label'))"),
        "a button has no name",
    )
    check(run("(() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id); return new Set(ids).size === ids.length; })()"), "an id stands twice")
    check(run("[...document.querySelectorAll('a[href]')].every((a) => document.getElementById(a.hash.slice(1)))"), "a link leads nowhere")
    check(run("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window")


def fix(page, folder, number):
    """A click on the line of a flight tells a recorded fix; its table in the case says the same."""
    pick(page, number)
    middle(page, "#map")
    page.settle()
    places = page.run(f"{COLOURED}('--k{number % 10}')")
    check(len(places) > 50, "the line of the flight is not to be seen")
    for x, y in places[:: max(1, len(places) // 60)]:
        page.click(x, y)
        told = details(page)
        if told["title"] == "Fix of aircraft":
            break
    check(told["title"] == "Fix of aircraft", f"no fix could be clicked: {told}")
    offset = told["Offset"].split()[0]
    tables = [csv.DictReader(path.open(encoding="utf-8")) for path in Path(folder, "tracks").glob("*-aircraft.csv")]
    rows = [row for table in tables for row in table if row["source"] == told["Source"] and row["source_offset"] == offset]
    check(len(rows) == 1, f"{offset} is no fix of {told['Source']}")
    row = rows[0]
    check(told["Time"] == row["utc"], f"{told['Time']} and {row['utc']}")
    lat, lon = map(float, told["Position"].split(", "))
    check(abs(lat - float(row["lat_deg"])) < 1e-7 and abs(lon - float(row["lon_deg"])) < 1e-7, "another position")
    height, reference = told["Height"].split(" m ")
    check(abs(float(height) - float(row["height_takeoff_m"])) < 0.006 and reference == "above take-off", "another height")
    check(told["Fix"] == "valid" and row["valid"] == "yes", "another worth")


def clock(page):
    before, map_before = page.run("document.getElementById('now').textContent"), painted(page)
    press(page, "#time")
    moved = page.run("document.getElementById('now').textContent")
    check(moved != before and " UTC" in moved, f"the clock did not move: {before}, {moved}")
    check(painted(page) != map_before, "no aircraft moved with the clock")
    page.run("document.getElementById('time').focus()")
    page.page("Input.dispatchKeyEvent", type="keyDown", key="ArrowRight", windowsVirtualKeyCode=39)
    page.page("Input.dispatchKeyEvent", type="keyUp", key="ArrowRight", windowsVirtualKeyCode=39)
    page.settle()
    check(page.run("document.getElementById('now').textContent") != moved, "the arrow keys do not move the clock")
    press(page, "#play")
    check(page.run("document.getElementById('play').getAttribute('aria-pressed')") == "true", "it does not play")
    start = page.run("document.getElementById('now').textContent")
    time.sleep(0.5)
    check(page.run("document.getElementById('now').textContent") != start, "the clock stands still while it plays")
    press(page, "#play")
    check(page.run("document.getElementById('play').textContent") == "Play", "it does not pause")


def timeline(page):
    rows = "[...document.querySelectorAll('#timeline-table tbody tr')]"
    total = page.run(f"{rows}.length")
    press(page, "#filter")
    page.page("Input.insertText", text="Take-off")
    page.settle()
    shown = page.run(f"{rows}.filter((row) => !row.hidden).map((row) => row.textContent.toLowerCase())")
    check(0 < len(shown) < total and all("take-off" in text for text in shown), f"the filter shows {len(shown)} of {total}")
    check(str(len(shown)) in page.run("document.getElementById('filter-count').textContent"), "the filter does not count")


def keyboard(page):
    page.run("document.getElementById('map').focus()")
    before = painted(page)
    page.key("+")
    closer = painted(page)
    check(closer != before, "plus does not zoom")
    page.key("ArrowLeft")
    check(painted(page) != closer, "the arrow keys do not move the map")
    page.key("n")
    first = details(page)
    page.key("n")
    check(first.get("Offset") and details(page).get("Offset") not in (None, first["Offset"]), "n does not go to the next fix")
    page.key("0")


def report(program, folder):
    path = case(program, folder, "samples", "--zones", "samples/zones/sites.geojson", "--within", "100m", "--case-id", "CASE-17")
    with Chromium() as page:
        page.open(path)
        structure(page)
        _, colours = painted(page)
        check(colours > 60, f"the map has {colours} colours")
        rows = "[...document.querySelectorAll('#flight-table tr[data-flight]')]"
        flight = page.run(f"{rows}.findIndex((row) => row.nextElementSibling.textContent.includes('[10-03-20].txt'))")
        fix(page, folder, flight)
        clock(page)
        keyboard(page)
        # Colours are told apart where lines are: the samples together span continents.
        pick(page, flight)
        seen = [painted(page)]
        for colour in ("height", "certainty", "flight"):
            press(page, f"input[value={colour}]")
            seen.append(painted(page))
        check(seen[1] != seen[0] and seen[2] != seen[1] and seen[3] == seen[0], "the colours do not switch")
        press(page, "input[value=sites]")
        check(painted(page) != seen[0], "the sites cannot be hidden")
        press(page, "input[value=sites]")
        press(page, "button[data-encounter='1']")
        site = page.run("document.querySelector('#e1 bdi').textContent")
        check(site in details(page)["title"], f"{details(page)} is not about {site}")
        profile = painted(page, "profile")
        check(profile[1] > 10, "there is no profile")
        x, y = middle(page, "#profile")
        page.click(x + 60, y)
        check(painted(page, "profile") != profile, "a click on the profile does nothing")
        x, y = middle(page, "#map")
        before = painted(page)
        page.mouse("mouseWheel", x, y, deltaX=0, deltaY=-240)
        press(page, "#map")
        page.mouse("mouseWheel", x, y, deltaX=0, deltaY=-240)
        check(painted(page) != before, "the wheel does not zoom")
        timeline(page)
        page.pdf(Path(folder, "../report.pdf"))
        check(Path(folder, "../report.pdf").read_bytes().startswith(b"%PDF"), "it cannot be printed")
        quiet(page, path)
    with Chromium(dark=True) as page:
        page.open(path)
        check(page.run("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 27)", "dark is not dark")
        quiet(page, path)


def hostile(program, folder):
    name = "</script><script>document.title='out'</script><img src=x onerror=\"document.title='out'\">\u202e=1+1"
    card = Path(folder, "card")
    card.mkdir(parents=True)
    quoted = name.replace('"', '""')
    rows = [f'"{quoted}",2024-05-14T08:00:{s:02}Z,54.1,{8.9 + s * 1e-5:.6f},{s}' for s in range(60)]
    Path(card, "flights.csv").write_text("\n".join(["flight,time,latitude,longitude,height_takeoff_m", *rows, ""]), encoding="utf-8")
    zones = Path(folder, "zones.csv")
    zones.write_text(f'name,lat,lon,radius_m\n"{quoted}",54.1,8.9003,10\n', encoding="utf-8")
    path = case(program, str(Path(folder, "CASE")), card, "--zones", zones, "--case-id", name, "--examiner", name)
    with Chromium() as page:
        page.open(path)
        press(page, "button[data-encounter='1']")
        shown = details(page)["title"]
        check("<script>" in shown and "\\u{202e}" in shown, f"the name is not told as it is: {shown}")
        check(page.run("document.title !== 'out'"), "a name was run")
        check(page.run("document.querySelectorAll('img').length === 0 && document.scripts.length === 2"), "a name broke out")
        quiet(page, path)


def quiet(page, path):
    check(page.requests() == [Path(path).resolve().as_uri()], f"asked for {page.requests()}")
    check(not page.complaints(), "\n".join(page.complaints()))


def main():
    program = str(Path(sys.argv[1]).resolve())
    os.chdir(REPOSITORY)
    with tempfile.TemporaryDirectory() as folder:
        report(program, str(Path(folder, "samples", "CASE")))
        hostile(program, str(Path(folder, "hostile")))
    print(f"report: {checks} checks in Chromium hold")


main()
