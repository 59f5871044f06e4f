"""Writes what DuckDB's functions give for the pairs of similarity.golden.json, in their place.

    pip install "duckdb==1.3.2" && python similarity.golden.py

DuckDB 2.0 adds the prefix with a fused multiplication, which moves the last bit of one value in sixty.
"""

import json
from pathlib import Path

import duckdb

path = Path(__file__).with_name("similarity.golden.json")
SQL = "select jaro_winkler_similarity(?, ?), damerau_levenshtein(?, ?)"
rows = [[a, b, *duckdb.execute(SQL, [a, b, a, b]).fetchone()] for a, b, *_ in json.loads(path.read_text())["pairs"]]
lines = ",\n".join("    " + json.dumps(row) for row in rows)
path.write_text(f'{{\n  "duckdb": "{duckdb.__version__}",\n  "pairs": [\n{lines}\n  ]\n}}\n')
