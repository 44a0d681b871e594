"""Makes report.png beside it, the picture of the report in the README, from samples/.

    python3 tests/report/picture.py target/release/overflown
"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from chromium import Chromium

REPOSITORY = Path(__file__).resolve().parents[2]
PICTURE = REPOSITORY / "tests/report/report.png"
# What it shows: the entry of this flight into this site.
SITE, FLIGHT = "Sample Power Station", "20240514T080320Z"


def main():
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["case", "samples/dji-txt", "--zones", "samples/zones/sites.geojson", "--within", "100m", "--case-id", "CASE-17"]
        subprocess.run([program, *arguments, "-o", folder, "-q"], cwd=REPOSITORY, check=True)
        with Chromium(1280, 1010) as page:
            page.open(Path(folder, "report.html"))
            page.run(
                "[...document.querySelectorAll('#encounter-table tr[id]')].find((row) => row.textContent.includes(SITE))"
                ".querySelector('.see').click()".replace("SITE", repr(SITE))
            )
            page.settle()
            page.run(
                "(() => { const pick = document.getElementById('flight-pick');"
                " pick.value = [...pick.options].find((option) => option.textContent.includes(FLIGHT)).value;"
                " pick.dispatchEvent(new Event('change')); document.activeElement.blur();"
                " document.getElementById('map-section').scrollIntoView({behavior: 'instant'}); })()".replace("FLIGHT", repr(FLIGHT))
            )
            page.settle()
            page.screenshot(PICTURE)
    print(PICTURE.relative_to(REPOSITORY), PICTURE.stat().st_size, "bytes")


main()
