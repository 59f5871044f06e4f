"""Runs Splink 4 on what the golden test wrote, and keeps what it makes of every pair that the rules find.

    CHESIL_SPLINK_IN=/tmp/splink npx vitest run packages/matching/src/splink/golden.test.ts
    pip install "splink>=4,<5" && python run_splink.py /tmp/splink > splink.json

`levels` holds a letter for each comparison: its place among the levels as the settings list them, `-` for missing.
"""

import json
import sys
from pathlib import Path

import duckdb
import pandas as pd
import splink
from splink import DuckDBAPI, Linker

folder = Path(sys.argv[1])
rows = pd.DataFrame(json.loads((folder / "rows.json").read_text()), dtype="string")
rows["unique_id"] = rows["unique_id"].astype(int)
linker = Linker(rows, folder / "settings.json", DuckDBAPI(), set_up_basic_logging=False)
for column, values in json.loads((folder / "tf.json").read_text()).items():
    table = pd.DataFrame(values, columns=[column, f"tf_{column}"])
    linker.table_management.register_term_frequency_lookup(table, column)
predicted = linker.inference.predict().as_pandas_dataframe()

# Writing the model out again must not lose what Chesil put into it.
saved = linker.misc.save_model_to_json()
comparisons = [each["output_column_name"] for each in saved["comparisons"]]
counts = {each["output_column_name"]: len(each["comparison_levels"]) - 2 for each in saved["comparisons"]}
pairs = []
for _, row in predicted.sort_values(["unique_id_l", "unique_id_r"]).iterrows():
    gammas = [int(row[f"gamma_{name}"]) for name in comparisons]
    places = [-1 if gamma < 0 else counts[name] - gamma for name, gamma in zip(comparisons, gammas)]
    levels = "".join("-" if place < 0 else "abcdefghij"[place] for place in places)
    pairs.append([int(row["unique_id_l"]), int(row["unique_id_r"]), levels, float(row["match_weight"])])
said = {"splink": splink.__version__, "duckdb": duckdb.__version__, "comparisons": comparisons, "pairs": pairs}
print(json.dumps(said))
(folder / "saved.json").write_text(json.dumps(saved))
