"""Reads an HdrHistogram log and sets its histograms against the percentile texts beside it."""

import pathlib
import re
import sys

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogReader

folder = pathlib.Path(sys.argv[1])
log = HistogramLogReader(str(folder / "report.hlog"), HdrHistogram(1, 60_000_000_000, 3))
merged, trials = {}, {}
while True:
    found = log.get_next_interval_histogram()
    if found is None:
        break
    tag = found.get_tag()
    whole = merged.setdefault(tag, HdrHistogram(1, 60_000_000_000, 3))
    whole.add(found)
    trials[tag] = trials.get(tag, 0) + 1
    assert found.get_start_time_stamp() >= 1_763_688_720_000, found.get_start_time_stamp()
assert log.get_start_time_sec() == 1_795_224_720.0, log.get_start_time_sec()
lanes = ["docker", "docker+hostnet", "wasmtime", "wasmtime-process", "native"]
assert set(merged) == {f"json-api/{lane}" for lane in lanes}, merged.keys()
assert sum(trials.values()) >= 14, trials

texts = list(folder.glob("*.hgrm"))
assert len(texts) == len(merged)
for text in texts:
    histogram = merged[text.name.removesuffix(".hgrm").replace(".", "/", 1)]
    total = histogram.get_total_count()
    steps = [(step.value_iterated_to, step.total_count_to_this_value) for step in histogram.get_recorded_iterator()]
    rows = 0
    for line in text.read_text().splitlines():
        columns = line.split()
        if not columns or columns[0] == "Value" or line.startswith("#"):
            continue
        value_ns, share, count = round(float(columns[0]) * 1e6), float(columns[1]), int(columns[2])
        below = max((upto for value, upto in steps if value < histogram.get_lowest_equivalent_value(value_ns)), default=0)
        upto = max(upto for value, upto in steps if value <= value_ns)
        assert count == upto and below <= share * total <= upto + 1e-6 * total, (text.name, line, below, upto)
        if len(columns) == 4:
            assert abs(float(columns[3]) * (1 - share) - 1) < 0.01, line
        rows += 1
    assert rows > 20, (text.name, rows)
    tail = text.read_text()
    assert int(re.search(r"Total count    = +(\d+)\]", tail)[1]) == total > 0, (text.name, total)
    mean = float(re.search(r"Mean    = +([\d.]+)", tail)[1])
    assert abs(mean * 1e6 / histogram.get_mean_value() - 1) < 0.002, (mean, histogram.get_mean_value())
    assert abs(float(re.search(r"Max     = +([\d.]+)", tail)[1]) * 1e6 / histogram.get_max_value() - 1) < 0.001
