"""Labels that are not one class a row: tags, numbers, grades and survival times, each compared with its peers.

python examples/benchmarks/targets.py PATH_OF_EVALUATION_SETS [--parts tags numbers ranks times] [--out FOLDER]

Each part is a script of its own, targets_tags.py and so on, with options of its own; here they run one after another
with their defaults. Each writes its cases to a CSV in the folder as soon as they are done, and a second run goes on
where the first stopped. The times need scikit-survival.
"""

import argparse
from importlib import import_module
from pathlib import Path

PARTS = ("tags", "numbers", "ranks", "times")


def main(argv=None):
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("path", help="folder of the evaluation sets")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--out", type=Path, default=Path("targets"), help="folder of the CSV files")
    arguments = parser.parse_args(argv)
    arguments.out.mkdir(exist_ok=True, parents=True)
    for part in arguments.parts:
        print(f"== {part}", flush=True)
        import_module(f"targets_{part}").main([arguments.path, "--out", str(arguments.out / f"{part}.csv")])


if __name__ == "__main__":
    main()
