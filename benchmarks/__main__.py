"""Every speed benchmark, a table each: `python -m benchmarks [--write]`, which `make bench` runs."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # must stand before numpy

import argparse

from benchmarks import labelling, report, scoring, serving, startup
from benchmarks.subject import subject
from benchmarks.tables import Table

PARTS = {
    "scoring": scoring.measure,
    "serving": serving.measure,
    "startup": startup.measure,
    "labelling": labelling.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--write", action="store_true", help="keep the tables in benchmarks/README.md, and the picture")
    options = parser.parse_args()
    tables: list[Table] = []
    with subject() as of:
        for name, measure in PARTS.items():
            if name in (options.parts or PARTS):
                tables.append(measure(of))
                print(tables[-1].text(), end="\n\n", flush=True)
    if options.write:
        report.write(tables)


if __name__ == "__main__":
    main()
