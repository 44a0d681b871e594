"""Looks at the report in a real Chromium with the network off.

    python3 tests/report/check.py target/debug/overflown

Makes a case over samples/ and one of hostile names, opens their reports, and does what a reader does: looks, clicks a fix, moves
the clock, filters the timeline, uses the keyboard. What a click tells is compared with the track tables of the same case. Nothing
may complain and nothing but the file itself may be asked for.
"""

import csv
import json
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


def case(program, folder, *arguments, codes=(0, 3)):
    done = subprocess.run([program, "case", *map(str, arguments), "-o", folder, "-q"], capture_output=True, text=True)
    check(done.returncode in codes, f"case ended with {done.returncode}: {done.stderr}")
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


def visible(page, table):
    """The text of the rows of a table that can be seen."""
    rows = f"[...document.querySelectorAll('#{table} tbody tr')]"
    return page.run(f"{rows}.filter((row) => row.getClientRects().length).map((row) => row.textContent)")


def fold(page):
    """A long table shows its first rows; a button, by the keyboard, and a link into it show the others."""
    total = page.run("document.querySelectorAll('#timeline-table tbody tr').length")
    check(len(visible(page, "timeline-table")) == 50 < total, f"{len(visible(page, 'timeline-table'))} of {total} rows are shown")
    page.run("document.querySelector('.unfold[aria-controls=timeline-table]').focus()")
    page.page("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter", text="\r", windowsVirtualKeyCode=13)
    page.page("Input.dispatchKeyEvent", type="keyUp", key="Enter", code="Enter", windowsVirtualKeyCode=13)
    page.settle()
    check(len(visible(page, "timeline-table")) == total, "the button does not show all rows")
    row = page.run("[...document.querySelectorAll('#timeline-table tbody tr')].indexOf(document.activeElement)")
    check(row == 50, f"the keyboard goes on at row {row}")


def filtering(page, table, word):
    rows = f"document.querySelectorAll('#{table} tbody tr:not(.audit)').length"
    total = page.run(rows)
    press(page, f"#{table}-filter")
    page.page("Input.insertText", text=word)
    page.settle()
    shown = visible(page, table)
    check(0 < len(shown) < total and all(word.lower() in text.lower() for text in shown), f"the filter of {table} shows {shown} of {total}")
    told = page.run(f"document.querySelector('[data-table={table}] output').textContent")
    check(told == f"{len(shown)} of {total} rows", f"the filter of {table} counts {told!r}")
    page.run(f"(() => {{ const input = document.getElementById('{table}-filter'); input.value = ''; input.dispatchEvent(new Event('input')); }})()")


def cells(page, table):
    """The cells of the rows of a table."""
    return page.run(
        f"[...document.querySelectorAll('#{table} tbody tr:not(.audit)')].map((row) => [...row.cells].map((cell) => cell.textContent.replaceAll('\u00a0', ' ')))"
    )


def document(folder, name):
    return json.loads(Path(folder, name).read_text(encoding="utf-8"))


GROUPS = {
    "people-table": ["account", "e-mail", "phone-number", "person-name", "device-name", "place-name"],
    "phone-table": ["imei", "imsi", "iccid", "android-id", "advertising-id", "device-id", "app-id", "mac", "ssid"],
    "server-table": ["host", "url"],
    "secret-table": ["token"],
}


def exposure(page, folder):
    """Every identifier of exposure.json stands in the report with its grade, its item and its offset."""
    told, numbers = document(folder, "exposure.json"), {}
    for number, item in enumerate(document(folder, "evidence.json")["files"], 1):
        numbers[item["path"]] = number
    compared = 0
    for table, kinds in GROUPS.items():
        rows = {(row[1], row[0]): row for row in cells(page, table)}
        expected = [one for one in told["identifiers"] if one["kind"] in kinds]
        check(len(rows) == len(expected), f"{table} has {len(rows)} rows for {len(expected)} identifiers")
        for one in expected:
            row = rows.get((one["kind"], one["value"]))
            check(row is not None, f"{one['kind']} {one['value']} is not in {table}")
            seen = one["seen_in"][0]
            place = f"item {numbers[seen['path']]}, {seen['places'][0]['offset']} {seen['places'][0]['field']}"
            check(row[2].startswith(one["grade"]) and int(row[3].replace(",", "")) == one["count"], f"{row} and {one}")
            check(row[4].startswith(place) and row[4].endswith(seen["path"].rsplit("/", 1)[1]), f"{row[4]!r} and {place!r}")
            compared += 1
    check(compared > 15, f"only {compared} identifiers in the samples")
    check("Looked for and not found: phone-number" in page.run("document.getElementById('people').textContent"), "what is missing is not told")
    check(
        not page.run("document.querySelector('#people-table tbody a[href]').hash").startswith("#i0") and page.run("document.querySelector('#people-table tbody a').closest('td').cellIndex") == 4,
        "no link leads from an identifier to its item",
    )
    # Positions: one row an item, role and track, with the sites of its positions.
    rows = cells(page, "position-table")
    groups = {}
    for one in told["positions"]:
        group = groups.setdefault((one["path"], one["role"], one["track"]), [0, set()])
        group[0] += 1
        group[1].update((verdict, site) for site, verdict in one["sites"])
    check(len(rows) == len(groups), f"{len(rows)} rows for {len(groups)} groups of positions")
    for (path, role, track), (count, sites) in groups.items():
        mine = [row for row in rows if row[0] == role + track and row[5].startswith(f"item {numbers[path]},")]
        check(len(mine) == 1 and mine[0][1].startswith(str(count)), f"{mine} for {count} positions of {role} in {path}")
        check(all(f"{verdict} {site}" in mine[0][4] for verdict, site in sites), f"{mine[0]} and {sites}")
    check("inside" in rows[0][4], f"what lies in a site does not stand first: {rows[0]}")


def devices(page, folder):
    """Aircraft, what ties their parts to them, and who met them."""
    told, rows = document(folder, "devices.json"), {row[0].split("also ")[0]: row for row in cells(page, "device-table")}
    check(len(rows) == len(told["aircraft"]) > 5, f"{len(rows)} aircraft")
    for one in told["aircraft"]:
        row = rows[one["id"]]
        check(all(f"{part['part']} {part['serial']}" in row[3] for part in one["parts"]), f"{row} and {one['parts']}")
        items = {item["path"] for seen in one["serials"] for item in seen["items"]}
        check(int(row[5]) == len(items), f"{row} and {items}")
    met = {row[0]: row for row in cells(page, "met-table")}
    for one in told["met"]:
        check(one["aircraft"] in met[one["holder"]][1], f"{one} and {met[one['holder']]}")
    odd = page.run("document.querySelector('.odd').textContent")
    check(told["conflicts"] and all(words in odd for words in told["conflicts"]), "what does not fit together is not told")


def clocks(page, folder):
    votes, rows = document(folder, "clocks.json")["clocks"], cells(page, "clock-table")
    check(len(rows) == len(votes) > 3, f"{len(rows)} clocks")
    for vote, row in zip(votes, rows):
        ahead = vote["offsets"][0]
        check(row[:5] == [vote["clock"], vote["holder"], f"UTC{ahead['offset']}", str(ahead["votes"]), str(vote["pairs"] - ahead["votes"])], f"{row} and {vote}")
        check(row[7] == (vote["option"] or "no offset has most of the votes"), f"{row} and {vote['option']}")
    check("disagree" in page.run("document.querySelector('.look a[href=\"#clocks\"]').parentElement.textContent"), "a split vote is not told first")


def secrets(program, folder, redacted):
    """What opens an account stands in the report only when it is asked for."""
    path = case(program, folder, "samples", "--reveal-secrets")
    values = [one["value"] for one in document(folder, "exposure.json")["identifiers"] if one["kind"] == "token"]
    hidden, revealed = Path(redacted).read_text(encoding="utf-8"), Path(path).read_text(encoding="utf-8")
    check(len(values) > 1 and not any(value.startswith("sha256:") for value in values), f"{values} are no secrets")
    for value in values:
        check(value not in hidden and value in revealed, f"{value} and --reveal-secrets")


def many(program, folder):
    """An inventory of thousands leaves the report small, and it names the file that holds the rest."""
    phone = Path(folder, "phone")
    phone.mkdir(parents=True)
    lines = [f"mail pilot{n}@example.org, phone +4930{10000000 + n}, https://host{n}.example.org/a?token=0123456789abcdef{n:08}" for n in range(3000)]
    Path(phone, "notes.log").write_text("\n".join(lines), encoding="utf-8")
    Path(phone, "names.json").write_text(json.dumps({"nickname": "<img src=x onerror=alert(1)>", "userid": "u000000000017"}), encoding="utf-8")
    path = case(program, str(Path(folder, "CASE")), phone, codes=(4,))
    sums = document(Path(folder, "CASE"), "exposure.json")["sums"]
    check(sums["e-mail"]["identifiers"] == sums["phone-number"]["identifiers"] == 3000, f"{sums}")
    check(path.stat().st_size < 400_000, f"{path.stat().st_size} bytes for 3,000 people")
    with Chromium() as page:
        page.open(path)
        structure(page)
        people = page.run("document.getElementById('people').textContent")
        check("5,900 identifiers more in exposure.csv" in people, "what is left out is not told")
        check(len(visible(page, "people-table")) == 50, "the table is not folded")
        filtering(page, "people-table", "+4930100000")
        check("3,000 e-mail addresses" in page.run("document.getElementById('first').textContent"), "people are not told first")
        check(page.run("document.querySelectorAll('img').length") == 0, "a name broke out")
        quiet(page, path)


def nothing(program, folder):
    """Where there is nothing the report says what was looked for."""
    blank = Path(folder, "blank")
    blank.mkdir(parents=True)
    Path(blank, "zeros.bin").write_bytes(bytes(5000))
    path = case(program, str(Path(folder, "CASE")), blank, codes=(4,))
    with Chromium() as page:
        page.open(path)
        structure(page)
        text = page.run("document.body.textContent")
        for words in ("No item has a format that is recognised", "looked for: account, e-mail", "looked for: imei, imsi", "No secret", "no local clock can be compared", "so there is no map"):
            check(words in text, f"an empty report does not say: {words}")
        check("Everything was read whole" not in text, "nothing was read, and the report says otherwise")


def opening(program, folder):
    """Where nothing was met, the map opens around what was flown, not around a plan that comes first and lies far away."""
    card = Path(folder, "card")
    card.mkdir(parents=True)
    plan = [f"{n}\t0\t3\t16\t0\t0\t0\t0\t{10 + n * 1e-4:.6f}\t8.9\t30\t1" for n in range(9)]
    Path(card, "a.waypoints").write_text("\n".join(["QGC WPL 110", *plan, ""]))
    flight = [f"2024-05-14T08:00:0{n}Z,{50 + n * 1e-4:.6f},8.9" for n in range(9)]
    Path(card, "b.csv").write_text("\n".join(["time,latitude,longitude", *flight, ""]))
    path = case(program, str(Path(folder, "CASE")), card)
    with Chromium() as page:
        page.open(path)
        words = page.run("document.getElementById('details').textContent")
        first = page.run("document.querySelector('#flight-table tr[data-flight]').nextElementSibling.textContent")
        check("b.csv" in first, f"flight 1 is {first}")
        check("The map opens around flight 1." in words, f"the first view is not that of the flight: {words}")


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
        # The samples span continents: the map opens where flights can be seen, and says so.
        check("The map opens around encounter" in page.run("document.getElementById('details').textContent"), "the first view is not told")
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
        exposure(page, folder)
        devices(page, folder)
        clocks(page, folder)
        fold(page)
        filtering(page, "timeline-table", "Take-off")
        filtering(page, "people-table", "e-mail")
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
        made = str(Path(folder, "samples", "CASE"))
        report(program, made)
        secrets(program, str(Path(folder, "secrets")), Path(made, "report.html"))
        many(program, str(Path(folder, "many")))
        nothing(program, str(Path(folder, "nothing")))
        opening(program, str(Path(folder, "opening")))
        hostile(program, str(Path(folder, "hostile")))
    print(f"report: {checks} checks in Chromium hold")


main()
