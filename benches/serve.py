"""Throughput of `jialing serve` beside `oxigraph serve` on the same data, in one run.

    pip install oxigraph && apt-get install wrk
    python3 benches/serve.py --jialing target/release/jialing --store store-seeds [--seconds 10] [--soak 600]

Three loads: *light*, a look-up that no request repeats (a comment with a number of its own keeps every cache out of it);
*canned*, the same canned query again and again; *page*, a thing's page, which oxigraph has no match for. The soak repeats the light load
and tells errors and the growth of memory.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

LIGHT = """
local subjects = {}
for line in io.lines("%(subjects)s") do subjects[#subjects + 1] = line end
local made = 0
function setup(thread) made = made + 1; thread:set("seed", made) end
function init(args) math.randomseed(seed * 7919 + os.time()) ; count = 0 end
function request()
  count = count + 1
  local subject = subjects[math.random(#subjects)]
  local query = "SELECT ?p ?o { <" .. subject .. "> ?p ?o } # " .. seed .. "." .. count .. "." .. math.random(1000000000)
  query = query:gsub("[^%%w]", function(c) return string.format("%%%%%%02X", string.byte(c)) end)
  return wrk.format("GET", "%(path)s?query=" .. query, {["Accept"] = "application/sparql-results+json"})
end
"""

FIXED = """
function request() return wrk.format("GET", "%(path)s", {["Accept"] = "%(accept)s"}) end
"""


def wrk(address, script, seconds, connections):
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as file:
        file.write(script)
    try:
        out = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", file.name, "--latency", address],
            capture_output=True, text=True, check=True).stdout
    finally:
        os.unlink(file.name)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    slow = re.search(r"^\s+99%\s+([\d.]+\w+)\s*$", out, flags=re.M).group(1)
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    sockets = re.search(r"Socket errors: (.*)", out)
    return rate, slow, (int(errors.group(1)) if errors else 0), (sockets.group(1) if sockets else "none")


def wait(address):
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{address} does not answer")


def memory(process):
    """Resident kilobytes of a process and its children."""
    total, todo = 0, [process]
    while todo:
        pid = todo.pop()
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                total += int(re.search(r"Pss:\s+(\d+)", file.read()).group(1))
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children") as file:
                    todo += [int(child) for child in file.read().split()]
        except OSError:
            pass
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jialing", required=True)
    parser.add_argument("--oxigraph", default=shutil.which("oxigraph"))
    parser.add_argument("--store", required=True)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--soak", type=int, default=0)
    parser.add_argument("--canned", default="indicators")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        dumps = os.path.join(folder, "dumps")
        subprocess.run([options.jialing, "export", dumps, "--store", options.store], check=True, stdout=subprocess.DEVNULL)
        data = os.path.join(folder, "oxigraph")
        for file in ("data.nq", "data.ttl"):
            subprocess.run([options.oxigraph, "load", "--location", data, "--file", os.path.join(dumps, file)],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subjects = os.path.join(folder, "subjects")
        with open(os.path.join(dumps, "data.nq")) as file, open(subjects, "w") as out:
            found = sorted({line.split(" ", 1)[0][1:-1] for line in file if line.startswith("<")})
            out.write("\n".join(subject for subject in found if "#char" not in subject) + "\n")

        ours, theirs = "127.0.0.1:7931", "127.0.0.1:7932"
        servers = [
            subprocess.Popen([options.jialing, "serve", "--store", options.store, "--bind", ours],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL),
            subprocess.Popen([options.oxigraph, "serve-read-only", "--location", data, "--bind", theirs],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL),
        ]
        try:
            wait(f"http://{ours}/healthz")
            wait(f"http://{theirs}/query?query=ASK%7B%7D")
            with urllib.request.urlopen(f"http://{ours}/api/{options.canned}.rq") as answer:
                text = answer.read().decode()
            json = "application/sparql-results+json"
            query = urllib.parse.quote(re.sub(r"^#\+.*\n", "", text, flags=re.M), safe="")
            loads = {
                "light": [(ours, LIGHT % {"path": "/sparql", "subjects": subjects}),
                          (theirs, LIGHT % {"path": "/query", "subjects": subjects})],
                "canned": [(ours, FIXED % {"path": f"/sparql?query={query}", "accept": json}),
                           (theirs, FIXED % {"path": f"/query?query={query}", "accept": json})],
                "api": [(ours, FIXED % {"path": f"/api/{options.canned}", "accept": "application/json"})],
            }
            print(f"{'load':8} {'jialing/s':>10} {'oxigraph/s':>10} {'ratio':>6}  {'99 % of ours':>12}  errors")
            for name, sides in loads.items():
                for _ in range(options.rounds):
                    results = [wrk(f"http://{side}", script, options.seconds, options.connections) for side, script in sides]
                    other = results[1][0] if len(results) > 1 else float("nan")
                    print(f"{name:8} {results[0][0]:10.0f} {other:10.0f} {results[0][0] / other:6.2f}  {results[0][1]:>12}"
                          f"  {results[0][2]} ({results[0][3]})", flush=True)
            if options.soak:
                begin, step, left, errors = memory(servers[0].pid), 60, options.soak, 0
                while left > 0:
                    rate, slow, wrong, sockets = wrk(f"http://{ours}", loads["light"][0][1], min(step, left), 64)
                    left -= step
                    errors += wrong + (sockets != "none")
                    print(f"soak     {rate:10.0f}/s  99 % {slow}  errors {errors}  {memory(servers[0].pid) / 1024:.0f} MB", flush=True)
                print(f"soak: memory {begin / 1024:.0f} MB before, {memory(servers[0].pid) / 1024:.0f} MB after; errors {errors}")
        finally:
            for server in servers:
                server.terminate()
                server.wait()


if __name__ == "__main__":
    main()
