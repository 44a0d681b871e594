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


def main():
    program = str(Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["case", "samples/dji-txt", "--zones", "samples/zones/sites.geojson", "--within", "100m", "--case-id", "CASE-17"]
        subprocess.run([program, *arguments, "-o", folder, "-q"], cwd=REPOSITORY, check=True)
        with Chromium(1280, 1010) as page:
            page.open(Path(folder, "report.html"))
            page.run("document.querySelector('#e3 button.see').click()")
            page.settle()
            page.run(
                "(() => { const pick = document.getElementById('flight-pick'); pick.value = '5'; pick.dispatchEvent(new Event('change'));"
                " document.activeElement.blur(); document.getElementById('map-section').scrollIntoView({behavior: 'instant'}); })()"
            )
            page.settle()
            page.screenshot(PICTURE)
    print(PICTURE.relative_to(REPOSITORY), PICTURE.stat().st_size, "bytes")


main()
