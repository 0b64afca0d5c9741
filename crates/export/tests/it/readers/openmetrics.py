"""Reads every OpenMetrics text in a folder and looks at the figures of the good one."""

import pathlib
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

folder = pathlib.Path(sys.argv[1])
read = {}
for path in folder.glob("*.om"):
    try:
        read[path.stem] = list(text_string_to_metric_families(path.read_text()))
    except ValueError as error:
        sys.exit(f"{path.name}: {error}")
assert len(read) > 10
good = {family.name: family for family in read["good"]}
start = good["plimsoll_cold_start_seconds"]
assert (start.type, start.unit) == ("gauge", "seconds")
docker = [s.value for s in start.samples if s.labels["lane"] == "docker" and s.labels["workload"] == "json-api"]
assert len(docker) == 2 and all(0.3 < value < 0.4 for value in docker), docker
latency = good["plimsoll_latency_seconds"]
assert {"0.5", "0.99"} <= {s.labels["quantile"] for s in latency.samples}
assert good["plimsoll_pss_bytes"].unit == "bytes"
assert good["plimsoll_achieved_rate_per_second"].unit == "per_second"
assert all(s.value < 1 for s in good["plimsoll_cold_start_to_baseline_ratio"].samples)
